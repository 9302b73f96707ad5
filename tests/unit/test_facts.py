"""Facts: every declared one has a value of its kind at every step, and the counts are right."""

from __future__ import annotations

import gc
from datetime import date

from engine.conditions import FactType
from engine.facts import (
    CASE_FACTS,
    FACTS,
    SUBJECT_FACTS,
    case_facts,
    form_fact_types,
    form_facts,
    is_open_assignment,
    subject_facts,
)
from engine.work import Work, subject_of
from tests.support.world import World, memory_world, shipped_profile

KINDS = {FactType.INT: int, FactType.BOOL: bool, FactType.TEXT: str, FactType.LIST: list}


def _case(world: World) -> dict[str, object]:
    return case_facts(world.look(), shipped_profile())


def _subject(world: World, machine: str, number: int) -> dict[str, object]:
    case = world.look()
    return subject_facts(case, shipped_profile(), subject_of(case, machine, number), world.now)


def _some(facts: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(facts[name] for name in names)


def _promised() -> World:
    promises = [{"text": "建成", "due_on": "2026-12-31"}]
    world = memory_world().handed_over(cosigners=("li-ming",))
    return world.replied(result="B", commitments=promises)


def test_every_declared_fact_has_a_value_of_its_kind_at_every_step_of_the_loop() -> None:
    world = _promised()
    world.do("rate", "li-ming", process="basic", result="dissatisfied", comment="慢")
    world.do("rate", "wang-fang", process="basic", result="basic")
    world.do("order_rehandling", "committee", reason="再办")
    case = world.look()
    subjects = [
        None,
        *case.assignments,
        *case.commitments,
    ]
    known = case_facts(case, shipped_profile())
    assert set(known) == set(CASE_FACTS)
    for subject in subjects:
        values = subject_facts(case, shipped_profile(), subject, world.now)
        assert set(values) | {"actor", "by_clock", "rung"} == set(SUBJECT_FACTS)
        for name, value in {**known, **values}.items():
            assert type(value) is KINDS[FACTS[name]], name


def test_signatures_are_counted_without_the_lead_deputy() -> None:
    world = memory_world().raised("li-ming", "chen-jing")
    names = ("cosigners_total", "cosigners_pending", "cosigners_confirmed")
    assert _some(_case(world), *names) == (2, 2, 0)
    world.do("confirm_signature", "li-ming")
    assert _some(_case(world), *names) == (2, 1, 1)
    world.tick("2026-01-29")
    assert _some(_case(world), *names) == (2, 0, 1)


def test_text_is_measured_in_characters() -> None:
    world = memory_world().raised()
    world.do("return_for_revision", "reviewer", reason="请改")
    world.do("edit", "wang-fang", title="夜间公交", text="延长末班车。")
    assert _some(_case(world), "title_length", "text_length") == (4, 6)


def test_stamps_show_as_truth() -> None:
    names = ("is_numbered", "handed_over", "answered", "ended", "is_key", "is_merged")
    world = memory_world().raised()
    assert _some(_case(world), *names) == (False,) * 6
    world = memory_world().handed_over()
    assert _some(_case(world), *names) == (True, True, False, False, False, False)
    world.replied()
    world.do("rate", "wang-fang", process="basic", result="basic")
    world.do("close", "committee")
    assert _some(_case(world), *names) == (True, True, True, True, False, False)


def test_shares_are_counted_by_kind_and_by_being_open() -> None:
    world = memory_world().handed_over("transport", "finance", "housing")
    names = (
        "assignments_total",
        "assignments_open",
        "answering_total",
        "answering_open",
        "answering_done",
        "joint_total",
        "joint_open",
        "joint_given",
    )
    assert _some(_case(world), *names) == (3, 3, 1, 1, 0, 2, 2, 0)
    for number, unit in ((2, "finance"), (3, "housing")):
        world.do("receive", f"clerk-{unit}", subject=number)
        world.do("give_opinion", f"clerk-{unit}", subject=number, opinion="好")
        world.do("accept_opinion", "clerk-transport", subject=number)
    assert _some(_case(world), *names) == (3, 1, 1, 1, 0, 2, 0, 2)
    world.replied()
    assert _some(_case(world), *names) == (3, 0, 1, 0, 1, 2, 0, 2)
    profile = shipped_profile()
    assert not any(is_open_assignment(one, profile) for one in world.look().assignments)


def test_answering_is_counted_anew_in_each_round() -> None:
    world = memory_world().handed_over().replied()
    world.do("rate", "wang-fang", process="basic", result="dissatisfied", comment="慢")
    assert _some(_case(world), "round", "answering_done", "evaluations_dissatisfied") == (1, 1, 1)
    world.do("order_rehandling", "committee", reason="再办")
    names = ("round", "answering_done", "answering_open", "evaluations_total", "replies_delivered")
    assert _some(_case(world), *names) == (2, 0, 1, 0, 1)
    assert _some(_case(world), "satisfaction", "ever_dissatisfied") == ("dissatisfied", True)


def test_returns_are_counted_by_their_outcome() -> None:
    world = memory_world().handed_over()
    form = {"reason": "无关", "proposed_unit": "housing"}
    world.do("request_return", "head-transport", subject=1, form=form)
    assert _some(_case(world), "returns_pending", "returns_approved") == (1, 0)
    world.do("approve_return", "leader", subject=1, reason="同意", unit="housing")
    assert _some(_case(world), "returns_pending", "returns_approved") == (0, 1)


def test_the_result_is_that_of_the_last_delivered_reply() -> None:
    world = memory_world().handed_over()
    assert _some(_case(world), "result", "result_meaning") == ("", "")
    world.do("receive", "clerk-transport", subject=1)
    world.do("draft_reply", "clerk-transport", subject=1, result="C", text="暂不具备条件")
    assert _some(_case(world), "result", "result_meaning") == ("", "")
    draft = _subject(world, "assignment", 1)
    assert _some(draft, "reply_result", "reply_meaning") == ("C", "reference")
    world.do("reject_reply", "office", subject=1, reason="重拟")
    assert _some(_subject(world, "assignment", 1), "reply_result", "reply_meaning") == ("", "")
    promised = _case(_promised())
    assert _some(promised, "result", "result_meaning") == ("B", "committed")


def test_the_worst_rating_of_the_last_finished_round_is_the_satisfaction_of_the_case() -> None:
    world = memory_world().handed_over(cosigners=("li-ming",)).replied()
    assert _some(_case(world), "satisfaction", "evaluations_open") == ("", 2)
    world.do("rate", "li-ming", process="satisfied", result="satisfied")
    assert _some(_case(world), "satisfaction", "evaluations_given") == ("", 1)
    world.do("rate", "wang-fang", process="basic", result="satisfied")
    names = ("satisfaction", "evaluations_given", "evaluations_open", "evaluations_silent")
    assert _some(_case(world), *names) == ("basic", 2, 0, 0)


def test_the_return_window_is_open_until_the_end_of_its_last_day() -> None:
    world = memory_world().handed_over()
    assert _subject(world, "assignment", 1)["return_window_open"] is True
    world.at("2026-02-04", hour=23)
    assert _subject(world, "assignment", 1)["return_window_open"] is True
    world.at("2026-02-05", hour=0)
    assert _subject(world, "assignment", 1)["return_window_open"] is False


def test_a_share_knows_its_contacts_its_handler_and_its_extensions() -> None:
    world = memory_world().handed_over("transport", "finance")
    names = ("unit", "assignment_kind", "assignment_state", "assignment_contacts", "handler_set")
    first = _subject(world, "assignment", 1)
    assert _some(first, *names) == ("transport", "lead", "issued", 0, False)
    world.do("receive", "clerk-transport", subject=1)
    contact = {"on": "2026-01-21", "form": "phone", "rank": "staff", "summary": "沟通"}
    world.do("record_contact", "clerk-transport", subject=1, form=contact)
    world.do("assign_handler", "head-transport", subject=1, handler="clerk-transport")
    world.do("request_extension", "head-transport", subject=1, reason="难")
    asked = _subject(world, "assignment", 1)
    state = ("transport", "lead", "extension_requested", 1, True)
    assert _some(asked, *names) == state
    assert _some(asked, "extensions_pending", "extensions_approved") == (1, 0)
    assert _subject(world, "assignment", 2)["assignment_contacts"] == 0


def test_late_answers_and_extensions_show_on_the_case() -> None:
    world = memory_world().handed_over().at("2026-05-06").replied()
    assert _some(_case(world), "answered_late", "extended") == (True, False)
    world = memory_world().handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.do("request_extension", "head-transport", subject=1, reason="难")
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    assert _some(_case(world), "answered_late", "extended") == (False, True)


def test_facts_of_a_form_are_empty_of_their_kind_when_nothing_was_filled_in() -> None:
    action = shipped_profile().action("designate_key")
    assert action is not None
    kinds = form_fact_types(action)
    assert kinds["form_topic_number"] is FactType.INT
    assert kinds["form_decided_on"] is FactType.TEXT
    empty = form_facts(action.form, {})
    assert set(empty) == set(kinds)
    assert _some(empty, "form_topic_number", "form_topic_title") == (0, "")
    filled = form_facts(action.form, {"decided_on": date(2026, 2, 1), "topic_number": 3})
    assert _some(filled, "form_decided_on", "form_topic_number") == ("2026-02-01", 3)
    withdraw = shipped_profile().action("withdraw")
    assert withdraw is not None
    assert form_facts(withdraw.form, {})["form_unanimous"] is False


def test_lists_of_a_form_are_no_facts() -> None:
    action = shipped_profile().action("hand_over")
    assert action is not None
    assert set(form_fact_types(action)) == {"form_batch"}
    assert set(form_facts(action.form, {"assignments": []})) == {"form_batch"}


def test_the_facts_kept_beside_a_case_are_those_of_the_whole_case() -> None:
    world = memory_world().raised("li-ming")
    command = world.command("confirm_signature", "li-ming")
    decision = world.desk.preview(command)
    assert decision.facts == case_facts(decision.after, shipped_profile())


def test_a_decision_is_freed_at_once_and_does_not_wait_for_the_collector() -> None:
    world = memory_world().raised("li-ming")
    command = world.command("confirm_signature", "li-ming")
    gc.collect()
    gc.disable()
    try:
        world.desk.preview(command)
        left = [one for one in gc.get_objects() if isinstance(one, Work)]
    finally:
        gc.enable()
    assert left == []
