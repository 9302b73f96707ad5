"""What an action would do, read off a decision that was only tried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.clocks import ClockState
from engine.command import Decision
from engine.profile import Profile, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """`moves`: from and to, the asked one first; `clocks`: those that begin, with their days."""

    moves: tuple[tuple[Text, Text], ...]
    clocks: tuple[tuple[Text, date], ...]
    number: str | None


def effects_of(decision: Decision, profile: Profile) -> Effects:
    """The moves, the clocks that would begin, and the number that would be given."""
    moves = []
    for step in decision.steps:
        states = profile.machines[step.machine].states
        if step.source != step.target:
            moves.append((states[step.source].label, states[step.target].label))
    known = {one.number for one in decision.before.clocks} if decision.before else set()
    clocks = tuple(
        (profile.clocks[one.kind].label, one.due_on)
        for one in decision.after.clocks
        if one.number not in known and one.state is ClockState.RUNNING
    )
    had = decision.before.number if decision.before else None
    number = decision.after.number if decision.after.number != had else None
    return Effects(moves=tuple(moves), clocks=clocks, number=number)
