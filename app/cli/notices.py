"""`notice`: how notices read, which were given up, and sending those again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.channels import add_commands as add_channels
from app.cli.door import Actor, AsJson, Reason, by_of, call_of
from app.cli.output import table
from app.enrolment import ADMINISTRATOR
from app.notices import chosen_dead, preview, send_again
from db.dead_letters import DeadLetter
from engine.wording import FILTERS, NAMES
from reports.names import Names

notice = typer.Typer(no_args_is_help=True, help="通知 · notices and their channels")
After = Annotated[str, typer.Option(help="上一页给出的位置 · where the page before ended")]
Limit = Annotated[int, typer.Option(min=1, max=500, help="一页几项 · how many a page")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看不发 · send nothing")]


class Languages(StrEnum):
    """In which words a notice is shown."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module, and those of channels to the same group."""
    add_channels(notice)
    app.add_typer(notice, name="notice")


@notice.command("templates", help="查看模板 · the notices of the rules in force")
def templates(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Of the profile that new cases of the congress are pinned to."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        profile = services.profile_of(services.congress())
    known = tuple(profile.notices.values())
    rows = [(one.name, one.subject.zh, one.body.zh, one.subject.en) for one in known]
    columns = ("模板 template", "主题", "内容", "subject")
    answer = {
        "profile": profile.reference,
        "names": sorted(NAMES),
        "filters": sorted(FILTERS),
        "templates": known,
    }
    call.give(answer, table(f"{profile.reference} {len(rows)} templates", columns, rows))


@notice.command("preview", help="预览 · a notice with example facts")
def preview_(
    context: typer.Context,
    template: Annotated[str, typer.Argument(help="模板 · see notice templates")],
    *,
    lang: Annotated[Languages, typer.Option(help="语言 · language")] = Languages.BOTH,
    facts: Annotated[
        str, typer.Option(metavar="JSON", help="填入的内容 · names and texts over the examples")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Nothing is sent. The examples are invented."""
    call = call_of(context, as_json=as_json)
    languages = ("zh", "en") if lang is Languages.BOTH else (lang.value,)
    with call.services() as services:
        profile = services.profile_of(services.congress())
    shown = preview(profile, template, languages, facts)
    answer = {"template": template, "profile": profile.reference, "previews": shown}
    call.give(answer, *(f"[{one.language}] {one.subject}\n{one.body}" for one in shown))


@notice.command("dead", help="死信 · deliveries that were given up")
def dead(
    context: typer.Context,
    *,
    channel: Annotated[str, typer.Option(help="只看此渠道 · of this channel")] = "",
    person: Annotated[str, typer.Option(metavar="PERSON", help="只看此人 · to this person")] = "",
    after: After = "",
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """The newest first, with the last error. The inbox has every notice all the same."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        names = Names(services.directory(code))
        page = services.dead_letters.page(
            code,
            limit=limit,
            after=after or None,
            channel=channel or None,
            recipient=person or None,
        )
    answer = {"dead": page.items, "next_after": page.next_after}
    rows = [_line(one, names) for one in page.items]
    more = [f"下一页 next page: --after {page.next_after}"] if page.next_after else []
    call.give(answer, table(f"死信 {len(rows)} dead letters", _COLUMNS, rows), *more)


@notice.command("resend", help="重发 · put dead letters among the pending ones again")
def resend(
    context: typer.Context,
    notice_id: Annotated[str, typer.Argument(metavar="[NOTICE]", help="通知 · id")] = "",
    channel: Annotated[str, typer.Argument(metavar="[CHANNEL]", help="渠道 · channel")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="全部死信 · every one")] = False,
    only: Annotated[
        str, typer.Option("--channel", metavar="CHANNEL", help="与 --all 一起 · with --all")
    ] = "",
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """The next tick of a worker sends them, under the ids they had."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        by = by_of(services, code, actor, reason)
        names = Names(services.directory(code))
        letters = chosen_dead(services, code, notice_id, channel or only, every=every)
        again = letters if dry_run else send_again(services, code, letters, by)
    done = "将重发 would be sent again" if dry_run else "已待重发 will be sent again"
    answer = {
        "dry_run": dry_run,
        "resent": [{"notice": one.notice, "channel": one.channel} for one in again],
    }
    rows = [_line(one, names) for one in again]
    call.give(answer, table(f"{done}: {len(rows)}", _COLUMNS, rows))


_COLUMNS = (
    *("通知 notice", "渠道 channel", "收件人 to", "地址 address"),
    *("模板 template", "建议 case", "次数#", "最后的错误 last error"),
)


def _line(one: DeadLetter, names: Names) -> tuple[object, ...]:
    return (
        *(one.notice, one.channel, names.person(one.recipient), one.address),
        *(one.template, one.number or one.case, one.attempts, one.last_error),
    )
