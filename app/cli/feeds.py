"""`feed`: personal calendars of deadlines, given out by address and ended again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.door import Actor, AsJson, Reason, call_of
from app.cli.output import table
from app.enrolment import ADMINISTRATOR, check_actor
from app.errors import OptionInvalid
from app.feeds import calendar_of, issue_feed, revoke_feeds
from db.feeds import FeedRow
from reports.names import Names

feed = typer.Typer(no_args_is_help=True, help="日历订阅 · personal calendars of deadlines")

Person = Annotated[str, typer.Argument(help="人员代码 · code of a person")]


class Language(StrEnum):
    """In which words a calendar is written."""

    ZH = "zh"
    EN = "en"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(feed, name="feed")


@feed.command("issue", help="发放订阅地址 · give out an address, shown this once")
def issue(
    context: typer.Context,
    person: Person,
    *,
    label: Annotated[str, typer.Option(help="用途,如“手机” · what for, such as a phone")] = "",
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Whoever has the address can read the deadlines: give it to that person only."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        check_actor(services, code, actor)
        made = issue_feed(services, code, person, label=label, actor=actor, reason=reason)
    answer = {"id": made.feed.id, "person": person, "label": label, "url": made.url}
    call.give(
        answer,
        f"订阅地址(只显示这一次) address, shown this once: {made.url}",
        f"停用 to end it: bihuan feed revoke {made.feed.id}",
    )


@feed.command("list", help="查看订阅 · addresses given out, without their tokens")
def list_(
    context: typer.Context,
    *,
    person: Annotated[str, typer.Option(metavar="PERSON", help="只看此人")] = "",
    as_json: AsJson = False,
) -> None:
    """Newest first; revoked ones stay listed."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        names = Names(services.directory(code))
        found = services.feeds.issued(code, person or None)
    rows = [
        (one.id, names.person(one.person), one.label, *_times(one), names.person(one.created_by))
        for one in found
    ]
    columns = (
        *("id", "何人 whose", "用途 label", "发放 issued"),
        *("最近读取 last read", "停用 revoked", "由谁 by"),
    )
    answer = {"feeds": [_plain(one) for one in found]}
    call.give(answer, table(f"日历订阅 {len(rows)} feeds", columns, rows))


@feed.command("revoke", help="停用订阅 · end addresses at once")
def revoke(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="订阅代码 · ids, see feed list")] = None,
    *,
    person: Annotated[
        str, typer.Option(metavar="PERSON", help="此人的全部 · all of a person")
    ] = "",
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """By id, or with --person all of a person; the next request already finds nothing."""
    call = call_of(context, as_json=as_json)
    if bool(ids) == bool(person):
        told = "订阅代码和 --person 二选一 / give ids or --person, one of them"
        raise OptionInvalid(option="ID", reason=told)
    with call.services() as services:
        code = services.congress()
        check_actor(services, code, actor)
        ended = revoke_feeds(
            services, code, ids=ids or (), person=person, actor=actor, reason=reason
        )
    listed = "、".join(one.id for one in ended) or "没有 none"
    call.give({"revoked": [one.id for one in ended]}, f"已停用 revoked: {listed}")


@feed.command("write", help="写成文件 · the same calendar as a file")
def write(
    context: typer.Context,
    person: Person,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="日历文件 .ics")],
    *,
    lang: Annotated[Language, typer.Option(help="语言 · language")] = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """What the address would give at this moment."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        found = calendar_of(services, services.congress(), person, lang.value)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(found)
    call.give({"file": file, "bytes": len(found)}, f"日历 calendar: {file}({len(found)} bytes)")


def _times(one: FeedRow) -> tuple[object, ...]:
    return one.created_at, one.last_used_at, one.revoked_at


def _plain(one: FeedRow) -> dict[str, object]:
    return {
        "id": one.id,
        "person": one.person,
        "label": one.label,
        "created_at": one.created_at,
        "created_by": one.created_by,
        "revoked_at": one.revoked_at,
        "last_used_at": one.last_used_at,
    }
