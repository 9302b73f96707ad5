"""The shipped profile with one thing changed: for rules that the engine allows and no one ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from engine.profile import Action, ClockDefinition, Profile
from tests.support.world import shipped_profile

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


def with_clock(kind: str, change: Callable[[ClockDefinition], ClockDefinition]) -> Profile:
    """The shipped profile with one clock changed."""
    profile = shipped_profile()
    clocks = {**profile.clocks, kind: change(profile.clocks[kind])}
    return replace(profile, clocks=clocks, digest=_digest())
