"""When nobody ticked for a while: rungs go off in order, and everybody is told the right one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.command import CLOCK, Notice
from engine.profile import Action
from tests.support.refusing import clock_of, kept_by
from tests.support.variants import with_action
from tests.support.world import World, memory_world

CLERK, HEAD = "clerk-transport", "head-transport"
LADDER = ("before_15", "before_5", "due", "overdue_1", "overdue_5")


def _waiting_for_a_reply(world: World) -> World:
    contact = {"on": "2026-01-21", "form": "phone", "rank": "staff", "summary": "沟通"}
    world.handed_over()
    world.do("receive", CLERK, subject=1)
    world.do("record_contact", CLERK, subject=1, form=contact)
    world.tick("2026-02-06")
    return world


def _of_the_reply(world: World) -> list[Notice]:
    number = clock_of(world, "reply", "assignment:1").number
    return [one for one in kept_by(world).notices.values() if one.rung and one.rung.clock == number]


def _told(world: World) -> dict[str, list[str]]:
    """Of which rungs of the reply clock each was told, in the order of telling."""
    found: dict[str, list[str]] = {}
    for one in _of_the_reply(world):
        assert one.rung is not None
        found.setdefault(one.recipient, []).append(one.rung.rung)
    return found


def test_after_a_long_sleep_everybody_is_told_once_of_the_last_rung_meant_for_them() -> None:
    world = _waiting_for_a_reply(memory_world())
    world.tick("2026-12-01")
    assert _told(world) == {
        CLERK: ["overdue_1"],
        "office": ["overdue_1"],
        HEAD: ["overdue_5"],
        "committee": ["overdue_5"],
        "supervision": ["overdue_5"],
    }


def test_the_rungs_go_off_in_order_and_each_says_who_was_left_to_which_later_one() -> None:
    world = _waiting_for_a_reply(memory_world())
    world.tick("2026-12-01")
    number = clock_of(world, "reply", "assignment:1").number
    said = [
        (rung[2], one.content.get("left_to_later"), one.content.get("told"))
        for one in kept_by(world).entries
        if isinstance(rung := one.content.get("rung"), list) and rung[0] == number
    ]
    assert said == [
        ("before_15", {"overdue_1": [CLERK]}, None),
        ("before_5", {"overdue_1": [CLERK], "overdue_5": [HEAD]}, None),
        ("due", {"overdue_1": [CLERK], "overdue_5": [HEAD]}, None),
        ("overdue_1", {"overdue_5": [HEAD]}, [CLERK, "office"]),
        ("overdue_5", None, ["committee", HEAD, "supervision"]),
    ]
    kinds = [(one.kind, one.rung) for one in world.look().supervisions if one.clock == "reply"]
    assert ("reminder", "overdue_1") in kinds


def test_a_later_rung_that_is_not_due_yet_leaves_nobody_out() -> None:
    world = _waiting_for_a_reply(memory_world())
    world.tick("2026-04-17")  # four days before the due day
    assert _told(world) == {CLERK: ["before_5"], HEAD: ["before_5"]}


def _only_when_drafted(action: Action) -> Action:
    return replace(action, moves=(replace(action.moves[0], sources=("drafted",)),))


def test_a_later_rung_whose_action_is_refused_leaves_nobody_out() -> None:
    world = _waiting_for_a_reply(
        memory_world(profile=with_action("assignment", "escalate_unit", _only_when_drafted))
    )
    world.tick("2026-12-01")
    assert _told(world) == {
        CLERK: ["overdue_1"],
        "office": ["overdue_1"],
        HEAD: ["overdue_1"],
    }


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(min_value=0, max_value=60), min_size=1, max_size=6))
def test_however_often_somebody_ticks_nobody_is_told_twice_and_the_last_rung_is_never_lost(
    days: set[int],
) -> None:
    """Ticks on any days from before the first rung to long after the last one."""
    world = _waiting_for_a_reply(memory_world())
    for day in sorted(days):
        month, rest = divmod(day, 30)
        world.tick(f"2026-{4 + month:02}-{1 + rest:02}")
    world.tick("2026-06-15")
    told = _told(world)
    assert told[CLERK][-1] == "overdue_1"
    assert told[HEAD][-1] == "overdue_5"
    for rungs in told.values():
        assert rungs == sorted(set(rungs), key=LADDER.index)
    each = Counter((one.rung, one.recipient) for one in _of_the_reply(world))
    assert set(each.values()) == {1}
    assert all(one.actor == CLOCK for one in kept_by(world).entries if "rung" in one.content)


def test_a_deadline_that_moved_is_told_anew() -> None:
    world = _waiting_for_a_reply(memory_world())
    world.tick("2026-04-16")
    world.do("request_extension", HEAD, subject=1, reason="涉及面广")
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    world.tick(clock_of(world, "reply", "assignment:1").due_on.isoformat())
    told = {
        (one.rung.plan, one.rung.rung)
        for one in _of_the_reply(world)
        if one.recipient == HEAD
        if one.rung
    }
    assert told == {(1, "before_5"), (2, "due")}
