"""The working calendar 工作日历 as a value: which days are worked, and how sure that is.

Holidays and make-up workdays 调休 come from outside as data, and so do the days that a place
settles for itself; a year that is not in the table is counted by weekends alone and reported as
provisional. Refuses to know where years come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import InvalidValue

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
ONE_DAY = timedelta(days=1)
REMEMBERED = 4096
"""Instants that are remembered: rungs and notices ask about the same few mornings."""


class YearStatus(StrEnum):
    """Whether the State Council has published the year's arrangement."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """Rest days and make-up workdays of one year, each with its name, and where they come from."""

    year: int
    status: YearStatus
    source: str
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]

    def __post_init__(self) -> None:
        """Refuse days of another year, days that are both, and make-up days within the week."""
        for day in (*self.holidays, *self.workdays):
            if day.year != self.year:
                raise InvalidValue(
                    what="日历 / calendar",
                    value=day.isoformat(),
                    reason=f"不属于{self.year}年 / not a day of {self.year}",
                )
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise InvalidValue(
                what="日历 / calendar",
                value=both[0].isoformat(),
                reason="既是假日又是工作日 / both a holiday and a workday",
            )
        within = sorted(day for day in self.workdays if day.weekday() < SATURDAY)
        if within:
            raise InvalidValue(
                what="日历 / calendar",
                value=within[0].isoformat(),
                reason="调休上班日应在周末 / a make-up workday lies on a weekend",
            )


class AdditionKind(StrEnum):
    """Whether the place rests or works on the day."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAddition:
    """A day that a place settles for itself 地方放假与调休; it goes before the national year."""

    day: date
    kind: AdditionKind
    name: str
    source: str


class DayKindName(StrEnum):
    """What a day is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up-workday"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayKind:
    """What a day is, with the name of the holiday where it has one, and who says so.

    `source` is empty for a year that is not in the table.
    """

    kind: DayKindName
    name: str = ""
    source: str = ""


class WorkingCalendar:
    """Answers which days are worked. `version` grows with each change of the table."""

    def __init__(
        self,
        *,
        name: str,
        version: int,
        years: Mapping[int, CalendarYear],
        additions: Iterable[CalendarAddition] = (),
    ) -> None:
        for year, one in years.items():
            if year != one.year:
                raise InvalidValue(
                    what="日历 / calendar",
                    value=year,
                    reason=f"内容是{one.year}年的 / holds the days of {one.year}",
                )
        self.name = name
        self.version = version
        self.years = dict(years)
        self.additions = {one.day: one for one in sorted(additions, key=lambda one: one.day)}
        self._rest = {day: text for one in years.values() for day, text in one.holidays.items()}
        self._work = {day: text for one in years.values() for day, text in one.workdays.items()}
        for own in self.additions.values():
            here, there = self._rest, self._work
            if own.kind is AdditionKind.WORKDAY:
                here, there = there, here
            here[own.day] = own.name
            there.pop(own.day, None)

    def changed(
        self,
        *,
        years: Iterable[CalendarYear] = (),
        additions: Iterable[CalendarAddition] = (),
        removed: Collection[date] = (),
    ) -> WorkingCalendar:
        """The calendar with these in place of what it says of those years and days."""
        kept = {day: one for day, one in self.additions.items() if day not in removed}
        return WorkingCalendar(
            name=self.name,
            version=self.version + 1,
            years=self.years | {one.year: one for one in years},
            additions=(kept | {one.day: one for one in additions}).values(),
        )

    def describe(self, day: date) -> DayKind:
        """What the day is: what the place says of it goes before the national year."""
        own = self.additions.get(day)
        if own is None:
            return self.nationally(day)
        rests = own.kind is AdditionKind.HOLIDAY
        kind = DayKindName.HOLIDAY if rests else DayKindName.MAKE_UP
        return DayKind(kind=kind, name=own.name, source=own.source)

    def nationally(self, day: date) -> DayKind:
        """What the day is by the national year alone."""
        year = self.years.get(day.year)
        source = year.source if year else ""
        if year and day in year.workdays:
            return DayKind(kind=DayKindName.MAKE_UP, name=year.workdays[day], source=source)
        if year and day in year.holidays:
            return DayKind(kind=DayKindName.HOLIDAY, name=year.holidays[day], source=source)
        weekend = day.weekday() >= SATURDAY
        return DayKind(kind=DayKindName.WEEKEND if weekend else DayKindName.WORKDAY, source=source)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on the day."""
        if day in self._work:
            return True
        return day.weekday() < SATURDAY and day not in self._rest

    def next_working_day(self, day: date) -> date:
        """The day itself when it is worked, else the first worked one after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, amount: int, *, first_day_counts: bool = False) -> date:
        """The amount-th working day after `day` (before it when negative).

        With `first_day_counts` the day itself is the first when it is worked.
        """
        step = ONE_DAY if amount >= 0 else -ONE_DAY
        left = abs(amount)
        if first_day_counts and left and self.is_working_day(day):
            left -= 1
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when it is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        days = (first + timedelta(days=each) for each in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def status_of(self, year: int) -> YearStatus:
        """Published or provisional; a year that is not in the table is provisional."""
        known = self.years.get(year)
        return known.status if known else YearStatus.PROVISIONAL


def local_day(instant: datetime) -> date:
    """The day in Asia/Shanghai; refuses an instant without a zone."""
    if instant.tzinfo is None:
        raise InvalidValue(
            what="时间 / instant", value=instant.isoformat(), reason="缺少时区 / has no time zone"
        )
    return instant.astimezone(SHANGHAI).date()


def local_instant(day: date, at: time) -> datetime:
    """The UTC instant of a time of day in Asia/Shanghai."""
    return _local_instant(day, at)


@lru_cache(maxsize=REMEMBERED)
def _local_instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The UTC instant at which the day ends in Asia/Shanghai: from here on one is late."""
    return local_instant(day + ONE_DAY, time(0, 0))
