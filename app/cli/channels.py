"""`notice` again: the channels that are open, test messages, and the log of webhooks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from app.channel_file import ChannelEntry, where_to
from app.cli.door import AsJson, call_of
from app.cli.output import table
from app.notices import attempt_of, entry_named, replay, trial_message
from db.webhook_log import WebhookRow


class Order(StrEnum):
    """Which attempts come first."""

    NEWEST = "newest"
    OLDEST = "oldest"


def add_commands(notice: typer.Typer) -> None:
    """Add the commands of this module to the group."""
    notice.command("channels", help="渠道 · the open ways out, without their secrets")(channels)
    notice.command("test-send", help="测试发送 · one marked message by the real channel")(send_test)
    notice.command("webhooks", help="webhook 记录 · every attempt, newest first")(webhooks)
    notice.command("replay", help="重放 · send a logged body again, signed as of now")(replay_)


def channels(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Those of the settings, then those of the file that BIHUAN_CHANNELS_FILE names."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        found = [_shown(one) for one in services.entries]
    rows = [tuple(one.values()) for one in found]
    columns = ("渠道 channel", "种类 kind", "去向 reaches", "地址 address", "只发急件", "经由 by")
    call.give({"channels": found}, table(f"渠道 {len(rows)} channels", columns, rows))


def send_test(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="渠道 · see notice channels")],
    address: Annotated[str, typer.Argument(help="地址,固定去向的可省 · where to")] = "",
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不发 · show it, send nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """It goes out at once and past the outbox; a failure is told and not tried again."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        entry = entry_named(services, channel)
        message = trial_message(services, services.congress(), entry, address)
        opened = services.channel(entry, call.console.print)
        if not dry_run:
            opened.send(message)
    done = "未发送 not sent" if dry_run else "已发送 sent"
    answer = {
        "sent": not dry_run,
        "id": message.id,
        "channel": channel,
        "address": message.address,
        "subject": message.subject,
        "body": message.body,
    }
    call.give(answer, f"{done}: {channel} → {message.address}\n{message.subject}\n{message.body}")


def webhooks(
    context: typer.Context,
    *,
    channel: Annotated[str, typer.Option(help="只看此渠道 · of this channel")] = "",
    notice: Annotated[str, typer.Option(metavar="ID", help="只看此通知 · of this notice")] = "",
    failed: Annotated[bool, typer.Option("--failed", help="只看未送达 · not taken")] = False,
    sort: Annotated[Order, typer.Option(help="先后 · order")] = Order.NEWEST,
    after: Annotated[str, typer.Option(help="上一页给出的位置")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="一页几项 · how many a page")] = 50,
    as_json: AsJson = False,
) -> None:
    """An attempt with neither status nor error was cut off; --json has the bodies."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        page = services.webhook_log.page(
            services.congress(),
            limit=limit,
            after=after or None,
            channel=channel or None,
            message=notice or None,
            failed_only=failed,
            oldest_first=sort is Order.OLDEST,
        )
    columns = ("id", "时间 at", "渠道 channel", "通知 notice", "网址 url", "状态#", "错误 error")
    rows = [_attempt(one) for one in page.items]
    more = [f"下一页 next page: --after {page.next_after}"] if page.next_after else []
    answer = {"attempts": page.items, "next_after": page.next_after}
    call.give(answer, table(f"webhook {len(rows)} attempts", columns, rows), *more)


def replay_(
    context: typer.Context,
    attempt: Annotated[str, typer.Argument(metavar="ID", help="记录 · see notice webhooks")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不发 · show it, send nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The receiver knows it again by its id. The new attempt is logged like any."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        kept = attempt_of(services, services.congress(), attempt)
        entry_named(services, kept.channel)
        if not dry_run:
            replay(services, kept, call.console.print)
    done = "未重放 not sent" if dry_run else "已重放 sent again"
    answer = {"sent": not dry_run, "attempt": kept.id, "notice": kept.message_id, "body": kept.body}
    call.give(answer, f"{done}: {kept.message_id} → {kept.channel}\n{kept.body}")


def _shown(entry: ChannelEntry) -> dict[str, object]:
    route = entry.route
    return {
        "name": route.name,
        "kind": entry.kind,
        "reaches": route.reaches,
        "address": route.fixed,
        "only_urgent": route.only_urgent,
        "by": where_to(entry),
    }


def _attempt(one: WebhookRow) -> tuple[object, ...]:
    return (one.id, one.at, one.channel, one.message_id, one.url, one.status, one.error)
