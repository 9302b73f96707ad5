"""A profile that is wrong in one place is refused with the file, the line and the cause.

Each case is the shipped profile with one edit; the line is where the marker stands afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from engine.errors import ProfileInvalid
from workflows import Problem, check, load_files, read_files
from workflows.loader import PROFILES

SHIPPED = PROFILES / "zhejiang-county" / "v1"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `old` by `new` in a file; the problem stands where `marker` does (default: new).

    `at` names the file of the problem when it is another one.
    """

    file: str
    old: str
    new: str
    zh: str
    en: str
    marker: str = ""
    at: str = ""

    def apply(self) -> dict[str, str]:
        files = read_files(SHIPPED)
        assert files[self.file].count(self.old) == 1, (self.file, self.old)
        files[self.file] = files[self.file].replace(self.old, self.new)
        return files

    def place(self) -> tuple[str, int]:
        """File and line of the problem."""
        file = self.at or self.file
        text = self.apply()[file]
        marker = self.marker or self.new.strip()
        assert text.count(marker) == 1, marker
        start = text.index(marker) + len(marker) - len(marker.lstrip())
        return file, text.count("\n", 0, start) + 1


def refused(edit: Edit) -> tuple[Problem, ...]:
    """The problems of the edited profile."""
    profile, problems = check(edit.apply())
    assert profile is None
    return problems


SUGGESTION = "suggestion.yaml"
ASSIGNMENT = "assignment.yaml"
CLOCKS = "clocks.yaml"
FIRST_REVIEW = "    owners: [{role: reviewer}]\n    clocks: [{kind: first_review}]\n"
LOST = """  lost:
    label: {zh: 迷失, en: Lost}
    stage: raise
    owners: [{role: reviewer}]
    clocks: [{kind: first_review}]
"""
PASS = "      - from: [first_review]\n        to: second_review\n"
CLOSE = "  close:\n    label: {zh: 办结, en: Close}\n"

