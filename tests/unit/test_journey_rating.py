"""满意度测评: each signatory rates for itself, silence lapses, dissatisfaction goes round again."""

from __future__ import annotations

from datetime import date

import pytest

from engine.case import Case
from engine.clocks import ClockState
from engine.errors import (
    ConditionRefused,
    FormIncomplete,
    FormInvalid,
    NotAllowed,
    NotAuthorized,
)
from engine.facts import case_facts
from tests.support.refusing import clock_of, refused, told
from tests.support.world import World, memory_world, shipped_profile

WANG, LI, CHEN = "wang-fang", "li-ming", "chen-jing"


def _facts(case: Case) -> dict[str, object]:
    return case_facts(case, shipped_profile())


def _answered(*cosigners: str) -> World:
    return memory_world().handed_over(cosigners=cosigners).replied()


def _dissatisfied() -> World:
    world = _answered()
    form = {"process": "satisfied", "result": "dissatisfied", "comment": "没有解决"}
    world.do("rate", WANG, form=form)
    return world


def test_each_signatory_rates_process_and_result_and_the_last_one_completes_it() -> None:
    world = _answered(LI)
    assert world.owners() == (LI, WANG)
    world.do("rate", LI, process="satisfied", result="basic", comment="尚可")
    assert world.look().state == "rating"
    assert world.owners() == (WANG,)
    world.do("rate", WANG, process="basic", result="satisfied")
    case = world.look()
    assert case.state == "concluding"
    given = {one.deputy: (one.process, one.result, one.comment) for one in case.evaluations}
    assert given == {LI: ("satisfied", "basic", "尚可"), WANG: ("basic", "satisfied", None)}
    assert _facts(case)["satisfaction"] == "basic"
    world.do("close", "committee")
    assert world.look().state == "closed"
    assert world.look().ended_at == world.now
    assert world.owners() == ()
    assert told(world, "closed") == [LI, WANG]
    refused(world, NotAllowed, "close", "committee")


def test_nobody_rates_for_another_and_nobody_twice() -> None:
    world = _answered(LI)
    for person in (CHEN, "committee", "clerk-transport"):
        refused(world, NotAuthorized, "rate", person, process="basic", result="basic")
    world.do("rate", LI, process="basic", result="basic")
    refused(world, NotAuthorized, "rate", LI, process="satisfied", result="satisfied")
    kept = {one.deputy: one.state for one in world.look().evaluations}
    assert kept == {WANG: "open", LI: "given"}


@pytest.mark.parametrize(
    "form",
    [
        {"process": "dissatisfied", "result": "satisfied"},
        {"process": "satisfied", "result": "dissatisfied"},
    ],
)
def test_who_is_dissatisfied_on_either_side_says_why(form: dict[str, str]) -> None:
    world = _answered()
    error = refused(world, FormIncomplete, "rate", WANG, form=form)
    assert error.told("fields") == ["具体意见(comment)"]
    refused(world, FormIncomplete, "rate", WANG, form={**form, "comment": "  "})
    world.do("rate", WANG, form={**form, "comment": "没有解决"})
    assert world.look().state == "studying"
    assert told(world, "dissatisfied") == ["committee", "committee-head"]


def test_a_rating_names_both_dimensions_in_words_of_the_scale() -> None:
    world = _answered()
    refused(world, FormIncomplete, "rate", WANG, process="satisfied")
    refused(world, FormInvalid, "rate", WANG, process="satisfied", result="excellent")


def test_silence_is_left_out_twenty_working_days_after_the_last_reply() -> None:
    world = _answered(LI)
    # 21 January; Spring Festival rests 15 to 23 February, two Saturdays are made up.
    assert clock_of(world, "evaluation").due_on == date(2026, 2, 25)
    world.do("rate", LI, process="satisfied", result="satisfied")
    world.tick("2026-02-25", hour=23)
    assert world.look().state == "rating"
    world.tick("2026-02-26", hour=9)
    case = world.look()
    assert case.state == "concluding"
    assert {one.deputy: one.state for one in case.evaluations} == {WANG: "silent", LI: "given"}
    assert told(world, "evaluation_lapsed") == ["committee", WANG]
    facts = _facts(case)
    assert (facts["evaluations_given"], facts["evaluations_silent"]) == (1, 1)
    assert facts["satisfaction"] == "satisfied"
    assert clock_of(world, "evaluation").state is ClockState.STOPPED
    refused(world, NotAuthorized, "rate", WANG, process="basic", result="basic")


def test_when_all_are_silent_nobody_is_satisfied_or_dissatisfied() -> None:
    world = _answered()
    world.tick("2026-03-31")
    assert world.look().state == "concluding"
    assert _facts(world.look())["satisfaction"] == ""


