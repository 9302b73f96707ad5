"""精准交: numbers, key topics, hand-over singly and in batch through the Desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.clocks import ClockState
from engine.command import Command
from engine.errors import (
    ConditionRefused,
    FormIncomplete,
    FormInvalid,
    NotAllowed,
    NotAuthorized,
    UnknownCase,
)
from tests.support.refusing import clock_of, kept_by, refused, told
from tests.support.world import CONGRESS, World, local, memory_world

TOPIC: Mapping[str, object] = {
    "topic_number": 3,
    "topic_title": "校园周边交通",
    "lead_official": "official",
    "supervising_leader": "chairpersons",
    "decided_on": "2026-02-10",
    "decided_by": "第12次主任会议",
}


def _another(world: World, kind: str = "session", by: str = "wang-fang") -> str:
    """One more registered case of the same world; it becomes the case in hand."""
    world.case = ""
    receipt = world.do(
        "draft", by, title="另一件", text="正文", field="transport", kind=kind, origin="station"
    )
    world.case = receipt.case
    world.do("submit", by)
    world.do("pass_first_review", "reviewer")
    world.do("register", "committee")
    return world.case


def _lead(unit: str, *joint: str) -> list[dict[str, object]]:
    kinds = [(unit, "lead"), *((one, "joint") for one in joint)]
    return [{"unit": one, "kind": kind} for one, kind in kinds]


def test_session_and_recess_suggestions_are_numbered_in_series_of_their_own() -> None:
    world = memory_world()
    numbers = []
    for kind in ("session", "recess", "session", "recess"):
        _another(world, kind)
        numbers.append(world.look().number)
    assert numbers == ["5届2次第1号", "5届2次闭会第1号", "5届2次第2号", "5届2次闭会第2号"]
    assert kept_by(world).numbers == {"session/5-2": 2, "recess/5-2": 2}


def test_a_case_is_found_by_its_number_too() -> None:
    world = memory_world().registered()
    world.do("hand_over", "committee", case="5届2次第1号", assignments=_lead("transport"))
    assert world.look().state == "handling"
    refused(world, UnknownCase, "hand_over", "committee", case="5届2次第9号")


def test_a_session_suggestion_counts_from_the_close_of_the_session() -> None:
    world = memory_world().registered()
    assert clock_of(world, "handover_session").due_on == date(2026, 2, 23)
    assert world.owners() == ("committee", "office")


def test_a_recess_suggestion_counts_working_days_from_its_registration() -> None:
    world = memory_world("2026-04-28")
    _another(world, "recess")
    # 29 and 30 April, then after the holiday 6 to 8 May, Saturday the 9th made up, the 11th.
    assert clock_of(world, "handover_recess").due_on == date(2026, 5, 11)


def test_the_chairpersons_alone_make_a_suggestion_a_key_one() -> None:
    world = memory_world().registered()
    refused(world, NotAuthorized, "designate_key", "committee", form=TOPIC)
    world.do("designate_key", "chairpersons", form=TOPIC)
    assert world.look().topic == 3
    topic = kept_by(world).directory.topics["5-2", 3]
    assert (topic.title, topic.lead_official) == ("校园周边交通", "official")
    assert topic.decided_on == date(2026, 2, 10)
    assert told(world, "key_designated") == ["office", "wang-fang"]
    refused(world, ConditionRefused, "designate_key", "chairpersons", form=TOPIC)


def test_two_suggestions_share_a_topic_but_it_is_never_decided_otherwise() -> None:
    world = memory_world().registered()
    world.do("designate_key", "chairpersons", form=TOPIC)
    _another(world)
    error = refused(
        world,
        FormInvalid,
        "designate_key",
        "chairpersons",
        form={**TOPIC, "topic_title": "别的方面"},
    )
    assert "校园周边交通" in error.message("zh")
    refused(
        world,
        FormInvalid,
        "designate_key",
        "chairpersons",
        form={**TOPIC, "lead_official": "leader"},
    )
    world.do("designate_key", "chairpersons", form=TOPIC)
    assert world.look().topic == 3
    assert len(kept_by(world).directory.topics) == 1


def test_a_merged_case_keeps_its_number_and_goes_to_the_units_of_the_main_case() -> None:
    world = memory_world().registered()
    main = world.case
    world.do("hand_over", "committee", assignments=_lead("transport", "finance"))
    _another(world, by="li-ming")
    world.do("merge", "committee", main=main, reason="内容相近")
    merged = world.look()
    assert merged.merged_into == main
    assert merged.number == "5届2次第2号"
    assert merged.state == "registered"
    assert told(world, "merged") == ["li-ming"]
    error = refused(world, FormInvalid, "hand_over", "committee", assignments=_lead("housing"))
    assert "transport(lead)" in error.message("zh")
    refused(world, FormInvalid, "hand_over", "committee", assignments=_lead("transport"))
    world.do("hand_over", "committee", assignments=_lead("transport", "finance"))
    assert [one.unit for one in world.look().assignments] == ["transport", "finance"]
    refused(world, NotAllowed, "merge", "committee", main=main)


def test_a_merged_case_whose_lead_unit_dropped_out_gets_the_one_of_the_main_case() -> None:
    world = memory_world().registered()
    main = world.case
    world.do("hand_over", "committee", assignments=_lead("transport", "finance"))
    merged = _another(world)
    world.do("merge", "committee", main=main)
    world.do("hand_over", "committee", assignments=_lead("transport", "finance"))
    form = {"reason": "无关", "proposed_unit": "housing"}
    for case in (main, merged):
        world.do("request_return", "head-transport", case=case, subject=1, form=form)
        world.do("approve_return", "leader", case=case, subject=1, reason="同意")
    world.do("reassign", "committee", case=main, assignments=_lead("housing"))
    refused(world, FormInvalid, "reassign", "committee", assignments=_lead("education"))
    world.do("reassign", "committee", assignments=_lead("housing"))
    opened = [one.unit for one in world.look().assignments if one.state == "issued"]
    assert opened == ["finance", "housing"]


def test_each_merged_case_is_answered_and_rated_for_itself() -> None:
    world = memory_world().registered()
    main = world.case
    world.do("hand_over", "committee", assignments=_lead("transport"))
    other = _another(world, by="li-ming")
    world.do("merge", "office", main="5届2次第1号")
    world.do("hand_over", "office", assignments=_lead("transport"))
    world.replied("transport", 1)
    assert world.look().state == "rating"
    assert [one.deputy for one in world.look().deliveries] == ["li-ming"]
    world.case = main
    assert world.look().state == "handling"
    assert world.look().deliveries == ()
    assert other != main


def test_a_case_merges_with_a_registered_open_one_that_is_not_merged_itself() -> None:
    world = memory_world().registered()
    first = world.case
    refused(world, FormInvalid, "merge", "committee", main=first)
    refused(world, FormInvalid, "merge", "committee", main="no-such-case")
    second = _another(world)
    world.do("merge", "committee", main=first)
    refused(world, ConditionRefused, "merge", "committee", main=first)
    third = _another(world)
    error = refused(world, FormInvalid, "merge", "committee", main=second)
    assert "已并入他案" in error.message("zh")
    draft = memory_draft(world)
    world.case = third
    assert "尚未立案" in refused(world, FormInvalid, "merge", "committee", main=draft).message()
    world.do("withdraw", "wang-fang", case=first, reason="情况有变")
    error = refused(world, FormInvalid, "merge", "committee", main=first)
    assert "已经结束" in error.message("zh")


def memory_draft(world: World) -> str:
    """A case that was only drafted."""
    world.case = ""
    form = {"title": "草稿", "text": "正文", "field": "health", "kind": "recess", "origin": "other"}
    return world.do("draft", "chen-jing", form=form).case


def test_hand_over_notes_who_decided_why_and_starts_every_clock_of_a_share() -> None:
    world = memory_world().registered()
    rows = [
        {"unit": "transport", "kind": "lead", "rule": "roads", "reason": "道路由交通部门负责"},
        {"unit": "finance", "kind": "joint"},
    ]
    world.do("hand_over", "committee", assignments=rows, batch="首批")
    case = world.look()
    assert (case.state, case.batch, case.handed_over_at) == ("handling", "首批", world.now)
    lead, joint = case.assignments
    assert (lead.rule, lead.reason) == ("roads", "道路由交通部门负责")
    assert (joint.rule, joint.reason) == ("manual", "")  # no rule covers it: a person chose
    assert clock_of(world, "receipt", "assignment:1").due_on == date(2026, 1, 26)
    assert clock_of(world, "return_window", "assignment:1").due_on == date(2026, 2, 4)
    assert clock_of(world, "reply", "assignment:1").due_on == date(2026, 4, 21)
    assert clock_of(world, "joint_opinion", "assignment:2").due_on == date(2026, 2, 21)
    assert clock_of(world, "handover_session").state is ClockState.MET
    assert world.owners() == ("clerk-finance", "clerk-transport")
    assert told(world, "handed_over") == [
        "clerk-finance",
        "clerk-transport",
        "head-finance",
        "head-transport",
    ]
    assert told(world, "handed_over_deputy") == ["wang-fang"]


def test_units_of_a_hand_over_make_sense_together() -> None:
    world = memory_world().registered()
    refused(world, FormIncomplete, "hand_over", "committee")
    lead, joint = {"unit": "transport", "kind": "lead"}, {"unit": "transport", "kind": "joint"}
    two = {"unit": "housing", "kind": "lead"}
    separate = {"unit": "housing", "kind": "separate"}
    for rows in ([joint], [lead, two], [lead, separate], [lead, joint], [{"unit": "transport"}]):
        refused(world, FormInvalid, "hand_over", "committee", assignments=rows)
    assert world.look().state == "registered"


def _batch(world: World, cases: list[str], units: list[str]) -> list[Command]:
    return [
        Command(
            congress=CONGRESS,
            action="hand_over",
            actor="committee",
            now=world.now,
            case=case,
            form={"assignments": _lead(unit), "batch": "2026-1"},
        )
        for case, unit in zip(cases, units, strict=True)
    ]


def test_one_refused_command_of_a_batch_is_taken_out_and_told() -> None:
    world = memory_world()
    cases = [_another(world) for _ in range(3)]
    world.now = local("2026-01-30")
    before = kept_by(world)
    commands = _batch(world, cases, ["transport", "no-such-unit", "housing"])
    verdicts = world.desk.perform_many(commands)
    assert [one.command for one in verdicts] == commands
    assert [one.error is None for one in verdicts] == [True, False, True]
    refusal = verdicts[1].error
    assert isinstance(refusal, FormInvalid)
    assert "no-such-unit" in refusal.message("zh")
    assert verdicts[1].receipt is None
    kept = kept_by(world)
    assert [kept.cases[one].state for one in cases] == ["handling", "registered", "handling"]
    assert kept.cases[cases[1]] == before.cases[cases[1]]
    sequences = [one.receipt.audit_sequence for one in verdicts if one.receipt is not None]
    assert sequences == [len(before.entries) + 1, len(before.entries) + 2]
    assert {kept.cases[one].batch for one in cases} == {"2026-1", None}


def test_a_batch_sees_what_its_earlier_commands_did() -> None:
    world = memory_world().registered()
    commands = _batch(world, [world.case, world.case], ["transport", "housing"])
    first, second = world.desk.perform_many(commands)
    assert first.receipt is not None
    assert isinstance(second.error, NotAllowed)
    assert [one.unit for one in world.look().assignments] == ["transport"]


def test_a_dry_run_of_a_batch_says_the_same_and_keeps_nothing() -> None:
    world = memory_world()
    cases = [_another(world) for _ in range(2)]
    before = kept_by(world)
    commands = _batch(world, cases, ["no-such-unit", "transport"])
    verdicts = world.desk.preview_many(commands)
    assert kept_by(world) == before
    assert isinstance(verdicts[0].error, FormInvalid)
    assert verdicts[1].receipt is not None
    assert verdicts[1].receipt.state == "handling"
    decision = world.desk.preview(commands[1])
    assert decision.after.assignments[0].unit == "transport"
    assert kept_by(world) == before
