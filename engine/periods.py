"""Periods and how they are counted: natural days, working days, months, fixed days, backwards.

Pure date arithmetic over a working calendar. Refuses to know clocks, cases and instants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta

from engine.calendar import WorkingCalendar
from engine.errors import InvalidValue

LEAP_YEAR = 2024
ONE_DAY = timedelta(days=1)


class PeriodUnit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


LONGEST = {PeriodUnit.DAYS: 3660, PeriodUnit.WORKING_DAYS: 2500, PeriodUnit.MONTHS: 120}
"""Ten years: a longer period is a slip of the pen, and counting it day by day would be slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An amount of days, working days or months; negative only as the offset of a rung."""

    amount: int
    unit: PeriodUnit

    def __post_init__(self) -> None:
        """Refuse more than ten years."""
        if abs(self.amount) > LONGEST[self.unit]:
            raise InvalidValue(
                what="期限 / length",
                value=f"{self.amount} {self.unit.value}",
                reason=f"最多{LONGEST[self.unit]} / at most {LONGEST[self.unit]}",
            )


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
    """A fixed day of the year; 29 February is the 28th in an ordinary year."""

    month: int
    day: int

    def __post_init__(self) -> None:
        """Refuse a day that no year has."""
        try:
            date(LEAP_YEAR, self.month, self.day)
        except ValueError as error:
            raise InvalidValue(
                what="日期 / day",
                value=f"{self.month:02}-{self.day:02}",
                reason="没有这一天 / there is no such day",
            ) from error

    def in_year(self, year: int) -> date:
        """The day in that year."""
        return date(LEAP_YEAR, self.month, self.day) + relativedelta(year=year)


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
        """Refuse a rule that counts in no way, in two, or a negative number of days."""
        given = [one for one in (self.period, self.until, self.before) if one is not None]
        if len(given) != 1:
            raise InvalidValue(
                what="期限 / length",
                value=len(given),
                reason="应有且只有一种算法 / exactly one of period, until, before",
            )
        counted = self.counted
        if counted is not None and counted.amount < 0:
            raise InvalidValue(
                what="期限 / length", value=counted.amount, reason="不能为负 / may not be negative"
            )

    @property
    def counted(self) -> Period | None:
        """The period counted forwards or backwards; None for a fixed day."""
        return self.period or self.before


def due_day(rule: CountingRule, start: date, calendar: WorkingCalendar) -> date:
    """The last day of the period that begins on `start`."""
    if rule.until is not None:
        day = _fixed(rule.until, start)
    elif rule.period is not None:
        day = _shift(rule, rule.period, start, calendar)
    else:
        raise InvalidValue(
            what="期限 / length", value="before", reason="需要另一期限 / needs another clock"
        )
    return rolled(rule, day, calendar)


def due_day_before(rule: CountingRule, anchor: date, calendar: WorkingCalendar) -> date:
    """The day that lies `rule.before` before the anchor's due day, and never after it."""
    if rule.before is None:
        raise InvalidValue(
            what="期限 / length", value="period", reason="不是倒推期限 / not counted backwards"
        )
    back = Period(amount=-rule.before.amount, unit=rule.before.unit)
    return min(anchor, rolled(rule, _shift(rule, back, anchor, calendar), calendar))


def rolled(rule: CountingRule, day: date, calendar: WorkingCalendar) -> date:
    """The day, or the next working day where the rule asks for that."""
    return calendar.next_working_day(day) if rule.roll is Roll.NEXT_WORKING_DAY else day


def next_of(days: Sequence[MonthDay], after: date) -> date:
    """The first of the days of the year that lies after `after`."""
    years = (after.year, after.year + 1)
    return min(day for year in years for one in days if (day := one.in_year(year)) > after)


def each_month(day: int) -> tuple[MonthDay, ...]:
    """That day of every month; the last day of a month that is shorter."""
    last = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    return tuple(MonthDay(month=month, day=min(day, last.get(month, 31))) for month in range(1, 13))


def _fixed(until: MonthDay, start: date) -> date:
    this_year = until.in_year(start.year)
    return this_year if this_year >= start else until.in_year(start.year + 1)


def _shift(rule: CountingRule, period: Period, start: date, calendar: WorkingCalendar) -> date:
    """`start` moved by the period; the day itself may be the first one that counts."""
    if period.unit is PeriodUnit.WORKING_DAYS:
        return calendar.add_working_days(
            start, period.amount, first_day_counts=rule.first_day_counts
        )
    if period.unit is PeriodUnit.DAYS:
        day = start + timedelta(days=period.amount)
    else:
        day = _shift_months(rule, period.amount, start)
    if not rule.first_day_counts or period.amount == 0:
        return day
    return day - ONE_DAY if period.amount > 0 else day + ONE_DAY


def _shift_months(rule: CountingRule, months: int, start: date) -> date:
    day = start + relativedelta(months=months)
    missing = day.day != start.day
    return day + ONE_DAY if missing and rule.month_end is MonthEnd.OVERFLOW else day


def period_to_json(period: Period | None) -> dict[str, Any] | None:
    """Plain JSON values of a period."""
    return None if period is None else {"amount": period.amount, "unit": period.unit.value}


def period_from_json(value: Mapping[str, Any] | None) -> Period | None:
    """The inverse of `period_to_json`."""
    return None if value is None else Period(amount=value["amount"], unit=PeriodUnit(value["unit"]))


def rule_to_json(rule: CountingRule) -> dict[str, Any]:
    """Plain JSON values of a counting rule."""
    until = rule.until
    return {
        "period": period_to_json(rule.period),
        "until": None if until is None else [until.month, until.day],
        "before": period_to_json(rule.before),
        "first_day_counts": rule.first_day_counts,
        "month_end": rule.month_end.value,
        "roll": rule.roll.value,
    }


def rule_from_json(value: Mapping[str, Any]) -> CountingRule:
    """The inverse of `rule_to_json`."""
    until = value["until"]
    return CountingRule(
        period=period_from_json(value["period"]),
        until=None if until is None else MonthDay(month=until[0], day=until[1]),
        before=period_from_json(value["before"]),
        first_day_counts=value["first_day_counts"],
        month_end=MonthEnd(value["month_end"]),
        roll=Roll(value["roll"]),
    )
