"""Laws of clocks, for any rule, calendar and sequence of pauses, extensions and re-bases."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine import clocks
from engine.calendar import WorkingCalendar, end_of_day, local_day
from engine.clock_json import clock_from_json, clock_to_json
from engine.clocks import Clock, ClockState
from engine.periods import CountingRule, Period, PeriodUnit, Roll
from engine.why import explain
from tests.property.test_calendar_laws import calendars, rules

ONE_DAY = timedelta(days=1)
instants = st.datetimes(
    min_value=datetime(2023, 6, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(2025, 6, 30),  # noqa: DTZ001  # the same
    timezones=st.just(UTC),
)
gaps = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=25))
natural = st.sampled_from([PeriodUnit.DAYS, PeriodUnit.MONTHS])
steps = st.lists(st.sampled_from(["pause", "extend", "total", "rebase"]), max_size=6)


def begin(rule: CountingRule, at: datetime, calendar: WorkingCalendar) -> Clock:
    return clocks.start(
        number=1,
        kind="reply",
        subject="assignment:1",
        round=1,
        rule=rule,
        at=at,
        calendar=calendar,
        note="办法",
        rule_reference="test/v1#reply",
        due_on=local_day(at) + 90 * ONE_DAY if rule.before is not None else None,
    )


@st.composite
def lives(draw: st.DrawFn) -> tuple[Clock, WorkingCalendar]:
    """A clock that has lived through some steps and may have ended."""
    calendar, at = draw(calendars()), draw(instants)
    clock = begin(draw(rules()), at, calendar)
    for step in draw(steps):
        at += draw(gaps)
        if step == "pause":
            clock = clocks.pause(clock, at, "等待", calendar)
            at += draw(gaps)
            clock = clocks.resume(clock, at, calendar)
        elif step == "rebase":
            clock = clocks.rebase(clock, at, "改办", calendar)
        else:
            period = Period(
                amount=draw(st.integers(min_value=1, max_value=8)),
                unit=draw(st.sampled_from(PeriodUnit)),
            )
            clock = clocks.extend(
                clock, at, period, total=step == "total", by="王芳", note="", calendar=calendar
            )
    if draw(st.booleans()):
        clock = clocks.stop(clock, at + draw(gaps), met=draw(st.booleans()))
    return clock, calendar


@given(lives())
def test_explanation_and_date_agree(life: tuple[Clock, WorkingCalendar]) -> None:
    clock, calendar = life
    lines = explain(clock, calendar)
    told = [line for line in lines if "due_on" in line.facts]
    assert told[-1] is lines[-1]
    assert {line.facts["due_on"] for line in told[-2:]} == {clock.due_on.isoformat()}
    assert len(told) == len(clock.segments) + 1
    assert all(line.facts["due_on"] in line.zh and line.facts["due_on"] in line.en for line in told)
    assert ("provisional" in lines[-1].facts) == clock.provisional


@given(lives())
def test_the_due_day_is_derived_from_the_segments_alone(
    life: tuple[Clock, WorkingCalendar],
) -> None:
    clock, calendar = life
    again = clocks.derive(clock, calendar)
    assert again == clock
    assert clock.due_at == end_of_day(clock.due_on)


@given(lives())
def test_a_clock_survives_json(life: tuple[Clock, WorkingCalendar]) -> None:
    clock, _ = life
    assert clock_from_json(json.loads(json.dumps(clock_to_json(clock)))) == clock


@given(lives())
def test_late_is_met_after_the_end_of_the_due_day(life: tuple[Clock, WorkingCalendar]) -> None:
    clock, _ = life
    after = clock.stopped_at is not None and clock.stopped_at >= clock.due_at
    assert clock.late == (clock.state is ClockState.MET and after)


@given(calendars(), instants, gaps, gaps, natural, st.integers(min_value=1, max_value=90))
def test_a_pause_shifts_a_natural_count_by_its_days(  # noqa: PLR0917  # drawn by position
    calendar: WorkingCalendar,
    at: datetime,
    before: timedelta,
    pause: timedelta,
    unit: PeriodUnit,
    amount: int,
) -> None:
    running = begin(CountingRule(period=Period(amount=amount, unit=unit)), at, calendar)
    halted = clocks.pause(running, at + before, "等待", calendar)
    clock = clocks.resume(halted, at + before + pause, calendar)
    lost = local_day(at + before + pause) - local_day(at + before)
    assert clock.due_on - running.due_on == lost


@given(calendars(), instants, gaps, gaps, st.integers(min_value=1, max_value=60))
def test_a_pause_shifts_a_working_count_by_its_working_days(
    calendar: WorkingCalendar, at: datetime, before: timedelta, pause: timedelta, amount: int
) -> None:
    rule = CountingRule(period=Period(amount=amount, unit=PeriodUnit.WORKING_DAYS))
    running = begin(rule, at, calendar)
    halted = clocks.pause(running, at + before, "等待", calendar)
    clock = clocks.resume(halted, at + before + pause, calendar)
    lost = calendar.working_days_between(local_day(at + before), local_day(at + before + pause))
    assert calendar.working_days_between(running.due_on, clock.due_on) == lost
    assert calendar.is_working_day(clock.due_on)


@given(calendars(), rules(), instants, st.lists(gaps, min_size=3, max_size=3))
def test_two_pauses_end_to_end_are_one(
    calendar: WorkingCalendar, rule: CountingRule, at: datetime, parts: list[timedelta]
) -> None:
    first, second, third = parts
    plain = CountingRule(
        period=rule.period, until=rule.until, before=rule.before, month_end=rule.month_end
    )
    clock = begin(plain, at, calendar)
    one, two, three = at + first, at + first + second, at + first + second + third
    once = clocks.resume(clocks.pause(clock, one, "", calendar), three, calendar)
    half = clocks.resume(clocks.pause(clock, one, "", calendar), two, calendar)
    twice = clocks.resume(clocks.pause(half, two, "", calendar), three, calendar)
    assert once.due_on == twice.due_on


@given(lives(), st.integers(min_value=1, max_value=8), st.sampled_from(PeriodUnit), st.booleans())
def test_an_extension_never_shortens(
    life: tuple[Clock, WorkingCalendar],
    amount: int,
    unit: PeriodUnit,
    total: bool,  # noqa: FBT001  # drawn by position
) -> None:
    clock, calendar = life
    if clock.stopped_at is not None:
        return
    at = clock.segments[-1].at
    longer = clocks.extend(
        clock,
        at,
        Period(amount=amount, unit=unit),
        total=total,
        by="李明",
        note="",
        calendar=calendar,
    )
    assert longer.due_on >= clock.due_on


@given(lives(), gaps)
def test_a_rebase_is_a_fresh_start(life: tuple[Clock, WorkingCalendar], gap: timedelta) -> None:
    clock, calendar = life
    if clock.stopped_at is not None or clock.rule.before is not None:
        return
    at = clock.segments[-1].at + gap
    assert clocks.rebase(clock, at, "", calendar).due_on == begin(clock.rule, at, calendar).due_on


@given(calendars(), instants, st.integers(min_value=1, max_value=12), gaps, gaps)
def test_a_total_is_the_longer_period_from_the_start(
    calendar: WorkingCalendar, at: datetime, months: int, before: timedelta, pause: timedelta
) -> None:
    short = begin(CountingRule(period=Period(amount=1, unit=PeriodUnit.MONTHS)), at, calendar)
    halted = clocks.pause(short, at + before, "", calendar)
    clock = clocks.resume(halted, at + before + pause, calendar)
    total = Period(amount=months, unit=PeriodUnit.MONTHS)
    longer = clocks.extend(
        clock, at + before + pause, total, total=True, by="李明", note="", calendar=calendar
    )
    whole = begin(CountingRule(period=total), at, calendar)
    lost = local_day(at + before + pause) - local_day(at + before)
    assert longer.due_on == whole.due_on + lost


@given(lives())
def test_a_due_day_that_rolls_is_worked(life: tuple[Clock, WorkingCalendar]) -> None:
    clock, calendar = life
    if clock.rule.roll is Roll.NEXT_WORKING_DAY and clock.rule.before is None:
        assert calendar.is_working_day(clock.due_on)


@given(calendars(), rules(), instants)
def test_a_count_in_natural_days_never_depends_on_the_calendar(
    calendar: WorkingCalendar, rule: CountingRule, at: datetime
) -> None:
    clock = begin(rule, at, calendar)
    if not clocks.counts_working_days(clock):
        none = WorkingCalendar(name="none", version=1, years={})
        assert not clock.provisional
        assert clocks.derive(clock, none).due_on == clock.due_on
        assert isinstance(clock.due_on, date)
