"""答复: contact, draft, check, signature and delivery to every signatory, through the Desk."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.clocks import ClockState
from engine.errors import (
    ConditionRefused,
    FormIncomplete,
    FormInvalid,
    NotAllowed,
    NotAuthorized,
)
from tests.support.refusing import clock_of, refused, told
from tests.support.world import World, local, memory_world

CLERK, HEAD = "clerk-transport", "head-transport"
CONTACT = {"on": "2026-01-21", "form": "on_site", "rank": "deputy_head", "summary": "现场查看"}


def _in_progress(*cosigners: str) -> World:
    world = memory_world().handed_over(cosigners=cosigners)
    world.do("receive", CLERK, subject=1)
    return world


def _drafted(world: World, **form: object) -> World:
    content: dict[str, object] = {"result": "A", "text": "已增设。", **form}
    world.do("draft_reply", CLERK, subject=1, form=content)
    return world


def test_a_contact_is_noted_with_deputy_day_form_and_rank_and_meets_its_clock() -> None:
    world = _in_progress("li-ming")
    world.do("record_contact", CLERK, subject=1, form={**CONTACT, "deputy": "li-ming"})
    (contact,) = world.look().contacts
    assert (contact.deputy, contact.form, contact.rank) == ("li-ming", "on_site", "deputy_head")
    assert (contact.recorded_by, contact.recorded_at) == (CLERK, world.now)
    assert clock_of(world, "first_contact", "assignment:1").state is ClockState.MET
    world.do("record_contact", HEAD, subject=1, form=CONTACT)
    assert world.look().contacts[1].deputy == "wang-fang"  # nobody named: the lead deputy


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"deputy": "chen-jing"}, "deputy"),
        ({"on": "2026-01-22"}, "on"),
        ({"form": "letter"}, "form"),
        ({"rank": "mayor"}, "rank"),
    ],
)
def test_a_contact_must_have_been_and_with_somebody_who_signed(
    changed: dict[str, str], field: str
) -> None:
    world = _in_progress()
    error = refused(
        world, FormInvalid, "record_contact", CLERK, subject=1, form={**CONTACT, **changed}
    )
    assert field in error.told("field")[0]


def test_the_day_of_a_contact_is_counted_in_shanghai() -> None:
    world = _in_progress()
    world.now = local("2026-02-03", 1)  # still 2 February in UTC
    world.do("record_contact", CLERK, subject=1, form={**CONTACT, "on": "2026-02-03"})
    assert len(world.look().contacts) == 1


def test_no_reply_is_signed_before_the_deputy_was_met() -> None:
    world = _drafted(_in_progress())
    world.do("check_reply", "office", subject=1)
    error = refused(
        world, ConditionRefused, "sign_reply", HEAD, subject=1, document_number="临交〔2026〕1号"
    )
    assert "面商" in error.message("zh")
    world.do("record_contact", CLERK, subject=1, form=CONTACT)
    world.do("sign_reply", HEAD, subject=1, document_number="临交〔2026〕1号")
    (reply,) = world.look().replies
    assert (reply.state, reply.document_number) == ("signed", "临交〔2026〕1号")
    assert (reply.signed_by, reply.signed_at) == (HEAD, world.now)


def test_a_rejected_draft_is_written_anew_checked_with_another_code_signed_and_delivered() -> None:
    world = _in_progress("li-ming")
    world.do("record_contact", CLERK, subject=1, form=CONTACT)
    _drafted(world)
    assert world.owners() == ("office",)
    refused(world, NotAllowed, "draft_reply", CLERK, subject=1, result="A", text="再来")
    world.do("reject_reply", "office", subject=1, reason="请写明完成时间")
    assert world.look().assignments[0].state == "in_progress"
    assert told(world, "reply_rejected") == [CLERK]
    _drafted(world, text="已于一月增设。")
    refused(world, NotAuthorized, "check_reply", CLERK, subject=1)
    world.do("check_reply", "office", subject=1, result="C")
    assert world.owners() == (HEAD,)
    world.do("reject_reply", HEAD, subject=1, reason="措辞")
    _drafted(world, text="已于一月增设完成。")
    world.do("check_reply", "committee", subject=1, result="C")
    world.do("sign_reply", HEAD, subject=1, document_number="临交〔2026〕2号")
    assert world.owners() == (CLERK,)
    refused(world, NotAllowed, "reject_reply", "office", subject=1, reason="晚了")
    world.do("deliver_reply", CLERK, subject=1)
    case = world.look()
    assert [one.state for one in case.replies] == ["rejected", "rejected", "delivered"]
    assert [one.result for one in case.replies] == ["A", "C", "C"]
    assert case.replies[-1].checked_by == "committee"
    assert case.replies[-1].delivered_at == case.answered_at == world.now
    assert case.assignments[0].state == "answered"
    assert clock_of(world, "reply", "assignment:1").state is ClockState.MET
    assert not clock_of(world, "reply", "assignment:1").late
    assert case.state == "rating"


def test_a_reply_goes_to_every_confirmed_signatory_and_to_nobody_else() -> None:
    world = memory_world().raised("li-ming", "chen-jing")
    world.do("confirm_signature", "li-ming")
    world.tick("2026-01-29", hour=9)
    world.do("pass_first_review", "reviewer")
    world.do("register", "committee")
    world.do("hand_over", "committee", assignments=[{"unit": "transport", "kind": "lead"}])
    world.replied()
    case = world.look()
    assert case.signatories[2].state == "lapsed"
    assert [one.deputy for one in case.deliveries] == ["wang-fang", "li-ming"]
    assert [one.deputy for one in case.evaluations] == ["wang-fang", "li-ming"]
    assert told(world, "reply_delivered") == ["committee", "li-ming", "wang-fang"]
    assert told(world, "rating_opened") == ["li-ming", "wang-fang"]


def test_a_promising_result_needs_promises_with_days_to_come() -> None:
    world = _in_progress()
    refused(world, FormIncomplete, "draft_reply", CLERK, subject=1, result="B", text="计划")
    past = [{"text": "完工", "due_on": "2026-01-20"}]
    refused(
        world,
        FormInvalid,
        "draft_reply",
        CLERK,
        subject=1,
        result="B",
        text="计划",
        commitments=past,
    )
    today = [{"text": "完工", "due_on": "2026-01-21"}]
    _drafted(world, result="B", text="计划", commitments=today)
    assert world.look().replies[0].commitments[0].text == "完工"


def test_the_checking_office_cannot_turn_a_reply_into_a_promise_without_a_day() -> None:
    world = _drafted(_in_progress())
    error = refused(world, FormInvalid, "check_reply", "office", subject=1, result="B")
    assert error.facts["field"] == "result"
    refused(world, FormInvalid, "check_reply", "office", subject=1, result="D")


def test_measured_results_are_kept_exactly_as_they_were_written() -> None:
    world = _in_progress()
    rows = [
        {"label": "新增过街设施", "quantity": 2, "unit": "处"},
        {"label": "投入资金", "quantity": "80.50", "unit": "万元", "text": "财政安排"},
        {"label": "群众反映", "text": "良好"},
    ]
    _drafted(world, indicators=rows)
    found = [(one.label, one.quantity, one.unit, one.text) for one in world.look().indicators]
    assert found == [
        ("新增过街设施", Decimal(2), "处", ""),
        ("投入资金", Decimal("80.50"), "万元", "财政安排"),
        ("群众反映", None, "", "良好"),
    ]
    assert str(world.look().indicators[1].quantity) == "80.50"


def test_a_reply_after_the_due_day_is_late() -> None:
    world = memory_world().handed_over().at("2026-04-22", hour=1)
    world.replied()
    assert clock_of(world, "reply", "assignment:1").late
    assert clock_of(world, "reply", "assignment:1").state is ClockState.MET


def test_a_reply_in_the_last_hour_of_the_due_day_is_in_time() -> None:
    world = memory_world().handed_over().at("2026-04-21", hour=23)
    world.replied()
    assert not clock_of(world, "reply", "assignment:1").late
