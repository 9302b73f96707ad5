"""An obligation's clock as segments: start, pause, resume, extend, re-base, stop.

The due day is derived from the segments and can be explained; it is kept beside them only so
that due rows can be found. Refuses to know cases and storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from engine.calendar import WorkingCalendar, YearStatus, end_of_day, local_day
from engine.errors import InvalidValue
from engine.periods import (
    CountingRule,
    Period,
    PeriodUnit,
    Roll,
    due_day,
    due_day_before,
    period_from_json,
    period_to_json,
    rolled,
    rule_from_json,
    rule_to_json,
)


class SegmentKind(StrEnum):
    """What happened to a clock."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    REBASE = "rebase"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One thing that happened to a clock, and under which rule.

    `period` and `total` belong to an extension: to a total counted from the start, or added.
    `due_on` in a start is a day fixed by decision (a promise) or the anchor counted back from.
    """

    kind: SegmentKind
    at: datetime
    note: str = ""
    period: Period | None = None
    total: bool = False
    due_on: date | None = None
    by: str = ""
    rule: str = ""

    def __post_init__(self) -> None:
        """Refuse an instant without a zone: it would move the day."""
        local_day(self.at)


class ClockState(StrEnum):
    """Met: the obligation was fulfilled. Stopped: it fell away."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock of a case. `subject`: `case`, `assignment:3`, `commitment:1`.

    `late`: it was met at or after `due_at`, the end of its due day.
    """

    number: int
    kind: str
    subject: str
    round: int
    rule: CountingRule
    segments: tuple[Segment, ...]
    state: ClockState
    due_on: date
    due_at: datetime
    provisional: bool
    stopped_at: datetime | None = None
    late: bool = False


def start(  # a clock begins with these facts
    *,
    number: int,
    kind: str,
    subject: str,
    round: int,  # noqa: A002  # the domain's word
    rule: CountingRule,
    at: datetime,
    calendar: WorkingCalendar,
    note: str = "",
    rule_reference: str = "",
    due_on: date | None = None,
) -> Clock:
    """A running clock that counts from `at`."""
    first = Segment(kind=SegmentKind.START, at=at, note=note, due_on=due_on, rule=rule_reference)
    bare = Clock(
        number=number,
        kind=kind,
        subject=subject,
        round=round,
        rule=rule,
        segments=(first,),
        state=ClockState.RUNNING,
        due_on=local_day(at),
        due_at=at,
        provisional=False,
    )
    return derive(bare, calendar)


def pause(clock: Clock, at: datetime, note: str, calendar: WorkingCalendar) -> Clock:
    """Stop counting; the days until `resume` do not count."""
    _demand(clock, ClockState.RUNNING)
    segment = Segment(kind=SegmentKind.PAUSE, at=at, note=note)
    return derive(replace(_with(clock, segment), state=ClockState.PAUSED), calendar)


def resume(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    """Count on."""
    _demand(clock, ClockState.PAUSED)
    segment = Segment(kind=SegmentKind.RESUME, at=at)
    return derive(replace(_with(clock, segment), state=ClockState.RUNNING), calendar)


def extend(  # an extension has these facts
    clock: Clock,
    at: datetime,
    period: Period,
    *,
    total: bool,
    by: str,
    note: str,
    calendar: WorkingCalendar,
) -> Clock:
    """More time: `period` as the new total from the start, or added to the due day.

    Days lost to pauses are added to a total, and a total never makes the time shorter.
    """
    _demand(clock, ClockState.RUNNING, ClockState.PAUSED)
    segment = Segment(kind=SegmentKind.EXTEND, at=at, note=note, period=period, total=total, by=by)
    return derive(_with(clock, segment), calendar)


def rebase(clock: Clock, at: datetime, note: str, calendar: WorkingCalendar) -> Clock:
    """Count anew from `at`; earlier pauses and extensions no longer count.

    A day fixed by decision and the anchor of a backward count stay as they are.
    """
    _demand(clock, ClockState.RUNNING, ClockState.PAUSED)
    begun = clock.segments[0]
    segment = Segment(
        kind=SegmentKind.REBASE, at=at, note=note, due_on=begun.due_on, rule=begun.rule
    )
    return derive(replace(_with(clock, segment), state=ClockState.RUNNING), calendar)


def stop(clock: Clock, at: datetime, *, met: bool) -> Clock:
    """End the clock; late when it is met after its due day, or was paused only after it."""
    _demand(clock, ClockState.RUNNING, ClockState.PAUSED)
    pauses = [one.at for one in clock.segments if one.kind is SegmentKind.PAUSE]
    counted_until = pauses[-1] if clock.state is ClockState.PAUSED else at
    return replace(
        _with(clock, Segment(kind=SegmentKind.STOP, at=at)),
        state=ClockState.MET if met else ClockState.STOPPED,
        stopped_at=at,
        late=met and counted_until >= clock.due_at,
    )


def _demand(clock: Clock, *states: ClockState) -> None:
    if clock.state not in states:
        raise InvalidValue(
            what="期限 / clock",
            value=f"{clock.kind} {clock.number}",
            reason=f"现为{clock.state.value},不能这样办理 / it is {clock.state.value} now",
        )


def _with(clock: Clock, segment: Segment) -> Clock:
    return replace(clock, segments=(*clock.segments, segment))


def derive(clock: Clock, calendar: WorkingCalendar) -> Clock:
    """Work out the due day from the segments and the calendar as it is now.

    1. A start or re-base gives the first due day.
    2. A resume moves it by the days that were paused.
    3. An extension is added to it, or counts a new total from the start and moves that by all
       days paused so far.
    """
    day, begun, lost = clock.due_on, clock.segments[0], 0
    paused_at: datetime | None = None
    for one in clock.segments:
        if one.kind in (SegmentKind.START, SegmentKind.REBASE):
            begun, paused_at, lost = one, None, 0
            day = _first_due(clock.rule, one, calendar)
        elif one.kind is SegmentKind.EXTEND and one.period is not None:
            day = _extended(clock.rule, begun, one, day=day, lost=lost, calendar=calendar)
        elif one.kind is SegmentKind.PAUSE:
            paused_at = one.at
        elif one.kind is SegmentKind.RESUME and paused_at is not None:
            days = days_paused(clock.rule, max(paused_at, begun.at), one.at, calendar)
            day, lost = _postponed(clock.rule, day, days, calendar), lost + days
            paused_at = None
    return replace(
        clock,
        due_on=day,
        due_at=end_of_day(day),
        provisional=_provisional(clock, day, calendar),
    )


def last_start(clock: Clock) -> Segment:
    """The start or re-base from which the clock counts now."""
    begins = (SegmentKind.START, SegmentKind.REBASE)
    return next(one for one in reversed(clock.segments) if one.kind in begins)


def counts_working_days(clock: Clock) -> bool:
    """Whether holidays and make-up workdays matter to the clock's due day."""
    rule, begun = clock.rule, last_start(clock)
    since = clock.segments[clock.segments.index(begun) :]
    longer = [one.period for one in since if one.kind is SegmentKind.EXTEND]
    if begun.due_on is None or rule.before is not None:
        longer.append(rule.counted)
    rolls = rule.roll is Roll.NEXT_WORKING_DAY
    return rolls or any(one is not None and one.unit is PeriodUnit.WORKING_DAYS for one in longer)


