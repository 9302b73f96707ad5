"""A profile with a wrong clock, code or text is refused with file, line and cause."""

from __future__ import annotations

import pytest

from tests.support.profile_edits import CLOCKS, SUGGESTION, Edit, assert_refused

CASES = {
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
        "      offset: {days: -5}\n      action: tell_unit\n      notice: clock_soon\n"
        "      audience: [{role: unit_clerk, relation: handler}, {role: unit_head",
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
        'zh: "请确认附议：{{ title }}"',
        'zh: "请确认附议：{{ titel }}"',
        "没有“titel”可填",
        "there is no “titel”",
    ),
    "notice with an open brace": Edit(
        "notices.yaml",
        'zh: "请确认附议：{{ title }}"',
        'zh: "请确认附议：{{ title"',
        "模板写法有误",
        "template syntax",
    ),
    "notice in the manner of format": Edit(
        "notices.yaml",
        'zh: "请确认附议：{{ title }}"',
        'zh: "请确认附议：{title}"',
        "单个花括号",
        "a single brace",
    ),
    "notice that reaches into objects": Edit(
        "notices.yaml",
        'zh: "请确认附议：{{ title }}"',
        'zh: "请确认附议：{{ title.__class__ }}"',
        "模板里不能用属性",
        "an attribute (.) may not be used",
    ),
    "notice with a loop": Edit(
        "notices.yaml",
        'zh: "请确认附议：{{ title }}"',
        'zh: "请确认附议：{% for one in title %}{{ title }}{% endfor %}"',
        "模板里不能用循环",
        "a loop (for) may not be used",
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
        "  transport_field:\n    fields: [transport]\n",
        "  transport_field:\n    fields: [traffic]\n",
        "类别表里没有“traffic”",
        "no field “traffic”",
        "fields: [traffic]",
    ),
    "routing of everything to one unit": Edit(
        "routing.yaml",
        "  transport_field:\n    fields: [transport]\n",
        "  transport_field:\n    fields: []\n",
        "会成为默认单位",
        "default unit",
        "  transport_field:",
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
def test_a_wrong_clock_or_code_is_refused_with_file_line_and_cause(name: str) -> None:
    assert_refused(CASES[name])
