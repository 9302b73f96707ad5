"""An obligation's clock as segments: start, pause, resume, extend, re-base, other rule, stop.

The due day is derived from the segments and can be explained; it is kept beside them only so
that due rows can be found. Refuses to know cases and storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from engine.calendar import WorkingCalendar, YearStatus, end_of_day, local_day
from engine.errors import InvalidValue
from engine.periods import (
    CountingRule,
    Period,
    PeriodUnit,
    Roll,
    due_day,
    due_day_before,
    rolled,
)


class SegmentKind(StrEnum):
    """What happened to a clock.

    Rule: another rule counts from the same start. Anchor: the clock counted back from has moved.
    Recount: the working calendar was changed.
    """

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    REBASE = "rebase"
    RULE = "rule"
    ANCHOR = "anchor"
    RECOUNT = "recount"
    STOP = "stop"


BEGINS = (SegmentKind.START, SegmentKind.REBASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One thing that happened to a clock, and under which rule.

    `period` and `total` belong to an extension: to a total counted from the start, or added.
    `due_on` in a start is a day fixed by decision (a promise) or the anchor counted back from; in
    a change of rule or anchor it is the new anchor. `counting` is how a new rule counts.
    """

    kind: SegmentKind
    at: datetime
    note: str = ""
    period: Period | None = None
    total: bool = False
    due_on: date | None = None
    by: str = ""
    rule: str = ""
    counting: CountingRule | None = None

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
    """A clock of a case. `subject`: `case`, `assignment:3`, `commitment:1`, `order:2`.

    `rule` is the one it started with; see `rule_in_force`.
    `late`: it was met at or after `due_at`, the end of its due day.
    """

    number: int
    kind: str
    subject: str
    round: int
    rule: CountingRule
    segments: Sequence[Segment]
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
    begun = last_start(clock)
    segment = Segment(
        kind=SegmentKind.REBASE, at=at, note=note, due_on=begun.due_on, rule=_reference(clock)
    )
    return derive(replace(_with(clock, segment), state=ClockState.RUNNING), calendar)


def change_rule(  # one segment has these facts
    clock: Clock,
    at: datetime,
    counting: CountingRule,
    *,
    rule_reference: str,
    note: str,
    by: str,
    calendar: WorkingCalendar,
    anchor: date | None = None,
) -> Clock:
    """Count by another rule from the same start: time that ran and time that was paused stay.

    Approved extensions stay too. A day fixed by a promise has no rule to change.
    """
    _demand(clock, ClockState.RUNNING, ClockState.PAUSED)
    if (counting.before is None) != (anchor is None):
        raise InvalidValue(
            what="期限 / clock",
            value=clock.kind,
            reason="倒推期限需要另一期限的到期日 / counting back needs another clock's due day",
        )
    if _fixed_by_decision(clock):
        raise InvalidValue(
            what="期限 / clock",
            value=clock.kind,
            reason="期限由承诺确定,没有可改的规则 / fixed by a promise: no rule to change",
        )
    segment = Segment(
        kind=SegmentKind.RULE,
        at=at,
        note=note,
        due_on=anchor,
        by=by,
        rule=rule_reference,
        counting=counting,
    )
    return derive(_with(clock, segment), calendar)


def move_anchor(
    clock: Clock, at: datetime, due_on: date, note: str, calendar: WorkingCalendar
) -> Clock:
    """The clock that this one is counted back from is due on another day now."""
    _demand(clock, ClockState.RUNNING, ClockState.PAUSED)
    segment = Segment(kind=SegmentKind.ANCHOR, at=at, note=note, due_on=due_on)
    return derive(_with(clock, segment), calendar)


def recount(clock: Clock, at: datetime, note: str, by: str, calendar: WorkingCalendar) -> Clock:
    """The working calendar was changed: the same segments under the calendar as it is now."""
    _demand(clock, ClockState.RUNNING, ClockState.PAUSED)
    segment = Segment(kind=SegmentKind.RECOUNT, at=at, note=note, by=by)
    return derive(_with(clock, segment), calendar)


def _fixed_by_decision(clock: Clock) -> bool:
    rule = rule_in_force(clock)
    return last_start(clock).due_on is not None and rule.before is None and rule.until is None


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

    1. The last start or re-base gives the first due day, under the rule and anchor in force.
    2. A resume moves it by the days that were paused.
    3. An extension is added to it, or counts a new total from the start and moves that by all
       days paused so far.
    4. At the end, and only there, it rolls off a rest day where the rule says so.
    """
    whole_rule, begun = rule_in_force(clock), last_start(clock)
    rule = replace(whole_rule, roll=Roll.NONE)
    day, lost = _first_due(rule, begun, calendar), 0
    paused_at: datetime | None = None
    for one in since_start(clock):
        if one.kind is SegmentKind.EXTEND and one.period is not None:
            day = _extended(rule, begun, one, day=day, lost=lost, calendar=calendar)
        elif one.kind is SegmentKind.PAUSE:
            paused_at = one.at
        elif one.kind is SegmentKind.RESUME and paused_at is not None:
            days = days_paused(rule, max(paused_at, begun.at), one.at, calendar)
            day, lost = _postponed(rule, day, days, calendar), lost + days
            paused_at = None
    day = _rolled(whole_rule, begun, day, calendar)
    return replace(
        clock,
        due_on=day,
        due_at=end_of_day(day),
        provisional=_provisional(clock, day, calendar),
    )


def rule_in_force(clock: Clock) -> CountingRule:
    """How the clock counts now: by the last rule it was given."""
    for one in reversed(clock.segments):
        if one.counting is not None:
            return one.counting
    return clock.rule


def _reference(clock: Clock) -> str:
    """The name of the rule in force."""
    return next((one.rule for one in reversed(clock.segments) if one.rule), "")


def last_start(clock: Clock) -> Segment:
    """The start or re-base from which the clock counts now, with the anchor it has now."""
    begun = clock.segments[_begun_at(clock)]
    for one in reversed(since_start(clock)):
        if one.kind is SegmentKind.ANCHOR or one.counting is not None:
            return replace(begun, due_on=one.due_on)
    return begun


def _begun_at(clock: Clock) -> int:
    places = [at for at, one in enumerate(clock.segments) if one.kind in BEGINS]
    return places[-1]


def since_start(clock: Clock) -> tuple[Segment, ...]:
    """What happened since the clock began to count as it counts now."""
    return tuple(clock.segments[_begun_at(clock) + 1 :])


def counts_working_days(clock: Clock) -> bool:
    """Whether holidays and make-up workdays matter to the clock's due day."""
    rule, begun = rule_in_force(clock), last_start(clock)
    longer = [one.period for one in since_start(clock) if one.kind is SegmentKind.EXTEND]
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


def _rolled(rule: CountingRule, begun: Segment, day: date, calendar: WorkingCalendar) -> date:
    """Off a rest day: never past the anchor, and never a promised day."""
    if rule.before is not None and begun.due_on is not None:
        return min(max(day, begun.due_on), rolled(rule, day, calendar))
    fixed = begun.due_on is not None and rule.until is None
    return day if fixed else rolled(rule, day, calendar)


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
    if days and _in_working_days(rule):
        return calendar.add_working_days(day, days)
    return day + timedelta(days=days)
