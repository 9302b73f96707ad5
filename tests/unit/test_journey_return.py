"""退办: receipt, returns within the window, arbitration and who takes over, through the Desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.clocks import ClockState
from engine.errors import (
    ConditionRefused,
    FormIncomplete,
    FormInvalid,
    NotAllowed,
    NotAuthorized,
)
from engine.profile import ClockDefinition
from tests.support.refusing import clock_of, refused, told
from tests.support.variants import with_clock
from tests.support.world import World, memory_world

REASON = {"reason": "不属本单位职责", "proposed_unit": "housing"}


def _returning(world: World) -> World:
    world.do("request_return", "head-transport", subject=1, form=REASON)
    return world


def test_receipt_meets_its_clock_and_starts_the_one_of_the_first_contact() -> None:
    world = memory_world().handed_over()
    refused(world, NotAuthorized, "receive", "clerk-housing", subject=1)
    world.do("receive", "clerk-transport", subject=1)
    share = world.look().assignments[0]
    assert (share.state, share.received_at) == ("in_progress", world.now)
    assert clock_of(world, "receipt", "assignment:1").state is ClockState.MET
    assert clock_of(world, "first_contact", "assignment:1").due_on == date(2026, 2, 25)
    refused(world, NotAllowed, "receive", "clerk-transport", subject=1)


def test_the_head_names_a_handler_of_the_unit_who_is_then_the_owner() -> None:
    world = memory_world().handed_over()
    world.do("receive", "clerk-transport", subject=1)
    refused(
        world, FormInvalid, "assign_handler", "head-transport", subject=1, handler="clerk-housing"
    )
    world.do("assign_handler", "head-transport", subject=1, handler="head-transport")
    assert world.owners() == ("head-transport",)
    refused(
        world, NotAuthorized, "draft_reply", "clerk-transport", subject=1, result="A", text="已办"
    )


@pytest.mark.parametrize("received", [False, True])
def test_a_return_names_reason_and_unit_and_waits_for_arbitration(*, received: bool) -> None:
    world = memory_world().handed_over()
    if received:
        world.do("receive", "clerk-transport", subject=1)
    error = refused(world, FormIncomplete, "request_return", "clerk-transport", subject=1)
    assert error.told("fields") == ["退办理由(reason)", "建议改办单位(proposed_unit)"]
    _returning(world)
    case = world.look()
    assert case.assignments[0].state == "return_requested"
    assert case.assignments[0].received_at is not None
    (asked,) = case.returns
    assert (asked.state, asked.requested_by) == ("pending", "head-transport")
    assert (asked.reason, asked.proposed_unit) == ("不属本单位职责", "housing")
    assert world.owners() == ("committee-head", "leader")
    assert told(world, "return_requested") == ["committee-head", "leader", "office"]
    assert clock_of(world, "arbitration", "assignment:1").due_on == date(2026, 1, 28)
    assert clock_of(world, "reply", "assignment:1").state is ClockState.RUNNING


def test_the_unit_that_takes_over_gets_the_whole_period_anew() -> None:
    world = _returning(memory_world().handed_over())
    refused(world, NotAuthorized, "approve_return", "office", subject=1, reason="同意")
    world.at("2026-01-27")
    world.do("approve_return", "leader", subject=1, reason="同意", unit="housing")
    case = world.look()
    old, new = case.assignments
    assert (old.state, old.ended_at) == ("returned", world.now)
    assert (new.unit, new.kind, new.state, new.replaces) == ("housing", "lead", "issued", 1)
    assert (new.rule, new.reason) == ("return:1", "同意")
    assert clock_of(world, "reply", "assignment:1").state is ClockState.STOPPED
    assert clock_of(world, "reply", "assignment:2").due_on == date(2026, 4, 27)
    assert clock_of(world, "return_window", "assignment:2").due_on == date(2026, 2, 10)
    decided = case.returns[0]
    assert (decided.state, decided.decided_by, decided.decision_reason) == (
        "approved",
        "leader",
        "同意",
    )
    assert case.state == "handling"
    assert world.owners() == ("clerk-housing",)
    world.replied("housing", 2)
    assert world.look().state == "rating"


def test_where_the_rule_says_so_the_period_goes_on_over_a_return() -> None:
    def going_on(clock: ClockDefinition) -> ClockDefinition:
        return replace(clock, restart_after_return=False)

    world = _returning(memory_world(profile=with_clock("reply", going_on)).handed_over())
    world.at("2026-01-27").do("approve_return", "leader", subject=1, reason="同", unit="housing")
    world.at("2026-02-03")
    world.do("request_return", "clerk-housing", subject=2, reason="也不是", proposed_unit="finance")
    world.do("approve_return", "leader", subject=2, reason="同意", unit="finance")
    assert clock_of(world, "reply", "assignment:3").due_on == date(2026, 4, 21)


def test_a_refused_return_leaves_the_case_and_its_period_with_the_unit_for_good() -> None:
    world = _returning(memory_world().handed_over())
    world.do("refuse_return", "committee-head", subject=1, reason="属你单位职责")
    case = world.look()
    assert case.assignments[0].state == "in_progress"
    assert case.returns[0].state == "refused"
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 4, 21)
    assert told(world, "return_refused") == ["clerk-transport", "head-transport"]
    assert clock_of(world, "arbitration", "assignment:1").state is ClockState.MET
    refused(world, ConditionRefused, "request_return", "head-transport", subject=1, form=REASON)


def test_on_the_last_day_of_the_window_a_return_may_still_be_asked() -> None:
    world = memory_world().handed_over()
    world.tick("2026-02-04", hour=23)
    _returning(world)
    assert world.look().assignments[0].state == "return_requested"


def test_outside_the_window_a_return_is_refused_even_before_the_clock_has_ticked() -> None:
    world = memory_world().handed_over().at("2026-02-05", hour=0)
    error = refused(
        world, ConditionRefused, "request_return", "head-transport", subject=1, form=REASON
    )
    assert "10个工作日" in error.message("zh")
    world.tick("2026-02-05")
    assert clock_of(world, "return_window", "assignment:1").state is ClockState.STOPPED
    assert world.look().assignments[0].state == "issued"
    refused(world, ConditionRefused, "request_return", "head-transport", subject=1, form=REASON)


def test_a_unit_that_has_a_share_already_cannot_take_over() -> None:
    world = _returning(memory_world().handed_over("transport", "housing"))
    error = refused(
        world, FormInvalid, "approve_return", "leader", subject=1, reason="同意", unit="housing"
    )
    assert error.facts["field"] == "unit"


def test_when_no_unit_is_left_the_case_is_coordinated_and_reassigned() -> None:
    world = _returning(memory_world().handed_over("transport", "finance"))
    world.at("2026-01-26").do("approve_return", "leader", subject=1, reason="同意")
    case = world.look()
    assert case.state == "coordinating"
    assert case.assignments[1].state == "issued"  # the joint unit keeps its share
    assert world.owners() == ("committee", "office")
    assert told(world, "coordination_needed") == ["committee", "office"]
    assert clock_of(world, "reassign").due_on == date(2026, 2, 2)
    joint = [{"unit": "finance", "kind": "lead"}]
    refused(world, FormInvalid, "reassign", "office", assignments=joint)
    world.at("2026-01-30")
    world.do("reassign", "office", assignments=[{"unit": "education", "kind": "lead"}])
    case = world.look()
    assert case.state == "handling"
    assert case.assignments[2].unit == "education"
    assert clock_of(world, "reassign").state is ClockState.MET
    assert clock_of(world, "reply", "assignment:3").due_on == date(2026, 4, 30)
    assert case.handed_over_at is not None
    assert case.handed_over_at < case.assignments[2].handed_over_at


def test_a_returned_joint_share_sends_nobody_into_coordination() -> None:
    world = memory_world().handed_over("transport", "finance")
    world.do("request_return", "clerk-finance", subject=2, form=REASON)
    world.do("approve_return", "committee-head", subject=2, reason="同意", unit="housing")
    case = world.look()
    assert case.state == "handling"
    assert (case.assignments[2].unit, case.assignments[2].kind) == ("housing", "joint")


def test_one_of_two_separate_units_may_drop_out_when_the_other_has_answered() -> None:
    world = memory_world().registered()
    rows = [{"unit": "transport", "kind": "separate"}, {"unit": "housing", "kind": "separate"}]
    world.do("hand_over", "committee", assignments=rows)
    world.replied("transport", 1)
    assert world.look().state == "handling"
    world.do("request_return", "head-housing", subject=2, reason="无关", proposed_unit="finance")
    world.do("approve_return", "leader", subject=2, reason="同意")
    assert world.look().state == "rating"


def test_an_overdue_arbitration_goes_up_to_the_chairpersons() -> None:
    world = _returning(memory_world().handed_over())
    world.tick("2026-02-10")
    orders = [one for one in world.look().supervisions if one.clock == "arbitration"]
    assert [(one.kind, one.rung) for one in orders] == [
        ("reminder", "overdue_1"),
        ("order", "overdue_5"),
    ]
    assert told(world, "clock_order") == ["chairpersons", "committee-head"]
