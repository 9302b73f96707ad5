"""Urging, lights, outcome and orders of a profile: what is refused, and where."""

from __future__ import annotations

import pytest

from tests.support.profile_edits import SHIPPED, SUGGESTION, Edit, assert_refused
from workflows import check, read_files
from workflows.loader import load_profile

SUPERVISION, ORDER, COMMITMENT = "supervision.yaml", "order.yaml", "commitment.yaml"
DESK_ORDER = "open_order: {to: committee_head, of: desk}"
CASES = {
    "weight of an unknown role": Edit(
        SUPERVISION,
        "    committee_head: 5",
        "    governor: 5",
        "没有角色“governor”",
        "unknown role “governor”",
    ),
    "no weight at all": Edit(
        SUPERVISION, "    committee_head: 5", "    committee_head: 0", "不得小于1", "less than 1"
    ),
    "light of an unknown clock": Edit(
        SUPERVISION,
        "    reply: {days: 15}",
        "    replies: {days: 15}",
        "没有期限“replies”",
        "no clock “replies”",
    ),
    "yellow in months": Edit(
        SUPERVISION, "yellow: {days: 5}", "yellow: {months: 1}", "未知的键“months”", "unknown key"
    ),
    "outcome by a clock that does not come again": Edit(
        SUPERVISION,
        "clock: outcome_judgement",
        "clock: closing",
        "“closing”应为建议的周期性期限",
        "“closing” must be a recurring clock",
    ),
    "lights of no list": Edit(
        SUPERVISION,
        "lights: outcome_lights",
        "lights: colours",
        "没有选项表“colours”",
        "no list of choices “colours”",
    ),
    "a party twice": Edit(
        SUPERVISION,
        "    - code: government\n",
        "    - code: unit # again\n",
        "一方“unit”重复",
        "party “unit” appears twice",
        "unit # again",
    ),
    "a party that may not judge": Edit(
        SUPERVISION,
        "by: [{role: government_clerk}]",
        "by: [{role: government_leader}]",
        "“government”一方有人不能办理",
        "somebody of party “government”",
        "[{role: government_leader}]",
    ),
    "an order of a suggestion to its unit": Edit(
        SUGGESTION,
        DESK_ORDER,
        "open_order: {to: committee_head, of: unit}",
        "应为 desk",
        "use desk",
        "of: unit",
    ),
    "an order to nobody": Edit(
        SUGGESTION, DESK_ORDER, "open_order: {to: committee_head, of: nobody}", "unit、desk", "desk"
    ),
    "an order that no known role follows up": Edit(
        SUGGESTION,
        DESK_ORDER,
        "open_order: {to: governor, of: desk}",
        "参数“to”的值“governor”不可用",
        "may not be “governor”",
    ),
    "an order that is nobody's": Edit(
        ORDER,
        "    clocks: [{kind: order_check}]",
        "    clocks: [{kind: closing}]",
        "期限“closing”同时用于",
        "used in several machines",
        "  closing:",
        at="clocks.yaml",
    ),
    "a relation of orders elsewhere": Edit(
        COMMITMENT,
        "    owners: [{role: unit_clerk, relation: commitment_unit}]",
        "    owners: [{role: unit_clerk, relation: order_unit}]",
        "关系“order_unit”在 commitment 中找不到任何人",
        "finds nobody in machine commitment",
        "order_unit}]",
    ),
    "an order about a suggestion's clock from the hand-over": Edit(
        "clocks.yaml",
        "    label: {zh: 督办单回复期限, en: Answer to an order}\n    starts: entry",
        "    label: {zh: 督办单回复期限, en: Answer to an order}\n    starts: handed-over",
        "督办单的期限不能从交办起算",
        "cannot count from the hand-over",
        "    starts: handed-over\n    length: {working_days: 5}\n    source: default\n"
        "    ladder: order_answer",
    ),
    "a clock that nobody would own": Edit(
        SUGGESTION,
        "    clocks: [{kind: outcome_judgement, when: is_key}]",
        "    clocks: [{kind: outcome_judgement, when: is_key}, {kind: study}]",
        "carried 的状态不能有期限“study”",
        "nobody to own clock “study”",
        "{kind: study}]\n  coordinating:",
    ),
}


@pytest.mark.parametrize("name", tuple(CASES))
def test_what_cannot_be_is_refused_with_file_line_and_cause(name: str) -> None:
    assert_refused(CASES[name])


def test_people_order_no_desk() -> None:
    files = read_files(SHIPPED)
    old = "          - open_order: {to: supervising_committee, of: unit}\n          - notify"
    assert files[COMMITMENT].count(old) == 1
    files[COMMITMENT] = files[COMMITMENT].replace(old, old.replace("of: unit", "of: desk"))
    _, problems = check(files)
    (problem,) = [one for one in problems if "只有 clock" in one.zh]
    assert problem.file == COMMITMENT


def test_without_an_outcome_nobody_judges_it() -> None:
    files = read_files(SHIPPED)
    text = files[SUPERVISION]
    start, end = text.index("# 成效灯"), text.index("# 通报")
    files[SUPERVISION] = text[:start] + text[end:]
    _, problems = check(files)
    assert [one.file for one in problems if "judge_outcome needs an outcome" in one.en] == [
        SUGGESTION
    ]


def test_the_shipped_rules_are_as_the_file_says() -> None:
    rules = load_profile("zhejiang-county", 1).supervision
    assert rules.urging.weights["committee_head"] == 5
    assert rules.outcome is not None
    assert [one.code for one in rules.outcome.parties] == ["unit", "government", "committee"]
