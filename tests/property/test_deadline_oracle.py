"""Deadlines against an oracle that looks at one day after the other, over ten published years.

The oracle knows the tables of the State Council's arrangements with their 调休 and nothing of the
code under test: it walks, day by day, what `engine.clocks` reckons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from engine import clocks
from engine.calendar import SHANGHAI, WorkingCalendar
from engine.clocks import Clock
from engine.periods import CountingRule, MonthEnd, Period, PeriodUnit, Roll
from engine.uncounted import PassedOver, made_up_days, uncounted_days
from engine.why import explain
from workflows.national_calendar import national_years

ONE_DAY = timedelta(days=1)
FIRST, LAST = 2017, 2026
YEARS = national_years(FIRST, LAST)
CALENDAR = WorkingCalendar(name="national", version=1, years=YEARS)
RESTS = {day for one in YEARS.values() for day in one.holidays}
MOVED = {day for one in YEARS.values() for day in one.workdays}
starts = st.dates(min_value=date(FIRST, 1, 1), max_value=date(LAST - 1, 6, 30))
LEAP_DAY, LAST_OF_JANUARY = date(2024, 2, 29), date(2023, 1, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A pause of some days, an extension, or another rule, `after` days after what was before."""

    after: int
    pause: int = 0
    extension: Period | None = None
    total: bool = False
    rule: CountingRule | None = None


def periods(longest: int) -> st.SearchStrategy[Period]:
    return st.builds(
        Period,
        amount=st.integers(min_value=1, max_value=longest),
        unit=st.sampled_from(PeriodUnit),
    )


rules = st.builds(
    CountingRule,
    period=st.one_of(
        periods(14),
        st.builds(
            Period, amount=st.integers(min_value=15, max_value=120), unit=st.just(PeriodUnit.DAYS)
        ),
    ),
    first_day_counts=st.booleans(),
    month_end=st.sampled_from(MonthEnd),
    roll=st.sampled_from(Roll),
)
happenings = st.lists(
    st.one_of(
        st.builds(Happening, after=st.integers(0, 25), pause=st.integers(0, 40)),
        st.builds(Happening, after=st.integers(0, 25), extension=periods(6), total=st.booleans()),
        st.builds(Happening, after=st.integers(0, 25), rule=rules),
    ),
    max_size=4,
)


# ------------------------------------------------------------------------------- the slow oracle


def worked(day: date) -> bool:
    return day in MOVED or (day.weekday() < 5 and day not in RESTS)


def counts(day: date, unit: PeriodUnit) -> bool:
    return unit is not PeriodUnit.WORKING_DAYS or worked(day)


def walk(day: date, days: int, unit: PeriodUnit) -> date:
    """The day after which that many more days have counted."""
    while days > 0:
        day += ONE_DAY
        days -= counts(day, unit)
    return day


def first_due(rule: CountingRule, period: Period, start: date) -> date:
    if period.unit is PeriodUnit.MONTHS:
        day = same_day(start, period.amount, rule.month_end)
        return day - ONE_DAY if rule.first_day_counts else day
    spent = int(rule.first_day_counts and counts(start, period.unit))
    return walk(start, period.amount - spent, period.unit)


def same_day(start: date, months: int, month_end: MonthEnd) -> date:
    """Walks on to the day of that number, or to the end of a month that has none."""
    day, month = start, 0
    while True:
        tomorrow = day + ONE_DAY
        month += tomorrow.day == 1
        if month == months and tomorrow.day == start.day:
            return tomorrow
        if month > months:
            return day if month_end is MonthEnd.CLAMP else tomorrow
        day = tomorrow


def slow_due(rule: CountingRule, start: date, story: list[Happening]) -> date:
    for one in story:
        rule = one.rule or rule
    assert rule.period is not None
    unit = rule.period.unit
    due, lost, today = first_due(rule, rule.period, start), 0, start
    for one in story:
        today += one.after * ONE_DAY
        for _ in range(one.pause):
            today += ONE_DAY
            lost += counts(today, unit)
            due = walk(due, counts(today, unit), unit)
        if one.extension is not None and one.total:
            due = max(due, walk(first_due(rule, one.extension, start), lost, unit))
        elif one.extension is not None:
            due = first_due(
                CountingRule(period=one.extension, month_end=rule.month_end), one.extension, due
            )
    while rule.roll is Roll.NEXT_WORKING_DAY and not worked(due):
        due += ONE_DAY
    return due


# ------------------------------------------------------------------------- the code under test


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=SHANGHAI).astimezone(UTC)


def begin(rule: CountingRule, start: date, calendar: WorkingCalendar = CALENDAR) -> Clock:
    return clocks.start(
        number=1,
        kind="reply",
        subject="assignment:1",
        round=1,
        rule=rule,
        at=noon(start),
        calendar=calendar,
        rule_reference="test/v1#reply",
    )


def told(clock: Clock, start: date, story: list[Happening]) -> Iterator[Clock]:
    """The clock after each happening."""
    today = start
    for one in story:
        today += one.after * ONE_DAY
        if one.pause:
            clock = clocks.pause(clock, noon(today), "等待上级文件", CALENDAR)
            today += one.pause * ONE_DAY
            clock = clocks.resume(clock, noon(today), CALENDAR)
        elif one.extension is not None:
            clock = clocks.extend(
                clock,
                noon(today),
                one.extension,
                total=one.total,
                by="committee_clerk:zhao-min",
                note="涉及面广",
                calendar=CALENDAR,
            )
        elif one.rule is not None:
            clock = clocks.change_rule(
                clock,
                noon(today),
                one.rule,
                rule_reference="test/v2#reply",
                note="新办法",
                by="zhao-min",
                calendar=CALENDAR,
            )
        yield clock


