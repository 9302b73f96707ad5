"""Changes the working calendar of a congress, and recounts what the change touches.

Everything is judged before anything is stored. The change is one audited entry of the register;
the recount follows at once, and a worker finishes it should this process not live to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.calendar_days import each_day, weekday
from app.calendar_file import CalendarFile, Said, read_calendar_file, refuse_if_wrong
from app.people import By
from app.recounting import preview_recount, run_recount, told_since
from app.wiring import Services
from db.register import RegisterChanges
from engine.calendar import (
    AdditionKind,
    CalendarAddition,
    CalendarYear,
    DayKind,
    DayKindName,
    WorkingCalendar,
    YearStatus,
)
from engine.congress_recount import Progress, RecountReport
from engine.errors import InvalidValue
from workflows.national_calendar import national_year
from workflows.problems import Report

WORKED = (DayKindName.WORKDAY, DayKindName.MAKE_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWish:
    """What the calendar is to be told, and in words where it comes from."""

    years: tuple[CalendarYear, ...] = ()
    additions: tuple[CalendarAddition, ...] = ()
    removed: tuple[date, ...] = ()
    words: str

    def on(self, calendar: WorkingCalendar) -> WorkingCalendar:
        """The calendar as it would be."""
        return calendar.changed(years=self.years, additions=self.additions, removed=self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """A day that is something else than before, or that others now say what it is."""

    day: date
    before: DayKind
    after: DayKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedYear:
    """The status of a year before and after; None before: it was not in the calendar."""

    year: int
    before: YearStatus | None
    after: YearStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReport:
    """What a change of the calendar did, or would do: to days, to years, to open clocks."""

    changed: bool
    years: tuple[ChangedYear, ...]
    days: tuple[ChangedDay, ...]
    recount: RecountReport


def wish_of_file(calendar: WorkingCalendar, path: Path, said: Said) -> CalendarWish:
    """What a file wishes; CalendarRefused names every fault with its line."""
    report = Report()
    file = read_calendar_file(path, said, report)
    years = (file.national,) if file.national else ()
    _check_additions(path, file, calendar.changed(years=years), report)
    return CalendarWish(
        years=years,
        additions=tuple(one for _, one in file.additions),
        words="、".join(_words_of(file)),
    )


def _words_of(file: CalendarFile) -> Iterator[str]:
    if file.national is not None:
        yield words_of_year(file.national)
    for source in dict.fromkeys(one.source for _, one in file.additions):
        yield f"{file.year}年地方安排:{source}"


def words_of_year(year: CalendarYear) -> str:
    """A year in words: whether it is published, and by whom."""
    published = year.status is YearStatus.PUBLISHED
    return f"{year.year}年放假安排{'已公布' if published else '暂定'}:{year.source}"


def _check_additions(
    path: Path, file: CalendarFile, calendar: WorkingCalendar, report: Report
) -> None:
    for line, one in file.additions:
        if _says_nothing(calendar, one):
            report.add_at(path.name, line, *_nothing_said(one.day))
    refuse_if_wrong(path, report)


def _says_nothing(calendar: WorkingCalendar, one: CalendarAddition) -> bool:
    """To work on a day that everybody works anyway is a slip of the pen."""
    return one.kind is AdditionKind.WORKDAY and calendar.nationally(one.day).kind in WORKED


def _nothing_said(day: date) -> tuple[str, str]:
    return (
        f"{day}({weekday(day)})本来就上班;请核对日期",
        f"{day} is worked anyway; check the day",
    )


def wish_for_day(calendar: WorkingCalendar, one: CalendarAddition) -> CalendarWish:
    """One day as the place settles it; InvalidValue when that says nothing."""
    if _says_nothing(calendar, one):
        reason = " / ".join(_nothing_said(one.day))
        raise InvalidValue(what="日期 / day", value=one.day.isoformat(), reason=reason)
    what = "放假" if one.kind is AdditionKind.HOLIDAY else "上班"
    return CalendarWish(additions=(one,), words=f"{one.day}{one.name}{what}:{one.source}")


def wish_for_ordinary(day: date) -> CalendarWish:
    """The day is again what the national year says."""
    return CalendarWish(removed=(day,), words=f"{day}恢复全国日历")


def wish_for_year(calendar: WorkingCalendar, year: int) -> CalendarWish:
    """The year as this product brings it; InvalidValue when the calendar knows better."""
    given, known = national_year(year), calendar.years.get(year)
    if given.status is YearStatus.PROVISIONAL and known is not None:
        reason = (
            "产品自带的只是暂定,日历中已有这一年;公布后请用 bihuan calendar import "
            "/ what comes with the product is provisional and the year is there already; "
            "use bihuan calendar import once it is published"
        )
        raise InvalidValue(what="日历年份 / calendar year", value=year, reason=reason)
    return CalendarWish(years=(given,), words=words_of_year(given))


def calendar_of(services: Services, congress: str) -> WorkingCalendar:
    """The calendar as it is stored."""
    with services.store.read(congress) as transaction:
        return transaction.calendar()


def preview(
    services: Services, congress: str, wish: CalendarWish, by: By, progress: Progress
) -> CalendarReport:
    """The dry run: what the wish would change, and which clocks would move."""
    before = calendar_of(services, congress)
    after = wish.on(before)
    recount = preview_recount(services, congress, after, now=by.now, progress=progress)
    return _report(before, after, wish, recount)


def fulfil(
    services: Services, congress: str, wish: CalendarWish, by: By, progress: Progress
) -> CalendarReport:
    """Store it, and recount the open clocks under the new calendar.

    Where the calendar says all of it already, only what an earlier change left is recounted.
    """
    before = calendar_of(services, congress)
    sequence = services.trail.head(congress).sequence
    changed = services.register.apply(
        congress,
        RegisterChanges(
            calendar_years=wish.years,
            calendar_additions=wish.additions,
            removed_additions=wish.removed,
        ),
        actor=by.actor,
        reason=f"{wish.words}({by.reason})" if by.reason else wish.words,
        now=by.now,
    )
    if changed:
        recount = recompute(services, congress, by.now, progress, after=sequence)
        return _report(before, wish.on(before), wish, recount)
    recount = RecountReport(calendar=before.version, looked_at=0, changed=0, moved=())
    if is_outstanding(services, congress):
        recount = recompute(services, congress, by.now, progress, after=sequence)
    return CalendarReport(changed=False, years=(), days=(), recount=recount)


def is_outstanding(services: Services, congress: str) -> bool:
    """Whether open clocks wait to be counted under the calendar as it is now."""
    return congress in services.store.to_recount()


def recompute(
    services: Services, congress: str, now: datetime, progress: Progress, *, after: int
) -> RecountReport:
    """Recount, and tell all that was recounted since that entry: a worker may have been faster."""
    report = run_recount(services, congress, now=now, progress=progress)
    return told_since(services, congress, after, report)


def _report(
    before: WorkingCalendar, after: WorkingCalendar, wish: CalendarWish, recount: RecountReport
) -> CalendarReport:
    years = tuple(
        ChangedYear(year=one.year, before=known.status if known else None, after=one.status)
        for one in wish.years
        if (known := before.years.get(one.year)) is None or known.status is not one.status
    )
    same = before.years == after.years and before.additions == after.additions
    return CalendarReport(
        changed=not same,
        years=years,
        days=tuple(_changed_days(before, after, _touched(wish))),
        recount=recount,
    )


def _touched(wish: CalendarWish) -> list[date]:
    days = {one.day for one in wish.additions} | set(wish.removed)
    for one in wish.years:
        days.update(each_day(date(one.year, 1, 1), date(one.year, 12, 31)))
    return sorted(days)


def _changed_days(
    before: WorkingCalendar, after: WorkingCalendar, days: Iterable[date]
) -> Iterator[ChangedDay]:
    """A day of another kind, or of another name; another source alone changes no day."""
    for day in days:
        was, now = before.describe(day), after.describe(day)
        if (was.kind, was.name) != (now.kind, now.name):
            yield ChangedDay(day=day, before=was, after=now)