CASES = {
    "misspelt key": Edit(
        SUGGESTION,
        "    label: {zh: 待初审, en: In first review}\n    stage: raise\n    owners:",
        "    label: {zh: 待初审, en: In first review}\n    stage: raise\n    ownerz:",
        "未知的键“ownerz”,是否想写“owners”",
        "did you mean “owners”",
        "ownerz:",
    ),
    "missing key": Edit(
        SUGGESTION,
        "    label: {zh: 待初审, en: In first review}\n    stage: raise\n",
        "    label: {zh: 待初审, en: In first review}\n",
        "缺少“stage”",
        "“stage” is missing",
        "  first_review:",
    ),
    "unknown stage": Edit(
        SUGGESTION,
        "    label: {zh: 草稿, en: Draft}\n    stage: raise\n",
        "    label: {zh: 草稿, en: Draft}\n    stage: rise\n",
        "“rise”应为其中之一",
        "must be one of raise",
        "stage: rise",
    ),
    "number out of bounds": Edit(
        CLOCKS, "length: {days: 30}", "length: {days: 0}", "不得小于1", "not be less than 1"
    ),
    "two units in one period": Edit(
        CLOCKS,
        "length: {days: 30}",
        "length: {days: 30, months: 1}",
        "项数不得多于1",
        "more entries than 1",
    ),
    "name with capitals": Edit(
        SUGGESTION,
        "  revising:\n    label:",
        "  Revising:\n    label:",
        "名称“Revising”的写法不对",
        "no valid name",
        "  Revising:",
    ),
    "wrong kind of value": Edit(
        "profile.yaml", "version: 1", "version: one", "“one”应为整数", "must be integer"
    ),
    "duplicate key": Edit(
        SUGGESTION,
        "  first_review:\n    label: {zh: 待初审, en: In first review}\n",
        "  first_review:\n    label: {zh: 甲, en: A}\n"
        "    label: {zh: 待初审, en: In first review}\n",
        "重复的键“label”(第一次在第",
        "duplicate key “label”",
        "    label: {zh: 待初审, en: In first review}",
    ),
    "unreachable state": Edit(
        SUGGESTION,
        "  revising:\n",
        LOST + "  revising:\n",
        "状态“lost”从“draft”无法到达",
        "cannot be reached",
        "  lost:",
    ),
    "state without a way out": Edit(
        SUGGESTION,
        "      - from: [concluding]\n        to: closed\n",
        "      - from: [studying]\n        to: closed\n",
        "状态“concluding”没有出口",
        "“concluding” has no way out",
        "  concluding:",
    ),
    "open state without a clock": Edit(
        SUGGESTION,
        FIRST_REVIEW,
        "    owners: [{role: reviewer}]\n",
        "未结束的状态“first_review”没有期限",
        "open state “first_review” has no clock",
        "  first_review:",
    ),
    "open state without an owner": Edit(
        SUGGESTION,
        FIRST_REVIEW,
        "    clocks: [{kind: first_review}]\n",
        "未结束的状态“first_review”没有责任人",
        "has no owner",
        "  first_review:",
    ),
    "final state with a clock": Edit(
        SUGGESTION,
        "    label: {zh: 已办结, en: Closed}\n    stage: supervise\n    final: true\n",
        "    label: {zh: 已办结, en: Closed}\n    stage: supervise\n    final: true\n"
        "    clocks: [{kind: closing}, {kind: study}]\n",
        "终态“closed”不能有 clocks",
        "final state “closed” has clocks",
        "    clocks: [{kind: closing}, {kind: study}]",
    ),
    "way out of a final state": Edit(
        SUGGESTION,
        PASS,
        "      - from: [first_review, refused]\n        to: second_review\n",
        "终态“refused”不能有出口",
        "final state “refused” has a way out",
        "[first_review, refused]",
    ),
    "move to nowhere": Edit(
        SUGGESTION,
        PASS,
        "      - from: [first_review]\n        to: third_review\n",
        "没有状态“third_review”",
        "no state “third_review”",
        "to: third_review",
    ),
    "move from nowhere": Edit(
        SUGGESTION,
        "from: [draft, revising]",
        "from: [draft, rewriting]",
        "没有状态“rewriting”",
        "no state “rewriting”",
    ),
    "unknown initial state": Edit(
        ASSIGNMENT, "initial: issued", "initial: given", "没有状态“given”", "no state “given”"
    ),
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
    "unknown clock": Edit(
        SUGGESTION,
        "clocks: [{kind: study}]",
        "clocks: [{kind: studies}]",
        "没有期限“studies”",
        "no clock “studies”",
    ),
    "clock that no state uses": Edit(
        SUGGESTION,
        "clocks: [{kind: study}]",
        "clocks: [{kind: closing}] # study",
        "期限“study”没有状态使用",
        "no state uses clock “study”",
        "\n  study:",
        at=CLOCKS,
    ),
    "clock without a source": Edit(
        CLOCKS, "source: z8-2019", "source: z9-2020", "没有依据“z9-2020”", "no source “z9-2020”"
    ),
    "source on a day that does not exist": Edit(
        "profile.yaml",
        '    effective: "2019-01-01"',
        '    effective: "2019-02-30"',
        "没有“2019-02-30”这一天",
        "no day “2019-02-30”",
    ),
    "clock without a length": Edit(
        CLOCKS,
        "    length: {months: 3}\n",
        "",
        "应有且只有 length、until、before 之一",
        "exactly one of length",
        "\n  reply:",
    ),
    "ladder that does not exist": Edit(
        CLOCKS, "ladder: opinion_check", "ladder: none", "没有提醒阶梯“none”", "no ladder “none”"
    ),
    "ladder out of order": Edit(
        CLOCKS,
        "      label: {zh: 到期前15天, en: 15 days before}\n      offset: {days: -15}\n"
        "      action: tell_unit\n",
        "      label: {zh: 到期前15天, en: 15 days before}\n      offset: {days: 15}\n"
        "      action: tell_unit\n",
        "档“before_5”不晚于前一档“before_15”",
        "rung “before_5” is not later than “before_15”",
        "      offset: {days: -5}\n      action: tell_unit\n",
    ),
    "rung with an unknown action": Edit(
        CLOCKS,
        "action: close_return_window",
        "action: close_window",
        "没有动作“close_window”",
        "no action “close_window”",
    ),
    "rung with an action of another machine": Edit(
        CLOCKS,
        "action: close_return_window",
        "action: tell_promise # x",
        "动作“tell_promise”属于 commitment,这个期限在 assignment",
        "belongs to commitment",
    ),
    "rung with an action that is not the clock's": Edit(
        CLOCKS,
        "action: close_return_window",
        "action: accept_opinion",
        "没有授权给 clock",
        "is not for the clock",
    ),
    "rung with an unknown notice": Edit(
        CLOCKS,
        "notice: return_window_closing",
        "notice: window_closing",
        "没有通知“window_closing”",
        "no notice “window_closing”",
    ),
    "rung whose notice is never sent": Edit(
        CLOCKS,
        "      action: close_return_window\n",
        "      action: close_return_window\n      notice: clock_due # x\n"
        "      audience: [{role: government_clerk}]\n",
        "没有 tell_rung,通知“clock_due”发不出去",
        "is never sent",
        "action: close_return_window",
    ),
    "approver that is no role": Edit(
        CLOCKS,
        "approvers: [government_clerk, committee_clerk]",
        "approvers: [government_clerk, mayor]",
        "没有角色“mayor”",
        "unknown role “mayor”",
    ),
    "number without its count": Edit(
        "profile.yaml",
        'session: "{term}届{session}次第{n}号"',
        'session: "{term}届{session}次"',
        "编号里缺少 {n}",
        "needs {n}",
    ),
    "number that reaches into objects": Edit(
        "profile.yaml",
        'session: "{term}届{session}次第{n}号"',
        'session: "{term}届{session}次第{n}{n.__class__}号"',
        "占位“{n.__class__}”不可用",
        "may not be used",
    ),
    "notice with an unknown placeholder": Edit(
        "notices.yaml",
        'zh: "请确认附议:{title}"',
        'zh: "请确认附议:{titel}"',
        "占位“{titel}”不可用",
        "may not be used",
    ),
    "notice with a lonely brace": Edit(
        "notices.yaml",
        'zh: "请确认附议:{title}"',
        'zh: "请确认附议:{title"',
        "花括号不成对",
        "braces do not match",
    ),
    "satisfaction scale the engine does not know": Edit(
        "codes.yaml",
        "    basic: {zh: 基本满意, en: Basically satisfied}\n",
        "    fair: {zh: 基本满意, en: Basically satisfied}\n",
        "选项表“satisfaction”应为",
        "list “satisfaction” must be",
        "  satisfaction:",
    ),
    "routing by an unknown field": Edit(
        "routing.yaml",
        "  transport_default:\n    fields: [transport]\n",
        "  transport_default:\n    fields: [traffic]\n",
        "类别表里没有“traffic”",
        "no field “traffic”",
        "fields: [traffic]",
    ),
    "routing of everything to one unit": Edit(
        "routing.yaml",
        "  transport_default:\n    fields: [transport]\n",
        "  transport_default:\n    fields: []\n",
        "会成为默认单位",
        "default unit",
        "  transport_default:",
    ),
    "unit in two portfolios": Edit(
        "routing.yaml",
        "[commerce, market-regulation, hardware-expo, postal-service]",
        "[commerce, finance, hardware-expo, postal-service]",
        "单位“finance”已归",
        "in portfolio",
    ),
    "anchor": Edit(
        CLOCKS,
        "length: {months: 3}",
        "length: &three {months: 3}",
        "不能使用锚点和别名",
        "anchors and aliases",
    ),
    "alias": Edit(CLOCKS, "length: {months: 3}", "length: *three", "不能使用锚点和别名", "aliases"),
    "tag": Edit(
        CLOCKS,
        "length: {months: 3}",
        "length: !!python/object:os.system {months: 3}",
        "不能使用标签",
        "is not allowed",
    ),
}


