"""“Why this date”: a clock explained in words and facts, line by line.

Every line is worked out by the arithmetic that gives the date, so that words and date agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby

from engine.calendar import WorkingCalendar, local_day
from engine.clocks import (
    Clock,
    Segment,
    SegmentKind,
    days_paused,
    derive,
    last_start,
    rule_in_force,
)
from engine.periods import Period, PeriodUnit, Roll
from engine.profile import ClockStart, Profile
from engine.uncounted import PassedOver, UncountedDay, made_up_days, uncounted_days

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One line of the answer to “why this date”."""

    zh: str
    en: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What codes are called: the profile for sources and roles, and names of people by code."""

    profile: Profile | None = None
    people: Mapping[str, str] = field(default_factory=dict)


_UNITS = {
    PeriodUnit.DAYS: ("日", "days"),
    PeriodUnit.WORKING_DAYS: ("个工作日", "working days"),
    PeriodUnit.MONTHS: ("个月", "months"),
}

_STARTS = {
    ClockStart.ENTRY: ("进入本环节之日", "entering this stage"),
    ClockStart.HANDED_OVER: ("交办之日", "the hand-over"),
    ClockStart.RECEIVED: ("签收之日", "the receipt"),
    ClockStart.REPLIED: ("答复之日", "the reply"),
    ClockStart.SESSION_CLOSE: ("会议闭幕之日", "the close of the session"),
    ClockStart.PROMISED: ("作出承诺之日", "the promise"),
    ClockStart.RECURRING: ("定期报告", "a recurring duty"),
}


def wording_of(period: Period) -> tuple[str, str]:
    """A period in Chinese and English."""
    zh, en = _UNITS[period.unit]
    return f"{period.amount}{zh}", f"{period.amount} {en}"


def explain(
    clock: Clock, calendar: WorkingCalendar, naming: Naming | None = None
) -> tuple[Explanation, ...]:
    """Why the clock is due when it is: a line for each thing that made it so, then the result.

    Each line repeats the due day as it was after that step, under the calendar as it is now.
    """
    naming = naming or Naming()
    lines: list[Explanation] = []
    for count in range(1, len(clock.segments) + 1):
        part = derive(replace(clock, segments=clock.segments[:count]), calendar)
        lines.append(_line(part, calendar, naming))
    final = derive(clock, calendar)
    lines += _days_passed_over(final, calendar)
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


def _line(part: Clock, calendar: WorkingCalendar, naming: Naming) -> Explanation:
    """What the last segment of `part` did, and the due day after it."""
    segment = part.segments[-1]
    day = local_day(segment.at)
    lost = _days_lost(part, calendar)
    zh, en = _happened(part, segment, lost, naming)
    facts = {
        "kind": segment.kind.value,
        "on": day.isoformat(),
        "due_on": part.due_on.isoformat(),
        "note": segment.note,
        "by": segment.by,
        "rule": segment.rule,
        "days": "" if lost is None else str(lost),
        "anchor": segment.due_on.isoformat() if segment.due_on else "",
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
    return days_paused(rule_in_force(part), since, part.segments[-1].at, calendar)


def _happened(clock: Clock, segment: Segment, lost: int | None, naming: Naming) -> tuple[str, str]:
    if segment.kind in (SegmentKind.START, SegmentKind.REBASE):
        return _began(clock, segment, naming)
    if segment.kind is SegmentKind.EXTEND and segment.period is not None:
        return _extended(segment, naming)
    if segment.kind is SegmentKind.RULE:
        zh, en = _how_counted(clock, last_start(clock))
        source_zh, source_en = _source(segment.note, naming)
        return (
            f"改按新规则计算({zh}{source_zh}),已经过和已暂停的时间不变",
            f"another rule from the same start ({en}{source_en}); elapsed and paused time stay",
        )
    words = {
        SegmentKind.PAUSE: ("暂停", "paused"),
        SegmentKind.RESUME: (f"恢复,暂停的{lost}日不计", f"resumed, {lost} days not counted"),
        SegmentKind.ANCHOR: (
            f"所依据的期限改为{segment.due_on}",
            f"the clock counted back from is due on {segment.due_on} now",
        ),
        SegmentKind.RECOUNT: ("工作日历有变,重新计算", "recounted: the working calendar changed"),
        SegmentKind.STOP: ("终止", "ended"),
    }
    zh, en = words[segment.kind]
    reason = f":{segment.note}" if segment.note else ""
    return f"{zh}{reason}", f"{en}{reason.replace(':', ': ')}"


def _extended(segment: Segment, naming: Naming) -> tuple[str, str]:
    if segment.period is None:
        return "", ""
    zh, en = wording_of(segment.period)
    to_zh, to_en = ("延长至共", "extended to ") if segment.total else ("延长", "extended by ")
    by_zh, by_en = _approvers(segment.by, naming)
    reason_zh = f",理由:{segment.note}" if segment.note else ""
    reason_en = f" ({segment.note})" if segment.note else ""
    return (
        f"{to_zh}{zh},由{by_zh}批准{reason_zh}",
        f"{to_en}{en}, approved by {by_en}{reason_en}",
    )


def _approvers(by: str, naming: Naming) -> tuple[str, str]:
    """`role:person、role:person` as people are called."""
    called = []
    for entry in by.split("、"):
        role, _, person = entry.rpartition(":")
        name = naming.people.get(person, person)
        title = naming.profile.roles.get(role) if naming.profile else None
        called.append((f"{title.zh}{name}", f"{name} ({title.en})") if title else (entry, entry))
    return "、".join(zh for zh, _ in called), ", ".join(en for _, en in called)


def _source(code: str, naming: Naming) -> tuple[str, str]:
    """Under which text, in words."""
    if not code:
        return "", ""
    source = naming.profile.sources.get(code) if naming.profile else None
    if source is None:
        return f",依据{code}", f", under {code}"
    zh = f",依据{source.title.zh}({source.article},{source.effective}起施行)"
    en = f", under {source.title.en} ({source.article}, in force {source.effective})"
    if not source.confirmed:
        zh, en = f"{zh}〔待本级人大确认〕", f"{en} [to be confirmed]"
    return zh, en


def _began(clock: Clock, segment: Segment, naming: Naming) -> tuple[str, str]:
    zh, en = _how_counted(clock, segment)
    if segment.kind is SegmentKind.REBASE:
        reason_zh = f":{segment.note}" if segment.note else ""
        reason_en = f": {segment.note}" if segment.note else ""
        return f"重新起算{reason_zh},{zh}", f"started again{reason_en}, {en}"
    source_zh, source_en = _source(segment.note, naming)
    definition = naming.profile.clocks.get(clock.kind) if naming.profile else None
    from_zh, from_en = "", ""
    if definition is not None:
        named_zh, named_en = _STARTS[definition.start]
        from_zh, from_en = f"自{named_zh}", f" from {named_en}"
    return f"{from_zh}起算,{zh}{source_zh}", f"started{from_en}, {en}{source_en}"


def _how_counted(clock: Clock, begun: Segment) -> tuple[str, str]:
    rule = rule_in_force(clock)
    if rule.until is not None:
        month, day = rule.until.month, rule.until.day
        zh, en = f"固定日期{month}月{day}日", f"fixed day {month:02}-{day:02}"
    elif begun.due_on is not None and rule.before is None:
        return "期限由决定或承诺确定", "the day is fixed by decision or promise"
    else:
        counted = rule.counted or Period(amount=0, unit=PeriodUnit.DAYS)
        zh, en = wording_of(counted)
        zh += ",首日计入" if rule.first_day_counts else ",首日不计"
        en += ", first day counted" if rule.first_day_counts else ", first day not counted"
        if rule.before is not None:
            zh, en = f"自{begun.due_on}倒推{zh}", f"back from {begun.due_on}: {en}"
    if rule.roll is Roll.NEXT_WORKING_DAY:
        zh, en = f"{zh},遇休息日顺延", f"{en}, moved to the next working day"
    return zh, en


_PASSED_OVER = {
    PassedOver.WEEKEND: ("周末", "weekend"),
    PassedOver.HOLIDAY: ("放假", "holiday"),
    PassedOver.PAUSED: ("暂停", "paused"),
    PassedOver.ROLLED: ("到期日遇休息日顺延", "moved on from a rest day"),
}


def _days_passed_over(clock: Clock, calendar: WorkingCalendar) -> Iterator[Explanation]:
    """Each day that did not count, as runs of days of one reason, and the make-up workdays."""
    days = uncounted_days(clock, calendar)
    if days:
        runs = list(_runs(days))
        yield Explanation(
            zh=f"不计的{len(days)}天:{'、'.join(zh for zh, _ in runs)}",
            en=f"{len(days)} days not counted: {', '.join(en for _, en in runs)}",
            facts={
                "kind": "uncounted",
                "days": str(len(days)),
                "listed": " ".join(f"{one.day}={one.why}" for one in days),
            },
        )
    worked = made_up_days(clock, calendar)
    if worked:
        listed = "、".join(f"{day}({name})" for day, name in worked)
        yield Explanation(
            zh=f"计入的调休上班日:{listed}",
            en=f"make-up workdays counted: {listed.replace('、', ', ')}",
            facts={"kind": "make-up-workdays", "days": str(len(worked))},
        )


def _runs(days: Iterable[UncountedDay]) -> Iterator[tuple[str, str]]:
    """Days that follow each other for one reason, in words."""
    numbered = enumerate(days)
    for (_, why, reason), group in groupby(
        numbered, key=lambda pair: (pair[1].day.toordinal() - pair[0], pair[1].why, pair[1].reason)
    ):
        run = [one.day for _, one in group]
        zh, en = _PASSED_OVER[why]
        zh, en = (reason, reason) if why is PassedOver.HOLIDAY and reason else (zh, en)
        if why is PassedOver.PAUSED and reason:
            zh, en = f"{zh}:{reason}", f"{en}: {reason}"
        span = f"{run[0]}" if len(run) == 1 else f"{run[0]}至{run[-1]}"
        yield f"{span}({zh})", f"{span.replace('至', ' to ')} ({en})"
