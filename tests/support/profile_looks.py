"""Short looks at a case that the tests of a profile share."""

from __future__ import annotations

from datetime import date

from engine.case import Case
from engine.clocks import ClockState
from tests.support.world import World


def clock_due(case: Case, kind: str, subject: str = "case") -> date:
    """The due day of the last clock of that kind and subject."""
    return [one for one in case.clocks if (one.kind, one.subject) == (kind, subject)][-1].due_on


def clock_state(case: Case, kind: str, subject: str = "case") -> ClockState:
    """The state of the last clock of that kind and subject."""
    return [one for one in case.clocks if (one.kind, one.subject) == (kind, subject)][-1].state


def share(world: World, number: int = 1) -> str:
    """The state of an assignment."""
    found = world.look().assignment(number)
    assert found is not None
    return found.state


def rated(world: World, *deputies: str, grade: str = "satisfied") -> World:
    """Everybody gives the same grade on both dimensions."""
    for deputy in deputies:
        form = {"process": grade, "result": grade}
        if grade == "dissatisfied":
            form["comment"] = "路口还没有改"
        world.do("rate", deputy, form=form)
    return world
