"""The profile zhejiang-county v1 through the Desk: 认真提 and 精准交."""

from __future__ import annotations

from datetime import date

import pytest

from engine.clocks import ClockState
from engine.errors import ConditionRefused, FormIncomplete, NotAllowed, NotAuthorized
from tests.support.profile_looks import clock_due, clock_state, rated, share
from tests.support.world import memory_world

# ------------------------------------------------------------------------------------- raise


def test_a_case_goes_from_draft_to_closed() -> None:
    world = memory_world().handed_over().replied()
    assert world.look().state == "rating"
    rated(world, "wang-fang")
    assert world.look().state == "concluding"
    world.do("close", "committee")
    case = world.look()
    assert case.state == "closed"
    assert case.number == "5届2次第1号"
    assert world.owners() == ()
    assert not [one for one in case.clocks if one.state is ClockState.RUNNING]


def test_cosigners_confirm_before_the_review() -> None:
    world = memory_world().raised("li-ming", "chen-jing")
    assert world.look().state == "cosigning"
    assert world.owners() == ("chen-jing", "li-ming")
    world.do("confirm_signature", "li-ming")
    world.do("decline_signature", "chen-jing")
    assert world.look().state == "first_review"
    assert world.owners() == ("reviewer",)


def test_an_unconfirmed_signature_lapses_by_the_clock_on_the_day_after() -> None:
    world = memory_world("2026-01-21").raised("li-ming")
    assert clock_due(world.look(), "cosigning") == date(2026, 1, 28)
    world.tick("2026-01-28", hour=18)
    assert world.look().state == "cosigning"
    world.tick("2026-01-29")
    case = world.look()
    assert case.state == "first_review"
    assert [one.state for one in case.signatories] == ["confirmed", "lapsed"]


def test_a_draft_can_be_changed_and_more_deputies_asked() -> None:
    world = memory_world()
    world.raised("li-ming")
    world.do("invite_cosigners", "wang-fang", cosigners=["chen-jing"])
    assert world.owners() == ("chen-jing", "li-ming")


def test_a_text_may_be_returned_for_revision_more_than_once() -> None:
    world = memory_world().raised()
    for _ in range(2):
        world.do("return_for_revision", "reviewer", reason="一件一事")
        assert world.look().state == "revising"
        assert world.owners() == ("wang-fang",)
        assert clock_state(world.look(), "revision") is ClockState.RUNNING
        world.do("edit", "wang-fang", title="关于增设过街设施的建议")
        world.do("resubmit", "wang-fang")
        assert world.look().state == "first_review"
    assert world.look().title == "关于增设过街设施的建议"


def test_the_second_review_may_refuse_with_a_ground() -> None:
    world = memory_world().raised()
    world.do("pass_first_review", "reviewer")
    with pytest.raises(FormIncomplete):
        world.do("refuse", "committee", ground="promotion")
    world.do("refuse", "committee", ground="promotion", reason="推介产品")
    case = world.look()
    assert (case.state, case.refusal_ground) == ("refused", "promotion")
    assert case.ended_at == world.now
    assert clock_state(case, "second_review") is ClockState.STOPPED


def test_a_recess_suggestion_is_numbered_apart_and_handed_over_within_seven_working_days() -> None:
    world = memory_world("2026-03-02")
    world.case = world.do(
        "draft",
        "wang-fang",
        title="关于整治路灯的建议",
        text="路灯不亮。",
        field="city-management",
        kind="recess",
        origin="citizens",
    ).case
    world.do("submit", "wang-fang")
    world.do("pass_first_review", "reviewer")
    world.do("register", "committee")
    case = world.look()
    assert case.number == "5届2次闭会第1号"
    assert clock_due(case, "handover_recess") == date(2026, 3, 11)
    assert all(one.kind != "handover_session" for one in case.clocks)


def test_a_session_suggestion_is_handed_over_within_a_month_of_the_close() -> None:
    world = memory_world().registered()
    assert clock_due(world.look(), "handover_session") == date(2026, 2, 23)
    assert set(world.owners()) == {"committee", "office"}


def test_withdrawal_of_a_joint_suggestion_needs_all_and_stops_the_units() -> None:
    world = memory_world().handed_over("transport", "finance", cosigners=("li-ming",))
    with pytest.raises(FormIncomplete):
        world.do("withdraw", "wang-fang", reason="已经解决")
    with pytest.raises(ConditionRefused):
        world.do("withdraw", "wang-fang", reason="已经解决", unanimous=False)
    world.do("withdraw", "wang-fang", reason="已经解决", unanimous=True)
    case = world.look()
    assert case.state == "withdrawn"
    assert {one.state for one in case.assignments} == {"withdrawn"}
    assert all(one.state is not ClockState.RUNNING for one in case.clocks)
    assert clock_state(case, "reply", "assignment:1") is ClockState.STOPPED


def test_nothing_is_withdrawn_after_the_reply() -> None:
    world = memory_world().handed_over().replied()
    with pytest.raises(NotAllowed):
        world.do("withdraw", "wang-fang", reason="算了")


# --------------------------------------------------------------------------------- hand over


