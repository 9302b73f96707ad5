"""延期: asked by the unit, endorsed, approved; the cap, the second request, and one who is two."""

from __future__ import annotations

from datetime import date

import pytest

from engine.congress import Appointment, Person
from engine.errors import ConditionRefused, ExtensionRefused, FormInvalid, NotAuthorized
from tests.support.memory import MemoryStore
from tests.support.refusing import clock_of, kept_by, refused, told
from tests.support.variants import with_people
from tests.support.world import World, local, memory_world

CLERK, HEAD = "clerk-transport", "head-transport"


def _in_progress(world: World | None = None) -> World:
    world = (world or memory_world()).handed_over()
    world.do("receive", CLERK, subject=1)
    return world


def _asked(world: World) -> World:
    world.do("request_extension", HEAD, subject=1, reason="涉及面广")
    return world


def test_asked_endorsed_and_approved_it_is_due_six_months_from_the_hand_over() -> None:
    world = _asked(_in_progress().at("2026-04-10"))
    assert world.owners() == ("office",)
    assert told(world, "extension_requested") == ["office"]
    refused(world, NotAuthorized, "endorse_extension", "committee", subject=1)
    world.do("endorse_extension", "office", subject=1)
    assert world.owners() == ("committee",)
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 4, 21)
    world.do("approve_extension", "committee", subject=1)
    clock = clock_of(world, "reply", "assignment:1")
    assert clock.due_on == date(2026, 7, 21)
    assert clock.segments[-1].by == "government_clerk:office、committee_clerk:committee"
    (asked,) = world.look().extensions
    assert (asked.state, asked.decided_at) == ("approved", world.now)
    assert asked.approvals == ("government_clerk:office", "committee_clerk:committee")
    assert told(world, "extension_approved") == [CLERK, "wang-fang"]
    assert world.look().assignments[0].state == "in_progress"


def test_a_second_extension_is_refused() -> None:
    world = _asked(_in_progress())
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    error = refused(world, ConditionRefused, "request_extension", HEAD, subject=1, reason="还难")
    assert "一次" in error.message("zh")


@pytest.mark.parametrize("period", [{"months": 7}, {"days": 100}, {"working_days": 200}])
def test_over_the_cap_or_in_another_unit_it_is_refused(period: dict[str, int]) -> None:
    world = _in_progress()
    error = refused(
        world,
        ExtensionRefused,
        "request_extension",
        HEAD,
        subject=1,
        reason="涉及面广",
        period=period,
    )
    assert "6 months" in error.message("en")


def test_less_than_the_cap_may_be_asked() -> None:
    world = _in_progress()
    world.do(
        "request_extension", CLERK, subject=1, reason="难", clock="reply", period={"months": 4}
    )
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 5, 21)


def test_only_a_clock_of_the_list_can_be_extended() -> None:
    world = _in_progress()
    refused(
        world, FormInvalid, "request_extension", HEAD, subject=1, reason="难", clock="first_contact"
    )


@pytest.mark.parametrize("step", ["office", "committee"])
def test_a_refused_extension_leaves_the_period_and_may_be_asked_again(step: str) -> None:
    world = _asked(_in_progress())
    if step == "committee":
        world.do("endorse_extension", "office", subject=1)
    world.do("refuse_extension", step, subject=1, reason="请抓紧办理")
    case = world.look()
    assert case.assignments[0].state == "in_progress"
    assert case.extensions[0].state == "refused"
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 4, 21)
    assert told(world, "extension_refused") == [CLERK, HEAD]
    _asked(world)
    assert [one.state for one in world.look().extensions] == ["refused", "pending"]


def test_an_approved_extension_cancels_the_pending_rung_and_plans_a_new_one() -> None:
    world = _in_progress()
    world.tick("2026-04-07")  # fifteen days before the due day
    number = clock_of(world, "reply", "assignment:1").number
    (pending,) = [one for one in world.look().timers if one.clock == number]
    assert (pending.rung, pending.plan) == ("before_5", 1)
    _asked(world)
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    timers = [one for one in kept_by(world).cases[world.case].timers if one.clock == number]
    assert [(one.plan, one.rung) for one in timers] == [
        (1, "before_15"),
        (1, "before_5"),
        (2, "before_15"),
    ]
    fired, cancelled, planned = timers
    assert fired.fired_at is not None
    assert (cancelled.fired_at, cancelled.cancelled_at) == (None, world.now)
    assert planned.fire_at == local("2026-07-06", 9)
    world.tick("2026-07-06", hour=8)
    # Nobody was chased for the old due day.
    assert "reply" not in {one.clock for one in world.look().supervisions}


def test_who_holds_both_offices_agrees_in_each_of_them_in_its_turn() -> None:
    roles = ("government_clerk", "committee_clerk")  # one person for both, as in a small county
    both = Person(
        code="office", name="马超群", appointments=tuple(Appointment(role=one) for one in roles)
    )
    world = memory_world()
    assert isinstance(world.store, MemoryStore)
    world.store.kept.directory = with_people({"office": both})
    _asked(_in_progress(world))
    world.do("endorse_extension", "office", subject=1)
    assert world.look().extensions[0].state == "pending"
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 4, 21)
    world.do("approve_extension", "committee", subject=1)  # somebody else of the second office
    assert world.look().extensions[0].state == "approved"
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 7, 21)
