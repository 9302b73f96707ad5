"""The profile zhejiang-county v1 through the Desk: 扎实办 and 及时督."""

from __future__ import annotations

from datetime import date

import pytest

from engine.clocks import ClockState
from engine.errors import ConditionRefused, FormIncomplete, NotAuthorized
from tests.support.profile_looks import clock_due, clock_state, rated, share
from tests.support.world import memory_world

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
    world.do("update_commitment", "clerk-transport", subject=1, progress="已开工")
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
