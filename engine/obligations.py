"""Clocks and timers of the working copy: start, pause, extend, end, and the next rung.

Each running clock has at most one pending timer: the next rung of its ladder. When it fires the
following rung takes its place; when the clock moves the pending timer is cancelled and planned
anew. A timer row is written once and fired or cancelled once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from engine import clocks
from engine.calendar import WorkingCalendar, local_day, local_instant
from engine.case import Assignment, Commitment, Subject, Timer
from engine.clocks import Clock, ClockState
from engine.command import RungKey
from engine.errors import InvariantBroken
from engine.periods import MonthDay, Period, PeriodUnit, next_of
from engine.profile import ClockDefinition, ClockStart, Rung
from engine.work import Work, machine_of_key, subject_of

MORNING = time(9, 0)
"""Rungs fall due when people come to work, in Asia/Shanghai."""


def running_clock(work: Work, kind: str, subject: str) -> Clock | None:
    """The running or paused clock of that kind and subject."""
    for one in work.case.clocks:
        if one.kind == kind and one.subject == subject and is_live(one):
            return one
    return None


def is_live(clock: Clock) -> bool:
    """Running or paused."""
    return clock.state in (ClockState.RUNNING, ClockState.PAUSED)


def start_clock(work: Work, kind: str, subject: str, *, after: date | None = None) -> None:
    """Start a clock of the kind for the subject, from the event that its rule names.

    `after`: the day after which a recurring obligation is due again, today when it is None.
    """
    definition = work.profile.clocks[kind]
    at, due_on = _start_of(work, definition, subject)
    rule = definition.rule
    if definition.repeats:
        due_on = next_of(definition.repeats, after or local_day(work.now))
        rule = replace(rule, period=None, until=MonthDay(month=due_on.month, day=due_on.day))
    clock = clocks.start(
        number=work.next_number("clocks"),
        kind=kind,
        subject=subject,
        round=work.case.round,
        rule=rule,
        at=at,
        calendar=work.at.calendar,
        note=definition.source,
        rule_reference=f"{work.profile.reference}#{kind}",
        due_on=due_on,
    )
    work.put("clocks", clock)
    plan_next_rung(work, clock, after=work.now)
    _follow(work, clock.kind)


def _start_of(
    work: Work, definition: ClockDefinition, subject: str
) -> tuple[datetime, date | None]:
    """The instant a clock counts from, and the day fixed for it where there is one."""
    machine, number = machine_of_key(subject)
    row = subject_of(work.case, machine, number)
    if definition.start is ClockStart.PROMISED:
        if not isinstance(row, Commitment):
            raise InvariantBroken(
                action=definition.kind, case=work.case.id, reason="没有承诺期限 / no promised day"
            )
        return work.now, row.due_on
    if definition.start is ClockStart.SESSION_CLOSE:
        closes = work.directory.sessions[work.case.session].closes_on
        return local_instant(closes, time(12, 0)), None
    at = work.now
    if definition.start is ClockStart.HANDED_OVER:
        at = _handed_over(work, definition, row)
    elif definition.start is ClockStart.RECEIVED:
        at = _received(row) or work.now
    elif definition.start is ClockStart.REPLIED:
        at = _replied(work, row) or work.now
    return at, _anchor_day(work, definition)


def _received(row: Subject | None) -> datetime | None:
    return row.received_at if isinstance(row, Assignment) else None


def _replied(work: Work, row: Subject | None) -> datetime | None:
    """When the last reply was delivered: that of the share, or for the case that of any share."""
    delivered = [
        one.delivered_at
        for one in work.case.replies
        if one.delivered_at is not None
        and (not isinstance(row, Assignment) or one.assignment == row.number)
    ]
    return max(delivered, default=None)


def _handed_over(work: Work, definition: ClockDefinition, row: Subject | None) -> datetime:
    if not isinstance(row, Assignment):
        return work.case.handed_over_at or work.now
    while not definition.restart_after_return and row.replaces is not None:
        earlier = work.case.assignment(row.replaces)
        if earlier is None or earlier.round != row.round:
            break
        row = earlier
    return row.handed_over_at


def _anchor_day(work: Work, definition: ClockDefinition) -> date | None:
    """For a clock counted backwards: the due day of the clock it is anchored to."""
    if definition.anchor is None:
        return None
    anchor = _live(work, definition.anchor)
    if anchor is None:
        raise InvariantBroken(
            action=definition.kind,
            case=work.case.id,
            reason=f"缺少期限 {definition.anchor} / the anchor clock is not running",
        )
    return anchor.due_on


def _live(work: Work, kind: str) -> Clock | None:
    """The first live clock of the kind, whatever it is about."""
    return next((one for one in work.case.clocks if one.kind == kind and is_live(one)), None)


def _follow(work: Work, kind: str) -> None:
    """Clocks that are counted back from one of this kind move with it."""
    anchor = _live(work, kind)
    if anchor is None:
        return
    for one in work.case.clocks:
        definition = work.profile.clocks.get(one.kind)
        if definition is None or definition.anchor != kind or not is_live(one):
            continue
        if clocks.last_start(one).due_on != anchor.due_on:
            note = work.profile.clocks[kind].label.zh
            moved = clocks.move_anchor(one, work.now, anchor.due_on, note, work.at.calendar)
            replan(work, moved)


def end_clock(work: Work, clock: Clock, *, met: bool) -> None:
    """The obligation is fulfilled (met) or has fallen away.

    A clock that ends by its own rung (a window closes, silence) was met by nobody.
    """
    rung = work.command.rung
    by_itself = rung is not None and rung.clock == clock.number
    work.put("clocks", clocks.stop(clock, work.now, met=met and not by_itself))
    _cancel_pending(work, clock.number)
    _follow(work, clock.kind)


def pause_clock(work: Work, clock: Clock) -> None:
    """Stop counting."""
    if clock.state is ClockState.RUNNING:
        note = str(work.value("reason", ""))
        work.put("clocks", clocks.pause(clock, work.now, note, work.at.calendar))
        _cancel_pending(work, clock.number)


def resume_clock(work: Work, clock: Clock) -> None:
    """Count on."""
    if clock.state is ClockState.PAUSED:
        replan(work, clocks.resume(clock, work.now, work.at.calendar))


def rebase_clock(work: Work, clock: Clock) -> None:
    """Count again from now."""
    note = str(work.value("reason", ""))
    replan(work, clocks.rebase(clock, work.now, note, work.at.calendar))


def extend_clock(  # one segment has these facts
    work: Work, clock: Clock, period: Period, *, total: bool, by: str, note: str
) -> None:
    """More time, approved by `by`."""
    longer = clocks.extend(
        clock, work.now, period, total=total, by=by, note=note, calendar=work.at.calendar
    )
    replan(work, longer)


def change_clock_rule(work: Work, clock: Clock, other: str) -> None:
    """Go on by the rule of another kind of clock, from the same start."""
    definition = work.profile.clocks[other]
    changed = clocks.change_rule(
        clock,
        work.now,
        definition.rule,
        rule_reference=f"{work.profile.reference}#{other}",
        note=definition.source,
        by=work.actor,
        calendar=work.at.calendar,
        anchor=_anchor_day(work, definition),
    )
    replan(work, changed)


def repeat_clock(work: Work, clock: Clock) -> None:
    """A recurring obligation that was met is due again on its next day."""
    if work.profile.clocks[clock.kind].repeats:
        after = max(clock.due_on, local_day(work.now))
        start_clock(work, clock.kind, clock.subject, after=after)


def replan(work: Work, clock: Clock) -> None:
    """Keep a clock that has moved, and plan its next rung anew."""
    work.put("clocks", clock)
    _cancel_pending(work, clock.number)
    plan_next_rung(work, clock, after=work.now)
    _follow(work, clock.kind)


def _cancel_pending(work: Work, number: int) -> None:
    _change_timers(
        work,
        tuple(
            replace(one, cancelled_at=work.now) if one.clock == number and is_pending(one) else one
            for one in work.case.timers
        ),
    )


def change_pending(work: Work, clock: Clock, rung: str, fire_at: datetime) -> None:
    """The clock's pending rung goes off at another instant."""
    _cancel_pending(work, clock.number)
    timer = Timer(clock=clock.number, plan=plan_of(clock), rung=rung, fire_at=fire_at)
    work.change(timers=(*work.case.timers, timer))


