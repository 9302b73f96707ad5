"""Asks for something that must be refused, and sees to it that nothing at all was kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import TypeVar

import pytest

from engine.clocks import Clock
from engine.command import Command
from engine.errors import BihuanError
from tests.support.memory import Kept, MemoryStore
from tests.support.world import World

Error = TypeVar("Error", bound=BihuanError)


def kept_by(world: World) -> Kept:
    """What the world's store in memory keeps, as it is now."""
    assert isinstance(world.store, MemoryStore)
    kept = world.store.kept
    return replace(
        kept,
        cases=copy(kept.cases),
        entries=copy(kept.entries),
        answers=copy(kept.answers),
        notices=copy(kept.notices),
        numbers=copy(kept.numbers),
        postponed=copy(kept.postponed),
    )


def refused_command(world: World, kind: type[Error], command: Command) -> Error:
    """The error of exactly this kind that the command meets."""
    before = kept_by(world)
    with pytest.raises(kind) as caught:
        world.desk.perform(command)
    assert type(caught.value) is kind
    assert kept_by(world) == before
    return caught.value


def refused(
    world: World,
    kind: type[Error],
    action: str,
    actor: str,
    *,
    subject: int | None = None,
    case: str | None = None,
    form: Mapping[str, object] | None = None,
    **fields: object,
) -> Error:
    """The error that the action meets on the case in hand."""
    whole = dict(form or {}) | fields
    command = world.command(action, actor, subject=subject, case=case, form=whole)
    return refused_command(world, kind, command)


def clocks_of(world: World, kind: str, subject: str = "case") -> tuple[Clock, ...]:
    """Every clock of that kind and subject, the first one first."""
    return tuple(one for one in world.look().clocks if one.kind == kind and one.subject == subject)


def clock_of(world: World, kind: str, subject: str = "case") -> Clock:
    """The only clock of that kind and subject."""
    (found,) = clocks_of(world, kind, subject)
    return found


def told(world: World, template: str) -> list[str]:
    """Who was told with that notice, in order of code."""
    return sorted(
        one.recipient for one in kept_by(world).notices.values() if one.template == template
    )
