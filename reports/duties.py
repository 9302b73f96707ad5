"""Who must act on what: the open things of a case with their owners and running clocks.

The owners are those of the pinned profile, resolved by the engine's relations and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.case import Assignment, Case, Commitment
from engine.clocks import Clock, ClockState
from engine.congress import Directory
from engine.profile import Profile, State, Text
from engine.relations import Relating, people

SOON = 5
"""A clock is yellow on its last days, this many and the due day."""


class Light(StrEnum):
    """红黄绿: overdue, due soon, or in good time."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


def light(days_left: int) -> Light:
    """The light of a clock by the natural days that are left; negative ones are overdue."""
    if days_left < 0:
        return Light.RED
    return Light.YELLOW if days_left <= SOON else Light.GREEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One open thing of a case: the case itself, a unit's share or a promise."""

    subject: str
    machine: str
    number: int | None
    unit: str | None
    state: Text
    owners: tuple[str, ...]
    clocks: tuple[Clock, ...]

    @property
    def due_on(self) -> date | None:
        """The first day on which one of its clocks is due."""
        return min((one.due_on for one in self.clocks), default=None)


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
                owners=people(state.owners, relating),
                clocks=tuple(one for one in running if one.subject == subject),
            )
        )
    return tuple(found)


def _open(
    case: Case, profile: Profile
) -> Iterator[tuple[str, str, Assignment | Commitment | None, State]]:
    state = profile.machines["suggestion"].states[case.state]
    if not state.final and not state.carried:
        yield "case", "suggestion", None, state
    for machine, shares in (("assignment", case.assignments), ("commitment", case.commitments)):
        for share in shares:
            own = profile.machines[machine].states[share.state]
            if not own.final:
                yield f"{machine}:{share.number}", machine, share, own
