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
from engine.periods import (
    CountingRule,
    MonthDay,
    MonthEnd,
    Period,
    PeriodUnit,
    Roll,
    due_day,
    due_day_before,
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


class ClockState(StrEnum):
    """Met: the obligation was fulfilled. Stopped: it fell away."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock of a case. `subject`: `case`, `assignment:3`, `commitment:1`.

    It is late when it was met, or is still running, after `due_at`, the end of its due day.
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
    segment = Segment(kind=SegmentKind.PAUSE, at=at, note=note)
    return derive(replace(_with(clock, segment), state=ClockState.PAUSED), calendar)


def resume(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Clock:
    """Count on."""
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
    """More time: `period` as the new total from the start, or added to the due day."""
    segment = Segment(kind=SegmentKind.EXTEND, at=at, note=note, period=period, total=total, by=by)
    return derive(_with(clock, segment), calendar)


def rebase(clock: Clock, at: datetime, note: str, calendar: WorkingCalendar) -> Clock:
    """Count anew from `at`; earlier pauses and extensions no longer count."""
    return derive(_with(clock, Segment(kind=SegmentKind.REBASE, at=at, note=note)), calendar)


def stop(clock: Clock, at: datetime, *, met: bool) -> Clock:
    """End the clock; late when it is met after its due day."""
    state = ClockState.MET if met else ClockState.STOPPED
    ended = _with(clock, Segment(kind=SegmentKind.STOP, at=at))
    return replace(ended, state=state, stopped_at=at, late=met and at >= clock.due_at)


def _with(clock: Clock, segment: Segment) -> Clock:
    return replace(clock, segments=(*clock.segments, segment))


def derive(clock: Clock, calendar: WorkingCalendar) -> Clock:
    """Work out the due day from the segments and the calendar as it is now."""
    day = clock.due_on
    begun = clock.segments[0]
    paused_at: datetime | None = None
    for one in clock.segments:
        if one.kind in (SegmentKind.START, SegmentKind.REBASE):
            begun, paused_at = one, None
            day = _first_due(clock.rule, one, calendar)
        elif one.kind is SegmentKind.EXTEND and one.period is not None:
            day = _extended(clock.rule, begun, one, day, calendar)
        elif one.kind is SegmentKind.PAUSE:
            paused_at = one.at
        elif one.kind is SegmentKind.RESUME and paused_at is not None:
            day = _shifted(clock.rule, paused_at, one.at, day, calendar)
            paused_at = None
    years = range(local_day(begun.at).year, day.year + 1)
    counted = counts_working_days(clock.rule)
    provisional = counted and any(
        calendar.status_of(year) is YearStatus.PROVISIONAL for year in years
    )
    return replace(clock, due_on=day, due_at=end_of_day(day), provisional=provisional)


def counts_working_days(rule: CountingRule) -> bool:
    """Whether holidays and make-up workdays matter to the rule."""
    period = rule.period or rule.before
    working = period is not None and period.unit is PeriodUnit.WORKING_DAYS
    return working or rule.roll is Roll.NEXT_WORKING_DAY


def _first_due(rule: CountingRule, begun: Segment, calendar: WorkingCalendar) -> date:
    if begun.due_on is not None:
        if rule.before is not None:
            return due_day_before(rule, begun.due_on, calendar)
        return begun.due_on
    return due_day(rule, local_day(begun.at), calendar)


def _extended(
    rule: CountingRule, begun: Segment, extension: Segment, day: date, calendar: WorkingCalendar
) -> date:
    longer = replace(rule, period=extension.period, until=None, before=None)
    if extension.total:
        return max(day, due_day(longer, local_day(begun.at), calendar))
    return due_day(replace(longer, first_day_counts=False), day, calendar)


def _shifted(
    rule: CountingRule, paused: datetime, resumed: datetime, day: date, calendar: WorkingCalendar
) -> date:
    first, last = local_day(paused), local_day(resumed)
    if counts_working_days(rule):
        return calendar.add_working_days(day, calendar.working_days_between(first, last))
    return day + timedelta(days=(last - first).days)


def _period_to_json(period: Period | None) -> dict[str, Any] | None:
    return None if period is None else {"amount": period.amount, "unit": period.unit.value}


def _period_from_json(value: Mapping[str, Any] | None) -> Period | None:
    return None if value is None else Period(amount=value["amount"], unit=PeriodUnit(value["unit"]))


def rule_to_json(rule: CountingRule) -> dict[str, Any]:
    """Plain JSON values of a counting rule."""
    until = rule.until
    return {
        "period": _period_to_json(rule.period),
        "until": None if until is None else [until.month, until.day],
        "before": _period_to_json(rule.before),
        "first_day_counts": rule.first_day_counts,
        "month_end": rule.month_end.value,
        "roll": rule.roll.value,
    }


def rule_from_json(value: Mapping[str, Any]) -> CountingRule:
    """The inverse of `rule_to_json`."""
    until = value["until"]
    return CountingRule(
        period=_period_from_json(value["period"]),
        until=None if until is None else MonthDay(month=until[0], day=until[1]),
        before=_period_from_json(value["before"]),
        first_day_counts=value["first_day_counts"],
        month_end=MonthEnd(value["month_end"]),
        roll=Roll(value["roll"]),
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
                "period": _period_to_json(one.period),
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
            period=_period_from_json(one.get("period")),
            total=one.get("total", False),
            due_on=date.fromisoformat(one["due_on"]) if "due_on" in one else None,
            by=one.get("by", ""),
            rule=one.get("rule", ""),
        )
        for one in values
    )
