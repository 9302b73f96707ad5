"""The only place that knows `transitions`: one shared machine per profile version and kind.

Cases are never registered with it: a throwaway Position is moved and its new state copied into
the decision. Callables only, no callbacks with side effects beyond the Position itself.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping

from transitions import EventData, Machine, MachineError

from engine.conditions import Condition, evaluate
from engine.errors import ConditionRefused
from engine.profile import Action, MachineDefinition, Move, Profile, Text

EVERY_OPEN_STATE = "*"

# transitions logs each callback at INFO; a decision is not an event worth a line.
logging.getLogger("transitions").setLevel(logging.WARNING)


class Position:
    """Where something stands while one decision is made, and the move it took."""

    __slots__ = ("facts", "move", "refusals", "state")

    def __init__(self, state: str, facts: Mapping[str, object]) -> None:
        self.state = state
        self.facts = facts
        self.move: Move | None = None
        self.refusals: list[Move] = []


class RuleMachine:
    """States and moves of one machine definition, ready to be asked."""

    def __init__(self, definition: MachineDefinition) -> None:
        self.definition = definition
        self._machine = Machine(
            model=None,
            states=list(definition.states),
            initial=definition.initial,
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        self._sources: dict[str, frozenset[str]] = {}
        self._moves: dict[tuple[str, str], list[Move]] = defaultdict(list)
        for action in definition.actions.values():
            self._add(action)

    def _add(self, action: Action) -> None:
        sources: set[str] = set()
        for move in action.moves:
            for source in self.expand(move.sources):
                sources.add(source)
                self._moves[action.name, source].append(move)
                self._machine.add_transition(
                    trigger=action.name,
                    source=source,
                    dest=move.target or source,
                    conditions=[_condition(move)],
                )
        self._sources[action.name] = frozenset(sources)

    def expand(self, sources: tuple[str, ...]) -> tuple[str, ...]:
        """The states that `from` names; `*` is every open state."""
        if sources == (EVERY_OPEN_STATE,):
            return tuple(n for n, state in self.definition.states.items() if not state.final)
        return sources

    def has_move(self, state: str, action: str) -> bool:
        """Whether the action exists in the state, conditions apart."""
        return state in self._sources.get(action, ())

    def actions_in(self, state: str) -> tuple[Action, ...]:
        """Actions that exist in the state, in the profile's order."""
        actions = self.definition.actions.values()
        return tuple(action for action in actions if self.has_move(state, action.name))

    def move(self, state: str, action: Action, facts: Mapping[str, object]) -> tuple[str, Move]:
        """The new state and the first move whose condition holds.

        ConditionRefused with the reasons when none does. The caller has asked `has_move`.
        """
        position = self._moved(state, action, facts)
        if position.move is None:
            raise ConditionRefused(
                action=action.label, reasons=tuple(_reason(one) for one in position.refusals)
            )
        return position.state, position.move

    def find(self, state: str, action: Action, facts: Mapping[str, object]) -> Move | None:
        """The first move whose condition holds, None when none does."""
        if not any(
            one.when is None or evaluate(one.when, facts) for one in self._moves[action.name, state]
        ):
            # Most automatic actions are asked about after every action and have nothing to do.
            return None
        return self._moved(state, action, facts).move

    def _moved(self, state: str, action: Action, facts: Mapping[str, object]) -> Position:
        position = Position(state, facts)
        try:
            self._machine.events[action.name].trigger(position)
        except MachineError as error:
            raise ConditionRefused(action=action.label, reasons=(str(error),)) from error
        return position


def _condition(move: Move) -> Callable[[EventData], bool]:
    """Whether the move's condition holds; notes the outcome on the throwaway position.

    transitions asks the moves in order and stops at the first that holds, so the last move
    noted is the one taken.
    """
    condition: Condition | None = move.when

    def holds(event: EventData) -> bool:
        position = event.model
        if not isinstance(position, Position):
            return False
        if condition is None or evaluate(condition, position.facts):
            position.move = move
            return True
        position.refusals.append(move)
        return False

    return holds


def _reason(move: Move) -> Text:
    """What is told when the move's condition does not hold."""
    if move.because is not None:
        return move.because
    condition = move.when.text if move.when is not None else ""
    return Text(zh=condition, en=condition)


class Machines:
    """The machines of every profile version met so far; built once, read-only, shared."""

    def __init__(self) -> None:
        self._built: dict[tuple[str, str], RuleMachine] = {}

    def of(self, profile: Profile, name: str) -> RuleMachine:
        """The machine of that name; profiles are told apart by their digest."""
        key = (profile.digest, name)
        if key not in self._built:
            self._built[key] = RuleMachine(profile.machines[name])
        return self._built[key]


MACHINES = Machines()
