"""States: each can be reached and left, and what is open has an owner and a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.machine import EVERY_OPEN_STATE
from engine.profile import MachineDefinition, Profile, State
from workflows.checks.grants import check_grants
from workflows.parts import Place
from workflows.problems import Report


def check(profile: Profile, report: Report) -> None:
    """Check the states of every machine."""
    for name, machine in profile.machines.items():
        place = Place(report, f"{name}.yaml")
        if machine.initial not in machine.states:
            place.at("initial").problem(
                f"没有状态“{machine.initial}”", f"there is no state “{machine.initial}”"
            )
            continue
        if machine.states[machine.initial].final:
            place.at("initial").problem(
                "起始状态不能是终态", "the initial state may not be a final one"
            )
        for state in machine.states.values():
            _check_state(profile, machine, state, place.at("states", state.name))
        _check_paths(profile, machine, place)


def sources_of(machine: MachineDefinition, sources: Iterable[str]) -> tuple[str, ...]:
    """The states that `from` names; `*` is every open state."""
    named = tuple(sources)
    if named == (EVERY_OPEN_STATE,):
        return tuple(name for name, state in machine.states.items() if not state.final)
    return named


def _check_state(profile: Profile, machine: MachineDefinition, state: State, place: Place) -> None:
    if state.final:
        for key, given in (
            ("owners", state.owners),
            ("clocks", state.clocks),
            ("carried", state.carried),
        ):
            if given:
                place.at(key).problem(
                    f"终态“{state.name}”不能有 {key}", f"final state “{state.name}” has {key}"
                )
        return
    if not state.fulfils:
        place.at("fulfils").problem("fulfils 只用于终态", "fulfils belongs to a final state")
    if state.carried and machine.name != "suggestion":
        place.at("carried").problem(
            "carried 只用于建议本身的状态", "carried belongs to states of the suggestion"
        )
    if not state.carried and not state.owners:
        place.problem(
            f"未结束的状态“{state.name}”没有责任人(owners)",
            f"open state “{state.name}” has no owner",
        )
    if not state.carried and not state.clocks:
        place.problem(
            f"未结束的状态“{state.name}”没有期限(clocks)",
            f"open state “{state.name}” has no clock",
        )
    check_grants(profile, state.owners, machine.name, place.at("owners"))
    _check_clocks(profile, state, place)


def _check_clocks(profile: Profile, state: State, place: Place) -> None:
    seen: set[str] = set()
    for index, clock in enumerate(state.clocks):
        here = place.at("clocks", index, "kind")
        if clock.kind not in profile.clocks:
            here.problem(f"没有期限“{clock.kind}”", f"there is no clock “{clock.kind}”")
        if clock.kind in seen:
            here.problem(f"期限“{clock.kind}”重复", f"clock “{clock.kind}” is named twice")
        seen.add(clock.kind)


def _check_paths(profile: Profile, machine: MachineDefinition, place: Place) -> None:
    """Reachable from the initial state; out of every open state and on to a final one."""
    ways = _ways(machine)
    if machine.name == "assignment":
        _add_set_states(profile, machine, ways)
    finals = {name for name, state in machine.states.items() if state.final}
    if not finals:
        place.at("states").problem("没有终态(final)", "there is no final state")
    reached = _closure({machine.initial}, ways)
    backwards: dict[str, set[str]] = {name: set() for name in ways}
    for source, targets in ways.items():
        for target in targets:
            backwards.setdefault(target, set()).add(source)
    ending = _closure(finals, backwards)
    for name, state in machine.states.items():
        here = place.at("states", name)
        if name not in reached:
            here.problem(
                f"状态“{name}”从“{machine.initial}”无法到达",
                f"state “{name}” cannot be reached from “{machine.initial}”",
            )
        if state.final:
            continue
        if not ways[name] - {name}:
            here.problem(f"状态“{name}”没有出口", f"state “{name}” has no way out")
        elif finals and name not in ending:
            here.problem(
                f"从状态“{name}”到不了任何终态", f"no final state can be reached from “{name}”"
            )


def _ways(machine: MachineDefinition) -> dict[str, set[str]]:
    ways: dict[str, set[str]] = {name: set() for name in machine.states}
    for action in machine.actions.values():
        for move in action.moves:
            for source in sources_of(machine, move.sources):
                if source in ways and move.target in machine.states:
                    ways[source].add(str(move.target))
    return ways


def _add_set_states(
    profile: Profile, machine: MachineDefinition, ways: dict[str, set[str]]
) -> None:
    """An effect of the suggestion may set all open assignments to a state."""
    for action in profile.machines["suggestion"].actions.values():
        for move in action.moves:
            for effect in move.then:
                target = effect.params.get("state")
                if effect.name == "set_assignments" and target in machine.states:
                    ways[machine.initial].add(str(target))


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        for target in ways.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
