"""认真提: co-signing, review, revision, refusal and withdrawal through the Desk."""

from __future__ import annotations

from datetime import date

import pytest

from engine.case import Case
from engine.clocks import ClockState
from engine.errors import ConditionRefused, FormIncomplete, FormInvalid, NotAllowed, NotAuthorized
from tests.support.refusing import clock_of, clocks_of, kept_by, refused, told
from tests.support.world import World, memory_world

WANG, LI, CHEN = "wang-fang", "li-ming", "chen-jing"


def _signatures(case: Case) -> dict[str, str]:
    return {one.deputy: one.state for one in case.signatories}


def test_without_cosigners_a_draft_goes_straight_to_review() -> None:
    world = memory_world().raised()
    case = world.look()
    assert case.state == "first_review"
    assert (case.number, case.lead_deputy, case.secrecy) == (None, WANG, "open")
    assert case.keywords == ("过街设施", "信号灯")
    assert case.submitted_at == world.now
    assert world.owners() == ("reviewer",)
    assert clock_of(world, "drafting").state is ClockState.MET
    assert told(world, "review_asked") == ["reviewer"]


def test_each_cosigner_is_asked_and_owns_the_case_until_the_last_has_answered() -> None:
    world = memory_world().raised(LI, CHEN)
    assert world.look().state == "cosigning"
    assert world.owners() == (CHEN, LI)
    assert told(world, "cosign_asked") == [CHEN, LI]
    assert clock_of(world, "cosigning").due_on == date(2026, 1, 28)
    world.do("confirm_signature", LI)
    assert world.look().state == "cosigning"
    assert world.owners() == (CHEN,)
    world.do("decline_signature", CHEN)
    assert world.look().state == "first_review"
    assert _signatures(world.look()) == {WANG: "confirmed", LI: "confirmed", CHEN: "declined"}
    assert clock_of(world, "cosigning").state is ClockState.MET


def test_all_who_decline_leave_the_lead_deputy_alone() -> None:
    world = memory_world().raised(LI)
    world.do("decline_signature", LI)
    assert world.look().state == "first_review"
    refused(world, NotAuthorized, "confirm_signature", LI)


def test_unconfirmed_signatures_lapse_in_the_morning_after_the_due_day() -> None:
    world = memory_world().raised(LI, CHEN)
    world.do("confirm_signature", LI)
    assert world.tick("2026-01-28", hour=23) == 2  # two working days before, the due day
    assert world.look().state == "cosigning"
    assert world.tick("2026-01-29", hour=8) == 0
    assert world.tick("2026-01-29", hour=9) == 1
    case = world.look()
    assert case.state == "first_review"
    assert _signatures(case) == {WANG: "confirmed", LI: "confirmed", CHEN: "lapsed"}
    assert told(world, "cosigning_lapsed") == [CHEN, WANG]
    assert clock_of(world, "cosigning").state is ClockState.STOPPED  # met by nobody
    refused(world, NotAuthorized, "confirm_signature", CHEN)


def test_a_cosigner_asked_in_the_draft_may_confirm_before_it_is_submitted() -> None:
    world = memory_world()
    receipt = world.do(
        "draft",
        WANG,
        title="关于社区食堂的建议",
        text="建议补助社区食堂。",
        field="civil-affairs-social-security",
        kind="recess",
        origin="citizens",
        secrecy="summary",
    )
    world.case = receipt.case
    world.do("invite_cosigners", WANG, cosigners=[LI])
    world.do("confirm_signature", LI)
    world.do("submit", WANG)
    assert world.look().state == "first_review"
    assert world.look().secrecy == "summary"


def test_inviting_while_co_signing_asks_the_newcomer_and_nobody_signs_twice() -> None:
    world = memory_world().raised(LI)
    world.do("invite_cosigners", WANG, cosigners=[LI, CHEN])
    assert _signatures(world.look()) == {WANG: "confirmed", LI: "pending", CHEN: "pending"}
    assert [one.number for one in world.look().signatories] == [1, 2, 3]


@pytest.mark.parametrize("person", ["committee", WANG])
def test_only_other_deputies_can_be_asked_to_sign(person: str) -> None:
    world = memory_world().raised(LI)
    error = refused(world, FormInvalid, "invite_cosigners", WANG, cosigners=[person])
    assert error.facts["field"] == "cosigners"
    assert person in error.message("zh")


def test_returned_for_revision_the_text_is_changed_and_reviewed_again() -> None:
    world = memory_world().raised(LI)
    world.do("confirm_signature", LI)
    refused(world, NotAllowed, "edit", WANG, title="改")
    world.do("return_for_revision", "reviewer", reason="请补充数据")
    assert world.look().state == "revising"
    assert world.owners() == (WANG,)
    assert clock_of(world, "revision").due_on == date(2026, 1, 31)
    before = world.look()
    world.do("edit", WANG, title="关于增设过街设施的建议", keywords="过街, 信号灯，学校")
    after = world.look()
    assert after.title == "关于增设过街设施的建议"
    assert after.keywords == ("过街", "信号灯", "学校")
    assert (after.text, after.field) == (before.text, before.field)
    world.do("resubmit", WANG)
    assert world.look().state == "first_review"
    first, second = clocks_of(world, "first_review")
    assert (first.state, second.state) == (ClockState.MET, ClockState.RUNNING)
    world.do("pass_first_review", "reviewer")
    world.do("return_for_revision", "committee", reason="再改")
    assert world.look().state == "revising"
    assert told(world, "revision_asked") == [WANG, WANG]


