"""Periods and how they are counted: natural days, working days, months, fixed days, backwards.

Pure date arithmetic over a working calendar. Refuses to know clocks, cases and instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from engine.calendar import WorkingCalendar
from engine.errors import InvalidValue


class PeriodUnit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An amount of days, working days or months; negative only as the offset of a rung."""

    amount: int
    unit: PeriodUnit


class MonthEnd(StrEnum):
    """What 30 November plus three months is: the last day of February, or the day after it."""

    CLAMP = "clamp"
    OVERFLOW = "overflow"


class Roll(StrEnum):
    """Whether a due day on a rest day moves to the next working day."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """A fixed day of the year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """How a due day follows from a start: exactly one of `period`, `until`, `before` is set.

    `until`: that day in the year of the start, or of the next year when it has passed.
    `before`: counted backwards from the due day of another clock.
    """

    period: Period | None = None
    until: MonthDay | None = None
    before: Period | None = None
    first_day_counts: bool = False
    month_end: MonthEnd = MonthEnd.CLAMP
    roll: Roll = Roll.NONE

    def __post_init__(self) -> None:
        """Refuse a rule that counts in no way or in two."""
        given = [one for one in (self.period, self.until, self.before) if one is not None]
        if len(given) != 1:
            raise InvalidValue(
                what="期限 / length",
                value=len(given),
                reason="应有且只有一种算法 / exactly one of period, until, before",
            )


def due_day(rule: CountingRule, start: date, calendar: WorkingCalendar) -> date:
    """The last day of the period that begins on `start`."""
    if rule.until is not None:
        day = _fixed(rule.until, start)
    elif rule.period is not None:
        day = _counted(rule, rule.period, start, calendar)
    else:
        raise InvalidValue(
            what="期限 / length", value="before", reason="需要另一期限 / needs another clock"
        )
    return _rolled(rule, day, calendar)


def due_day_before(rule: CountingRule, anchor: date, calendar: WorkingCalendar) -> date:
    """The day that lies `rule.before` before the anchor's due day."""
    if rule.before is None:
        raise InvalidValue(
            what="期限 / length", value="period", reason="不是倒推期限 / not counted backwards"
        )
    amount, unit = rule.before.amount, rule.before.unit
    if unit is PeriodUnit.WORKING_DAYS:
        return calendar.add_working_days(anchor, -amount)
    if unit is PeriodUnit.MONTHS:
        return anchor - relativedelta(months=amount)
    return anchor - timedelta(days=amount)


def _fixed(until: MonthDay, start: date) -> date:
    this_year = date(start.year, until.month, until.day)
    return this_year if this_year >= start else this_year.replace(year=start.year + 1)


def _counted(rule: CountingRule, period: Period, start: date, calendar: WorkingCalendar) -> date:
    if period.unit is PeriodUnit.WORKING_DAYS:
        return calendar.add_working_days(
            start, period.amount, first_day_counts=rule.first_day_counts
        )
    if period.unit is PeriodUnit.DAYS:
        day = start + timedelta(days=period.amount)
    else:
        day = start + relativedelta(months=period.amount)
        if day.day != start.day and rule.month_end is MonthEnd.OVERFLOW:
            day += timedelta(days=1)
    return day - timedelta(days=1) if rule.first_day_counts and period.amount > 0 else day


def _rolled(rule: CountingRule, day: date, calendar: WorkingCalendar) -> date:
    return calendar.next_working_day(day) if rule.roll is Roll.NEXT_WORKING_DAY else day
