"""“Why this date”: a clock explained in words and facts, line by line.

Every line is worked out by the arithmetic that gives the date, so that words and date agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.calendar import WorkingCalendar, local_day
from engine.clocks import Clock, Segment, SegmentKind, counts_working_days, derive
from engine.periods import Period, PeriodUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One line of the answer to “why this date”."""

    zh: str
    en: str
    facts: Mapping[str, str]


_UNITS = {
    PeriodUnit.DAYS: ("日", "days"),
    PeriodUnit.WORKING_DAYS: ("个工作日", "working days"),
    PeriodUnit.MONTHS: ("个月", "months"),
}


def _wording(period: Period) -> tuple[str, str]:
    zh, en = _UNITS[period.unit]
    return f"{period.amount}{zh}", f"{period.amount} {en}"


def explain(clock: Clock, calendar: WorkingCalendar) -> tuple[Explanation, ...]:
    """Why the clock is due when it is: a line for each thing that made it so, then the result.

    Each line repeats the due day as it was after that step, so that date and words agree.
    """
    lines: list[Explanation] = []
    for count in range(1, len(clock.segments) + 1):
        part = derive(replace(clock, segments=clock.segments[:count]), calendar)
        lines.append(_line(clock, clock.segments[count - 1], part.due_on))
    lines += _rest_days(clock, calendar)
    final = derive(clock, calendar)
    note_zh = "(其中有未公布放假安排的年份,暂定)" if final.provisional else ""
    note_en = " (provisional: a year is not published yet)" if final.provisional else ""
    lines.append(
        Explanation(
            zh=f"到期日:{final.due_on}{note_zh}",
            en=f"due on {final.due_on}{note_en}",
            facts={"due_on": final.due_on.isoformat()},
        )
    )
    return tuple(lines)


def _line(clock: Clock, segment: Segment, due_on: date) -> Explanation:
    day = local_day(segment.at)
    zh, en = _happened(clock, segment)
    facts = {
        "kind": segment.kind.value,
        "on": day.isoformat(),
        "due_on": due_on.isoformat(),
        "note": segment.note,
        "by": segment.by,
        "rule": segment.rule,
    }
    return Explanation(
        zh=f"{day} {zh}→{due_on}",
        en=f"{day} {en} → {due_on}",
        facts={name: value for name, value in facts.items() if value},
    )


def _happened(clock: Clock, segment: Segment) -> tuple[str, str]:
    if segment.kind in (SegmentKind.START, SegmentKind.REBASE):
        again_zh, again_en = ("重新", "again ") if segment.kind is SegmentKind.REBASE else ("", "")
        if segment.due_on is not None and clock.rule.before is None:
            return f"{again_zh}起算,期限由承诺确定", f"{again_en}started, day fixed by promise"
        period = clock.rule.period or clock.rule.before
        if period is None:
            return f"{again_zh}起算,固定日期", f"{again_en}started, fixed day"
        zh, en = _wording(period)
        back_zh, back_en = ("倒推", "back from the anchor, ") if clock.rule.before else ("", "")
        first_zh = "起算日计入" if clock.rule.first_day_counts else "起算日不计"
        first_en = "first day counted" if clock.rule.first_day_counts else "first day not counted"
        source = f"依据{segment.note}" if segment.note else ""
        return (
            f"{again_zh}起算,{back_zh}{zh},{first_zh}{source}",
            f"{again_en}started, {back_en}{en}, {first_en} {segment.note}".rstrip(),
        )
    if segment.kind is SegmentKind.EXTEND and segment.period is not None:
        zh, en = _wording(segment.period)
        to_zh, to_en = ("延长至共", "extended to ") if segment.total else ("延长", "extended by ")
        return f"{to_zh}{zh},由{segment.by}批准", f"{to_en}{en}, approved by {segment.by}"
    words = {
        SegmentKind.PAUSE: ("暂停", "paused"),
        SegmentKind.RESUME: ("恢复", "resumed"),
        SegmentKind.STOP: ("终止", "ended"),
    }
    zh, en = words[segment.kind]
    reason = f":{segment.note}" if segment.note else ""
    return f"{zh}{reason}", f"{en}{reason}"


def _rest_days(clock: Clock, calendar: WorkingCalendar) -> list[Explanation]:
    """Holidays and make-up workdays between start and due day, for clocks in working days."""
    if not counts_working_days(clock.rule):
        return []
    day, named = local_day(clock.segments[0].at), []
    while day < clock.due_on:
        day += timedelta(days=1)
        kind = calendar.describe(day)
        if kind.name:
            named.append(f"{day}{kind.name}")
    if not named:
        return []
    listed = "、".join(named)
    return [
        Explanation(
            zh=f"期间节假日与调休:{listed}",
            en=f"holidays and make-up workdays: {listed}",
            facts={"days": listed},
        )
    ]