def _change_timers(work: Work, timers: tuple[Timer, ...]) -> None:
    if timers != work.case.timers:
        work.change(timers=timers)


def is_pending(timer: Timer) -> bool:
    """Neither fired nor cancelled."""
    return timer.fired_at is None and timer.cancelled_at is None


def plan_of(clock: Clock) -> int:
    """Grows each time the clock moves, so that a rung may fire again for a new due day."""
    return len(clock.segments)


def plan_next_rung(
    work: Work, clock: Clock, *, after: datetime, following: str | None = None
) -> None:
    """Set the timer of the next rung: the one after `following`, or the first after `after`.

    A paused clock reminds nobody.
    """
    if clock.state is not ClockState.RUNNING:
        return
    ladder = work.profile.clocks[clock.kind].ladder
    names = [one.name for one in ladder]
    start = names.index(following) + 1 if following in names else 0
    for rung in ladder[start:]:
        fire_at = fire_at_of(rung, clock.due_on, work.at.calendar)
        if following is not None or fire_at > after:
            _add_timer(work, clock, rung, fire_at)
            return
    if following is None and ladder:
        # The whole ladder lies in the past: its last rung at once, so that nobody is forgotten.
        _add_timer(work, clock, ladder[-1], after)


def _add_timer(work: Work, clock: Clock, rung: Rung, fire_at: datetime) -> None:
    timer = Timer(clock=clock.number, plan=plan_of(clock), rung=rung.name, fire_at=fire_at)
    work.change(timers=(*work.case.timers, timer))