def test_a_merged_case_goes_to_the_units_of_its_main_case_and_is_answered_apart() -> None:
    world = memory_world().handed_over()
    main = world.look().id
    world.registered()
    world.do("merge", "committee", main=main)
    with pytest.raises(ConditionRefused):
        world.do("merge", "committee", main=main)
    world.do("hand_over", "committee", assignments=[{"unit": "transport", "kind": "lead"}])
    world.replied()
    assert world.look().merged_into == main
    assert world.look().state == "rating"
    world.case = main
    assert world.look().state == "handling"


def test_the_chairpersons_make_a_key_suggestion() -> None:
    world = memory_world().registered()
    form = {
        "topic_number": 1,
        "topic_title": "行人过街安全",
        "lead_official": "official",
        "supervising_leader": "committee-head",
        "decided_on": "2026-01-21",
        "decided_by": "主任会议",
    }
    with pytest.raises(NotAuthorized):
        world.do("designate_key", "committee", form=form)
    world.do("designate_key", "chairpersons", form=form)
    assert world.look().topic == 1
    with pytest.raises(ConditionRefused):
        world.do("designate_key", "chairpersons", form=form)


def test_hand_over_starts_the_clocks_of_each_unit() -> None:
    world = memory_world("2026-02-24").handed_over("transport", "finance")
    case = world.look()
    assert case.state == "handling"
    kinds = {
        subject: sorted(one.kind for one in case.clocks if one.subject == subject)
        for subject in ("assignment:1", "assignment:2")
    }
    assert kinds == {
        "assignment:1": ["receipt", "reply", "return_window"],
        "assignment:2": ["joint_opinion", "receipt", "return_window"],
    }
    assert clock_due(case, "reply", "assignment:1") == date(2026, 5, 24)
    assert clock_due(case, "joint_opinion", "assignment:2") == date(2026, 3, 24)
    assert world.owners() == ("clerk-finance", "clerk-transport")


def test_three_months_end_on_the_last_day_of_a_shorter_month() -> None:
    world = memory_world("2026-11-30").handed_over()
    assert clock_due(world.look(), "reply", "assignment:1") == date(2027, 2, 28)


def test_a_return_within_the_window_goes_to_another_unit_with_a_new_period() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.at("2026-03-04").do(
        "request_return",
        "head-transport",
        subject=1,
        reason="属住建职责",
        proposed_unit="housing",
    )
    assert share(world) == "return_requested"
    assert set(world.owners()) == {"leader", "committee-head"}
    with pytest.raises(NotAuthorized):
        world.do("approve_return", "office", subject=1, reason="同意", unit="housing")
    world.at("2026-03-06").do("approve_return", "leader", subject=1, reason="同意", unit="housing")
    case = world.look()
    assert [(one.unit, one.state) for one in case.assignments] == [
        ("transport", "returned"),
        ("housing", "issued"),
    ]
    assert clock_due(case, "reply", "assignment:2") == date(2026, 6, 6)
    assert clock_state(case, "reply", "assignment:1") is ClockState.STOPPED
    assert case.state == "handling"


def test_a_refused_return_leaves_unit_and_period_as_they_were() -> None:
    world = memory_world("2026-02-24").handed_over()
    before = clock_due(world.look(), "reply", "assignment:1")
    world.do(
        "request_return", "clerk-transport", subject=1, reason="不属本局", proposed_unit="housing"
    )
    world.do("refuse_return", "leader", subject=1, reason="仍由你局办理")
    case = world.look()
    assert share(world) == "in_progress"
    assert clock_due(case, "reply", "assignment:1") == before
    assert clock_state(case, "return_window", "assignment:1") is ClockState.MET
    with pytest.raises(ConditionRefused):
        world.do(
            "request_return", "clerk-transport", subject=1, reason="再退", proposed_unit="housing"
        )


def test_the_return_window_is_open_on_its_last_day_and_closed_after() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    last = clock_due(world.look(), "return_window", "assignment:1")
    assert last == date(2026, 3, 9)
    world.tick("2026-03-09", hour=17)
    assert clock_state(world.look(), "return_window", "assignment:1") is ClockState.RUNNING
    world.tick("2026-03-10")
    assert clock_state(world.look(), "return_window", "assignment:1") is ClockState.STOPPED
    with pytest.raises(ConditionRefused) as refused:
        world.do(
            "request_return", "clerk-transport", subject=1, reason="太晚", proposed_unit="housing"
        )
    assert "10个工作日" in refused.value.message()


def test_a_return_without_another_unit_is_coordinated() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do(
        "request_return", "clerk-transport", subject=1, reason="不属本局", proposed_unit="housing"
    )
    world.do("approve_return", "leader", subject=1, reason="另行协调")
    assert world.look().state == "coordinating"
    assert set(world.owners()) == {"committee", "office"}
    world.do("reassign", "office", assignments=[{"unit": "housing", "kind": "lead"}])
    assert world.look().state == "handling"
    world.do("request_return", "clerk-housing", subject=2, reason="无权", proposed_unit="finance")
    world.do("approve_return", "leader", subject=2, reason="另行协调")
    assert world.look().state == "coordinating"
    assert clock_state(world.look(), "reassign") is ClockState.RUNNING
