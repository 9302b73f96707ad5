"""Clocks: start, pause, resume, extend, re-base, stop, and the answer to “why this date”."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from engine import clocks
from engine.calendar import CalendarYear, WorkingCalendar, YearStatus, end_of_day, local_instant
from engine.clock_json import clock_from_json, clock_to_json
from engine.clocks import Clock, ClockState, Segment, SegmentKind
from engine.errors import InvalidValue
from engine.periods import CountingRule, MonthDay, Period, PeriodUnit, Roll
from engine.why import explain
from tests.support.may_day import CALENDAR

DAYS, WORKING, MONTHS = PeriodUnit.DAYS, PeriodUnit.WORKING_DAYS, PeriodUnit.MONTHS
THREE_MONTHS = CountingRule(period=Period(amount=3, unit=MONTHS))
TEN_WORKING_DAYS = CountingRule(period=Period(amount=10, unit=WORKING))
TWENTY_DAYS_BEFORE = CountingRule(before=Period(amount=20, unit=DAYS))


def on(month: int, day: int, hour: int = 10, *, year: int = 2024) -> datetime:
    return local_instant(date(year, month, day), time(hour, 0))


def started(
    rule: CountingRule = THREE_MONTHS,
    at: datetime | None = None,
    due_on: date | None = None,
) -> Clock:
    return clocks.start(
        number=1,
        kind="reply",
        subject="assignment:1",
        round=1,
        rule=rule,
        at=at or on(3, 1),
        calendar=CALENDAR,
        note="浙江办法第二十条",
        rule_reference="test/v1#reply",
        due_on=due_on,
    )


def paused(clock: Clock, at: datetime) -> Clock:
    return clocks.pause(clock, at, "等待上级文件", CALENDAR)


def resumed(clock: Clock, at: datetime) -> Clock:
    return clocks.resume(clock, at, CALENDAR)


def extended(clock: Clock, amount: int, unit: PeriodUnit, *, total: bool) -> Clock:
    return clocks.extend(
        clock,
        on(4, 10),
        Period(amount=amount, unit=unit),
        total=total,
        by="committee_head:赵敏",
        note="涉及多个部门",
        calendar=CALENDAR,
    )


def test_a_clock_starts_with_its_due_day() -> None:
    clock = started()
    assert clock.state is ClockState.RUNNING
    assert clock.due_on == date(2024, 6, 1)
    assert clock.due_at == datetime(2024, 6, 1, 16, 0, tzinfo=UTC)
    assert not clock.provisional
    assert [one.kind for one in clock.segments] == [SegmentKind.START]


def test_late_in_the_evening_counts_from_the_day_in_shanghai() -> None:
    assert started(at=datetime(2024, 3, 1, 16, 30, tzinfo=UTC)).due_on == date(2024, 6, 2)


def test_a_promised_day_is_the_due_day() -> None:
    promised = CountingRule(period=Period(amount=0, unit=DAYS))
    clock = started(promised, due_on=date(2024, 12, 20))
    assert clock.due_on == date(2024, 12, 20)
    assert "期限由决定或承诺确定" in explain(clock, CALENDAR)[0].zh


def test_a_clock_counted_back_from_another() -> None:
    assert started(TWENTY_DAYS_BEFORE, due_on=date(2024, 6, 1)).due_on == date(2024, 5, 12)


def test_a_pause_in_natural_days() -> None:
    clock = resumed(paused(started(), on(4, 1)), on(4, 11))
    assert clock.state is ClockState.RUNNING
    assert clock.due_on == date(2024, 6, 11)
    assert clock.due_at == end_of_day(date(2024, 6, 11))


def test_a_pause_in_working_days_skips_holidays() -> None:
    running = started(TEN_WORKING_DAYS, on(4, 22))
    assert running.due_on == date(2024, 5, 8)
    clock = resumed(paused(running, on(4, 30)), on(5, 6))
    assert clock.due_on == date(2024, 5, 9)


def test_a_pause_within_a_day_costs_nothing() -> None:
    assert resumed(paused(started(), on(4, 1, 9)), on(4, 1, 17)).due_on == date(2024, 6, 1)


def test_a_pause_does_not_move_the_day_until_it_ends() -> None:
    clock = paused(started(), on(4, 1))
    assert clock.state is ClockState.PAUSED
    assert clock.due_on == date(2024, 6, 1)


def test_a_pause_before_the_count_begins_costs_only_what_was_counted() -> None:
    clock = resumed(paused(started(at=on(3, 10)), on(3, 1)), on(3, 15))
    assert clock.due_on == date(2024, 6, 15)


def test_a_paused_due_day_rolls_where_the_rule_rolls() -> None:
    rolling = CountingRule(period=Period(amount=1, unit=MONTHS), roll=Roll.NEXT_WORKING_DAY)
    clock = resumed(paused(started(rolling, on(4, 1)), on(4, 10)), on(4, 20))
    assert started(rolling, on(4, 1)).due_on == date(2024, 5, 6)
    assert clock.due_on == date(2024, 5, 11)  # ten days after 1 May: a Saturday that is worked
    within = resumed(paused(started(rolling, on(4, 1)), on(4, 10)), on(4, 14))
    assert within.due_on == date(2024, 5, 6)  # four days after 1 May is a holiday too: rolled once


@pytest.mark.parametrize(
    ("amount", "unit", "total", "expected"),
    [
        (6, MONTHS, True, date(2024, 9, 1)),
        (1, MONTHS, False, date(2024, 7, 1)),
        (30, DAYS, False, date(2024, 7, 1)),
        (5, WORKING, False, date(2024, 6, 7)),
        (1, MONTHS, True, date(2024, 6, 1)),
    ],
)
def test_extensions(amount: int, unit: PeriodUnit, expected: date, *, total: bool) -> None:
    clock = extended(started(), amount, unit, total=total)
    assert clock.due_on == expected
    assert clock.segments[-1].by == "committee_head:赵敏"


def test_a_total_keeps_the_days_of_earlier_pauses() -> None:
    clock = resumed(paused(started(), on(4, 1)), on(4, 11))
    assert extended(clock, 6, MONTHS, total=True).due_on == date(2024, 9, 11)


def test_an_added_period_begins_after_the_due_day_also_when_the_first_day_counts() -> None:
    rule = CountingRule(period=Period(amount=10, unit=DAYS), first_day_counts=True)
    assert started(rule).due_on == date(2024, 3, 10)
    assert extended(started(rule), 5, DAYS, total=False).due_on == date(2024, 3, 15)
    assert extended(started(rule), 15, DAYS, total=True).due_on == date(2024, 3, 15)


def test_two_extensions_add_up() -> None:
    once = extended(started(), 1, MONTHS, total=False)
    assert extended(once, 1, MONTHS, total=False).due_on == date(2024, 8, 1)


def test_a_rebase_forgets_pauses_and_extensions() -> None:
    clock = extended(resumed(paused(started(), on(4, 1)), on(4, 11)), 6, MONTHS, total=True)
    again = clocks.rebase(clock, on(5, 20), "改由交通局办理", CALENDAR)
    assert again.due_on == date(2024, 8, 20)
    assert again.segments[-1].rule == "test/v1#reply"


def test_a_rebase_of_a_paused_clock_runs() -> None:
    again = clocks.rebase(paused(started(), on(4, 1)), on(5, 20), "", CALENDAR)
    assert again.state is ClockState.RUNNING
    assert again.due_on == date(2024, 8, 20)


def test_a_rebase_keeps_an_anchor_and_a_promise() -> None:
    back = started(TWENTY_DAYS_BEFORE, due_on=date(2024, 6, 1))
    assert clocks.rebase(back, on(4, 1), "", CALENDAR).due_on == date(2024, 5, 12)
    promised = started(CountingRule(period=Period(amount=0, unit=DAYS)), due_on=date(2024, 9, 1))
    assert clocks.rebase(promised, on(4, 1), "", CALENDAR).due_on == date(2024, 9, 1)


def test_the_last_moment_is_in_time_and_the_next_is_late() -> None:
    clock = started()
    in_time = clocks.stop(clock, datetime(2024, 6, 1, 15, 59, 59, tzinfo=UTC), met=True)
    late = clocks.stop(clock, datetime(2024, 6, 1, 16, 0, tzinfo=UTC), met=True)
    assert (in_time.state, in_time.late) == (ClockState.MET, False)
    assert (late.state, late.late) == (ClockState.MET, True)
    assert late.stopped_at == datetime(2024, 6, 1, 16, 0, tzinfo=UTC)
    assert late.due_on == clock.due_on


def test_an_obligation_that_fell_away_is_not_late() -> None:
    clock = clocks.stop(started(), on(9, 1), met=False)
    assert (clock.state, clock.late) == (ClockState.STOPPED, False)


def test_met_while_paused_counts_until_the_pause() -> None:
    assert not clocks.stop(paused(started(), on(5, 1)), on(9, 1), met=True).late
    assert clocks.stop(paused(started(), on(6, 2)), on(9, 1), met=True).late


def test_steps_that_are_not_possible() -> None:
    running, halted = started(), paused(started(), on(4, 1))
    ended = clocks.stop(running, on(5, 1), met=True)
    with pytest.raises(InvalidValue, match="it is running now"):
        resumed(running, on(4, 1))
    with pytest.raises(InvalidValue, match="it is paused now"):
        paused(halted, on(4, 2))
    steps: tuple[Callable[[], Clock], ...] = (
        lambda: paused(ended, on(5, 2)),
        lambda: resumed(ended, on(5, 2)),
        lambda: extended(ended, 1, MONTHS, total=False),
        lambda: clocks.rebase(ended, on(5, 2), "", CALENDAR),
        lambda: clocks.stop(ended, on(5, 2), met=True),
    )
    for step in steps:
        with pytest.raises(InvalidValue, match="it is met now"):
            step()


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no time zone"):
        Segment(kind=SegmentKind.START, at=datetime(2024, 3, 1))  # noqa: DTZ001  # the mistake under test


@pytest.mark.parametrize(
    ("rule", "at", "due_on", "provisional"),
    [
        (TEN_WORKING_DAYS, on(4, 22), None, False),
        (TEN_WORKING_DAYS, on(12, 25), None, True),
        (TEN_WORKING_DAYS, on(12, 25, year=2023), None, True),
        (THREE_MONTHS, on(12, 25), None, False),
        (CountingRule(period=Period(amount=0, unit=DAYS)), on(3, 1), date(2025, 6, 1), False),
        (CountingRule(before=Period(amount=9, unit=WORKING)), on(3, 1), date(2025, 1, 6), True),
        (CountingRule(before=Period(amount=9, unit=WORKING)), on(3, 1), date(2024, 12, 6), False),
    ],
)
def test_a_count_that_meets_an_unpublished_year_is_provisional(
    rule: CountingRule, at: datetime, due_on: date | None, *, provisional: bool
) -> None:
    clock = started(rule, at, due_on)
    assert clock.provisional is provisional
    assert ("暂定" in explain(clock, CALENDAR)[-1].zh) is provisional


def test_an_extension_in_working_days_makes_a_natural_count_depend_on_the_calendar() -> None:
    clock = extended(started(at=on(11, 1)), 10, WORKING, total=False)
    assert clock.due_on.year == 2025
    assert clock.provisional


def test_a_changed_calendar_moves_the_day_when_it_is_derived_again() -> None:
    clock = started(TEN_WORKING_DAYS, on(12, 25))
    published = CalendarYear(
        year=2025,
        status=YearStatus.PUBLISHED,
        source="test",
        holidays={date(2025, 1, 1): "元旦"},
        workdays={},
    )
    later = WorkingCalendar(name="test", version=2, years={**CALENDAR.years, 2025: published})
    again = clocks.derive(clock, later)
    assert (clock.due_on, again.due_on) == (date(2025, 1, 8), date(2025, 1, 9))
    assert (clock.provisional, again.provisional) == (True, False)


def test_the_explanation_tells_rule_source_pause_approver_and_result() -> None:
    clock = extended(
        resumed(paused(started(TEN_WORKING_DAYS, on(4, 22)), on(4, 24)), on(4, 26)),
        5,
        WORKING,
        total=False,
    )
    lines = explain(clock, CALENDAR)
    assert [line.facts.get("kind") for line in lines] == [
        "start",
        "pause",
        "resume",
        "extend",
        "uncounted",
        "make-up-workdays",
        None,
    ]
    start, pause, resume, extension, rests, make_up, result = lines
    assert "10个工作日" in start.zh
    assert "浙江办法第二十条" in start.zh
    assert start.facts["rule"] == "test/v1#reply"
    assert "等待上级文件" in pause.zh
    assert resume.facts["days"] == "2"
    assert "committee_head:赵敏" in extension.en
    assert extension.facts["by"] == "committee_head:赵敏"
    assert "2024-05-01至2024-05-05(劳动节)" in rests.zh
    assert "2024-04-25至2024-04-26(暂停:等待上级文件)" in rests.zh
    assert "2024-05-11" in make_up.zh
    assert result.facts["due_on"] == clock.due_on.isoformat() == extension.facts["due_on"]
    assert str(clock.due_on) in result.zh
    assert str(clock.due_on) in result.en


def test_a_count_in_months_does_not_speak_of_holidays() -> None:
    assert [line.facts.get("kind") for line in explain(started(), CALENDAR)] == ["start", None]


@pytest.mark.parametrize(
    ("rule", "due_on", "words"),
    [
        (CountingRule(until=MonthDay(month=8, day=31)), None, "固定日期8月31日"),
        (TWENTY_DAYS_BEFORE, date(2024, 6, 1), "自2024-06-01倒推20日"),
        (
            CountingRule(
                period=Period(amount=1, unit=MONTHS),
                first_day_counts=True,
                roll=Roll.NEXT_WORKING_DAY,
            ),
            None,
            "1个月,首日计入,遇休息日顺延",
        ),
    ],
)
def test_every_way_of_counting_is_told(rule: CountingRule, due_on: date | None, words: str) -> None:
    assert words in explain(started(rule, due_on=due_on), CALENDAR)[0].zh


def test_an_ended_and_a_rebased_clock_are_explained() -> None:
    clock = clocks.rebase(started(), on(5, 20), "改由交通局办理", CALENDAR)
    ended = clocks.stop(clock, on(6, 1), met=True)
    lines = explain(ended, CALENDAR)
    assert [line.facts.get("kind") for line in lines] == ["start", "rebase", "stop", None]
    assert "重新起算" in lines[1].zh
    assert "started again" in lines[1].en
    assert lines[-1].facts["due_on"] == "2024-08-20"


def test_a_clock_survives_json() -> None:
    clock = clocks.stop(
        extended(resumed(paused(started(), on(4, 1)), on(4, 11)), 6, MONTHS, total=True),
        on(10, 1),
        met=True,
    )
    assert clock_from_json(json.loads(json.dumps(clock_to_json(clock)))) == clock
    assert clock_from_json(clock_to_json(started(due_on=date(2024, 9, 1)))).due_on == date(
        2024, 9, 1
    )