def fire_at_of(rung: Rung, due_on: date, calendar: WorkingCalendar) -> datetime:
    """The instant of a rung: the morning of the day at its offset from the due day."""
    amount, unit = rung.offset.amount, rung.offset.unit
    if unit is PeriodUnit.WORKING_DAYS:
        day = calendar.add_working_days(due_on, amount)
    else:
        day = due_on + timedelta(days=amount)
    return local_instant(day, MORNING)


def is_named(timer: Timer, key: RungKey) -> bool:
    """Whether the key names this timer."""
    return (timer.clock, timer.plan, timer.rung) == (key.clock, key.plan, key.rung)


def clock_and_rung(work: Work, key: RungKey) -> tuple[Clock, Rung | None]:
    """The clock of a timer, and its rung unless the rules have none of that name."""
    clock = next(one for one in work.case.clocks if one.number == key.clock)
    ladder = work.profile.clocks[clock.kind].ladder
    return clock, next((one for one in ladder if one.name == key.rung), None)


def mark_fired(work: Work) -> None:
    """Mark the timer of the command as fired, before anything it does can cancel it."""
    key = work.command.rung
    if key is None:
        return
    _change_timers(
        work,
        tuple(
            replace(one, fired_at=work.now) if is_named(one, key) else one
            for one in work.case.timers
        ),
    )


def plan_following(work: Work) -> None:
    """Set the timer of the rung after the one that fired, if the clock still runs as it did."""
    key = work.command.rung
    if key is None:
        return
    clock, _ = clock_and_rung(work, key)
    if clock.state is ClockState.RUNNING and plan_of(clock) == key.plan:
        plan_next_rung(work, clock, after=work.now, following=key.rung)
