"""`calendar`: what the working calendar says, and how it is changed and open clocks with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.calendar_file import Said
from app.calendar_views import YearView, day_view, year_view
from app.calendars import (
    CalendarWish,
    calendar_of,
    fulfil,
    is_outstanding,
    preview,
    recompute,
    wish_for_day,
    wish_for_ordinary,
    wish_for_year,
    wish_of_file,
)
from app.cli.calendar_tables import (
    day_lines,
    of_report,
    recount_lines,
    recounted,
    report_lines,
    year_lines,
)
from app.cli.door import Actor, AsJson, Call, Reason, by_of, call_of
from app.cli.exits import ExitCode
from app.cli.why import explain_case
from app.enrolment import ADMINISTRATOR
from app.errors import OptionInvalid
from app.recounting import preview_recount
from app.rows import LONGEST_NAME
from app.wiring import not_ready
from engine.calendar import AdditionKind, CalendarAddition, WorkingCalendar, YearStatus
from engine.congress_recount import Progress
from workflows.national_calendar import STATUTORY_FROM, STATUTORY_TO, national_year

calendar = typer.Typer(no_args_is_help=True, help="工作日历 · working calendar")
LIKE_A_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")

Year = Annotated[int, typer.Argument(min=STATUTORY_FROM, max=STATUTORY_TO, help="年份 · year")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只试算,不保存 · store nothing")]


class DayWish(StrEnum):
    """What a day is to be: `ordinary` is what the national year says of it."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How a change is to be made."""

    dry_run: bool
    actor: str
    reason: str


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(calendar, name="calendar")


# --------------------------------------------------------------------------------- looking


@calendar.command("show", help="某年的放假和调休 · rest days and make-up workdays of a year")
def show(
    context: typer.Context,
    year: Year,
    *,
    national: Annotated[bool, typer.Option("--national", help="不看本人大的改动")] = False,
    as_json: AsJson = False,
) -> None:
    """The congress's own year; the national one without a database or with --national."""
    call = call_of(context, as_json=as_json)
    view = _year(call, year, national=national)
    call.give(view, *year_lines(view, national=national))


def _year(call: Call, year: int, *, national: bool) -> YearView:
    if not national:
        with call.unchecked() as services:
            if not_ready(services) is None:
                known = calendar_of(services, services.congress())
                return year_view(known.years.get(year) or national_year(year), calendar=known)
    return year_view(national_year(year), calendar=None)


@calendar.command("explain", help="为什么 · why a day is worked or not, or why a case is due when")
def explain(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="DAY|REF", help="日期,或建议的编号或 id")],
    *,
    kind: Annotated[str, typer.Option("--clock", help="建议:只说这种期限 · of a case")] = "",
    ended: Annotated[bool, typer.Option("--all", help="建议:含已结束的期限 · of a case")] = False,
    as_json: AsJson = False,
) -> None:
    """Of a day: what it is, by whose word, published or not. Of a case: as `case why`."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        if not LIKE_A_DAY.fullmatch(what):
            explain_case(call, services, what, kind=kind, ended=ended)
            return
        if kind or ended:
            reason = "只用于建议,不用于日期 / goes with a case, not with a day"
            raise OptionInvalid(option="--clock" if kind else "--all", reason=reason)
        view = day_view(calendar_of(services, services.congress()), _day(what))
    call.give(view, *day_lines(view))


# -------------------------------------------------------------------------------- changing


@calendar.command("import", help="导入一年的放假安排 · a year, or days of the place, from a file")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="YAML,或每天一行的 CSV · see calendar-file.md")],
    *,
    year: Annotated[
        int | None, typer.Option(help="只接受这一年 · refuse a file of another year")
    ] = None,
    status: Annotated[
        YearStatus | None, typer.Option(help="只用于 CSV,默认已公布 · for CSV; published")
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="只用于 CSV:文号 · for CSV: who arranged it")
    ] = "",
    dry_run: DryRun = False,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """All of the file or nothing. Open clocks that it touches are counted anew at once."""
    call = call_of(context, as_json=as_json)
    said = Said(year=year, status=status, source=_checked("--source", source))

    def wishing(known: WorkingCalendar) -> CalendarWish:
        return wish_of_file(known, file, said)

    _settle(call, wishing, _How(dry_run=dry_run, actor=actor, reason=reason))


@calendar.command("national", help="采用产品自带的一年 · take the year as this product brings it")
def national_(
    context: typer.Context,
    year: Year,
    *,
    dry_run: DryRun = False,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Days that the place settled for itself stay. See it first with `show YEAR --national`."""
    call = call_of(context, as_json=as_json)

    def wishing(known: WorkingCalendar) -> CalendarWish:
        return wish_for_year(known, year)

    _settle(call, wishing, _How(dry_run=dry_run, actor=actor, reason=reason))