def test_a_refusal_needs_a_ground_of_the_list_and_ends_the_case() -> None:
    world = memory_world().raised(LI)
    world.do("confirm_signature", LI)
    world.do("pass_first_review", "reviewer")
    error = refused(world, FormIncomplete, "refuse", "committee")
    assert error.told("fields") == ["理由(ground)", "说明(reason)"]
    refused(world, FormInvalid, "refuse", "committee", ground="dislike", reason="不合适")
    world.do("refuse", "committee", ground="private-matter", reason="属个人事项")
    case = world.look()
    assert (case.state, case.refusal_ground) == ("refused", "private-matter")
    assert case.ended_at == world.now
    assert world.owners() == ()
    assert told(world, "refused") == [LI, WANG]
    assert clock_of(world, "second_review").state is ClockState.STOPPED
    assert [one for one in kept_by(world).cases[case.id].timers if one.cancelled_at is None] == []


def test_a_reviewer_cannot_refuse_and_a_clerk_only_after_the_first_review() -> None:
    world = memory_world().raised()
    refused(world, NotAuthorized, "refuse", "reviewer", ground="other", reason="不")
    refused(world, NotAllowed, "refuse", "committee", ground="other", reason="不")


def test_a_deputy_alone_withdraws_with_a_reason() -> None:
    world = memory_world().raised()
    refused(world, FormIncomplete, "withdraw", WANG)
    refused(world, NotAuthorized, "withdraw", LI, reason="不是我的")
    world.do("withdraw", WANG, reason="情况有变")
    case = world.look()
    assert (case.state, case.ended_at) == ("withdrawn", world.now)
    assert clock_of(world, "first_review").state is ClockState.STOPPED
    refused(world, NotAllowed, "pass_first_review", "reviewer")


def test_a_joint_suggestion_is_withdrawn_only_when_all_cosigners_agree() -> None:
    world = memory_world().raised(LI)
    world.do("confirm_signature", LI)
    error = refused(world, FormIncomplete, "withdraw", WANG, reason="情况有变")
    assert error.told("fields") == ["附议代表一致同意(unanimous)"]
    condition = refused(
        world, ConditionRefused, "withdraw", WANG, reason="情况有变", unanimous=False
    )
    assert "附议代表一致同意" in condition.message("zh")
    world.do("withdraw", WANG, reason="情况有变", unanimous=True)
    assert world.look().state == "withdrawn"


def test_while_nobody_has_confirmed_the_lead_deputy_may_withdraw_alone() -> None:
    world = memory_world().raised(LI)
    world.do("withdraw", WANG, reason="情况有变")
    assert world.look().state == "withdrawn"
    assert told(world, "withdrawn") == ["committee", WANG]


def test_withdrawing_while_units_handle_it_ends_their_shares_too() -> None:
    world = memory_world().handed_over("transport", "finance")
    world.do("receive", "clerk-transport", subject=1)
    world.do("withdraw", WANG, reason="情况有变")
    case = world.look()
    assert [one.state for one in case.assignments] == ["withdrawn", "withdrawn"]
    assert {one.ended_at for one in case.assignments} == {world.now}
    assert clock_of(world, "reply", "assignment:1").state is ClockState.STOPPED
    assert clock_of(world, "joint_opinion", "assignment:2").state is ClockState.STOPPED
    assert not any(one.state is ClockState.RUNNING for one in case.clocks)
    assert told(world, "withdrawn") == ["clerk-transport", "committee", WANG]


def test_after_a_reply_was_delivered_nothing_is_withdrawn() -> None:
    world = memory_world().registered()
    rows = [{"unit": "transport", "kind": "separate"}, {"unit": "housing", "kind": "separate"}]
    world.do("hand_over", "committee", assignments=rows)
    world.replied("transport", 1)
    refused(world, ConditionRefused, "withdraw", WANG, reason="情况有变")


def test_an_overdue_review_is_chased_and_escalated_but_never_decided_by_the_clock() -> None:
    world: World = memory_world().raised()
    assert clock_of(world, "first_review").due_on == date(2026, 1, 26)
    assert world.tick("2026-03-31") == 4
    case = world.look()
    assert case.state == "first_review"
    assert [(one.kind, one.rung, one.by) for one in case.supervisions] == [
        ("reminder", "overdue_1", "clock"),
        ("order", "overdue_5", "clock"),
    ]
    assert told(world, "clock_order") == ["committee-head"]