def test_one_dissatisfied_and_one_silent_deputy_still_lead_to_a_study() -> None:
    world = _answered(LI)
    world.do("rate", LI, process="basic", result="dissatisfied", comment="不够")
    assert world.look().state == "rating"
    world.tick("2026-02-26")
    assert world.look().state == "studying"


def test_dissatisfaction_is_studied_in_seven_days_and_handled_again_in_a_month() -> None:
    world = _dissatisfied()
    assert world.owners() == ("committee", "committee-head")
    assert clock_of(world, "study").due_on == date(2026, 1, 28)
    refused(world, FormIncomplete, "order_rehandling", "committee")
    refused(world, NotAuthorized, "order_rehandling", "office", reason="再办")
    world.at("2026-01-26").do("order_rehandling", "committee-head", reason="请现场再办")
    case = world.look()
    assert (case.state, case.round, case.answered_at) == ("handling", 2, None)
    again = case.assignments[1]
    assert (again.unit, again.kind, again.round, again.replaces) == ("transport", "lead", 2, 1)
    assert (again.rule, again.reason) == ("rehandling", "请现场再办")
    assert clock_of(world, "rehandling", "assignment:2").due_on == date(2026, 2, 26)
    assert not [one for one in case.clocks if one.kind == "reply" and one.round == 2]
    assert told(world, "rehandling_ordered") == ["clerk-transport", "head-transport", WANG]


def test_the_second_round_asks_for_contact_reply_and_rating_anew_and_is_then_closed() -> None:
    world = _dissatisfied()
    world.at("2026-01-26").do("order_rehandling", "committee", reason="请再办")
    form = {"reason": "不是我们的", "proposed_unit": "housing"}
    refused(world, ConditionRefused, "request_return", "head-transport", subject=2, form=form)
    world.do("receive", "clerk-transport", subject=2)
    refused(world, ConditionRefused, "request_extension", "head-transport", subject=2, reason="难")
    world.do("draft_reply", "clerk-transport", subject=2, result="A", text="已再次办理。")
    world.do("check_reply", "office", subject=2)
    refused(world, ConditionRefused, "sign_reply", "head-transport", subject=2, document_number="2")
    contact = {"on": "2026-01-26", "form": "visit", "rank": "unit_head", "summary": "再次面商"}
    world.do("record_contact", "clerk-transport", subject=2, form=contact)
    world.do("sign_reply", "head-transport", subject=2, document_number="临交〔2026〕2号")
    world.do("deliver_reply", "clerk-transport", subject=2)
    case = world.look()
    assert (case.state, case.answered_at) == ("rating", world.now)
    assert [(one.round, one.state) for one in case.evaluations] == [(1, "given"), (2, "open")]
    world.do("rate", WANG, process="satisfied", result="satisfied")
    case = world.look()
    assert case.state == "concluding"
    facts = _facts(case)
    assert (facts["satisfaction"], facts["ever_dissatisfied"]) == ("satisfied", True)
    world.do("close", "committee")
    assert world.look().state == "closed"


def test_there_are_at_most_two_rounds() -> None:
    world = _dissatisfied()
    world.do("order_rehandling", "committee", reason="请再办")
    world.replied("transport", 2)
    world.do("rate", WANG, process="dissatisfied", result="dissatisfied", comment="仍未解决")
    assert world.look().state == "studying"
    error = refused(world, ConditionRefused, "order_rehandling", "committee", reason="第三轮")
    assert "两轮" in error.message("zh")
    world.do("accept_with_explanation", "committee-head", reason="条件所限,已向代表说明")
    assert world.look().state == "concluding"
    assert told(world, "explanation_given") == [WANG]
    world.do("close", "committee")
    assert world.look().round == 2


def test_separate_units_of_one_round_all_handle_it_again() -> None:
    world = memory_world().registered()
    rows = [
        {"unit": "transport", "kind": "separate"},
        {"unit": "housing", "kind": "separate"},
        {"unit": "finance", "kind": "joint"},
    ]
    world.do("hand_over", "committee", assignments=rows)
    world.do("receive", "clerk-finance", subject=3)
    world.do("give_opinion", "clerk-finance", subject=3, opinion="好")
    world.do("accept_opinion", "clerk-transport", subject=3)
    world.replied("transport", 1).replied("housing", 2)
    world.do("rate", WANG, process="basic", result="dissatisfied", comment="不够")
    world.do("order_rehandling", "committee", reason="请再办")
    again = [(one.unit, one.kind) for one in world.look().assignments if one.round == 2]
    assert again == [("transport", "separate"), ("housing", "separate")]
    world.replied("transport", 4)
    assert world.look().state == "handling"
    world.replied("housing", 5)
    assert world.look().state == "rating"
