"""批示 and 领导签发: what lead officials and supervising leaders may do about a key suggestion."""

from __future__ import annotations

import pytest

from engine.errors import ConditionRefused, FormIncomplete, NotAllowed, NotAuthorized
from tests.support.refusing import kept_by, refused, told
from tests.support.world import World, memory_world

TOPIC = {
    "topic_number": 1,
    "topic_title": "校园周边交通",
    "lead_official": "second-official",
    "supervising_leader": "chairpersons",
    "decided_on": "2026-01-21",
    "decided_by": "主任会议",
}
CLERK, HEAD = "clerk-transport", "head-transport"
CONTACT = {"on": "2026-01-21", "form": "meeting", "rank": "unit_head", "summary": "面谈"}


def _key(unit: str = "transport") -> World:
    world = memory_world().handed_over(unit)
    world.do("designate_key", "chairpersons", form=TOPIC)
    return world


def _signed(world: World) -> World:
    world.do("receive", CLERK, subject=1)
    world.do("record_contact", CLERK, subject=1, form=CONTACT)
    world.do("draft_reply", CLERK, subject=1, result="A", text="已增设。")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", HEAD, subject=1, document_number="临交〔2026〕1号")
    return world


@pytest.mark.parametrize("leader", ["second-official", "chairpersons"])
def test_a_leader_of_the_topic_instructs_the_unit_and_moves_nothing(leader: str) -> None:
    world = _key()
    before = world.look()
    world.do("instruct", leader, subject=1, note="请与学校一并研究，月底前报方案。")
    after = world.look()
    (kept,) = after.supervisions
    assert (kept.kind, kept.by, kept.subject) == ("instruction", leader, "assignment:1")
    assert kept.note == "请与学校一并研究，月底前报方案。"
    assert (after.state, after.assignments, after.clocks) == (
        before.state,
        before.assignments,
        before.clocks,
    )
    assert told(world, "instructed") == [CLERK, HEAD]
    notices = [one for one in kept_by(world).notices.values() if one.template == "instructed"]
    assert {one.facts["reason"] for one in notices} == {kept.note}


def test_an_instruction_is_no_urging_so_it_may_be_said_twice_and_hinders_none() -> None:
    world = _key()
    world.do("instruct", "second-official", subject=1, note="请抓紧")
    world.do("instruct", "second-official", subject=1, note="请再报一次")
    world.do("urge", "office", subject=1, note="请签收")
    assert [one.kind for one in world.look().supervisions] == [
        "instruction",
        "instruction",
        "reminder",
    ]
    refused(world, FormIncomplete, "instruct", "second-official", subject=1)


def test_without_a_topic_only_the_official_of_the_portfolio_instructs() -> None:
    world = memory_world().handed_over("education")
    world.do("instruct", "official", subject=1, note="请抓紧")
    for other in ("second-official", "chairpersons", "supervision", "office"):
        refused(world, NotAuthorized, "instruct", other, subject=1, note="请抓紧")


def test_leaders_of_another_topic_do_not_instruct() -> None:
    world = _key()
    for other in ("official", "supervision", "committee-head", HEAD):
        refused(world, NotAuthorized, "instruct", other, subject=1, note="请抓紧")


def test_the_head_may_have_the_lead_official_sign_the_reply_to_a_key_suggestion() -> None:
    world = _signed(_key())
    world.do("ask_official", HEAD, subject=1, note="请审签")
    assert world.owners() == ("second-official",)
    assert told(world, "official_asked") == ["second-official"]
    refused(world, NotAllowed, "deliver_reply", CLERK, subject=1)
    refused(world, NotAuthorized, "sign_as_official", "official", subject=1)
    world.do("sign_as_official", "second-official", subject=1)
    (reply,) = world.look().replies
    assert (reply.state, reply.signed_by) == ("signed", "second-official")
    assert reply.document_number == "临交〔2026〕1号"
    world.do("deliver_reply", CLERK, subject=1)
    assert world.look().state == "rating"


def test_the_lead_official_may_send_it_back_with_what_to_change() -> None:
    world = _signed(_key())
    world.do("ask_official", HEAD, subject=1)
    refused(world, FormIncomplete, "return_to_unit", "second-official", subject=1)
    world.do("return_to_unit", "second-official", subject=1, reason="请写明完成时间")
    case = world.look()
    assert case.assignments[0].state == "in_progress"
    assert [one.state for one in case.replies] == ["rejected"]
    world.do("draft_reply", CLERK, subject=1, result="A", text="三月底前增设。")
    assert [one.state for one in world.look().replies] == ["rejected", "draft"]


def test_the_reply_to_any_other_suggestion_needs_no_leader() -> None:
    world = _signed(memory_world().handed_over())
    error = refused(world, ConditionRefused, "ask_official", HEAD, subject=1)
    assert "重点建议" in error.message()
    world.do("deliver_reply", CLERK, subject=1)
    # Nobody has to ask for a key suggestion either.
    other = _signed(_key())
    other.do("deliver_reply", CLERK, subject=1)
    assert other.look().state == "rating"
