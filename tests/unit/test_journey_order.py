"""督办单: opened once, owned by who was ordered, answered, checked, closed; it begets no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.clocks import ClockState
from engine.command import CLOCK
from engine.errors import (
    ConditionRefused,
    FormIncomplete,
    NotAllowed,
    NotAuthorized,
    OrderOpen,
    UnknownSubject,
)
from engine.profile import Action, Effect
from tests.support.in_hand import met
from tests.support.refusing import clock_of, clocks_of, kept_by, refused, told
from tests.support.variants import with_action
from tests.support.world import World, memory_world

CLERK, HEAD = "clerk-transport", "head-transport"


def _ordered() -> World:
    """The reply is five working days overdue."""
    world = met(memory_world().handed_over())
    world.tick("2026-04-28")
    return world


def _possible(world: World, actor: str) -> set[str]:
    found = world.desk.possible("linxi", world.case, actor, world.now)
    return {one.action for one in found if "order" in one.action}


def test_an_overdue_reply_opens_an_order_to_its_unit_with_owner_and_clock() -> None:
    world = _ordered()
    (order,) = world.look().orders
    assert (order.number, order.subject, order.unit) == (1, "assignment:1", "transport")
    assert (order.clock, order.rung, order.opened_by) == ("reply", "overdue_5", CLOCK)
    assert (order.assigned_to, order.state) == ("supervising_committee", "open")
    assert order.reason == "逾期5个工作日"
    assert order.opened_at == world.now
    # 28 April: 29 30 April, 6 7 8 May after the holiday
    assert clock_of(world, "order_answer", "order:1").due_on == date(2026, 5, 8)
    assert [one.kind for one in world.look().supervisions] == ["reminder", "order"]
    assert _possible(world, CLERK) == {"answer_order"}
    assert _possible(world, "committee") == {"accept_order_answer", "withdraw_order"}
    assert _possible(world, "clerk-education") == set()


def test_an_order_is_answered_checked_and_closed() -> None:
    world = _ordered()
    refused(world, FormIncomplete, "answer_order", HEAD, subject=1)
    refused(world, NotAuthorized, "answer_order", "head-education", subject=1, answer="已办")
    world.do("answer_order", HEAD, subject=1, answer="本周内答复")
    (order,) = world.look().orders
    assert (order.state, order.answer, order.answered_by) == ("answered", "本周内答复", HEAD)
    assert order.answered_at == world.now
    assert clock_of(world, "order_answer", "order:1").state is ClockState.MET
    assert clock_of(world, "order_check", "order:1").state is ClockState.RUNNING
    assert told(world, "order_answered") == ["committee", "supervision"]
    refused(world, NotAuthorized, "accept_order_answer", "committee-head", subject=1)
    world.do("accept_order_answer", "supervision", subject=1)
    (order,) = world.look().orders
    assert (order.state, order.ended_at) == ("closed", world.now)
    assert clock_of(world, "order_check", "order:1").state is ClockState.MET
    refused(world, NotAllowed, "answer_order", HEAD, subject=1, answer="又")


def test_an_answer_that_is_not_enough_comes_back_with_a_new_period() -> None:
    world = _ordered()
    world.do("answer_order", CLERK, subject=1, answer="在办")
    refused(world, FormIncomplete, "return_order_answer", "supervision", subject=1)
    world.do("return_order_answer", "supervision", subject=1, reason="请写明时间")
    (order,) = world.look().orders
    assert (order.state, order.answer, order.answered_by, order.answered_at) == (
        *("open", None, None),
        None,
    )
    states = [one.state for one in clocks_of(world, "order_answer", "order:1")]
    assert states == [ClockState.MET, ClockState.RUNNING]
    assert told(world, "order_returned") == [CLERK, HEAD]


def test_an_order_whose_matter_is_done_meanwhile_may_be_closed_without_an_answer() -> None:
    world = _ordered()
    error = refused(world, ConditionRefused, "accept_order_answer", "committee", subject=1)
    assert "尚未办结" in error.message("zh")
    world.do("draft_reply", CLERK, subject=1, result="A", text="已办")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", HEAD, subject=1, document_number="1")
    world.do("deliver_reply", CLERK, subject=1)
    assert world.look().orders[0].state == "open"  # what is late was ordered all the same
    world.do("accept_order_answer", "committee", subject=1)
    assert world.look().orders[0].state == "closed"


def test_a_withdrawn_order_has_not_been_fulfilled() -> None:
    world = _ordered()
    refused(world, NotAuthorized, "withdraw_order", "supervision", subject=1, reason="误发")
    world.do("withdraw_order", "committee", subject=1, reason="误发")
    assert world.look().orders[0].state == "withdrawn"
    assert clock_of(world, "order_answer", "order:1").state is ClockState.STOPPED
    assert told(world, "order_withdrawn") == [CLERK, HEAD, "supervision"]


def test_an_order_outlives_its_case_and_keeps_it_from_nothing() -> None:
    world = _ordered()
    world.do("draft_reply", CLERK, subject=1, result="A", text="已办")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", HEAD, subject=1, document_number="1")
    world.do("deliver_reply", CLERK, subject=1)
    world.do("rate", "wang-fang", process="satisfied", result="satisfied")
    world.do("close", "committee")
    case = world.look()
    assert (case.state, case.orders[0].state) == ("closed", "open")
    assert world.owners() == ()
    world.do("answer_order", HEAD, subject=1, answer="已于四月答复")
    world.do("accept_order_answer", "supervision", subject=1)
    assert world.look().orders[0].state == "closed"


def test_an_overdue_order_is_chased_up_to_the_head_and_begets_no_other() -> None:
    world = _ordered()
    world.tick("2026-12-31")
    case = world.look()
    assert len(case.orders) == 1
    rows = [(one.kind, one.rung) for one in case.supervisions if one.subject == "order:1"]
    assert rows == [("reminder", "overdue_1"), ("reminder", "overdue_5")]
    chased = [
        one.recipient
        for one in kept_by(world).notices.values()
        if one.template == "clock_overdue" and one.facts["clock"] == "督办单回复期限"
    ]
    assert set(chased) == {HEAD, "supervision", "committee", "committee-head"}
    assert world.tick("2028-12-31") == 0


def test_the_same_rung_of_a_later_period_adds_no_second_order() -> None:
    def restarting_on_urge(action: Action) -> Action:
        again = Effect(name="restart_clock", params={"kind": "reply"})
        move = action.moves[0]
        return replace(action, moves=(replace(move, then=(*move.then, again)),))

    profile = with_action("assignment", "urge", restarting_on_urge)
    world = met(memory_world(profile=profile).handed_over())
    world.tick("2026-04-28")
    world.do("urge", "committee", subject=1, note="重新计时")
    world.tick("2026-08-20")  # five working days after the new due day
    fired = [one.rung for one in world.look().supervisions if one.clock == "reply"]
    assert fired == ["overdue_1", "overdue_5", "overdue_1"]
    assert len(world.look().orders) == 1
    assert len(told(world, "clock_order")) == 6  # they are told all the same


def test_people_issue_an_order_once_about_a_thing() -> None:
    world = memory_world().handed_over()
    world.do("issue_order", "supervision", subject=1, note="请报告进展")
    (order,) = world.look().orders
    assert (order.clock, order.rung, order.reason) == ("", "", "请报告进展")
    assert (order.opened_by, order.unit) == ("supervision", "transport")
    error = refused(world, OrderOpen, "issue_order", "committee-head", subject=1, note="再报")
    assert (error.facts["order"], error.facts["on"]) == (1, "2026-01-21")
    world.do("withdraw_order", "committee", subject=1, reason="重新发出")
    world.do("issue_order", "committee-head", subject=1, note="再报")
    assert [one.state for one in world.look().orders] == ["withdrawn", "open"]


def test_an_order_by_a_person_is_settled_when_the_share_has_ended() -> None:
    world = memory_world().handed_over()
    world.do("issue_order", "supervision", subject=1, note="请报告进展")
    refused(world, ConditionRefused, "accept_order_answer", "supervision", subject=1)
    world.replied()
    world.do("accept_order_answer", "supervision", subject=1)
    assert world.look().orders[0].state == "closed"


def test_a_desk_that_lets_its_own_clock_run_out_is_ordered_itself() -> None:
    world = memory_world().registered()
    world.tick("2026-03-03")
    (order,) = world.look().orders
    assert (order.subject, order.unit, order.clock) == ("case", None, "handover_session")
    assert order.assigned_to == "committee_head"
    assert _possible(world, "office") == {"answer_order"}
    assert _possible(world, "reviewer") == set()  # owns no state with that clock
    assert _possible(world, "committee-head") == {"accept_order_answer", "withdraw_order"}
    refused(world, NotAuthorized, "answer_order", "committee-head", subject=1, answer="已办")
    world.do("answer_order", "office", subject=1, answer="交办会定于三月十日")
    world.do("accept_order_answer", "committee-head", subject=1)
    assert world.look().orders[0].state == "closed"


def test_who_must_decide_on_a_return_is_ordered_and_not_the_unit() -> None:
    world = memory_world().handed_over()
    form = {"reason": "不属本单位", "proposed_unit": "housing"}
    world.do("request_return", HEAD, subject=1, form=form)
    world.tick("2026-02-09")
    order = next(one for one in world.look().orders if one.clock == "arbitration")
    assert (order.subject, order.unit, order.assigned_to) == ("assignment:1", None, "chairpersons")
    refused(world, NotAuthorized, "answer_order", HEAD, subject=order.number, answer="在等")
    world.do("answer_order", "leader", subject=order.number, answer="今日批示")
    world.do("accept_order_answer", "chairpersons", subject=order.number)


def test_an_overdue_promise_brings_an_order_to_the_unit_that_made_it() -> None:
    world = memory_world().handed_over()
    promise = [{"text": "年内建成", "due_on": "2026-06-30"}]
    world.replied(result="B", text="列入计划。", commitments=promise)
    world.tick("2026-07-08")
    order = next(one for one in world.look().orders if one.clock == "promise")
    assert (order.subject, order.unit) == ("commitment:1", "transport")
    refused(world, NotAuthorized, "order_commitment", "office", subject=1, note="请说明承诺进展")
    world.do("order_commitment", "committee-head", subject=1, note="请说明承诺进展")
    assert [one.clock for one in world.look().orders] == ["promise", ""]


@pytest.mark.parametrize("number", [None, 2])
def test_there_is_no_other_order(number: int | None) -> None:
    refused(_ordered(), UnknownSubject, "answer_order", HEAD, subject=number, answer="已办")
