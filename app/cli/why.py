"""`case why`: why the dates of a case are what they are, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType

from app.cli.door import AsJson, Call, call_of
from app.cli.output import shown, table
from app.errors import OptionInvalid
from app.readings import note_at_the_command_line
from app.wiring import Services
from app.words import subject_word, word
from engine.uncounted import PassedOver
from reports.why import ClockAnswer, why_dates

PASSED_OVER = {
    PassedOver.WEEKEND: "周末 weekend",
    PassedOver.HOLIDAY: "放假 holiday",
    PassedOver.PAUSED: "暂停 paused",
    PassedOver.ROLLED: "顺延 moved on",
}
OfKind = Annotated[str, typer.Option("--clock", help="只说这种期限 · only this kind of clock")]
Ended = Annotated[bool, typer.Option("--all", help="含已结束的期限 · ended clocks too")]


def add_to(case: typer.Typer) -> None:
    """Add the command to the group of cases."""
    case.command("why", help="期限为什么是这一天 · why its dates are what they are")(why)


def why(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="编号或 id")],
    *,
    kind: OfKind = "",
    ended: Ended = False,
    as_json: AsJson = False,
) -> None:
    """Rule, source, start, each day passed over, extensions with approver, and the reminders."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        explain_case(call, services, reference, kind=kind, ended=ended)


def explain_case(call: Call, services: Services, reference: str, *, kind: str, ended: bool) -> None:
    """Give the answer for a case; OptionInvalid for a kind that its rules do not have."""
    found, at, _ = services.desk.look(services.congress(), reference, services.clock())
    note_at_the_command_line(services, found)
    if kind and kind not in at.profile.clocks:
        known = "、".join(at.profile.clocks)
        raise OptionInvalid(option="--clock", reason=f"没有期限 {kind};可用 / use {known}")
    answers = why_dates(
        found,
        profile=at.profile,
        directory=at.directory,
        calendar=at.calendar,
        kind=kind or None,
        ended=ended,
    )
    answer = {
        "case": found.id,
        "number": found.number,
        "title": found.title,
        "profile": at.profile.reference,
        "calendar": at.calendar.version,
        "clocks": answers,
    }
    head = f"{found.number or found.id}  {shown(found.title)}"
    english = call.settings.language == "en"
    lines = [line for one in answers for line in _told(one, english=english)]
    call.give(answer, head, *(lines or ["没有进行中的期限 no clock is running"]))


def _told(answer: ClockAnswer, *, english: bool) -> Iterator[RenderableType]:
    yield (
        f"\n{shown(answer.label)} · {subject_word(answer.subject)} · {word(answer.state)} · "
        f"到期 due {answer.due_on}{' 暂定 provisional' if answer.provisional else ''}"
        f"{' 逾期 late' if answer.late else ''}  ({answer.rule})"
    )
    for line in answer.words:
        yield f"  {shown(line.en if english else line.zh)}"
    if answer.uncounted:
        days = [
            (one.day, f"周{'一二三四五六日'[one.day.weekday()]}", PASSED_OVER[one.why], one.reason)
            for one in answer.uncounted
        ]
        yield table("不计的日子 days not counted", ("日期 day", "星期", "缘由 why", "说明"), days)
    if answer.rungs:
        rungs = [(one.at, one.label, "← 下一次 next" if one.next else "") for one in answer.rungs]
        yield table("提醒 reminders", ("时间 at", "提醒 rung", "下一次"), rungs)
