"""Who must act on what: the open things of a case with their owners and running clocks.

The owners are those of the pinned profile, resolved by the engine's relations and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engine.calendar import WorkingCalendar
from engine.case import ROWS_OF, Case, Subject
from engine.clocks import Clock, ClockState
from engine.congress import Directory
from engine.outcome import month_of, outcome_of
from engine.periods import PeriodUnit
from engine.profile import Profile, State, Text
from engine.relations import Relating, people


class Light(StrEnum):
    """红黄绿: overdue, due soon, or in good time."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


def light(clock: Clock, profile: Profile, *, today: date, calendar: WorkingCalendar) -> Light:
    """时间灯 of a clock: red after its due day, before it yellow from the day its rules name."""
    return light_of_day(clock.due_on, clock.kind, profile, today=today, calendar=calendar)


def light_of_day(
    due_on: date, kind: str, profile: Profile, *, today: date, calendar: WorkingCalendar
) -> Light:
    """The same for lists, which know of a clock only its kind and its day."""
    if due_on < today:
        return Light.RED
    rule = profile.supervision.lights
    ahead = rule.by_clock.get(kind, rule.yellow)
    if ahead.unit is PeriodUnit.WORKING_DAYS:
        first = calendar.add_working_days(due_on, -ahead.amount)
    else:
        first = due_on - timedelta(days=ahead.amount)
    return Light.YELLOW if first <= today else Light.GREEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One open thing of a case: the case itself, a unit's share, a promise or an order."""

    subject: str
    machine: str
    number: int | None
    unit: str | None
    state: Text
    owners: tuple[str, ...]
    clocks: tuple[Clock, ...]

    @property
    def first_clock(self) -> Clock | None:
        """The clock that is due first."""
        return min(self.clocks, key=lambda one: one.due_on, default=None)


def duties_of(case: Case, profile: Profile, directory: Directory, on: date) -> tuple[Duty, ...]:
    """The open things of a case, the case first; owners are the person codes of that day."""
    running = [one for one in case.clocks if one.state is ClockState.RUNNING]
    found = []
    for subject, machine, share, state in _open(case, profile):
        relating = Relating(profile=profile, directory=directory, on=on, case=case, subject=share)
        found.append(
            Duty(
                subject=subject,
                machine=machine,
                number=share.number if share else None,
                unit=share.unit if share else None,
                state=state.label,
                owners=_judging(relating) if state.carried else people(state.owners, relating),
                clocks=tuple(one for one in running if one.subject == subject),
            )
        )
    return tuple(found)


def _open(case: Case, profile: Profile) -> Iterator[tuple[str, str, Subject | None, State]]:
    """A case that its shares carry is one of the open things only while its outcome is asked."""
    state = profile.machines["suggestion"].states[case.state]
    if not state.final and (not state.carried or _outcome_clock(case, profile) is not None):
        yield "case", "suggestion", None, state
    for machine in ROWS_OF:
        for share in case.subjects(machine):
            own = profile.machines[machine].states[share.state]
            if not own.final:
                yield f"{machine}:{share.number}", machine, share, own


def _outcome_clock(case: Case, profile: Profile) -> Clock | None:
    scheme = profile.supervision.outcome
    kind = scheme.clock if scheme else ""
    running = (one for one in case.clocks if one.state is ClockState.RUNNING)
    return next((one for one in running if (one.kind, one.subject) == (kind, "case")), None)


def _judging(at: Relating) -> tuple[str, ...]:
    """Who speaks for the parties that have not judged the month that the clock waits for."""
    scheme = at.profile.supervision.outcome
    clock = _outcome_clock(at.case, at.profile) if at.case else None
    if scheme is None or clock is None or at.case is None:
        return ()
    missing = outcome_of(at.case, scheme, month_of(clock.due_on)).missing
    return people((grant for one in scheme.parties if one.code in missing for grant in one.by), at)