THREE_MONTHS = CountingRule(period=Period(amount=3, unit=PeriodUnit.MONTHS))
OVERFLOWING = CountingRule(
    period=Period(amount=1, unit=PeriodUnit.MONTHS), month_end=MonthEnd.OVERFLOW
)


@example(THREE_MONTHS, date(2023, 11, 30), [])
@example(OVERFLOWING, LAST_OF_JANUARY, [])
@example(THREE_MONTHS, LEAP_DAY, [Happening(after=3, pause=12)])
@given(rules, starts, happenings)
def test_the_due_day_is_the_one_that_is_reached_day_by_day(
    rule: CountingRule, start: date, story: list[Happening]
) -> None:
    clock = begin(rule, start)
    assert clock.due_on == slow_due(rule, start, [])
    for count, later in enumerate(told(clock, start, story), start=1):
        assert later.due_on == slow_due(rule, start, story[:count])
        assert explain(later, CALENDAR)[-1].facts["due_on"] == later.due_on.isoformat()


@given(rules, starts, happenings, st.integers(min_value=1, max_value=40))
def test_more_is_never_earlier(
    rule: CountingRule, start: date, story: list[Happening], more: int
) -> None:
    """A longer period, a later start, a longer pause and a longer extension are monotone."""
    assert rule.period is not None
    longer = Period(amount=rule.period.amount + more, unit=rule.period.unit)
    by_longer = CountingRule(
        period=longer,
        first_day_counts=rule.first_day_counts,
        month_end=rule.month_end,
        roll=rule.roll,
    )
    assert begin(by_longer, start).due_on >= begin(rule, start).due_on
    assert begin(rule, start + more * ONE_DAY).due_on >= begin(rule, start).due_on
    final = [begin(rule, start), *told(begin(rule, start), start, story)][-1]
    last = clocks.pause(final, final.segments[-1].at, "", CALENDAR)
    due = [
        clocks.resume(last, last.segments[-1].at + days * ONE_DAY, CALENDAR).due_on
        for days in (0, more, more + 7)
    ]
    assert final.due_on == due[0] <= due[1] <= due[2]


@given(rules, starts, happenings)
def test_the_days_passed_over_account_for_the_date(
    rule: CountingRule, start: date, story: list[Happening]
) -> None:
    """What was counted and what was passed over make up all days between start and due day."""
    story = [one for one in story if one.extension is None]
    clock = [begin(rule, start), *told(begin(rule, start), start, story)][-1]
    in_force = clocks.rule_in_force(clock)
    assert in_force.period is not None
    passed = uncounted_days(clock, CALENDAR)
    days = [one.day for one in passed]
    assert days == sorted(set(days))
    assert all(start < day <= clock.due_on for day in days)
    assert not any(worked(one.day) for one in passed if one.why is not PassedOver.PAUSED)
    assert all(day in MOVED for day, _ in made_up_days(clock, CALENDAR))
    today, in_time = start, True
    for happened in story:
        today += happened.after * ONE_DAY
        in_time = in_time and today < begin(in_force, start).due_on
        today += happened.pause * ONE_DAY
    # A pause that begins only when the clock is overdue puts the day off without preceding it.
    if in_force.period.unit is not PeriodUnit.MONTHS and in_time and not in_force.first_day_counts:
        assert (clock.due_on - start).days - len(passed) == in_force.period.amount


@given(rules, starts, st.integers(min_value=0, max_value=60), rules)
def test_another_rule_keeps_the_start_and_the_paused_time(
    rule: CountingRule, start: date, pause: int, other: CountingRule
) -> None:
    paused = Happening(after=2, pause=pause)
    story = [paused, Happening(after=1, rule=other)]
    clock = list(told(begin(rule, start), start, story))[-1]
    under_other_from_the_start = list(told(begin(other, start), start, [paused]))[-1]
    assert clock.due_on == under_other_from_the_start.due_on
    assert clock.segments[0] == begin(rule, start).segments[0]


@given(
    st.integers(min_value=0, max_value=60),
    st.sampled_from([PeriodUnit.DAYS, PeriodUnit.WORKING_DAYS]),
    starts,
    st.booleans(),
)
def test_counting_back_is_counting_forward_reversed(
    amount: int,
    unit: PeriodUnit,
    anchor: date,
    rolls: bool,  # noqa: FBT001  # drawn by position
) -> None:
    rule = CountingRule(
        before=Period(amount=amount, unit=unit),
        roll=Roll.NEXT_WORKING_DAY if rolls else Roll.NONE,
    )
    clock = clocks.start(
        number=1,
        kind="joint_opinion",
        subject="assignment:2",
        round=1,
        rule=rule,
        at=noon(anchor - 90 * ONE_DAY),
        calendar=CALENDAR,
        due_on=anchor,
    )
    day, left = anchor, amount
    while left:
        day -= ONE_DAY
        left -= counts(day, unit)
    while rolls and not worked(day) and day < anchor:
        day += ONE_DAY
    assert clock.due_on == day
    moved = clocks.move_anchor(clock, noon(anchor), anchor + 30 * ONE_DAY, "延期", CALENDAR)
    assert moved.due_on > clock.due_on
    assert explain(moved, CALENDAR)[-1].facts["due_on"] == moved.due_on.isoformat()
