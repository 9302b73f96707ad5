"""The shipped profile zhejiang-county v1, played through the Desk: every branch of the loop."""

from __future__ import annotations

from datetime import date

import pytest

from engine.case import Case
from engine.clocks import ClockState
from engine.errors import ConditionRefused, FormIncomplete, NotAllowed, NotAuthorized
from tests.support.world import World, memory_world


def clock_due(case: Case, kind: str, subject: str = "case") -> date:
    """The due day of the last clock of that kind and subject."""
    return [one for one in case.clocks if (one.kind, one.subject) == (kind, subject)][-1].due_on


def clock_state(case: Case, kind: str, subject: str = "case") -> ClockState:
    """The state of the last clock of that kind and subject."""
    return [one for one in case.clocks if (one.kind, one.subject) == (kind, subject)][-1].state


def share(world: World, number: int = 1) -> str:
    """The state of an assignment."""
    found = world.look().assignment(number)
    assert found is not None
    return found.state


def rated(world: World, *deputies: str, grade: str = "satisfied") -> World:
    """Everybody gives the same grade on both dimensions."""
    for deputy in deputies:
        form = {"process": grade, "result": grade}
        if grade == "dissatisfied":
            form["comment"] = "路口还没有改"
        world.do("rate", deputy, form=form)
    return world


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


# ------------------------------------------------------------------------------------ handle


def test_no_reply_is_signed_without_a_contact() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.do("draft_reply", "clerk-transport", subject=1, result="C", text="条件不具备。")
    world.do("check_reply", "office", subject=1)
    with pytest.raises(ConditionRefused) as refused:
        world.do("sign_reply", "head-transport", subject=1, document_number="1号")
    assert "面商" in refused.value.message()
    world.do(
        "record_contact",
        "clerk-transport",
        subject=1,
        form={"on": "2026-02-24", "form": "phone", "rank": "staff", "summary": "电话沟通"},
    )
    assert clock_state(world.look(), "first_contact", "assignment:1") is ClockState.MET
    world.do("sign_reply", "head-transport", subject=1, document_number="1号")
    assert share(world) == "signed"


def test_delivery_waits_for_the_joint_opinions() -> None:
    world = memory_world("2026-02-24").handed_over("transport", "finance")
    with pytest.raises(ConditionRefused) as refused:
        world.replied()
    assert "会办意见" in refused.value.message()
    world.do("receive", "clerk-finance", subject=2)
    with pytest.raises(ConditionRefused):
        world.do("draft_reply", "clerk-finance", subject=2, result="A", text="好")
    world.do("give_opinion", "clerk-finance", subject=2, opinion="同意安排资金")
    world.do("bounce_opinion", "clerk-transport", subject=2, reason="请写明金额")
    assert share(world, 2) == "redoing"
    world.do("give_opinion", "clerk-finance", subject=2, opinion="同意安排资金20万元")
    world.do("accept_opinion", "clerk-transport", subject=2)
    assert share(world, 2) == "contributed"
    world.do("deliver_reply", "clerk-transport", subject=1)
    assert world.look().state == "rating"


def test_a_joint_opinion_that_nobody_sends_back_counts_as_taken() -> None:
    world = memory_world("2026-02-24").handed_over("transport", "finance")
    world.do("receive", "clerk-finance", subject=2)
    world.do("give_opinion", "clerk-finance", subject=2, opinion="同意")
    # Saturday 28 February 2026 is a make-up workday 调休.
    assert clock_due(world.look(), "opinion_check", "assignment:2") == date(2026, 3, 2)
    world.tick("2026-03-03")
    assert share(world, 2) == "contributed"


def test_separate_units_answer_each_and_the_last_one_opens_the_rating() -> None:
    world = memory_world("2026-02-24").registered()
    rows = [{"unit": unit, "kind": "separate"} for unit in ("transport", "housing")]
    world.do("hand_over", "committee", assignments=rows)
    world.replied("transport", 1)
    assert world.look().state == "handling"
    world.replied("housing", 2)
    assert world.look().state == "rating"


def test_an_extension_to_six_months_needs_both_offices_and_comes_once() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.at("2026-05-10").do("request_extension", "head-transport", subject=1, reason="涉及面广")
    assert world.owners() == ("office",)
    world.do("endorse_extension", "office", subject=1)
    assert clock_due(world.look(), "reply", "assignment:1") == date(2026, 5, 24)
    assert world.owners() == ("committee",)
    world.do("approve_extension", "committee", subject=1)
    assert clock_due(world.look(), "reply", "assignment:1") == date(2026, 8, 24)
    assert share(world) == "in_progress"
    with pytest.raises(ConditionRefused):
        world.do("request_extension", "head-transport", subject=1, reason="还不够")


def test_a_refused_extension_changes_nothing() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.do("request_extension", "clerk-transport", subject=1, reason="涉及面广")
    world.do("refuse_extension", "office", subject=1, reason="不属疑难")
    assert share(world) == "in_progress"
    assert clock_due(world.look(), "reply", "assignment:1") == date(2026, 5, 24)


