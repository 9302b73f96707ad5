"""What is due again and again: progress reports of shares, the update of promises."""

from __future__ import annotations

from datetime import date

from engine.clocks import ClockState
from engine.errors import ConditionRefused, NotAllowed, NotAuthorized
from tests.support.refusing import clocks_of, refused
from tests.support.world import World, memory_world

CLERK, HEAD = "clerk-transport", "head-transport"


def _in_hand(*joint: str) -> World:
    world = memory_world("2026-05-06").handed_over("transport", *joint)
    world.do("receive", CLERK, subject=1)
    return world


def _days(world: World, kind: str, subject: str) -> list[tuple[date, ClockState]]:
    return [(one.due_on, one.state) for one in clocks_of(world, kind, subject)]


def test_a_share_in_handling_reports_on_fixed_days() -> None:
    world = _in_hand()
    running, met = ClockState.RUNNING, ClockState.MET
    share = ("progress_report", "assignment:1")
    assert _days(world, *share) == [(date(2026, 6, 30), running)]
    world.at("2026-06-20").do("report_progress", CLERK, subject=1, progress="方案已定")
    assert world.look().assignments[0].progress == "方案已定"
    assert _days(world, *share) == [(date(2026, 6, 30), met), (date(2026, 9, 30), running)]
    # One more word changes the text and is the report of September already.
    world.do("report_progress", HEAD, subject=1, progress="已开工")
    assert world.look().assignments[0].progress == "已开工"
    assert _days(world, *share)[-1] == (date(2026, 11, 30), running)


def test_a_report_that_is_not_given_is_chased_and_stays_due() -> None:
    world = _in_hand()
    world.tick("2026-07-01")
    chased = [one.rung for one in world.look().supervisions if one.clock == "progress_report"]
    assert chased == ["overdue_1"]
    world.at("2026-07-02").do("report_progress", CLERK, subject=1, progress="方案已定")
    late, following = clocks_of(world, "progress_report", "assignment:1")
    assert (late.state, late.late) == (ClockState.MET, True)
    assert following.due_on == date(2026, 9, 30)


def test_the_draft_of_the_reply_takes_the_place_of_a_report() -> None:
    world = _in_hand()
    world.do("draft_reply", CLERK, subject=1, result="A", text="已办")
    (clock,) = clocks_of(world, "progress_report", "assignment:1")
    assert clock.state is ClockState.STOPPED
    refused(world, NotAllowed, "report_progress", CLERK, subject=1, progress="已办")


def test_a_joint_unit_reports_nothing() -> None:
    world = _in_hand("finance")
    world.do("receive", "clerk-finance", subject=2)
    assert clocks_of(world, "progress_report", "assignment:2") == ()
    refused(world, ConditionRefused, "report_progress", "clerk-finance", subject=2, progress="x")
    refused(world, NotAuthorized, "report_progress", "clerk-finance", subject=1, progress="x")


def test_a_promise_is_updated_each_december_as_long_as_it_is_open() -> None:
    world = memory_world("2026-05-06").handed_over()
    promise = [{"text": "两年内建成", "due_on": "2027-12-31"}]
    world.replied(result="B", text="列入计划。", commitments=promise)
    subject = ("commitment_update", "commitment:1")
    assert _days(world, *subject) == [(date(2026, 12, 15), ClockState.RUNNING)]
    world.at("2026-12-10").do("update_commitment", CLERK, subject=1, progress="完成一半")
    assert world.look().commitments[0].progress == "完成一半"
    assert _days(world, *subject)[-1] == (date(2027, 12, 15), ClockState.RUNNING)
    world.at("2027-11-30").do("keep_commitment", HEAD, subject=1, evidence="已建成")
    # Kept before the day: nobody owes an update any more, and none was given.
    assert _days(world, *subject)[-1] == (date(2027, 12, 15), ClockState.STOPPED)
