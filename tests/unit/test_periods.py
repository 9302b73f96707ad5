"""Periods: month ends, leap days, fixed days, counting backwards, rolling, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import InvalidValue
from engine.periods import (
    CountingRule,
    MonthDay,
    MonthEnd,
    Period,
    PeriodUnit,
    Roll,
    due_day,
    due_day_before,
    rule_from_json,
    rule_to_json,
)
from tests.support.may_day import CALENDAR

DAYS, WORKING, MONTHS = PeriodUnit.DAYS, PeriodUnit.WORKING_DAYS, PeriodUnit.MONTHS


def length(
    amount: int,
    unit: PeriodUnit,
    *,
    first_day_counts: bool = False,
    month_end: MonthEnd = MonthEnd.CLAMP,
    roll: Roll = Roll.NONE,
) -> CountingRule:
    return CountingRule(
        period=Period(amount=amount, unit=unit),
        first_day_counts=first_day_counts,
        month_end=month_end,
        roll=roll,
    )


def backwards(
    amount: int,
    unit: PeriodUnit,
    *,
    first_day_counts: bool = False,
    month_end: MonthEnd = MonthEnd.CLAMP,
    roll: Roll = Roll.NONE,
) -> CountingRule:
    return CountingRule(
        before=Period(amount=amount, unit=unit),
        first_day_counts=first_day_counts,
        month_end=month_end,
        roll=roll,
    )


@pytest.mark.parametrize(
    ("start", "amount", "clamped", "overflown"),
    [
        (date(2023, 11, 30), 3, date(2024, 2, 29), date(2024, 3, 1)),
        (date(2024, 11, 30), 3, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 11, 29), 3, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 11, 28), 3, date(2025, 2, 28), date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 2, 29), 48, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2024, 3, 31), 3, date(2024, 6, 30), date(2024, 7, 1)),
        (date(2024, 3, 15), 3, date(2024, 6, 15), date(2024, 6, 15)),
        (date(2024, 12, 31), 2, date(2025, 2, 28), date(2025, 3, 1)),
    ],
)
def test_months(start: date, amount: int, clamped: date, overflown: date) -> None:
    assert due_day(length(amount, MONTHS), start, CALENDAR) == clamped
    over = length(amount, MONTHS, month_end=MonthEnd.OVERFLOW)
    assert due_day(over, start, CALENDAR) == overflown


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        (length(30, DAYS), date(2024, 2, 1), date(2024, 3, 2)),
        (length(30, DAYS, first_day_counts=True), date(2024, 2, 1), date(2024, 3, 1)),
        (length(3, MONTHS, first_day_counts=True), date(2024, 3, 1), date(2024, 5, 31)),
        (length(0, DAYS), date(2024, 2, 1), date(2024, 2, 1)),
        (length(0, DAYS, first_day_counts=True), date(2024, 2, 1), date(2024, 2, 1)),
        (length(3, WORKING), date(2024, 4, 26), date(2024, 4, 30)),
        (length(4, WORKING), date(2024, 4, 26), date(2024, 5, 6)),
        (length(9, WORKING), date(2024, 4, 26), date(2024, 5, 11)),
        (length(1, WORKING, first_day_counts=True), date(2024, 5, 1), date(2024, 5, 6)),
    ],
)
def test_days_and_working_days(rule: CountingRule, start: date, expected: date) -> None:
    assert due_day(rule, start, CALENDAR) == expected


@pytest.mark.parametrize(
    ("roll", "expected"), [(Roll.NONE, date(2024, 5, 1)), (Roll.NEXT_WORKING_DAY, date(2024, 5, 6))]
)
def test_a_due_day_in_a_holiday(roll: Roll, expected: date) -> None:
    assert due_day(length(1, MONTHS, roll=roll), date(2024, 4, 1), CALENDAR) == expected


def test_a_make_up_workday_is_no_reason_to_roll() -> None:
    rule = length(10, DAYS, roll=Roll.NEXT_WORKING_DAY)
    assert due_day(rule, date(2024, 4, 18), CALENDAR) == date(2024, 4, 28)


@pytest.mark.parametrize(
    ("month", "day", "start", "expected"),
    [
        (8, 31, date(2024, 3, 1), date(2024, 8, 31)),
        (8, 31, date(2024, 8, 31), date(2024, 8, 31)),
        (8, 31, date(2024, 9, 1), date(2025, 8, 31)),
        (2, 29, date(2024, 1, 1), date(2024, 2, 29)),
        (2, 29, date(2024, 3, 1), date(2025, 2, 28)),
        (2, 29, date(2025, 2, 28), date(2025, 2, 28)),
    ],
)
def test_a_fixed_day_of_the_year(month: int, day: int, start: date, expected: date) -> None:
    rule = CountingRule(until=MonthDay(month=month, day=day))
    assert due_day(rule, start, CALENDAR) == expected


@pytest.mark.parametrize(
    ("rule", "anchor", "expected"),
    [
        (backwards(20, DAYS), date(2024, 6, 30), date(2024, 6, 10)),
        (backwards(20, DAYS, first_day_counts=True), date(2024, 6, 30), date(2024, 6, 11)),
        (backwards(3, WORKING), date(2024, 5, 7), date(2024, 4, 29)),
        (backwards(1, MONTHS), date(2024, 3, 31), date(2024, 2, 29)),
        (backwards(1, MONTHS, month_end=MonthEnd.OVERFLOW), date(2024, 3, 31), date(2024, 3, 1)),
        (backwards(3, DAYS, roll=Roll.NEXT_WORKING_DAY), date(2024, 5, 6), date(2024, 5, 6)),
        (backwards(1, DAYS, roll=Roll.NEXT_WORKING_DAY), date(2024, 5, 4), date(2024, 5, 4)),
    ],
)
def test_counting_backwards(rule: CountingRule, anchor: date, expected: date) -> None:
    assert due_day_before(rule, anchor, CALENDAR) == expected


def test_a_backward_rule_needs_an_anchor() -> None:
    with pytest.raises(InvalidValue, match="another clock"):
        due_day(backwards(3, DAYS), date(2024, 1, 1), CALENDAR)
    with pytest.raises(InvalidValue, match="not counted backwards"):
        due_day_before(length(3, DAYS), date(2024, 1, 1), CALENDAR)


def test_exactly_one_way_of_counting() -> None:
    three = Period(amount=3, unit=DAYS)
    with pytest.raises(InvalidValue, match="exactly one"):
        CountingRule()
    with pytest.raises(InvalidValue, match="exactly one"):
        CountingRule(period=three, before=three)
    with pytest.raises(InvalidValue, match="exactly one"):
        CountingRule(period=three, until=MonthDay(month=8, day=31))


def test_a_rule_does_not_count_less_than_nothing() -> None:
    with pytest.raises(InvalidValue, match="negative"):
        length(-1, DAYS)
    with pytest.raises(InvalidValue, match="negative"):
        backwards(-1, DAYS)


@pytest.mark.parametrize(("month", "day"), [(2, 30), (13, 1), (0, 1), (4, 31), (1, 0)])
def test_a_day_that_no_year_has(month: int, day: int) -> None:
    with pytest.raises(InvalidValue, match="no such day"):
        MonthDay(month=month, day=day)


@pytest.mark.parametrize(
    ("amount", "unit"), [(3661, DAYS), (-3661, DAYS), (2501, WORKING), (121, MONTHS), (10**9, DAYS)]
)
def test_more_than_ten_years_is_a_slip(amount: int, unit: PeriodUnit) -> None:
    with pytest.raises(InvalidValue, match="at most"):
        Period(amount=amount, unit=unit)


@pytest.mark.parametrize(
    "rule",
    [
        length(3, MONTHS, month_end=MonthEnd.OVERFLOW, roll=Roll.NEXT_WORKING_DAY),
        length(10, WORKING, first_day_counts=True),
        CountingRule(until=MonthDay(month=8, day=31)),
        backwards(20, DAYS),
    ],
)
def test_a_rule_survives_json(rule: CountingRule) -> None:
    assert rule_from_json(rule_to_json(rule)) == rule