@pytest.mark.parametrize("name", tuple(CASES))
def test_one_wrong_thing_is_refused_with_file_line_and_cause(name: str) -> None:
    edit = CASES[name]
    file, line = edit.place()
    problems = refused(edit)
    found = [one for one in problems if edit.zh in one.zh and edit.en in one.en]
    assert found, "\n".join(str(one) for one in problems)
    assert (found[0].file, found[0].line) == (file, line)
    assert str(found[0]).startswith(f"{file}:{line}: ")


def test_a_broken_condition_is_told_once_and_causes_no_second_problem() -> None:
    problems = refused(CASES["CEL syntax error"])
    assert len(problems) == 1
    assert problems[0].zh.count("/") == 0


def test_all_problems_are_raised_together() -> None:
    files = CASES["unknown role"].apply()
    other = CASES["clock without a source"]
    files[other.file] = other.apply()[other.file]
    with pytest.raises(ProfileInvalid) as refusal:
        load_files(files)
    message = refusal.value.message()
    assert "zhejiang-county" in message
    assert "clocks.yaml:" in message
    assert "suggestion.yaml:" in message
    assert refusal.value.code == "profile-invalid"


def test_every_misspelt_file_is_named_not_only_the_first() -> None:
    files = CASES["misspelt key"].apply()
    other = CASES["number out of bounds"]
    files[other.file] = other.apply()[other.file]
    assert {one.file for one in check(files)[1]} == {"suggestion.yaml", "clocks.yaml"}


def test_a_missing_and_an_unknown_file_are_named() -> None:
    files = read_files(SHIPPED)
    del files["notices.yaml"]
    files["notes.yaml"] = "a: b"
    profile, problems = check(files)
    assert profile is None
    assert {(one.file, one.en) for one in problems} == {
        ("notices.yaml", "this file is missing"),
        ("notes.yaml", "unknown file"),
    }


def test_an_empty_file_is_refused() -> None:
    profile, problems = check(read_files(SHIPPED) | {"notices.yaml": ""})
    assert profile is None
    assert [(one.file, one.line) for one in problems] == [("notices.yaml", 1)]
    assert "键值表" in problems[0].zh


def test_a_folder_that_is_no_profile_has_every_file_missing(tmp_path: Path) -> None:
    profile, problems = check(read_files(tmp_path))
    assert profile is None
    assert len(problems) == 9


@pytest.mark.parametrize("seed", range(20))
def test_no_garbled_profile_makes_the_loader_fail(seed: int) -> None:
    """Whatever a line is turned into, the answer is a profile or problems with real lines."""
    draw = Random(seed)
    files = read_files(SHIPPED)
    file = draw.choice(sorted(files))
    lines = files[file].split("\n")
    place = draw.randrange(len(lines))
    word = draw.choice(["[]", "{}", "null", "true", "-1", "{n}", "*", "[[x]]", "clock", "'x"])
    lines[place] = draw.choice(
        ["", "  " + lines[place], lines[place].replace(": ", f": {word} ", 1), word]
    )
    files[file] = "\n".join(lines)
    profile, problems = check(files)
    assert (profile is None) == bool(problems)
    for one in problems:
        assert 1 <= one.line <= files[one.file].count("\n") + 2
