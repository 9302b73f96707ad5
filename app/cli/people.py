"""`person`: how somebody is reached and wants to be told, and who stands in during a leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import RenderableType

from app.cli.door import Actor, AsJson, Reason, by_of, call_of
from app.cli.output import table
from app.enrolment import ADMINISTRATOR
from app.errors import OptionInvalid
from app.people import (
    ONE_DAY,
    PersonView,
    Wanted,
    add_leave,
    end_leave,
    leaves_of,
    person_view,
    prefer,
)
from engine.congress import Digest, Leave
from reports.names import Names

person = typer.Typer(no_args_is_help=True, help="人员 · people, their wishes and leaves")
leave = typer.Typer(no_args_is_help=True, help="请假代理 · leaves and delegates")

Code = Annotated[str, typer.Argument(metavar="PERSON", help="人员代码 · code of a person")]


class DigestWish(StrEnum):
    """How ordinary notices come."""

    DAILY = "daily"
    AT_ONCE = "at-once"
    RULES = "rules"


class LanguageWish(StrEnum):
    """In which words."""

    ZH = "zh"
    EN = "en"
    DEFAULT = "default"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    person.add_typer(leave, name="leave")
    app.add_typer(person, name="person")


@person.command("show", help="查看 · posts, addresses, wishes, leaves")
def show(context: typer.Context, code: Code, *, as_json: AsJson = False) -> None:
    """As of today."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        directory = services.directory(services.congress())
    view = person_view(directory, code, services.today)
    call.give(view, *_shown(view, Names(directory)))


@person.command("prefer", help="通知偏好 · channels, digest, language")
def prefer_(
    context: typer.Context,
    code: Code,
    *,
    channel: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="只用此渠道,可重复 · only these")
    ] = None,
    every_channel: Annotated[
        bool, typer.Option("--every-channel", help="凡能送达的渠道 · all that reach the person")
    ] = False,
    digest: Annotated[
        DigestWish | None, typer.Option(help="每日汇总、随时、按规则 · how ordinary ones come")
    ] = None,
    language: Annotated[
        LanguageWish | None, typer.Option(help="语言 · default: of the installation")
    ] = None,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """What is not named stays. Urgent notices never wait for a digest."""
    call = call_of(context, as_json=as_json)
    wanted = _wanted(channel or [], every_channel, digest, language)
    with call.services() as services:
        code_of_congress = services.congress()
        by = by_of(services, code_of_congress, actor, reason)
        prefer(services, code_of_congress, code, wanted, by)
        directory = services.directory(code_of_congress)
    view = person_view(directory, code, services.today)
    call.give(view, *_shown(view, Names(directory)))


@leave.command("add", help="登记请假和代理人 · enter a leave with its delegate")
def add(
    context: typer.Context,
    code: Code,
    *,
    delegate: Annotated[str, typer.Option(metavar="PERSON", help="代理人 · who stands in")],
    first_day: Annotated[str, typer.Option("--from", metavar="DAY", help="首日 · first day")],
    last_day: Annotated[str, typer.Option("--until", metavar="DAY", help="末日 · last day")],
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Both are told meanwhile and both may act; messages go to the delegate only."""
    call = call_of(context, as_json=as_json)
    wanted = Leave(
        person=code,
        number=0,
        delegate=delegate,
        first_day=_day("--from", first_day),
        last_day=_day("--until", last_day),
        reason=reason,
    )
    with call.services() as services:
        congress = services.congress()
        by = by_of(services, congress, actor, reason)
        entered = add_leave(services, congress, wanted, by)
        names = Names(services.directory(congress))
    call.give(entered, _leaves_table([entered], names))


@leave.command("end", help="提前结束或撤回 · end early, or take back what has not begun")
def end(
    context: typer.Context,
    code: Code,
    number: Annotated[int, typer.Argument(min=1, help="第几次 · number, see leave list")],
    *,
    last_day: Annotated[
        str, typer.Option("--until", metavar="DAY", help="末日,默认昨天 · last day, yesterday")
    ] = "",
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Without --until the person is back today."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        until = _day("--until", last_day) if last_day else services.today - ONE_DAY
        congress = services.congress()
        by = by_of(services, congress, actor, reason)
        ended = end_leave(services, congress, (code, number), until, by)
        names = Names(services.directory(congress))
    answer = {"person": code, "number": number, "ended": ended}
    told: RenderableType = "已撤回 taken back" if ended is None else _leaves_table([ended], names)
    call.give(answer, told)


@leave.command("list", help="查看请假和代理 · leaves, of everybody or one person")
def list_(
    context: typer.Context,
    *,
    who: Annotated[str, typer.Option("--person", metavar="PERSON", help="此人或其代理 · of")] = "",
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="这一天 · those of a day")] = "",
    as_json: AsJson = False,
) -> None:
    """By first day."""
    call = call_of(context, as_json=as_json)
    day = _day("--on", on) if on else None
    with call.services() as services:
        directory = services.directory(services.congress())
    found = leaves_of(directory, who, day)
    call.give({"leaves": found}, _leaves_table(found, Names(directory)))


def _wanted(
    channels: list[str],
    every_channel: bool,  # noqa: FBT001  # handed on from an option
    digest: DigestWish | None,
    language: LanguageWish | None,
) -> Wanted:
    if channels and every_channel:
        told = "与 --every-channel 二选一 / give one of --channel and --every-channel"
        raise OptionInvalid(option="--channel", reason=told)
    by_rules = digest is DigestWish.RULES
    by_default = language is LanguageWish.DEFAULT
    return Wanted(
        channels=tuple(dict.fromkeys(channels)) if channels or every_channel else None,
        digest=None if digest is None or by_rules else Digest(digest.value),
        digest_by_rules=by_rules,
        language=None if language is None or by_default else language.value,
        language_by_default=by_default,
    )


def _day(option: str, given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        told = f"“{given}”应为日期,如 2026-05-01 / must be a day like 2026-05-01"
        raise OptionInvalid(option=option, reason=told) from None


def _shown(view: PersonView, names: Names) -> Iterator[RenderableType]:
    known, wishes = view.person, view.wishes
    addresses = {"email": known.email, "phone": known.phone, **known.addresses}
    rows = [
        ("代码 code", known.code),
        ("代表团 delegation", known.delegation),
        *((name, address) for name, address in addresses.items()),
        ("渠道 channels", wishes.channels or "凡能送达 all that reach"),
        ("汇总 digest", wishes.digest or "按规则 as the rules say"),
        ("语言 language", wishes.language or "默认 default"),
        ("今天由谁代理 away, stands in", names.person(view.delegate) if view.delegate else ""),
        ("今天代理谁 stands in for", names.people(view.stands_in_for)),
    ]
    yield table(known.name, ("项 what", "内容"), rows)
    posts = [(one.role, one.unit, one.portfolio, one.post) for one in known.appointments]
    yield table("任职 posts", ("角色 role", "单位 unit", "分管 portfolio", "职务 post"), posts)
    yield _leaves_table(view.leaves, names)


def _leaves_table(leaves: Sequence[Leave], names: Names) -> RenderableType:
    rows = [
        (
            names.person(one.person),
            one.number,
            names.person(one.delegate),
            one.first_day,
            one.last_day,
            one.reason,
        )
        for one in leaves
    ]
    columns = ("何人 who", "次#", "代理人 delegate", "自 from", "至 until", "原因 reason")
    return table(f"代理 {len(rows)} leaves", columns, rows)