def test_a_draft_may_be_sent_back_and_its_code_corrected() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.do("draft_reply", "clerk-transport", subject=1, result="A", text="已解决。")
    world.do("reject_reply", "office", subject=1, reason="未逐条答复")
    assert share(world) == "in_progress"
    world.do("draft_reply", "clerk-transport", subject=1, result="A", text="逐条答复。")
    world.do("check_reply", "office", subject=1, result="C")
    assert world.look().replies[-1].result == "C"
    world.do("reject_reply", "head-transport", subject=1, reason="措辞")
    assert share(world) == "in_progress"


def test_a_planned_result_needs_a_promised_day() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    with pytest.raises(FormIncomplete):
        world.do("draft_reply", "clerk-transport", subject=1, result="B", text="列入计划。")


# --------------------------------------------------------------------------------- supervise


def test_every_signatory_rates_and_silence_lapses_by_the_clock() -> None:
    world = memory_world("2026-02-24").handed_over(cosigners=("li-ming",)).replied()
    assert world.owners() == ("li-ming", "wang-fang")
    rated(world, "wang-fang")
    assert world.look().state == "rating"
    assert clock_due(world.look(), "evaluation") == date(2026, 3, 23)
    world.tick("2026-03-24")
    case = world.look()
    assert [one.state for one in case.evaluations] == ["given", "silent"]
    assert case.state == "concluding"


def test_a_dissatisfied_rating_needs_words() -> None:
    world = memory_world().handed_over().replied()
    with pytest.raises(FormIncomplete):
        world.do("rate", "wang-fang", process="satisfied", result="dissatisfied")


def test_dissatisfaction_is_studied_and_handled_again_at_most_once() -> None:
    world = memory_world("2026-02-24").handed_over().replied()
    rated(world, "wang-fang", grade="dissatisfied")
    assert world.look().state == "studying"
    world.do("order_rehandling", "committee", reason="请现场办理")
    case = world.look()
    assert (case.state, case.round) == ("handling", 2)
    kinds = sorted(one.kind for one in case.clocks if one.subject == "assignment:2")
    assert kinds == ["receipt", "rehandling"]
    assert clock_due(case, "rehandling", "assignment:2") == date(2026, 3, 24)
    world.replied(number=2)
    rated(world, "wang-fang", grade="dissatisfied")
    assert world.look().state == "studying"
    with pytest.raises(ConditionRefused):
        world.do("order_rehandling", "committee", reason="第三轮")
    world.do("accept_with_explanation", "committee-head", reason="已当面说明")
    world.do("close", "committee")
    assert world.look().state == "closed"


def test_a_promise_lives_on_after_the_case_is_closed() -> None:
    world = memory_world("2026-02-24").handed_over()
    promise = [{"text": "年内建成", "due_on": "2026-10-31"}]
    world.replied(result="B", text="列入计划。", commitments=promise)
    rated(world, "wang-fang")
    world.do("close", "committee")
    assert clock_due(world.look(), "promise", "commitment:1") == date(2026, 10, 31)
    world.do("report_progress", "clerk-transport", subject=1, progress="已开工")
    world.tick("2026-11-09")
    case = world.look()
    assert {one.kind for one in case.supervisions} == {"reminder", "order"}
    world.do("keep_commitment", "clerk-transport", subject=1, evidence="竣工验收")
    kept = world.look().commitment(1)
    assert kept is not None
    assert kept.state == "kept"
    assert clock_state(world.look(), "promise", "commitment:1") is ClockState.MET


def test_a_promise_that_is_not_kept_is_explained_by_the_head() -> None:
    world = memory_world("2026-02-24").handed_over()
    promise = [{"text": "年内建成", "due_on": "2026-10-31"}]
    world.replied(result="B", text="列入计划。", commitments=promise)
    with pytest.raises(NotAuthorized):
        world.do("explain_commitment", "clerk-transport", subject=1, reason="规划调整")
    world.do("explain_commitment", "head-transport", subject=1, reason="规划调整")
    assert clock_state(world.look(), "promise", "commitment:1") is ClockState.STOPPED


def test_an_overdue_reply_climbs_the_ladder() -> None:
    world = memory_world("2026-02-24").handed_over()
    world.do("receive", "clerk-transport", subject=1)
    world.tick("2026-06-01")
    rungs = [(one.rung, one.kind) for one in world.look().supervisions if one.clock == "reply"]
    assert rungs == [("overdue_1", "reminder"), ("overdue_5", "order")]
    world.do("urge", "office", subject=1, note="请抓紧")
    world.do("issue_order", "committee-head", subject=1, note="限期办结")
    assert [one.by for one in world.look().supervisions[-2:]] == ["office", "committee-head"]


def test_an_untouched_case_is_never_without_owner_or_clock() -> None:
    world = memory_world("2026-02-24").handed_over("transport", "finance")
    world.tick("2026-12-31")
    assert world.owners() == ("clerk-finance", "clerk-transport")
    assert [one for one in world.look().clocks if one.state is ClockState.RUNNING]
