"""会办 and 分办: the joint opinion, its redo, and the join before a case counts as answered."""

from __future__ import annotations

from datetime import date

from engine.clocks import ClockState
from engine.errors import ConditionRefused, NotAllowed, NotAuthorized
from tests.support.refusing import clock_of, clocks_of, refused, told
from tests.support.world import World, memory_world

LEAD, JOINT = "clerk-transport", "clerk-finance"


def _with_opinion() -> World:
    world = memory_world().handed_over("transport", "finance")
    world.do("receive", JOINT, subject=2)
    world.do("give_opinion", JOINT, subject=2, opinion="经费可以安排")
    return world


def _signed(world: World) -> World:
    """The lead unit's reply, ready to be delivered."""
    world.do("receive", LEAD, subject=1)
    contact = {
        "on": world.now.date().isoformat(),
        "form": "phone",
        "rank": "staff",
        "summary": "沟通",
    }
    world.do("record_contact", LEAD, subject=1, form=contact)
    world.do("draft_reply", LEAD, subject=1, result="A", text="已增设。")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", "head-transport", subject=1, document_number="临交〔2026〕1号")
    return world


def test_a_joint_opinion_goes_to_the_lead_unit_which_takes_it() -> None:
    world = _with_opinion()
    share = world.look().assignments[1]
    assert (share.state, share.opinion) == ("opinion_given", "经费可以安排")
    assert told(world, "opinion_given") == [LEAD]
    assert clock_of(world, "joint_opinion", "assignment:2").state is ClockState.MET
    assert clock_of(world, "opinion_check", "assignment:2").due_on == date(2026, 1, 28)
    refused(world, NotAuthorized, "accept_opinion", JOINT, subject=2)
    world.do("accept_opinion", LEAD, subject=2)
    assert world.look().assignments[1].state == "contributed"


def test_a_joint_unit_gives_an_opinion_and_no_reply_and_the_lead_unit_the_other_way() -> None:
    world = memory_world().handed_over("transport", "finance")
    world.do("receive", JOINT, subject=2)
    world.do("receive", LEAD, subject=1)
    refused(world, ConditionRefused, "draft_reply", JOINT, subject=2, result="A", text="已办")
    refused(world, ConditionRefused, "give_opinion", LEAD, subject=1, opinion="好")
    contact = {"on": "2026-01-21", "form": "phone", "rank": "staff", "summary": "沟通"}
    refused(world, ConditionRefused, "record_contact", JOINT, subject=2, form=contact)
    refused(world, ConditionRefused, "request_extension", JOINT, subject=2, reason="难")


def test_an_opinion_is_sent_back_and_redone_in_five_working_days() -> None:
    world = _with_opinion()
    world.do("bounce_opinion", LEAD, subject=2, reason="请写明金额")
    share = world.look().assignments[1]
    assert (share.state, share.opinion_at) == ("redoing", None)
    assert told(world, "opinion_bounced") == [JOINT]
    assert clock_of(world, "opinion_redo", "assignment:2").due_on == date(2026, 1, 28)
    refused(world, NotAllowed, "accept_opinion", LEAD, subject=2)
    world.do("give_opinion", JOINT, subject=2, opinion="可安排八十万元")
    share = world.look().assignments[1]
    assert (share.state, share.opinion) == ("opinion_given", "可安排八十万元")
    assert share.opinion_at == world.now
    first, second = clocks_of(world, "opinion_check", "assignment:2")
    assert (first.state, second.state) == (ClockState.MET, ClockState.RUNNING)


def test_an_opinion_may_be_bettered_until_it_is_taken() -> None:
    world = _with_opinion()
    world.do("give_opinion", JOINT, subject=2, opinion="另有补充")
    assert world.look().assignments[1].opinion == "另有补充"
    assert len(clocks_of(world, "opinion_check", "assignment:2")) == 1
    world.do("accept_opinion", LEAD, subject=2)
    refused(world, NotAllowed, "give_opinion", JOINT, subject=2, opinion="再补充")


def test_an_opinion_that_is_not_sent_back_counts_as_taken() -> None:
    world = _with_opinion()
    world.tick("2026-01-28", hour=23)
    assert world.look().assignments[1].state == "opinion_given"
    world.tick("2026-01-29", hour=9)
    assert world.look().assignments[1].state == "contributed"
    assert told(world, "opinion_taken") == [JOINT, LEAD]
    assert clock_of(world, "opinion_check", "assignment:2").state is ClockState.STOPPED


def test_no_reply_is_delivered_while_a_joint_opinion_is_open() -> None:
    world = _signed(memory_world().handed_over("transport", "finance"))
    error = refused(world, ConditionRefused, "deliver_reply", LEAD, subject=1)
    assert "会办意见" in error.message("zh")
    world.do("receive", JOINT, subject=2)
    refused(world, ConditionRefused, "deliver_reply", LEAD, subject=1)
    world.do("give_opinion", JOINT, subject=2, opinion="好")
    refused(world, ConditionRefused, "deliver_reply", LEAD, subject=1)
    world.do("accept_opinion", LEAD, subject=2)
    world.do("deliver_reply", LEAD, subject=1)
    assert world.look().state == "rating"


def test_a_returned_joint_share_no_longer_holds_the_reply_up() -> None:
    world = _signed(memory_world().handed_over("transport", "finance"))
    world.do("request_return", JOINT, subject=2, reason="无关", proposed_unit="housing")
    refused(world, ConditionRefused, "deliver_reply", LEAD, subject=1)
    world.do("approve_return", "leader", subject=2, reason="同意")
    world.do("deliver_reply", LEAD, subject=1)
    assert world.look().state == "rating"


def test_without_a_lead_unit_the_joint_unit_owns_its_own_opinion() -> None:
    world = _with_opinion()
    form = {"reason": "无关", "proposed_unit": "housing"}
    world.do("request_return", LEAD, subject=1, form=form)
    world.do("approve_return", "leader", subject=1, reason="同意")
    assert world.look().state == "coordinating"
    refused(world, NotAuthorized, "accept_opinion", LEAD, subject=2)
    world.do("reassign", "office", assignments=[{"unit": "housing", "kind": "lead"}])
    assert world.owners() == (JOINT, "clerk-housing")
    world.do("accept_opinion", "clerk-housing", subject=2)


def test_separate_units_answer_each_for_itself_and_the_last_one_completes_it() -> None:
    world = memory_world().registered("li-ming")
    rows = [
        {"unit": "transport", "kind": "separate"},
        {"unit": "housing", "kind": "separate"},
        {"unit": "finance", "kind": "joint"},
    ]
    world.do("hand_over", "committee", assignments=rows)
    world.do("receive", JOINT, subject=3)
    world.do("give_opinion", JOINT, subject=3, opinion="好")
    world.do("accept_opinion", LEAD, subject=3)
    world.replied("housing", 2)
    case = world.look()
    assert (case.state, case.answered_at) == ("handling", None)
    assert case.evaluations == ()
    world.replied("transport", 1)
    case = world.look()
    assert (case.state, case.answered_at) == ("rating", world.now)
    assert [(one.reply, one.deputy) for one in case.deliveries] == [
        (1, "wang-fang"),
        (1, "li-ming"),
        (2, "wang-fang"),
        (2, "li-ming"),
    ]
    assert [one.deputy for one in case.evaluations] == ["wang-fang", "li-ming"]
