"""Profile and directory with one thing changed: for what the engine allows and no one ships."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import count

from engine.congress import Directory, Leave, Person
from engine.profile import Action, ClockDefinition, Profile, State
from tests.support.world import shipped_profile, small_directory

_variants = count(1)


def _digest() -> str:
    """Machines are shared by digest, so each variant needs one of its own."""
    return f"variant-{next(_variants)}"


def with_action(machine: str, action: str, change: Callable[[Action], Action]) -> Profile:
    """The shipped profile with one action changed."""
    profile = shipped_profile()
    definition = profile.machines[machine]
    actions = {**definition.actions, action: change(definition.actions[action])}
    machines = {**profile.machines, machine: replace(definition, actions=actions)}
    return replace(profile, machines=machines, digest=_digest())


def with_state(machine: str, state: str, change: Callable[[State], State]) -> Profile:
    """The shipped profile with one state changed."""
    profile = shipped_profile()
    definition = profile.machines[machine]
    states = {**definition.states, state: change(definition.states[state])}
    machines = {**profile.machines, machine: replace(definition, states=states)}
    return replace(profile, machines=machines, digest=_digest())


def with_clock(kind: str, change: Callable[[ClockDefinition], ClockDefinition]) -> Profile:
    """The shipped profile with one clock changed."""
    profile = shipped_profile()
    clocks = {**profile.clocks, kind: change(profile.clocks[kind])}
    return replace(profile, clocks=clocks, digest=_digest())


def with_people(people: Mapping[str, Person | None], leaves: Iterable[Leave] = ()) -> Directory:
    """The invented congress with some people replaced, or gone (None), or away."""
    old = small_directory()
    everybody = {**old.people, **people}
    return Directory(
        congress=old.congress,
        sessions=old.sessions,
        units=old.units,
        people={code: one for code, one in everybody.items() if one is not None},
        topics=old.topics,
        leaves=leaves,
    )
