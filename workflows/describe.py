"""A profile as a page that people read: states, actions, clocks, ladders, codes, rates, routing.

Says only what the profile says. `python -m workflows.describe NAME VERSION` prints the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from engine.periods import MonthDay, MonthEnd, Roll
from engine.profile import (
    ClockDefinition,
    ClockStart,
    ExtensionRule,
    MachineDefinition,
    Profile,
    Rung,
    Source,
    Stage,
    State,
)
from workflows.describe_access import access
from workflows.describe_actions import action_rows
from workflows.describe_delivery import delivery
from workflows.describe_supervision import UNITS, period, supervision
from workflows.loader import load_profile
from workflows.markdown import both, code, joined, table, who

STAGES: Mapping[Stage, str] = {
    Stage.RAISE: "认真提 raise",
    Stage.HAND_OVER: "精准交 hand over",
    Stage.HANDLE: "扎实办 handle",
    Stage.SUPERVISE: "及时督 supervise",
}
MACHINES: Mapping[str, str] = {
    "suggestion": "建议 Suggestion",
    "assignment": "承办 Assignment",
    "commitment": "承诺 Commitment",
    "order": "督办单 Order",
}
HOW_MADE = (
    "This page is generated from the profile; a test holds it current. Make it anew with "
    "`python -m workflows.describe {profile.name} {profile.version}`."
)
UNCOVERED = (
    "没有规则命中的建议列入待交办清单,不设默认单位。"
    "What no rule covers goes to the hand-over desk's list, to no default unit."
)
MONTHS = 12
_STARTS: Mapping[ClockStart, str] = {
    ClockStart.ENTRY: "进入状态 entering the state",
    ClockStart.HANDED_OVER: "交办 hand-over",
    ClockStart.RECEIVED: "签收 receipt",
    ClockStart.REPLIED: "答复送达 delivery of the reply",
    ClockStart.SESSION_CLOSE: "会议闭幕 close of the session",
    ClockStart.PROMISED: "承诺的日期 the promised day",
    ClockStart.RECURRING: "每到此日 each such day",
}


def describe(profile: Profile) -> str:
    """The page of a profile in Markdown."""
    parts: list[str] = [
        f"# {profile.title.zh}",
        f"{profile.title.en}. Profile `{profile.reference}`.",
        HOW_MADE.format(profile=profile),
    ]
    open_points = [one for one in profile.sources.values() if not one.confirmed]
    if open_points:
        parts.append(
            f"**待人大确认 to be confirmed by the congress: {len(open_points)} of "
            f"{len(profile.sources)} sources.**"
        )
    for machine in profile.machines.values():
        parts += _states(profile, machine)
    for machine in profile.machines.values():
        parts.append(f"## 动作 Actions: {MACHINES[machine.name]}")
        parts.append(
            table(
                ("动作 action", "谁 who", "何时 when", "填写 form", "效果 effects"),
                action_rows(profile, machine),
            )
        )
    parts += [*_clocks(profile), *_ladders(profile), *supervision(profile), *delivery(profile)]
    parts += access(profile)
    parts += [*_codes(profile), *_letters(profile), *_formulas(profile), *_routing(profile)]
    parts += _sources(profile)
    return "\n\n".join(parts) + "\n"


def _states(profile: Profile, machine: MachineDefinition) -> list[str]:
    rows = [
        (
            STAGES[stage],
            f"{both(state.label)} {code(state.name)}",
            _owners(profile, state),
            joined(
                profile.clocks[one.kind].label.zh + (f"({code(one.when.text)})" if one.when else "")
                for one in state.clocks
            ),
        )
        for stage in Stage
        for state in machine.states.values()
        if state.stage is stage
    ]
    return [
        f"## 状态 States: {MACHINES[machine.name]}",
        table(("阶段 stage", "状态 state", "由谁办 who must act", "期限 clocks"), rows),
    ]


def _owners(profile: Profile, state: State) -> str:
    if state.final:
        return "终态 final" if state.fulfils else "终态(期限作废)final, clocks fall away"
    if state.carried:
        return "各承办单位 the open assignments"
    return who(profile, state.owners)


def _counted(clock: ClockDefinition) -> str:
    rule = clock.rule
    if clock.start is ClockStart.PROMISED:
        return "—"
    if clock.repeats:
        return _days_of_year(clock.repeats)
    if rule.until is not None:
        return f"至{rule.until.month}月{rule.until.day}日 until {rule.until.month}-{rule.until.day}"
    if rule.before is not None:
        return f"倒推 counted back {period(rule.before)}"
    notes = [period(rule.period)] if rule.period is not None else []
    if rule.first_day_counts:
        notes.append("首日计入 first day counts")
    if rule.month_end is MonthEnd.OVERFLOW:
        notes.append("月末顺延 overflows the month")
    if rule.roll is Roll.NEXT_WORKING_DAY:
        notes.append("遇休息日顺延 rolls to a working day")
    return joined(notes)


def _days_of_year(days: tuple[MonthDay, ...]) -> str:
    months = {one.month for one in days}
    if len(months) == len(days) == MONTHS:
        last = max(one.day for one in days)
        return f"每月{last}日 day {last} of each month"
    zh = "、".join(f"{one.month}月{one.day}日" for one in days)
    return f"每年{zh} each {', '.join(f'{one.month}-{one.day}' for one in days)}"


def _extension(profile: Profile, rule: ExtensionRule | None) -> str:
    if rule is None:
        return "—"
    kind = "总共 total" if rule.total else "增加 added"
    approvers = "、".join(profile.roles[one].zh for one in rule.approvers)
    return (
        f"{kind} {period(rule.period)};批准 by {approvers};最多{rule.times}次 at most {rule.times}"
    )


def _cited(source: Source) -> str:
    confirmed = "" if source.confirmed else ",待确认 to be confirmed"
    return f"{code(source.code)} {source.article}({source.effective.isoformat()}起{confirmed})"


def _clocks(profile: Profile) -> list[str]:
    rows = [
        (
            f"{both(clock.label)} {code(clock.kind)}",
            _counted(clock),
            _STARTS[clock.start]
            + ("" if clock.restart_after_return else ";退办后不重算 not restarted after a return"),
            _extension(profile, clock.extension),
            _cited(profile.sources[clock.source]),
        )
        for clock in profile.clocks.values()
    ]
    heads = ("期限 clock", "多长 length", "起算 from", "延期 extension", "依据 source")
    return ["## 期限 Clocks", table(heads, rows)]


def _ladders(profile: Profile) -> list[str]:
    shared: dict[tuple[Rung, ...], list[ClockDefinition]] = {}
    for clock in profile.clocks.values():
        shared.setdefault(clock.ladder, []).append(clock)
    parts = ["## 提醒阶梯 Ladders", "时刻为当天上午 each rung goes off in the morning of its day."]
    for ladder, clocks in shared.items():
        rows = [
            (
                both(rung.label),
                _offset(rung),
                code(rung.action) + (" **急 urgent**" if rung.urgent else ""),
                who(profile, rung.audience),
                code(rung.notice) if rung.notice else "—",
            )
            for rung in ladder
        ]
        parts.append("### " + "、".join(clock.label.zh for clock in clocks))
        heads = ("档 rung", "离到期 offset", "动作 action", "告知 told", "通知 notice")
        parts.append(table(heads, rows))
    return parts


def _offset(rung: Rung) -> str:
    amount = rung.offset.amount
    zh, en = UNITS[rung.offset.unit]
    return f"{amount:+d}{zh} {en}" if amount else "0"


def _codes(profile: Profile) -> list[str]:
    results = [
        (
            code(one.code),
            both(one.label),
            one.meaning.value,
            "是 yes" if one.needs_due_date else "—",
            "是 yes" if one.needs_follow_up else "—",
        )
        for one in profile.results.values()
    ]
    heads = ("代码 code", "含义 label", "含义类别 meaning", "须有期限 due day", "须跟踪 follow-up")
    lists = [
        (code(name), joined(f"{code(one.code)} {one.label.zh}" for one in listed))
        for name, listed in profile.choices.items()
    ]
    numbers = [(code(name), code(pattern)) for name, pattern in profile.numbering.items()]
    return [
        "## 办理结果 Result codes",
        table(heads, results),
        "## 选项 Lists of choices",
        table(("选项表 list", "选项 choices"), lists),
        "## 编号 Numbering",
        table(("序列 series", "格式 pattern"), numbers),
    ]


def _formulas(profile: Profile) -> list[str]:
    rows = [
        (
            f"{both(one.label)} {code(one.name)}",
            both(one.wording),
            code(one.numerator.text),
            code(one.denominator.text),
        )
        for one in profile.formulas
    ]
    heads = ("比率 rate", "口径 wording", "分子 numerator", "分母 denominator")
    return ["## 比率 Formulas", table(heads, rows)]


def _routing(profile: Profile) -> list[str]:
    labels = {one.code: one.label.zh for one in profile.choices.get("fields", ())}
    rows = [
        (
            "、".join(labels[one] for one in rule.fields) or "—",
            "、".join(rule.keywords) or "(本类别其余 the rest of the field)",
            code(rule.lead),
            joined(code(one) for one in rule.joint),
            str(rule.priority),
            f"{both(rule.reason)} {code(rule.name)}",
        )
        for rule in profile.routing
    ]
    heads = (
        "类别 field",
        "关键词 keywords",
        "主办 lead",
        "会办 joint",
        "优先 priority",
        "理由 reason",
    )
    portfolios = [
        (f"{both(one.label)} {code(one.code)}", joined(code(unit) for unit in one.units))
        for one in profile.portfolios
    ]
    return [
        "## 拟办规则 Routing",
        UNCOVERED,
        table(heads, rows),
        "## 分管 Portfolios",
        table(("分管 portfolio", "单位 units"), portfolios),
    ]


def _letters(profile: Profile) -> list[str]:
    if not profile.letters:
        return []
    rows = [(code(name), both(one.label)) for name, one in profile.letters.items()]
    return ["## 答复模板 Letters", table(("代码 code", "何种答复 for"), rows)]


def _sources(profile: Profile) -> list[str]:
    rows: Iterable[tuple[str, ...]] = [
        (
            code(one.code),
            both(one.title),
            one.article,
            one.effective.isoformat(),
            "已确认 confirmed" if one.confirmed else "待人大确认 to be confirmed",
        )
        for one in profile.sources.values()
    ]
    heads = ("代码 code", "依据 source", "条款 article", "生效 effective", "确认 confirmed")
    return ["## 依据 Sources", table(heads, rows)]


def main() -> None:
    """Print the page of a shipped profile."""
    name, version = sys.argv[1:]
    sys.stdout.write(describe(load_profile(name, int(version))))


if __name__ == "__main__":
    main()