def _provisional(clock: Clock, day: date, calendar: WorkingCalendar) -> bool:
    if not counts_working_days(clock):
        return False
    begun = last_start(clock)
    days = [local_day(begun.at), day, *([begun.due_on] if begun.due_on else [])]
    years = range(min(days).year, max(days).year + 1)
    return any(calendar.status_of(year) is YearStatus.PROVISIONAL for year in years)


def days_paused(
    rule: CountingRule, paused: datetime, resumed: datetime, calendar: WorkingCalendar
) -> int:
    """Days lost to a pause: working days for a rule in working days, else natural days."""
    first, last = local_day(paused), local_day(resumed)
    if last <= first:
        return 0
    if _in_working_days(rule):
        return calendar.working_days_between(first, last)
    return (last - first).days


def _in_working_days(rule: CountingRule) -> bool:
    return rule.counted is not None and rule.counted.unit is PeriodUnit.WORKING_DAYS


def _first_due(rule: CountingRule, begun: Segment, calendar: WorkingCalendar) -> date:
    if begun.due_on is None:
        return due_day(rule, local_day(begun.at), calendar)
    if rule.before is not None:
        return due_day_before(rule, begun.due_on, calendar)
    return begun.due_on


def _extended(
    rule: CountingRule,
    begun: Segment,
    extension: Segment,
    *,
    day: date,
    lost: int,
    calendar: WorkingCalendar,
) -> date:
    longer = replace(rule, period=extension.period, until=None, before=None)
    if extension.total:
        whole = due_day(longer, local_day(begun.at), calendar)
        return max(day, _postponed(rule, whole, lost, calendar))
    return due_day(replace(longer, first_day_counts=False), day, calendar)


def _postponed(rule: CountingRule, day: date, days: int, calendar: WorkingCalendar) -> date:
    if days == 0:
        return day
    if _in_working_days(rule):
        return calendar.add_working_days(day, days)
    return rolled(rule, day + timedelta(days=days), calendar)


def clock_to_json(clock: Clock) -> dict[str, Any]:
    """Plain JSON values of a whole clock."""
    return {
        "number": clock.number,
        "kind": clock.kind,
        "subject": clock.subject,
        "round": clock.round,
        "rule": rule_to_json(clock.rule),
        "segments": segments_to_json(clock.segments),
        "state": clock.state.value,
        "due_on": clock.due_on.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "provisional": clock.provisional,
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "late": clock.late,
    }


def clock_from_json(value: Mapping[str, Any]) -> Clock:
    """The inverse of `clock_to_json`."""
    stopped_at = value["stopped_at"]
    return Clock(
        number=value["number"],
        kind=value["kind"],
        subject=value["subject"],
        round=value["round"],
        rule=rule_from_json(value["rule"]),
        segments=segments_from_json(value["segments"]),
        state=ClockState(value["state"]),
        due_on=date.fromisoformat(value["due_on"]),
        due_at=datetime.fromisoformat(value["due_at"]),
        provisional=value["provisional"],
        stopped_at=datetime.fromisoformat(stopped_at) if stopped_at else None,
        late=value["late"],
    )


def segments_to_json(segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    """Plain JSON values of segments, empty ones left out."""
    return [
        {
            name: value
            for name, value in {
                "kind": one.kind.value,
                "at": one.at.isoformat(),
                "note": one.note,
                "period": period_to_json(one.period),
                "total": one.total,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "by": one.by,
                "rule": one.rule,
            }.items()
            if value
        }
        for one in segments
    ]


def segments_from_json(values: list[Mapping[str, Any]]) -> tuple[Segment, ...]:
    """The inverse of `segments_to_json`."""
    return tuple(
        Segment(
            kind=SegmentKind(one["kind"]),
            at=datetime.fromisoformat(one["at"]),
            note=one.get("note", ""),
            period=period_from_json(one.get("period")),
            total=one.get("total", False),
            due_on=date.fromisoformat(one["due_on"]) if "due_on" in one else None,
            by=one.get("by", ""),
            rule=one.get("rule", ""),
        )
        for one in values
    )
