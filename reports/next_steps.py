"""What somebody can do next about one open thing, the way onward first.

Rights and conditions are the engine's; here they are only put in order. What meets the clock that
is due first comes first, then what leads to the end; what leads away from it comes last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.case import Case
from engine.clocks import Clock, ClockState
from engine.command import Command, Possible, Surroundings
from engine.conditions import evaluate
from engine.facts import form_facts
from engine.machine import MACHINES
from engine.profile import Action, MachineDefinition, Move, Profile, Text
from engine.relations import people
from engine.work import Work, subject_key

FAR = 1_000
"""Further from the end than any state that leads there."""
FORM = "form_"
"""How the facts of a form are called in a condition."""

SETTLING = frozenset({"approve_extension", "refuse_extension", "settle_return"})
"""Effects that answer what a unit asked for."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Where a step stands among others. `meets`: one of the clocks; `first`: that due soonest.

    `settles`: it is an answer to what somebody asked for, and no answer is nearer than another.
    """

    settles: bool
    meets: bool
    first: bool
    nearer: bool
    distance: int

    @property
    def onward(self) -> bool:
        """Whether it leads nearer to the end, meets a clock or answers what was asked."""
        return self.settles or self.meets or self.nearer

    @property
    def order(self) -> tuple[bool, bool, bool, int]:
        """A key to sort by: the step that should be taken first comes first.

        Answers stand as the profile tells them: a refusal leads back, which is not nearer.
        """
        if self.settles:
            return False, False, False, 0
        return not self.first, not self.nearer, not self.meets, self.distance


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
    found: list[tuple[Rank, NextStep]] = []
    for action, move in moves:
        if action.automatic or actor not in people(action.by, work.relating):
            continue
        rank = _rank(move, state, far, clocks, at.profile)
        if move.target is None and not rank.meets:
            continue
        step = NextStep(action=action.name, label=action.label, subject=subject, onward=rank.onward)
        found.append((rank, step))
    return tuple(step for _, step in sorted(found, key=lambda one: one[0].order))


def standings(
    case: Case, possible: Sequence[Possible], at: Surroundings, now: datetime
) -> Mapping[Possible, Rank | None]:
    """How each possible action ranks among those of its subject.

    None: its conditions do not hold, whatever its form may say.
    """
    command = Command(congress=case.congress, action="", actor="", now=now, case=case.id)
    found: dict[Possible, Rank | None] = {}
    for machine, subject in {_place(one, at.profile): None for one in possible}:
        work = Work(
            command=command, at=at, case=case, form={}, machine=machine, subject_number=subject
        )
        state = work.subject.state if work.subject else case.state
        moves = {
            one.name: move
            for one in MACHINES.of(at.profile, machine).actions_in(state)
            if (move := _move(one, state, work, open_form=True)) is not None
        }
        far = distances_to_end(at.profile.machines[machine], state, tuple(moves.values()))
        key = subject_key(machine, subject)
        clocks = [
            one for one in case.clocks if one.subject == key and one.state is ClockState.RUNNING
        ]
        for one in possible:
            if _place(one, at.profile) == (machine, subject):
                move = moves.get(one.action)
                found[one] = _rank(move, state, far, clocks, at.profile) if move else None
    return found


def _place(possible: Possible, profile: Profile) -> tuple[str, int | None]:
    action = profile.action(possible.action)
    return action.machine if action else "suggestion", possible.subject


def _rank(
    move: Move,
    state: str,
    far: Mapping[str, int],
    clocks: Sequence[Clock],
    profile: Profile,
) -> Rank:
    met = [one.due_on for one in clocks if _meets(move, one.kind, profile)]
    asked = [one.due_on for one in clocks if not _runs_out(one.kind, profile)]
    distance = far.get(move.target or state, FAR)
    return Rank(
        settles=any(one.name in SETTLING for one in move.then),
        meets=bool(met),
        first=bool(met) and min(met) <= min(asked, default=met[0]),
        nearer=distance < far.get(state, FAR),
        distance=distance,
    )


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


def _move(action: Action, state: str, work: Work, *, open_form: bool = False) -> Move | None:
    """The first move from the state whose condition holds with an empty form.

    `open_form`: or that hangs on what the form will say.
    """
    facts = work.facts().with_given(form_facts(action.form, {}))
    machine = MACHINES.of(work.profile, action.machine)
    for move in action.moves:
        if state in machine.expand(move.sources) and (
            move.when is None
            or (open_form and any(one.startswith(FORM) for one in move.when.names))
            or evaluate(move.when, facts)
        ):
            return move
    return None


def _runs_out(kind: str, profile: Profile) -> bool:
    """Whether the clock ends by itself: a time within which one may, and not one by which to."""
    rung_actions = (profile.action(one.action) for one in profile.clocks[kind].ladder)
    return any(
        effect.name == "stop_clock" and effect.params.get("kind") == kind
        for action in rung_actions
        if action is not None
        for move in action.moves
        for effect in move.then
    )


def _meets(move: Move, kind: str, profile: Profile) -> bool:
    scheme = profile.supervision.outcome
    asked = scheme is not None and scheme.clock == kind
    return any(
        (one.name == "meet_clock" and one.params.get("kind") == kind)
        or (one.name == "judge_outcome" and asked)
        for one in move.then
    )
