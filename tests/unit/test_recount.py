"""Open clocks counted anew: what moves, what is told, and that a second run does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.calendar import (
    AdditionKind,
    CalendarAddition,
    CalendarYear,
    WorkingCalendar,
    YearStatus,
    local_day,
)
from engine.case_recount import ACTION
from engine.clocks import Clock, ClockState, SegmentKind
from engine.congress_recount import Recounting, RecountReport
from engine.obligations import is_pending
from tests.support.memory import MemoryStore
from tests.support.refusing import clock_of, told
from tests.support.world import CONGRESS, World, memory_world, national_calendar

DAY = "2026-12-21"
"""Hand-over: ten working days from here reach into 2027, which is not published yet."""


def published(*holidays: date, workdays: tuple[date, ...] = ()) -> WorkingCalendar:
    """The national calendar with 2027 published."""
    year = CalendarYear(
        year=2027,
        status=YearStatus.PUBLISHED,
        source="国办发明电〔2026〕1号",
        holidays=dict.fromkeys((date(2027, 1, 1), *holidays), "元旦"),
        workdays=dict.fromkeys(workdays, "元旦"),
    )
    known = national_calendar()
    return WorkingCalendar(name=known.name, version=2, years={**known.years, 2027: year})


THREE_DAYS_OFF = published(date(2027, 1, 2), date(2027, 1, 3))
A_MONDAY_OFF = published(date(2027, 1, 4))
A_WEDNESDAY_OFF = CalendarAddition(
    day=date(2026, 12, 23), kind=AdditionKind.HOLIDAY, name="停电", source="县政府通知"
)


def store_of(world: World) -> MemoryStore:
    assert isinstance(world.store, MemoryStore)
    return world.store


def with_calendar(world: World, calendar: WorkingCalendar) -> Recounting:
    """The calendar is changed, and nothing recounted yet."""
    store = store_of(world)
    store.kept = replace(store.kept, calendar=calendar)
    return Recounting(store)


def recounted(world: World) -> RecountReport:
    world.at("2026-12-24")
    return Recounting(world.store).run(
        CONGRESS, actor="committee", reason="2027年放假安排公布", now=world.now
    )


@pytest.fixture
def world() -> World:
    return memory_world(DAY).handed_over()


def test_a_published_year_moves_the_clocks_that_touch_it(world: World) -> None:
    window = clock_of(world, "return_window", "assignment:1")
    assert (window.due_on, window.provisional) == (date(2027, 1, 5), True)
    with_calendar(world, A_MONDAY_OFF)
    assert store_of(world).to_recount() == [CONGRESS]
    report = recounted(world)
    (moved,) = (one for one in report.moved if one.kind == "return_window")
    assert (moved.due_was, moved.due_on) == (date(2027, 1, 5), date(2027, 1, 6))
    assert (moved.was_provisional, moved.provisional, moved.reminder) == (True, False, False)
    window = clock_of(world, "return_window", "assignment:1")
    assert (window.due_on, window.provisional) == (date(2027, 1, 6), False)
    assert window.segments[-1].kind is SegmentKind.RECOUNT
    (pending,) = (
        one for one in world.look().timers if one.clock == window.number and is_pending(one)
    )
    # The reminder is planned anew, for the same morning: Monday is a holiday now.
    assert pending.plan == len(window.segments)
    assert local_day(pending.fire_at) == date(2026, 12, 31)
    assert store_of(world).to_recount() == []


def test_the_change_is_in_the_history_with_who_why_and_under_which_rule(world: World) -> None:
    with_calendar(world, A_MONDAY_OFF)
    recounted(world)
    entry = store_of(world).kept.entries[-1]
    assert (entry.action, entry.actor, entry.rule) == (ACTION, "committee", "calendar/v2")
    assert entry.content["reason"] == "2027年放假安排公布"
    assert "2027-01-06" in str(entry.content["moved"])
    assert entry.version == world.look().version
    assert told(world, "due_moved") == ["clerk-transport"]


def test_what_no_calendar_counts_does_not_move(world: World) -> None:
    reply = clock_of(world, "reply", "assignment:1")
    with_calendar(world, A_MONDAY_OFF)
    recounted(world)
    assert clock_of(world, "reply", "assignment:1") == reply


def test_a_year_published_as_expected_only_becomes_certain(world: World) -> None:
    with_calendar(world, THREE_DAYS_OFF)
    report = recounted(world)
    assert {one.due_was == one.due_on for one in report.moved} == {True}
    window = clock_of(world, "return_window", "assignment:1")
    assert (window.due_on, window.provisional) == (date(2027, 1, 5), False)
    assert told(world, "due_moved") == []


def test_a_second_run_changes_nothing(world: World) -> None:
    with_calendar(world, A_MONDAY_OFF)
    first = recounted(world)
    version = world.look().version
    second = recounted(world)
    assert first.changed == 1
    assert (second.looked_at, second.changed, second.moved) == (1, 0, ())
    assert world.look().version == version


def test_the_dry_run_tells_the_same_and_writes_nothing(world: World) -> None:
    kept = replace(store_of(world).kept)
    foreseen = Recounting(world.store).preview(CONGRESS, A_MONDAY_OFF, now=world.now)
    assert replace(store_of(world).kept) == kept
    with_calendar(world, A_MONDAY_OFF)
    assert recounted(world) == foreseen


def test_a_rung_in_working_days_moves_even_where_the_day_does_not() -> None:
    """教育局 has received; its contact is due in January, its reminder falls on a make-up day."""
    world = memory_world("2026-12-10").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    contact = clock_of(world, "first_contact", "assignment:1")
    assert contact.due_on == date(2027, 1, 8)
    # Wednesday 6 January off and Sunday 3 January worked instead: the day stays, the rung moves.
    moved_around = published(date(2027, 1, 6), workdays=(date(2027, 1, 3),))
    with_calendar(world, moved_around)
    report = recounted(world)
    (moved,) = (one for one in report.moved if one.kind == "first_contact")
    assert (moved.due_on, moved.reminder) == (date(2027, 1, 8), True)
    (pending,) = (
        one for one in world.look().timers if one.clock == contact.number and is_pending(one)
    )
    assert local_day(pending.fire_at) == date(2027, 1, 5)
    assert told(world, "due_moved") == []


def test_a_calendar_changed_meanwhile_has_the_recount_begin_again(world: World) -> None:
    recounting = with_calendar(world, A_MONDAY_OFF)
    later = replace_version(THREE_DAYS_OFF, 3)

    def changed_again(_count: int) -> None:
        with_calendar(world, later)

    report = recounting.run(
        CONGRESS, actor="committee", reason="", now=world.now, progress=changed_again
    )
    assert (report.calendar, report.looked_at, report.changed) == (3, 1, 2)
    window = clock_of(world, "return_window", "assignment:1")
    assert (window.due_on, window.provisional) == (date(2027, 1, 5), False)
    assert store_of(world).to_recount() == []


def test_what_was_over_and_is_so_again_is_not_told_once_more(world: World) -> None:
    """The order of an overdue receipt was opened; the calendar of the past is corrected."""
    world.tick("2027-01-20")
    receipt = clock_of(world, "receipt", "assignment:1")
    assert receipt.state is ClockState.RUNNING
    assert not any(one.clock == receipt.number and is_pending(one) for one in world.look().timers)
    rung = len(told(world, "clock_order"))
    day_off = published().changed(additions=(A_WEDNESDAY_OFF,))
    with_calendar(world, day_off)
    world.at("2027-01-20", 11)
    report = Recounting(world.store).run(CONGRESS, actor="committee", reason="", now=world.now)
    (moved,) = (one for one in report.moved if one.kind == "receipt")
    assert moved.due_on > moved.due_was
    assert not any(one.clock == receipt.number and is_pending(one) for one in world.look().timers)
    world.tick("2027-01-21")
    assert len(told(world, "clock_order")) == rung


def test_a_rung_whose_morning_is_over_by_the_new_calendar_goes_off_at_once() -> None:
    world = memory_world("2026-12-10").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.tick("2027-01-05", 14)
    assert "first_contact" not in {one.kind for one in rungs_told(world)}
    # Thursday 7 January off, Sunday 3 January worked: the reminder was to come this morning.
    with_calendar(world, published(date(2027, 1, 7), workdays=(date(2027, 1, 3),)))
    Recounting(world.store).run(CONGRESS, actor="committee", reason="", now=world.now)
    world.tick("2027-01-05", 15)
    (told_of,) = (one for one in rungs_told(world) if one.kind == "first_contact")
    assert told_of.due_on == date(2027, 1, 8)


def rungs_told(world: World) -> list[Clock]:
    """The clocks of which a rung was told."""
    clocks = {one.number: one for one in world.look().clocks}
    notices = store_of(world).kept.notices.values()
    return [clocks[one.rung.clock] for one in notices if one.rung is not None]


def test_a_case_that_cannot_be_counted_keeps_no_other_waiting(world: World) -> None:
    bad = world.look()
    world.handed_over()
    with_calendar(world, A_MONDAY_OFF)
    store = store_of(world)
    cases = {**store.kept.cases, bad.id: replace(bad, profile="gone")}
    store.kept = replace(store.kept, cases=cases)
    report = recounted(world)
    assert [case for case, _ in report.failed] == [bad.id]
    assert {one.case for one in report.moved} == {world.case}
    assert store.to_recount() == [CONGRESS]


def replace_version(calendar: WorkingCalendar, version: int) -> WorkingCalendar:
    return WorkingCalendar(name=calendar.name, version=version, years=calendar.years)
