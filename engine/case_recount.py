"""One case under a working calendar that has changed: which clocks move, who is told.

A case in which nothing moves is not touched, so that a second time does nothing. Refuses to know
where calendars come from, and what is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine import clocks
from engine.calendar import local_day, local_instant
from engine.case import Case
from engine.clocks import Clock
from engine.command import Command, Decision, Surroundings
from engine.effects.telling import tell
from engine.facts import CASE_FACTS
from engine.lifecycle import at_subject, state_of
from engine.obligations import (
    MORNING,
    change_pending,
    fire_at_of,
    is_live,
    is_pending,
    replan,
)
from engine.profile import Text
from engine.work import Work, machine_of_key

ACTION = "recount_clocks"
"""The action of the audit entries; it belongs to the engine and to no profile."""
LABEL = Text(zh="工作日历变动,重算期限", en="Recounted: the working calendar changed")

NOTICE = "due_moved"
"""The notice to those who must act on what is due on another day now, where the profile has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a new calendar changed for one clock; `reminder`: its next rung has another instant."""

    case: str
    number: str | None
    clock: int
    kind: str
    subject: str
    due_was: date
    due_on: date
    was_provisional: bool
    provisional: bool
    reminder: bool


def recount_case(
    case: Case, command: Command, at: Surroundings, reason: str
) -> tuple[Decision | None, tuple[Moved, ...]]:
    """The case under the calendar of its surroundings; None when nothing changes."""
    work = Work(command=command, at=at, case=case, form={})
    before = {one.number: one for one in case.clocks if is_live(one)}
    for number in before:
        _recount_clock(work, number, reason)
    if work.case == case:
        return None, ()
    moved = tuple(_moved(work.case, before, _pending(case)))
    for one in moved:
        if one.due_on != one.due_was:
            _tell(work, one, reason)
    decision = Decision(
        command=command,
        before=case,
        after=work.case.changed(version=case.version + 1),
        steps=(),
        notices=tuple(work.notices),
        numbers_taken={},
        topic=None,
        rule=f"calendar/v{at.calendar.version}",
        facts=work.facts().chosen(CASE_FACTS),
    )
    return decision, moved


def _recount_clock(work: Work, number: int, reason: str) -> None:
    """The clock as it comes out now; its pending rung moves with it.

    1. Another due day begins the ladder anew, where something of it lies ahead or did before.
    2. A rung counted in working days may move though the due day stays; it is not skipped.
    3. Where only a year became certain, nothing happened to the clock.
    """
    clock = _clock(work.case, number)
    fresh = clocks.derive(clock, work.at.calendar)
    if fresh.due_on != clock.due_on:
        was_over = number not in _pending(work.case)
        replan(work, clocks.recount(clock, work.now, reason, work.actor, work.at.calendar))
        if was_over:
            _let_rest(work, number)
        return
    rung, fire_at = _rung_moved(work, fresh)
    if rung is not None and fire_at is not None:
        moved = clocks.recount(clock, work.now, reason, work.actor, work.at.calendar)
        work.put("clocks", moved)
        change_pending(work, moved, rung, fire_at)
    elif fresh != clock:
        work.put("clocks", fresh)


def _let_rest(work: Work, number: int) -> None:
    """A ladder that was over and is so again: everybody was told, nobody is told once more."""
    kept = tuple(
        one
        for one in work.case.timers
        if one.clock != number or not is_pending(one) or one.fire_at > work.now
    )
    if kept != work.case.timers:
        work.change(timers=kept)


def _rung_moved(work: Work, clock: Clock) -> tuple[str | None, datetime | None]:
    """The pending rung whose morning is another one now.

    A timer that was put off after an error does not stand at its morning, and stays.
    """
    ladder = {one.name: one for one in work.profile.clocks[clock.kind].ladder}
    for timer in work.case.timers:
        if timer.clock != clock.number or not is_pending(timer) or timer.rung not in ladder:
            continue
        fire_at = fire_at_of(ladder[timer.rung], clock.due_on, work.at.calendar)
        stands = timer.fire_at == local_instant(local_day(timer.fire_at), MORNING)
        if stands and fire_at != timer.fire_at:
            return timer.rung, fire_at
    return None, None


def _clock(case: Case, number: int) -> Clock:
    return next(one for one in case.clocks if one.number == number)


def _pending(case: Case) -> dict[int, datetime]:
    return {one.clock: one.fire_at for one in case.timers if is_pending(one)}


def _moved(
    case: Case, before: Mapping[int, Clock], pending: Mapping[int, datetime]
) -> Iterator[Moved]:
    now_pending = _pending(case)
    for number, was in before.items():
        clock = _clock(case, number)
        if clock == was:
            continue
        yield Moved(
            case=case.id,
            number=case.number,
            clock=number,
            kind=clock.kind,
            subject=clock.subject,
            due_was=was.due_on,
            due_on=clock.due_on,
            was_provisional=was.provisional,
            provisional=clock.provisional,
            reminder=pending.get(number) != now_pending.get(number),
        )


def _tell(work: Work, moved: Moved, reason: str) -> None:
    """Those who must act hear of the new day once for each calendar."""
    if NOTICE not in work.profile.notices:
        return
    machine, number = machine_of_key(moved.subject)
    with at_subject(work, machine, number):
        told = (f"{moved.due_was} → {moved.due_on}", reason)
        work.form = {"reason": ";".join(one for one in told if one)}
        occasion = f"recount:{work.at.calendar.version}:{moved.clock}"
        clock = _clock(work.case, moved.clock)
        tell(work, NOTICE, state_of(work).owners, occasion=occasion, clock=clock)
