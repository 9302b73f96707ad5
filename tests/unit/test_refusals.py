"""What the Desk refuses: each wrong has an error and a code of its own, and nothing is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.command import CLOCK
from engine.errors import (
    EngineError,
    FormIncomplete,
    FormInvalid,
    InvariantBroken,
    NotAllowed,
    NotAuthorized,
    RequestKeyReused,
    StaleCase,
    UnknownAction,
    UnknownCase,
    UnknownCongress,
    UnknownPerson,
    UnknownProfile,
    UnknownSubject,
)
from engine.profile import Action, State
from tests.support.memory import MemoryStore
from tests.support.refusing import kept_by, refused, refused_command
from tests.support.variants import with_action, with_people, with_state
from tests.support.world import World, memory_world

DRAFT = {
    "title": "关于夜间公交的建议",
    "text": "建议延长夜间公交。",
    "field": "transport",
    "kind": "recess",
    "origin": "citizens",
}


def test_the_wrong_person_is_told_who_may() -> None:
    world = memory_world().raised()
    error = refused(world, NotAuthorized, "pass_first_review", "committee")
    assert error.code == "not-authorized"
    assert error.told("needed") == ["议案审查组成员"]
    assert "初审通过" in error.message("zh")


@pytest.mark.parametrize("actor", ["clerk-housing", "head-housing", "wang-fang", "office"])
def test_only_people_of_the_unit_act_on_its_share(actor: str) -> None:
    world = memory_world().handed_over()
    refused(world, NotAuthorized, "receive", actor, subject=1)


def test_in_the_wrong_state_it_says_what_is_possible_now_by_people() -> None:
    world = memory_world().raised()
    error = refused(world, NotAllowed, "register", "committee")
    assert error.code == "not-allowed"
    assert error.told("state") == ["待初审"]
    possible = error.told("possible")
    assert set(possible) == {"初审通过", "退回修改", "撤回"}  # nothing that only time does


def test_what_has_ended_allows_nothing_more() -> None:
    world = memory_world().raised()
    world.do("withdraw", "wang-fang", reason="情况有变")
    error = refused(world, NotAllowed, "edit", "wang-fang", title="改")
    assert error.facts["possible"] == ()
    assert "—" in error.message("zh")


def test_a_case_begins_only_once() -> None:
    world = memory_world().raised()
    refused(world, NotAllowed, "draft", "wang-fang", form=DRAFT)


def test_missing_fields_are_all_named_at_once() -> None:
    world = memory_world()
    error = refused(world, FormIncomplete, "draft", "wang-fang", title="标题", text="  ")
    assert error.code == "form-incomplete"
    assert error.told("fields") == [
        "正文(text)",
        "类别(field)",
        "会议期间或闭会期间(kind)",
        "来源(origin)",
    ]


def test_an_unknown_field_is_refused_and_the_known_ones_named() -> None:
    world = memory_world().raised()
    error = refused(world, FormInvalid, "pass_first_review", "reviewer", nota="好")
    assert (error.code, error.facts["field"]) == ("form-invalid", "nota")
    assert "note" in error.message("zh")
    error = refused(world, FormInvalid, "withdraw", "wang-fang", reason="好", nota="好")
    assert "reason" in error.message("en")


def test_the_actor_is_asked_before_the_form_so_that_strangers_learn_nothing() -> None:
    world = memory_world().raised()
    refused(world, NotAuthorized, "return_for_revision", "li-ming", nota="好")


def test_unknown_people_cases_subjects_actions_and_congresses_each_have_their_error() -> None:
    world = memory_world().handed_over()
    assert refused(world, UnknownPerson, "receive", "nobody", subject=1).code == "unknown-person"
    error = refused(world, UnknownCase, "withdraw", "wang-fang", case="case-99", reason="无")
    assert error.facts["case"] == "case-99"
    subject = refused(world, UnknownSubject, "receive", "clerk-transport", subject=7)
    assert subject.facts == {"case": "5届2次第1号", "machine": "assignment", "subject": 7}
    refused(world, UnknownSubject, "receive", "clerk-transport")
    refused(world, UnknownSubject, "withdraw", "wang-fang", subject=1, reason="无")
    assert refused(world, UnknownAction, "shred", "committee").code == "unknown-action"
    refused(world, UnknownAction, "coordinate", "committee")  # automatic: nobody's to ask for
    elsewhere = replace(world.command("withdraw", "wang-fang"), congress="elsewhere")
    assert refused_command(world, UnknownCongress, elsewhere).code == "unknown-congress"


def test_without_a_case_only_a_beginning_can_be_made() -> None:
    world = memory_world()
    refused(world, UnknownCase, "submit", "wang-fang")
    refused(world, NotAuthorized, "draft", "committee", form=DRAFT)
    refused(world, UnknownPerson, "draft", "nobody", form=DRAFT)


def test_an_unknown_unit_or_person_in_a_form_is_a_wrong_field() -> None:
    world = memory_world().registered()
    rows = [{"unit": "water", "kind": "lead"}]
    error = refused(world, FormInvalid, "hand_over", "committee", assignments=rows)
    assert "water" in error.message("zh")
    world = memory_world().raised("li-ming")
    refused(world, FormInvalid, "invite_cosigners", "wang-fang", cosigners=["nobody"])


def test_nobody_speaks_for_the_clock() -> None:
    world = memory_world().raised("li-ming")
    refused(world, NotAuthorized, "lapse_cosigners", "committee")
    refused(world, NotAuthorized, "lapse_cosigners", CLOCK)
    refused(world, NotAuthorized, "confirm_signature", CLOCK)


def test_a_stale_version_is_told_both_versions() -> None:
    world = memory_world().raised()
    seen = world.look().version
    command = replace(world.command("pass_first_review", "reviewer"), expected_version=seen)
    world.do("return_for_revision", "reviewer", reason="请改")
    error = refused_command(world, StaleCase, command)
    assert error.code == "stale-case"
    assert (error.facts["expected"], error.facts["actual"]) == (seen, seen + 1)
    ahead = replace(command, expected_version=seen + 5)
    refused_command(world, StaleCase, ahead)


def test_the_version_seen_is_accepted() -> None:
    world = memory_world().raised()
    seen = world.look().version
    command = replace(world.command("pass_first_review", "reviewer"), expected_version=seen)
    assert world.desk.perform(command).version == seen + 1


def test_the_same_request_key_twice_gets_the_first_answer_and_acts_once() -> None:
    world = memory_world().raised()
    command = replace(world.command("pass_first_review", "reviewer"), request_key="key-1")
    first = world.desk.perform(command)
    before = kept_by(world)
    later = replace(command, now=command.now + timedelta(days=1))
    second = world.desk.perform(later)
    assert second == replace(first, first=False)
    assert first.first
    assert kept_by(world) == before


def test_a_draft_sent_twice_with_one_key_begins_one_case() -> None:
    world = memory_world()
    command = replace(world.command("draft", "wang-fang", form=DRAFT), request_key="key-1")
    first = world.desk.perform(command)
    second = world.desk.perform(command)
    assert (second.case, second.first) == (first.case, False)
    assert len(kept_by(world).cases) == 1
    other = memory_world().desk.perform(command)
    assert other.case == first.case  # a replay elsewhere gives the same identity


def test_a_request_key_with_another_command_is_refused() -> None:
    world = memory_world().raised()
    command = replace(world.command("pass_first_review", "reviewer"), request_key="key-1")
    world.desk.perform(command)
    for other in (
        replace(command, action="withdraw", actor="wang-fang", form={"reason": "无"}),
        replace(command, form={"note": "好"}),
        replace(command, actor="wang-fang"),
        replace(command, subject=1),
        replace(command, case="5届2次第1号"),
    ):
        error = refused_command(world, RequestKeyReused, other)
        assert (error.code, error.facts["first"]) == ("request-key-reused", "pass_first_review")


def test_a_refused_command_leaves_its_request_key_free() -> None:
    world = memory_world().raised()
    wrong = replace(world.command("pass_first_review", "committee"), request_key="key-1")
    refused_command(world, NotAuthorized, wrong)
    world.desk.perform(replace(wrong, actor="reviewer"))
    assert world.look().state == "second_review"


def test_one_key_within_one_batch_acts_once() -> None:
    world = memory_world().raised()
    command = replace(world.command("pass_first_review", "reviewer"), request_key="key-1")
    first, second = world.desk.perform_many([command, command])
    assert first.receipt is not None
    assert second.receipt == replace(first.receipt, first=False)
    assert len(kept_by(world).entries) == 3


def test_a_change_that_would_leave_a_case_without_an_owner_is_kept_back() -> None:
    world = memory_world().raised()
    assert isinstance(world.store, MemoryStore)
    world.store.kept.directory = with_people({"committee": None})  # the clerk has left office
    error = refused(world, InvariantBroken, "pass_first_review", "reviewer")
    assert "没有责任人" in error.message("zh")


def test_a_profile_that_would_strand_a_case_is_met_by_a_refusal() -> None:
    def without_clock(state: State) -> State:
        return replace(state, clocks=())

    profile = with_state("suggestion", "second_review", without_clock)
    world = memory_world(profile=profile).raised()
    error = refused(world, InvariantBroken, "pass_first_review", "reviewer")
    assert "没有期限" in error.message("zh")


def test_automatic_actions_that_turn_in_circles_are_stopped() -> None:
    def endless(action: Action) -> Action:
        move = replace(action.moves[0], sources=("second_review",), target=None, when=None)
        return replace(action, moves=(move,))

    world = memory_world(profile=with_action("suggestion", "rated", endless)).raised()
    error = refused(world, InvariantBroken, "pass_first_review", "reviewer")
    assert "循环" in error.message("zh")


def test_a_case_pinned_to_a_profile_that_is_gone_is_not_judged_by_another() -> None:
    world = memory_world().raised()
    assert isinstance(world.store, MemoryStore)
    world.store.kept.profiles = {}
    error = refused(world, UnknownProfile, "pass_first_review", "reviewer")
    assert error.facts == {"profile": "zhejiang-county", "version": 1}


def _wrongs(world: World) -> list[EngineError]:
    return [
        refused(world, UnknownAction, "shred", "committee"),
        refused(world, UnknownPerson, "receive", "nobody", subject=1),
        refused(world, NotAuthorized, "receive", "office", subject=1),
        refused(world, NotAllowed, "deliver_reply", "clerk-transport", subject=1),
    ]


def test_a_dry_run_meets_the_same_errors() -> None:
    world = memory_world().handed_over()
    for error, (action, actor) in zip(
        _wrongs(world),
        [
            ("shred", "committee"),
            ("receive", "nobody"),
            ("receive", "office"),
            ("deliver_reply", "clerk-transport"),
        ],
        strict=True,
    ):
        with pytest.raises(type(error)):
            world.desk.preview(world.command(action, actor, subject=1))
