"""承诺: opened on delivery, alive after the closing, kept with evidence or explained."""

from __future__ import annotations

from datetime import date

from engine.clocks import ClockState
from engine.errors import FormIncomplete, NotAllowed, NotAuthorized, UnknownSubject
from engine.facts import case_facts
from tests.support.refusing import clock_of, refused, told
from tests.support.world import World, memory_world, shipped_profile

CLERK, HEAD = "clerk-transport", "head-transport"
PROMISES = [
    {"text": "上半年完成设计", "due_on": "2026-06-30"},
    {"text": "年底前建成", "due_on": "2026-12-31"},
]


def _promised() -> World:
    return memory_world().handed_over().replied(result="B", commitments=PROMISES)


def _closed() -> World:
    world = _promised()
    world.do("rate", "wang-fang", process="satisfied", result="satisfied")
    world.do("close", "committee")
    return world


def _counts(world: World) -> tuple[object, ...]:
    facts = case_facts(world.look(), shipped_profile())
    return tuple(facts[f"commitments_{one}"] for one in ("total", "open", "kept", "unkept"))


def test_a_promise_becomes_a_commitment_only_when_the_reply_is_delivered() -> None:
    world = memory_world().handed_over()
    world.do("receive", CLERK, subject=1)
    form = {"result": "B", "text": "计划", "commitments": PROMISES}
    world.do("draft_reply", CLERK, subject=1, form=form)
    assert world.look().commitments == ()
    error = refused(world, UnknownSubject, "keep_commitment", CLERK, subject=1, evidence="已建成")
    assert (error.facts["machine"], error.facts["subject"]) == ("commitment", 1)


def test_each_commitment_has_the_promised_day_as_its_clock() -> None:
    world = _promised()
    first, second = world.look().commitments
    assert (first.unit, first.text, first.state) == ("transport", "上半年完成设计", "running")
    assert first.due_on == date(2026, 6, 30)
    assert second.due_on == date(2026, 12, 31)
    assert clock_of(world, "promise", "commitment:1").due_on == date(2026, 6, 30)
    assert clock_of(world, "promise", "commitment:2").due_on == date(2026, 12, 31)


def test_commitments_live_on_after_the_case_is_closed() -> None:
    world = _closed()
    assert world.look().state == "closed"
    assert clock_of(world, "promise", "commitment:1").state is ClockState.RUNNING
    assert _counts(world) == (2, 2, 0, 0)
    world.at("2026-05-06").do("update_commitment", CLERK, subject=1, progress="设计过半")
    assert world.look().commitments[0].progress == "设计过半"
    world.at("2026-06-20").do("keep_commitment", CLERK, subject=1, evidence="设计文件已批复")
    kept = world.look().commitments[0]
    assert (kept.state, kept.evidence, kept.ended_at) == ("kept", "设计文件已批复", world.now)
    assert clock_of(world, "promise", "commitment:1").state is ClockState.MET
    assert told(world, "commitment_kept") == ["committee", "wang-fang"]
    assert _counts(world) == (2, 1, 1, 0)
    refused(world, NotAllowed, "keep_commitment", CLERK, subject=1, evidence="再报")
    assert world.look().state == "closed"


def test_kept_needs_evidence_and_only_the_unit_may_say_so() -> None:
    world = _closed()
    refused(world, FormIncomplete, "keep_commitment", CLERK, subject=1)
    refused(world, NotAuthorized, "keep_commitment", "clerk-housing", subject=1, evidence="好")
    refused(world, NotAuthorized, "keep_commitment", "committee", subject=1, evidence="好")
    refused(world, NotAuthorized, "explain_commitment", CLERK, subject=1, reason="没有钱")


def test_a_broken_promise_is_explained_by_the_head_and_counts_as_not_kept() -> None:
    world = _closed()
    world.do("explain_commitment", HEAD, subject=2, reason="征地未完成")
    broken = world.look().commitments[1]
    assert (broken.state, broken.evidence) == ("explained", None)
    assert clock_of(world, "promise", "commitment:2").state is ClockState.STOPPED
    assert told(world, "commitment_explained") == ["committee", "supervision", "wang-fang"]
    assert _counts(world) == (2, 1, 0, 1)


def test_an_overdue_promise_is_announced_chased_and_escalated_after_the_closing() -> None:
    world = _closed()
    assert world.tick("2026-06-30", hour=23) == 3
    assert world.look().supervisions == ()
    assert world.tick("2026-07-01") == 1
    assert world.tick("2026-07-31") == 1
    rows = [(one.kind, one.subject, one.rung) for one in world.look().supervisions]
    assert rows == [
        ("reminder", "commitment:1", "overdue_1"),
        ("order", "commitment:1", "overdue_5"),
    ]
    assert told(world, "clock_order") == [HEAD, "supervision"]
    world.do("keep_commitment", CLERK, subject=1, evidence="已完成")
    assert clock_of(world, "promise", "commitment:1").late


def test_a_person_urges_about_a_promise() -> None:
    world = _closed()
    world.do("urge_commitment", "committee", subject=2, note="请报告进展")
    (row,) = world.look().supervisions
    assert (row.kind, row.subject, row.by) == ("reminder", "commitment:2", "committee")
    assert (row.note, row.rung) == ("请报告进展", "")
    assert told(world, "urged") == [CLERK, HEAD]


def test_the_second_round_keeps_the_promises_of_the_first() -> None:
    world = _promised()
    world.do("rate", "wang-fang", process="basic", result="dissatisfied", comment="太晚")
    world.do("order_rehandling", "committee", reason="请提前")
    again = [{"text": "三季度建成", "due_on": "2026-09-30"}]
    world.replied("transport", 2, result="B", commitments=again)
    assert [(one.number, one.reply) for one in world.look().commitments] == [
        (1, 1),
        (2, 1),
        (3, 2),
    ]
    assert clock_of(world, "promise", "commitment:3").round == 2
