"""Laws of the working calendar, for any table of holidays and make-up workdays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import CalendarYear, DayKindName, WorkingCalendar, YearStatus
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

ONE_DAY = timedelta(days=1)
days = st.dates(min_value=date(2023, 6, 1), max_value=date(2026, 6, 30))
amounts = st.integers(min_value=0, max_value=80)


@st.composite
def calendar_years(draw: st.DrawFn, year: int) -> CalendarYear:
    first = date(year, 1, 1)
    within = st.integers(min_value=0, max_value=364).map(lambda each: first + each * ONE_DAY)
    rest = draw(st.sets(within, max_size=10))
    moved = {day for day in draw(st.sets(within, max_size=10)) if day.weekday() >= 5} - rest
    return CalendarYear(
        year=year,
        status=draw(st.sampled_from(YearStatus)),
        source="drawn",
        holidays=dict.fromkeys(rest, "假"),
        workdays=dict.fromkeys(moved, "班"),
    )


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    known = draw(st.sets(st.sampled_from([2023, 2024, 2025, 2026]), min_size=1, max_size=2))
    years = {year: draw(calendar_years(year)) for year in sorted(known)}
    return WorkingCalendar(name="drawn", version=1, years=years)


@st.composite
def rules(draw: st.DrawFn) -> CountingRule:
    period = Period(amount=draw(amounts), unit=draw(st.sampled_from(PeriodUnit)))
    way = draw(st.sampled_from(["period", "until", "before"]))
    leap = draw(st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 12, 31)))
    return CountingRule(
        period=period if way == "period" else None,
        until=MonthDay(month=leap.month, day=leap.day) if way == "until" else None,
        before=period if way == "before" else None,
        first_day_counts=draw(st.booleans()),
        month_end=draw(st.sampled_from(MonthEnd)),
        roll=draw(st.sampled_from(Roll)),
    )


def due(rule: CountingRule, day: date, calendar: WorkingCalendar) -> date:
    count = due_day if rule.before is None else due_day_before
    return count(rule, day, calendar)


# An oracle that knows nothing of the code under test but the table: it looks at each day in turn.


def worked(day: date, calendar: WorkingCalendar) -> bool:
    year = calendar.years.get(day.year)
    if year is not None and day in year.workdays:
        return True
    if year is not None and day in year.holidays:
        return False
    return day.isoweekday() not in (6, 7)


def nth_worked_day(start: date, amount: int, calendar: WorkingCalendar) -> date:
    found, day = [start], start
    while len(found) <= amount:
        day += ONE_DAY
        if worked(day, calendar):
            found.append(day)
    return found[-1]


@given(calendars(), days)
def test_each_day_is_what_the_table_says(calendar: WorkingCalendar, day: date) -> None:
    assert calendar.is_working_day(day) == worked(day, calendar)
    kind = calendar.describe(day).kind
    assert worked(day, calendar) == (kind in (DayKindName.WORKDAY, DayKindName.MAKE_UP))


@given(calendars(), days, amounts)
def test_adding_agrees_with_looking_at_each_day(
    calendar: WorkingCalendar, day: date, amount: int
) -> None:
    assert calendar.add_working_days(day, amount) == nth_worked_day(day, amount, calendar)


@given(calendars(), days, amounts)
def test_what_is_added_can_be_counted(calendar: WorkingCalendar, day: date, amount: int) -> None:
    later = calendar.add_working_days(day, amount)
    assert calendar.working_days_between(day, later) == amount
    assert calendar.working_days_between(later, day) == -amount


@given(calendars(), days, amounts.filter(bool), st.booleans())
def test_a_due_working_day_is_never_a_rest_day(
    calendar: WorkingCalendar,
    day: date,
    amount: int,
    first: bool,  # noqa: FBT001  # drawn by position
) -> None:
    later = calendar.add_working_days(day, amount, first_day_counts=first)
    assert worked(later, calendar)


@given(calendars(), days, amounts, amounts)
def test_adding_in_two_steps_is_adding_once(
    calendar: WorkingCalendar, day: date, first: int, second: int
) -> None:
    twice = calendar.add_working_days(calendar.add_working_days(day, first), second)
    assert twice == calendar.add_working_days(day, first + second)


@given(calendars(), days, amounts)
def test_going_back_returns_to_a_worked_day(
    calendar: WorkingCalendar, day: date, amount: int
) -> None:
    begun = calendar.next_working_day(day)
    assert calendar.add_working_days(calendar.add_working_days(begun, amount), -amount) == begun


@given(calendars(), days, amounts.filter(bool))
def test_counting_the_first_day_gains_exactly_that_day(
    calendar: WorkingCalendar, day: date, amount: int
) -> None:
    with_first = calendar.add_working_days(day, amount, first_day_counts=True)
    less = amount - 1 if worked(day, calendar) else amount
    assert with_first == calendar.add_working_days(day, less)


@given(calendar_years(2024), days.filter(lambda day: day.year == 2024))
def test_a_make_up_workday_counts(year: CalendarYear, day: date) -> None:
    saturday = date(2024, 1, 6) + (day.timetuple().tm_yday % 52) * 7 * ONE_DAY
    plain = replace(
        year,
        holidays={one: name for one, name in year.holidays.items() if one != saturday},
        workdays={one: name for one, name in year.workdays.items() if one != saturday},
    )
    moved = replace(plain, workdays={**plain.workdays, saturday: "班"})
    without, with_it = (
        WorkingCalendar(name="drawn", version=1, years={2024: one}) for one in (plain, moved)
    )
    before = saturday - ONE_DAY
    assert with_it.add_working_days(before, 1) == saturday
    later = without.add_working_days(before, 5)
    assert with_it.add_working_days(before, 6) == later


@given(calendars(), rules(), days, st.integers(min_value=0, max_value=40))
def test_a_later_start_is_never_due_earlier(
    calendar: WorkingCalendar, rule: CountingRule, day: date, more: int
) -> None:
    assert due(rule, day, calendar) <= due(rule, day + more * ONE_DAY, calendar)


@given(calendars(), rules().filter(lambda rule: rule.period is not None), days)
def test_a_longer_period_is_never_due_earlier(
    calendar: WorkingCalendar, rule: CountingRule, day: date
) -> None:
    assert rule.period is not None
    longer = replace(rule, period=replace(rule.period, amount=rule.period.amount + 1))
    assert due(rule, day, calendar) <= due(longer, day, calendar)


@given(calendars(), rules(), days)
def test_forwards_ends_no_earlier_and_backwards_no_later(
    calendar: WorkingCalendar, rule: CountingRule, day: date
) -> None:
    if rule.before is None:
        assert due(rule, day, calendar) >= day
    else:
        assert due(rule, day, calendar) <= day


@given(calendars(), rules().filter(lambda rule: rule.before is None), days)
def test_a_rolled_day_is_the_first_worked_day_from_the_plain_one(
    calendar: WorkingCalendar, rule: CountingRule, day: date
) -> None:
    plain, rolling = (replace(rule, roll=roll) for roll in (Roll.NONE, Roll.NEXT_WORKING_DAY))
    first, last = due(plain, day, calendar), due(rolling, day, calendar)
    between = (first + each * ONE_DAY for each in range((last - first).days))
    assert worked(last, calendar)
    assert not any(worked(one, calendar) for one in between)


@given(calendars(), days, st.integers(min_value=1, max_value=60))
def test_months_keep_the_day_or_stand_at_the_edge_of_the_month(
    calendar: WorkingCalendar, day: date, amount: int
) -> None:
    months = Period(amount=amount, unit=PeriodUnit.MONTHS)
    clamped = due_day(CountingRule(period=months), day, calendar)
    over = due_day(CountingRule(period=months, month_end=MonthEnd.OVERFLOW), day, calendar)
    assert (clamped.year * 12 + clamped.month) - (day.year * 12 + day.month) == amount
    if clamped.day == day.day:
        assert over == clamped
    else:
        assert clamped.day < day.day
        assert over == clamped + ONE_DAY
        assert over.day == 1


@given(rules())
def test_a_rule_survives_json(rule: CountingRule) -> None:
    assert rule_from_json(rule_to_json(rule)) == rule
