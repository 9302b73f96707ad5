"""“Why this date”: a clock explained in words and facts, line by line.

Every line is worked out by the arithmetic that gives the date, so that words and date agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.calendar import DayKindName, WorkingCalendar, local_day
from engine.clocks import (
    Clock,
    Segment,
    SegmentKind,
    counts_working_days,
    days_paused,
    derive,
    last_start,
)
from engine.periods import Period, PeriodUnit, Roll

ONE_DAY = timedelta(days=1)


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
        lines.append(_line(part, calendar))
    final = derive(clock, calendar)
    lines += _rest_days(final, calendar)
    lines.append(_result(final))
    return tuple(lines)


def _result(clock: Clock) -> Explanation:
    note_zh = "(其中有未公布放假安排的年份,暂定)" if clock.provisional else ""
    note_en = " (provisional: a year is not published yet)" if clock.provisional else ""
    facts = {"due_on": clock.due_on.isoformat()}
    if clock.provisional:
        facts["provisional"] = "true"
    return Explanation(
        zh=f"到期日:{clock.due_on}{note_zh}", en=f"due on {clock.due_on}{note_en}", facts=facts
    )


def _line(part: Clock, calendar: WorkingCalendar) -> Explanation:
    """What the last segment of `part` did, and the due day after it."""
    segment = part.segments[-1]
    day = local_day(segment.at)
    lost = _days_lost(part, calendar)
    zh, en = _happened(part, segment, lost)
    facts = {
        "kind": segment.kind.value,
        "on": day.isoformat(),
        "due_on": part.due_on.isoformat(),
        "note": segment.note,
        "by": segment.by,
        "rule": segment.rule,
        "days": "" if lost is None else str(lost),
    }
    return Explanation(
        zh=f"{day} {zh}→{part.due_on}",
        en=f"{day} {en} → {part.due_on}",
        facts={name: value for name, value in facts.items() if value},
    )


def _days_lost(part: Clock, calendar: WorkingCalendar) -> int | None:
    """For a resume: how many days the pause before it took."""
    if part.segments[-1].kind is not SegmentKind.RESUME:
        return None
    paused = next(one for one in reversed(part.segments) if one.kind is SegmentKind.PAUSE)
    since = max(paused.at, last_start(part).at)
    return days_paused(part.rule, since, part.segments[-1].at, calendar)


def _happened(clock: Clock, segment: Segment, lost: int | None) -> tuple[str, str]:
    if segment.kind in (SegmentKind.START, SegmentKind.REBASE):
        return _began(clock, segment)
    if segment.kind is SegmentKind.EXTEND and segment.period is not None:
        zh, en = _wording(segment.period)
        to_zh, to_en = ("延长至共", "extended to ") if segment.total else ("延长", "extended by ")
        return f"{to_zh}{zh},由{segment.by}批准", f"{to_en}{en}, approved by {segment.by}"
    words = {
        SegmentKind.PAUSE: ("暂停", "paused"),
        SegmentKind.RESUME: (f"恢复,暂停的{lost}日不计", f"resumed, {lost} days not counted"),
        SegmentKind.STOP: ("终止", "ended"),
    }
    zh, en = words[segment.kind]
    reason = f":{segment.note}" if segment.note else ""
    return f"{zh}{reason}", f"{en}{reason}"


def _began(clock: Clock, segment: Segment) -> tuple[str, str]:
    again = segment.kind is SegmentKind.REBASE
    zh, en = _how_counted(clock, segment)
    source_zh = f",依据{segment.note}" if segment.note else ""
    source_en = f", under {segment.note}" if segment.note else ""
    return (
        f"{'重新' if again else ''}起算,{zh}{source_zh}",
        f"{'started again' if again else 'started'}, {en}{source_en}",
    )


def _how_counted(clock: Clock, segment: Segment) -> tuple[str, str]:
    rule = clock.rule
    if segment.due_on is not None and rule.before is None:
        return "期限由决定或承诺确定", "the day is fixed by decision or promise"
    if rule.until is not None:
        month, day = rule.until.month, rule.until.day
        zh, en = f"固定日期{month}月{day}日", f"fixed day {month:02}-{day:02}"
    else:
        counted = rule.period or rule.before or Period(amount=0, unit=PeriodUnit.DAYS)
        zh, en = _wording(counted)
        zh += ",首日计入" if rule.first_day_counts else ",首日不计"
        en += ", first day counted" if rule.first_day_counts else ", first day not counted"
        if rule.before is not None:
            zh, en = f"自{segment.due_on}倒推{zh}", f"back from {segment.due_on}: {en}"
    if rule.roll is Roll.NEXT_WORKING_DAY:
        zh, en = f"{zh},遇休息日顺延", f"{en}, moved to the next working day"
    return zh, en


def _rest_days(clock: Clock, calendar: WorkingCalendar) -> list[Explanation]:
    """Holidays, weekends and make-up workdays that the count met, summarised by name."""
    if not counts_working_days(clock):
        return []
    begun = last_start(clock)
    from_day = local_day(begun.at)
    if clock.rule.before is not None and begun.due_on is not None:
        from_day, to_day = clock.due_on, begun.due_on
    else:
        to_day = clock.due_on
    rests, worked = _met(from_day, to_day, calendar)
    lines = []
    if rests:
        zh = "、".join(f"{name}{count}天" for name, count in rests.items())
        en = ", ".join(f"{name} {count}" for name, count in rests.items())
        lines.append(
            Explanation(
                zh=f"期间休息日:{zh}",
                en=f"rest days: {en}",
                facts={"kind": "rest-days", "days": str(sum(rests.values()))},
            )
        )
    if worked:
        listed = "、".join(f"{day}({name})" for day, name in worked.items())
        lines.append(
            Explanation(
                zh=f"期间调休上班:{listed}",
                en=f"make-up workdays: {listed}",
                facts={"kind": "make-up-workdays", "days": str(len(worked))},
            )
        )
    return lines


def _met(
    first: date, last: date, calendar: WorkingCalendar
) -> tuple[dict[str, int], dict[date, str]]:
    """Rest days by name and make-up workdays, after `first` up to and including `last`."""
    rests: dict[str, int] = {}
    worked: dict[date, str] = {}
    for offset in range(1, (last - first).days + 1):
        day = first + offset * ONE_DAY
        kind = calendar.describe(day)
        if kind.kind is DayKindName.MAKE_UP:
            worked[day] = kind.name
        elif kind.kind is not DayKindName.WORKDAY:
            name = kind.name or "周末"
            rests[name] = rests.get(name, 0) + 1
    return rests, worked
