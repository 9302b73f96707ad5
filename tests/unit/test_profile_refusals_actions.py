"""A profile with a wrong action, condition or effect is refused with file, line and cause."""

from __future__ import annotations

import pytest

from tests.support.profile_edits import ASSIGNMENT, SUGGESTION, Edit, assert_refused, refused

CLOSE = "  close:\n    label: {zh: 办结, en: Close}\n"

CASES = {
    "unknown role": Edit(
        SUGGESTION,
        "  pass_first_review:\n    label: {zh: 初审通过, en: Pass the first review}\n"
        "    by: [{role: reviewer}]\n",
        "  pass_first_review:\n    label: {zh: 初审通过, en: Pass the first review}\n"
        "    by: [{role: revewer}]\n",
        "没有角色“revewer”",
        "unknown role “revewer”",
        "revewer",
    ),
    "unknown relation": Edit(
        ASSIGNMENT,
        "  settle_opinion:\n",
        "  settle_opinion_now:\n    label: {zh: 甲, en: A}\n"
        "    by: [{role: unit_clerk, relation: neighbour}]\n"
        "    moves:\n      - from: [opinion_given]\n  settle_opinion:\n",
        "没有关系“neighbour”",
        "unknown relation “neighbour”",
        "neighbour",
    ),
    "relation of deputies for a unit": Edit(
        SUGGESTION,
        "  submit:\n    label: {zh: 提交, en: Submit}\n"
        "    by: [{role: deputy, relation: lead_deputy}]\n",
        "  submit:\n    label: {zh: 提交, en: Submit}\n"
        "    by: [{role: unit_head, relation: lead_deputy}]\n",
        "关系“lead_deputy”只用于角色 deputy",
        "goes with role deputy",
        "{role: unit_head, relation: lead_deputy}",
    ),
    "relation that finds nobody there": Edit(
        SUGGESTION,
        "  submit:\n    label: {zh: 提交, en: Submit}\n"
        "    by: [{role: deputy, relation: lead_deputy}]\n",
        "  submit:\n    label: {zh: 提交, en: Submit}\n"
        "    by: [{role: unit_clerk, relation: handler}]\n",
        "关系“handler”在 suggestion 中找不到任何人",
        "finds nobody in machine suggestion",
        "{role: unit_clerk, relation: handler}",
    ),
    "CEL syntax error": Edit(
        SUGGESTION,
        "when: cosigners_pending > 0",
        "when: cosigners_pending >",
        "语法错误",
        "syntax",
    ),
    "CEL over an undeclared fact": Edit(
        SUGGESTION,
        "when: cosigners_pending > 0",
        "when: cosigners_waiting > 0",
        "没有声明的事实“cosigners_waiting”",
        "undeclared fact cosigners_waiting",
    ),
    "CEL that counts bytes": Edit(
        SUGGESTION,
        "when: cosigners_pending > 0",
        "when: size(field) > 3",
        "size 只用于列表",
        "size is for list facts",
    ),
    "CEL that is no truth value": Edit(
        SUGGESTION,
        "when: cosigners_pending > 0",
        "when: cosigners_pending + 1",
        "结果不是真假",
        "not a truth value",
    ),
    "CEL over another action's form": Edit(
        SUGGESTION,
        "when: cosigners_pending > 0",
        "when: form_process == ''",
        "没有声明的事实“form_process”",
        "undeclared fact form_process",
    ),
    "formula over a fact of one unit": Edit(
        "formulas.yaml",
        "numerator: contacts > 0",
        "numerator: assignment_contacts > 0",
        "没有声明的事实“assignment_contacts”",
        "undeclared fact assignment_contacts",
    ),
    "formula over a round that is not over": Edit(
        "formulas.yaml",
        "numerator: contacts > 0",
        "numerator: evaluations_dissatisfied > 0",
        "没有声明的事实“evaluations_dissatisfied”",
        "undeclared fact evaluations_dissatisfied",
    ),
    "guarded move after the unguarded one": Edit(
        SUGGESTION,
        "      - from: [draft]\n        to: first_review\n",
        "      - from: [draft]\n        to: first_review\n        then: [take_text]\n"
        "      - from: [draft] # never\n        to: first_review\n",
        "从“draft”出发的这一步永远轮不到:前面第2步没有条件",
        "is never tried: move 2 before it has no condition",
        "[draft] # never",
    ),
    "reason without a condition": Edit(
        SUGGESTION,
        '        when: "!is_merged"\n',
        "",
        "because 要与 when 一起用",
        "because needs a condition",
        "because: {zh: 已经并案, en: merged already}",
    ),
    "two creating actions": Edit(
        SUGGESTION,
        "  edit:\n    label: {zh: 修改文本, en: Edit the text}\n",
        "  edit:\n    label: {zh: 修改文本, en: Edit the text}\n    creates: true\n",
        "应有且只有一个创建动作(creates: true),现有:draft、edit",
        "exactly one action with creates",
        "actions:",
    ),
    "one name in two machines": Edit(
        ASSIGNMENT,
        "  receive:\n",
        "  close:\n",
        "动作“close”在 suggestion.yaml 中已有",
        "in suggestion.yaml already",
        "  close:",
    ),
    "automatic action with a form": Edit(
        SUGGESTION,
        "    automatic: true\n    moves:\n      - from: [cosigning]\n",
        "    automatic: true\n    form: [{name: note, label: {zh: 注, en: N}, type: text}]\n"
        "    moves:\n      - from: [cosigning]\n",
        "自动动作不能有 form",
        "an automatic action may have no form",
        "    form: [{name: note, label: {zh: 注, en: N}, type: text}]",
    ),
    "automatic action of an assignment": Edit(
        ASSIGNMENT,
        "  accept_opinion:\n    label: {zh: 采纳会办意见, en: Take the joint opinion}\n"
        "    by: [{role: unit_clerk, relation: lead_unit}]\n",
        "  accept_opinion:\n    label: {zh: 采纳会办意见, en: Take the joint opinion}\n"
        "    automatic: true\n",
        "自动动作只属于 suggestion",
        "belong to the suggestion",
        "automatic: true",
    ),
    "automatic action that stays": Edit(
        SUGGESTION,
        "        to: first_review\n        when: cosigners_pending == 0\n",
        "        when: cosigners_pending == 0\n",
        "自动动作必须进入另一状态",
        "turns in circles",
        "      - from: [cosigning]\n        when: cosigners_pending == 0",
    ),
    "action for nobody": Edit(
        SUGGESTION,
        CLOSE + "    by: [{role: committee_clerk}, {role: committee_head}]\n",
        CLOSE,
        "动作“close”没有规定由谁办理",
        "says of nobody",
        "  close:",
    ),
    "unknown effect": Edit(
        SUGGESTION,
        "then: [record_evaluation]",
        "then: [record_rating]",
        "没有效果“record_rating”",
        "no effect “record_rating”",
    ),
    "effect of another machine": Edit(
        SUGGESTION,
        "then: [record_evaluation]",
        "then: [record_evaluation, sign_reply]",
        "效果“sign_reply”不能用于 suggestion",
        "may not be used in suggestion",
    ),
    "effect without its form field": Edit(
        ASSIGNMENT,
        "      - {name: handler, label: {zh: 承办人, en: Handler}, type: person, required: true}\n",
        "      - {name: person, label: {zh: 承办人, en: Handler}, type: person, required: true}\n",
        "效果“assign_handler”要读表单字段“handler”",
        "reads form field “handler”",
        "then: [assign_handler]",
    ),
    "effect without its parameter": Edit(
        SUGGESTION,
        "set_assignments: {state: withdrawn, of: open}",
        "set_assignments: {state: withdrawn}",
        "效果“set_assignments”缺少参数“of”",
        "lacks parameter “of”",
    ),
    "effect with an unknown parameter": Edit(
        SUGGESTION,
        "set_assignments: {state: withdrawn, of: open}",
        "set_assignments: {state: withdrawn, of: open, why: x}",
        "没有参数“why”",
        "no parameter “why”",
    ),
    "assignments set to an open state": Edit(
        SUGGESTION,
        "set_assignments: {state: withdrawn, of: open}",
        "set_assignments: {state: issued, of: open}",
        "参数“state”的值“issued”不可用",
        "may not be “issued”",
    ),
    "unknown numbering series": Edit(
        SUGGESTION,
        "assign_number: {series: recess}",
        "assign_number: {series: holiday}",
        "参数“series”的值“holiday”不可用",
        "may not be “holiday”",
    ),
    "clock of another machine met": Edit(
        ASSIGNMENT,
        "stop_clock: {kind: return_window}",
        "stop_clock: {kind: closing}",
        "参数“kind”的值“closing”不可用",
        "may not be “closing”",
    ),
    "unknown notice": Edit(
        SUGGESTION,
        "notice: explanation_given",
        "notice: explained_given",
        "参数“notice”的值“explained_given”不可用",
        "may not be “explained_given”",
    ),
    "unknown list of choices": Edit(
        ASSIGNMENT,
        "choices: contact_ranks",
        "choices: ranks",
        "没有选项表“ranks”",
        "no list of choices “ranks”",
    ),
    "field named twice": Edit(
        ASSIGNMENT,
        "{name: rank, label",
        "{name: form, label",
        "字段“form”重复",
        "field “form” appears twice",
        "label: {zh: 面商人职级",
    ),
}


@pytest.mark.parametrize("name", tuple(CASES))
def test_a_wrong_action_is_refused_with_file_line_and_cause(name: str) -> None:
    assert_refused(CASES[name])


def test_a_broken_condition_is_told_once_and_causes_no_second_problem() -> None:
    problems = refused(CASES["CEL syntax error"])
    assert len(problems) == 1
    assert problems[0].zh.count("/") == 0
