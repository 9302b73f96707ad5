"""Relations: who a grant means, at each step and for each subject."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.case import Case
from engine.command import CLOCK
from engine.congress import Appointment, Directory, Person
from engine.errors import FormInvalid
from engine.profile import Grant
from engine.relations import RELATIONS, Relating, people
from engine.work import subject_of
from tests.support.refusing import refused
from tests.support.variants import with_people
from tests.support.world import World, memory_world, shipped_profile, small_directory

DAY = date(2026, 3, 2)
TOPIC = {
    "topic_number": 1,
    "topic_title": "教育",
    "lead_official": "second-official",
    "supervising_leader": "chairpersons",
    "decided_on": "2026-01-21",
    "decided_by": "主任会议",
}

NOBODYS = {**TOPIC, "lead_official": "leader"}


def _who(
    case: Case | None,
    role: str,
    relation: str = "any",
    *,
    machine: str = "suggestion",
    number: int | None = None,
    directory: Directory | None = None,
) -> tuple[str, ...]:
    relating = Relating(
        profile=shipped_profile(),
        directory=directory or small_directory(),
        on=DAY,
        case=case,
        subject=subject_of(case, machine, number) if case else None,
    )
    return people([Grant(role=role, relation=relation)], relating)


def _handed_over(world: World, *rows: tuple[str, str]) -> Case:
    world.registered()
    assignments = [{"unit": unit, "kind": kind} for unit, kind in rows]
    world.do("hand_over", "committee", assignments=assignments)
    return world.look()


def test_any_is_everybody_who_holds_the_role() -> None:
    assert _who(None, "deputy") == ("chen-jing", "li-ming", "wang-fang")
    assert _who(None, "unit_head") == (
        "head-education",
        "head-finance",
        "head-housing",
        "head-transport",
    )
    assert _who(None, "no-such-role") == ()


def test_the_clock_is_nobody_of_the_directory() -> None:
    assert _who(None, "clock") == (CLOCK,)


@pytest.mark.parametrize("relation", sorted(set(RELATIONS) - {"any"}))
def test_before_a_case_begins_no_relation_holds(relation: str) -> None:
    assert _who(None, "deputy", relation) == ()
    assert _who(None, "unit_clerk", relation) == ()


def test_grants_add_up_sorted_and_without_repeats() -> None:
    relating = Relating(profile=shipped_profile(), directory=small_directory(), on=DAY, case=None)
    grants = [Grant(role="reviewer"), Grant(role="committee_clerk"), Grant(role="reviewer")]
    assert people(grants, relating) == ("committee", "reviewer")
    assert people([], relating) == ()


def test_deputies_by_their_signature() -> None:
    world = memory_world().raised("li-ming", "chen-jing")
    world.do("confirm_signature", "li-ming")
    case = world.look()
    assert _who(case, "deputy", "lead_deputy") == ("wang-fang",)
    assert _who(case, "deputy", "pending_cosigner") == ("chen-jing",)
    assert _who(case, "deputy", "signatory") == ("li-ming", "wang-fang")
    world.do("decline_signature", "chen-jing")
    assert _who(world.look(), "deputy", "signatory") == ("li-ming", "wang-fang")
    assert _who(world.look(), "deputy", "pending_cosigner") == ()


def test_who_is_no_deputy_any_more_has_no_relation_of_a_deputy() -> None:
    world = memory_world().raised("li-ming")
    directory = with_people({"li-ming": None})
    case = world.look()
    assert _who(case, "deputy", "pending_cosigner", directory=directory) == ()
    assert _who(case, "deputy", "lead_deputy", directory=directory) == ("wang-fang",)


def test_raters_are_those_whose_rating_is_open() -> None:
    world = memory_world().handed_over(cosigners=("li-ming",))
    assert _who(world.look(), "deputy", "rater") == ()
    world.replied()
    assert _who(world.look(), "deputy", "rater") == ("li-ming", "wang-fang")
    world.do("rate", "wang-fang", process="basic", result="basic")
    assert _who(world.look(), "deputy", "rater") == ("li-ming",)


def test_people_of_the_unit_of_the_subject() -> None:
    case = _handed_over(memory_world(), ("transport", "lead"), ("finance", "joint"))
    for role, person in (("unit_clerk", "clerk-finance"), ("unit_head", "head-finance")):
        found = _who(case, role, "assignment_unit", machine="assignment", number=2)
        assert found == (person,)
    assert _who(case, "unit_clerk", "assignment_unit") == ()
    assert _who(case, "reviewer", "assignment_unit", machine="assignment", number=2) == ()


def test_the_handler_or_all_clerks_while_there_is_none() -> None:
    world = memory_world()
    case = _handed_over(world, ("transport", "lead"))
    assert _who(case, "unit_clerk", "handler", machine="assignment", number=1) == (
        "clerk-transport",
    )
    world.do("assign_handler", "head-transport", subject=1, handler="head-transport")
    case = world.look()
    assert _who(case, "unit_clerk", "handler", machine="assignment", number=1) == (
        "head-transport",
    )


def test_units_that_answer_and_the_one_that_leads() -> None:
    world = memory_world()
    case = _handed_over(world, ("transport", "lead"), ("finance", "joint"))
    assert _who(case, "unit_clerk", "answering_unit") == ("clerk-transport",)
    assert _who(case, "unit_clerk", "lead_unit") == ("clerk-transport",)
    rows = ("housing", "separate"), ("education", "separate"), ("finance", "joint")
    case = _handed_over(memory_world(), *rows)
    assert _who(case, "unit_head", "answering_unit") == ("head-education", "head-housing")
    assert _who(case, "unit_head", "lead_unit") == ("head-housing",)


def test_a_unit_whose_share_has_ended_answers_no_more() -> None:
    world = memory_world()
    _handed_over(world, ("housing", "separate"), ("education", "separate"))
    world.replied("housing", 1)
    assert _who(world.look(), "unit_head", "answering_unit") == ("head-education",)
    assert _who(world.look(), "unit_head", "lead_unit") == ("head-education",)


def test_people_of_the_unit_that_promised() -> None:
    promise = [{"text": "建成", "due_on": "2026-12-31"}]
    world = memory_world().handed_over().replied(result="B", commitments=promise)
    case = world.look()
    assert _who(case, "unit_head", "commitment_unit", machine="commitment", number=1) == (
        "head-transport",
    )
    assert _who(case, "unit_head", "commitment_unit", machine="assignment", number=1) == ()
    assert _who(case, "unit_head", "assignment_unit", machine="commitment", number=1) == ()


def test_the_lead_official_of_the_topic_or_of_the_portfolio() -> None:
    world = memory_world()
    case = _handed_over(world, ("education", "lead"))
    assert _who(case, "lead_official", "topic_lead_official") == ("official",)
    world.do("designate_key", "chairpersons", form=TOPIC)
    case = world.look()
    directory = world.desk.look("linxi", world.case, world.now)[1].directory
    named = _who(case, "lead_official", "topic_lead_official", directory=directory)
    assert named == ("second-official",)


def test_only_a_lead_official_can_be_named_for_a_topic() -> None:
    world = memory_world()
    _handed_over(world, ("education", "lead"))
    world.case = world.receipts[-1].case
    error = refused(world, FormInvalid, "designate_key", "chairpersons", form=NOBODYS)
    assert error.facts["field"] == "lead_official"


def test_a_joint_unit_brings_no_lead_official_with_it() -> None:
    case = _handed_over(memory_world(), ("transport", "lead"), ("education", "joint"))
    assert _who(case, "lead_official", "topic_lead_official") == ()


def test_one_person_may_hold_roles_in_two_units() -> None:
    appointments = tuple(
        Appointment(role="unit_clerk", unit=unit) for unit in ("transport", "finance")
    )
    both = Person(code="clerk-transport", name="孙立", appointments=appointments)
    directory = with_people({"clerk-transport": both})
    assert directory.units_of("clerk-transport") == ("finance", "transport")
    assert directory.roles_of("clerk-transport") == ("unit_clerk",)
    assert (directory.units_of("nobody"), directory.roles_of("nobody")) == ((), ())
    case = _handed_over(memory_world(), ("transport", "lead"), ("finance", "joint"))
    found = _who(
        case, "unit_clerk", "assignment_unit", machine="assignment", number=2, directory=directory
    )
    assert found == ("clerk-finance", "clerk-transport")
    gone = replace(both, appointments=())
    assert with_people({"clerk-transport": gone}).holders("unit_clerk", unit="transport") == ()


def test_an_order_is_its_units_and_followed_up_by_the_role_it_is_assigned_to() -> None:
    world = memory_world()
    _handed_over(world, ("transport", "lead"), ("finance", "joint"))
    world.do("issue_order", "supervision", subject=2, note="请报告")
    case = world.look()

    def of_order(role: str, relation: str) -> tuple[str, ...]:
        return _who(case, role, relation, machine="order", number=1)

    assert of_order("unit_head", "order_unit") == ("head-finance",)
    assert of_order("government_clerk", "order_desk") == ()
    assert of_order("supervising_committee", "order_follower") == ("supervision",)
    assert of_order("committee_head", "order_follower") == ()
    assert _who(case, "unit_head", "order_unit", machine="assignment", number=2) == ()


def test_an_order_to_a_desk_is_of_those_whose_clock_ran_out() -> None:
    world = memory_world().registered()
    world.tick("2026-03-03")
    case = world.look()

    def of_order(role: str, relation: str) -> tuple[str, ...]:
        return _who(case, role, relation, machine="order", number=1)

    assert of_order("unit_head", "order_unit") == ()
    assert of_order("government_clerk", "order_desk") == ("office",)
    assert of_order("committee_clerk", "order_desk") == ("committee",)
    assert of_order("reviewer", "order_desk") == ()
    assert of_order("committee_head", "order_follower") == ("committee-head",)


def test_a_case_has_units_also_after_they_replied_but_not_those_that_gave_it_back() -> None:
    world = memory_world()
    _handed_over(world, ("education", "separate"), ("transport", "separate"))
    form = {"reason": "不属职责", "proposed_unit": "housing"}
    world.do("request_return", "head-education", subject=1, form=form)
    world.do("approve_return", "leader", subject=1, reason="同意", unit="housing")
    assert _who(world.look(), "unit_clerk", "case_unit") == ("clerk-housing", "clerk-transport")
    world.replied("transport", 2)
    assert _who(world.look(), "unit_clerk", "case_unit") == ("clerk-housing", "clerk-transport")
    assert _who(world.look(), "unit_clerk", "answering_unit") == ("clerk-housing",)
    # 教育局 gave it back, so its official is no longer the one responsible.
    assert _who(world.look(), "lead_official", "topic_lead_official") == ()


def test_without_a_topic_each_share_has_the_official_of_its_own_unit() -> None:
    case = _handed_over(memory_world(), ("transport", "lead"), ("education", "joint"))

    def official(number: int) -> tuple[str, ...]:
        relation = "topic_lead_official"
        return _who(case, "lead_official", relation, machine="assignment", number=number)

    assert official(1) == ()  # nobody holds the portfolio of 交通局
    assert official(2) == ("official",)
