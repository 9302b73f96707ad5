"""What the calendar says of a year or a day, and by whose word. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.calendar import (
    CalendarAddition,
    CalendarYear,
    DayKind,
    DayKindName,
    WorkingCalendar,
    YearStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """A year as the State Council arranges it, and the days that the place settles for itself.

    `calendar`: whose it is, the congress's code or `national`. `counted`: whether the clocks of
    the congress are counted by it; a year that its calendar lacks is counted by weekends alone.
    """

    calendar: str
    counted: bool
    year: int
    status: YearStatus
    source: str
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    additions: tuple[CalendarAddition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """Whether a day is worked, what it is, and who says so.

    `status` is that of its year, None for a year that the calendar lacks. `regional`: the place
    settled it for itself, and `nationally` is what it would be otherwise.
    """

    day: date
    worked: bool
    kind: DayKindName
    name: str
    source: str
    status: YearStatus | None
    regional: bool
    nationally: DayKind
    next_working_day: date


def year_view(year: CalendarYear, *, calendar: WorkingCalendar | None) -> YearView:
    """The year beside the calendar of a congress, None where there is no congress to ask."""
    own = calendar.additions.values() if calendar else ()
    counted = calendar is not None and year.year in calendar.years
    return YearView(
        calendar=calendar.name if calendar is not None and counted else "national",
        counted=counted,
        year=year.year,
        status=year.status,
        source=year.source,
        holidays=year.holidays,
        workdays=year.workdays,
        additions=tuple(one for one in own if one.day.year == year.year),
    )


def day_view(calendar: WorkingCalendar, day: date) -> DayView:
    """What the clocks of the congress take the day for."""
    found, year = calendar.describe(day), calendar.years.get(day.year)
    return DayView(
        day=day,
        worked=calendar.is_working_day(day),
        kind=found.kind,
        name=found.name,
        source=found.source,
        status=year.status if year else None,
        regional=day in calendar.additions,
        nationally=calendar.nationally(day),
        next_working_day=calendar.next_working_day(day),
    )