@calendar.command("set", help="定一天 · settle one day for this place, or take that back")
def set_(  # a day has these facts
    context: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DAY", help="日期,如 2027-04-08 · a day")],
    wish: Annotated[
        DayWish, typer.Argument(metavar="holiday|workday|ordinary", help="放假|上班|按全国日历")
    ],
    *,
    name: Annotated[str, typer.Option(metavar="TEXT", help="名称,如 三月三 · its name")] = "",
    source: Annotated[str, typer.Option(metavar="TEXT", help="依据,如文号 · who decided it")] = "",
    dry_run: DryRun = False,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """It goes before the national year, also when that is imported anew."""
    call = call_of(context, as_json=as_json)
    given = {"--name": _checked("--name", name), "--source": _checked("--source", source)}
    for option, text in given.items():
        if bool(text) is (wish is DayWish.ORDINARY):
            needed = "放假或上班须写明 / a holiday or workday needs it"
            useless = "恢复全国日历时不用 / is of no use with ordinary"
            raise OptionInvalid(option=option, reason=useless if text else needed)
    settled = _day(day)

    def wishing(known: WorkingCalendar) -> CalendarWish:
        if wish is DayWish.ORDINARY:
            return wish_for_ordinary(settled)
        kind = AdditionKind(wish.value)
        one = CalendarAddition(
            day=settled, kind=kind, name=given["--name"], source=given["--source"]
        )
        return wish_for_day(known, one)

    _settle(call, wishing, _How(dry_run=dry_run, actor=actor, reason=reason))


def _settle(call: Call, wishing: Callable[[WorkingCalendar], CalendarWish], how: _How) -> None:
    """Judge it, do it or try it, and tell what became of days and clocks."""
    with call.services() as services:
        congress = services.congress()
        by = by_of(services, congress, how.actor, how.reason)
        wish = wishing(calendar_of(services, congress))
        perform = preview if how.dry_run else fulfil
        with _watched(call, dry_run=how.dry_run) as progress:
            report = perform(services, congress, wish, by, progress)
        profile = services.profile_of(congress)
    answer = {
        "congress": congress,
        "dry_run": how.dry_run,
        "wish": wish.words,
        **of_report(report, profile),
    }
    call.give(answer, *report_lines(wish, report, profile, dry_run=how.dry_run))
    if report.recount.failed:
        call.end(ExitCode.REFUSED)


@calendar.command("recompute", help="接着重算期限 · finish counting open clocks anew")
def recompute_(context: typer.Context, *, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """In the name of whoever changed the calendar. A worker does the same by itself."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        congress = services.congress()
        waiting = is_outstanding(services, congress)
        with _watched(call, dry_run=dry_run) as progress:
            if dry_run:
                known = calendar_of(services, congress)
                done = preview_recount(
                    services, congress, known, now=services.clock(), progress=progress
                )
            else:
                after = services.trail.head(congress).sequence
                done = recompute(services, congress, services.clock(), progress, after=after)
        profile = services.profile_of(congress)
    answer = {
        "congress": congress,
        "dry_run": dry_run,
        "outstanding": waiting,
        "recount": recounted(done, profile),
    }
    call.give(answer, *recount_lines(done, profile, dry_run=dry_run))
    if done.failed:
        call.end(ExitCode.REFUSED)


@contextmanager
def _watched(call: Call, *, dry_run: bool) -> Iterator[Progress]:
    """Counts the cases that were looked at, where somebody looks on."""
    console = call.console
    words = "重算期限 counting clocks anew"
    try:
        with console.status(words) as status:

            def progress(count: int) -> None:
                status.update(f"{words}: {count}件 cases")

            yield progress
    except KeyboardInterrupt:
        if dry_run:
            raise
        console.print("已中断;已保存的都在 · interrupted; what was stored is there")
        console.print("接着算 to go on: bihuan calendar recompute")
        raise


def _day(text: str) -> date:
    """A day of the years that a calendar may have."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or not STATUTORY_FROM <= day.year <= STATUTORY_TO:
        reason = (
            f"“{text}”应为{STATUTORY_FROM}至{STATUTORY_TO}年的日期,如 2027-04-08 "
            f"/ must be a day like 2027-04-08, from {STATUTORY_FROM} to {STATUTORY_TO}"
        )
        raise OptionInvalid(option="DAY", reason=reason)
    return day


def _checked(option: str, text: str) -> str:
    """A text as a calendar file may have it too."""
    text = text.strip()
    if len(text) > LONGEST_NAME or not text.isprintable():
        reason = f"应在{LONGEST_NAME}字以内且没有控制字符 / at most {LONGEST_NAME} plain characters"
        raise OptionInvalid(option=option, reason=reason)
    return text
