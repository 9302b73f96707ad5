"""What somebody can do next about one open thing, the way onward first.

Rights and conditions are the engine's; here they are only put in order. What leads away from the
end (a return, an extension) comes after what leads to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.case import Case
from engine.clocks import Clock
from engine.command import Command, Surroundings
from engine.conditions import evaluate
from engine.facts import form_facts
from engine.machine import MACHINES
from engine.profile import Action, MachineDefinition, Move, Profile, Text
from engine.relations import people
from engine.work import Work

FAR = 1_000
"""Further from the end than any state that leads there."""
PRESSING = frozenset({"instruct", "remind", "open_order"})
"""Effects of a word to whoever is slow: 批示, 催办 and 督办单."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """An action open to the person.

    `onward`: it leads nearer to the end, or meets one of its clocks.
    """

    action: str
    label: Text
    subject: int | None
    onward: bool


def next_steps(
    case: Case,
    actor: str,
    at: Surroundings,
    *,
    machine: str,
    subject: int | None,
    clocks: Sequence[Clock],
    now: datetime,
) -> tuple[NextStep, ...]:
    """What moves the thing or meets one of its clocks, onward ones first; forms are left open."""
    command = Command(congress=case.congress, action="", actor=actor, now=now, case=case.id)
    work = Work(command=command, at=at, case=case, form={}, machine=machine, subject_number=subject)
    state = work.subject.state if work.subject else case.state
    moves = [
        (action, move)
        for action in MACHINES.of(at.profile, machine).actions_in(state)
        if not action.creates and (move := _move(action, state, work)) is not None
    ]
    far = distances_to_end(at.profile.machines[machine], state, tuple(move for _, move in moves))
    found: list[tuple[tuple[bool, bool, int], NextStep]] = []
    for action, move in moves:
        if action.automatic or actor not in people(action.by, work.relating):
            continue
        meets = any(_meets(move, one.kind, at.profile) for one in clocks)
        if move.target is None and not meets:
            continue
        distance = far.get(move.target or state, FAR)
        onward = meets or distance < far.get(state, FAR)
        step = NextStep(action=action.name, label=action.label, subject=subject, onward=onward)
        found.append(((not meets, not onward, distance), step))
    return tuple(step for _, step in sorted(found, key=lambda one: one[0]))


def presses(
    case: Case,
    actor: str,
    at: Surroundings,
    *,
    machine: str,
    subject: int | None,
    now: datetime,
) -> tuple[NextStep, ...]:
    """How the actor may urge about the thing, or order; nothing of it moves the thing itself."""
    command = Command(congress=case.congress, action="", actor=actor, now=now, case=case.id)
    work = Work(command=command, at=at, case=case, form={}, machine=machine, subject_number=subject)
    state = work.subject.state if work.subject else case.state
    return tuple(
        NextStep(action=one.name, label=one.label, subject=subject, onward=False)
        for one in MACHINES.of(at.profile, machine).actions_in(state)
        if any(effect.name in PRESSING for move in one.moves for effect in move.then)
        and actor in people(one.by, work.relating)
        and _move(one, state, work) is not None
    )


def distances_to_end(
    machine: MachineDefinition, state: str, moves: tuple[Move, ...]
) -> dict[str, int]:
    """How many moves from each state to the nearest end that fulfils; others are left out.

    From the state itself only the given moves count: a joint share has another way than a lead's.
    """
    found = {name: 0 for name, one in machine.states.items() if one.final and one.fulfils}
    edges = {
        (source, move.target)
        for action in machine.actions.values()
        for move in action.moves
        for source in move.sources
        if move.target is not None and source in machine.states and source != state
    }
    edges |= {(state, move.target) for move in moves if move.target is not None}
    for distance in range(1, len(machine.states)):
        reached = {source for source, target in edges if source not in found and target in found}
        found.update(dict.fromkeys(reached, distance))
    return found


def _move(action: Action, state: str, work: Work) -> Move | None:
    """The first move from the state whose condition holds with an empty form."""
    facts = work.facts().with_given(form_facts(action.form, {}))
    machine = MACHINES.of(work.profile, action.machine)
    for move in action.moves:
        if state in machine.expand(move.sources) and (
            move.when is None or evaluate(move.when, facts)
        ):
            return move
    return None


def _meets(move: Move, kind: str, profile: Profile) -> bool:
    scheme = profile.supervision.outcome
    asked = scheme is not None and scheme.clock == kind
    return any(
        (one.name == "meet_clock" and one.params.get("kind") == kind)
        or (one.name == "judge_outcome" and asked)
        for one in move.then
    )
