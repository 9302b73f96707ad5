"""Entering and leaving states: which clocks start and which are met by it.

A state names its clocks. On entering, those that do not exist yet for subject and round start;
running ones that the new state does not name are met; a final state ends all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.conditions import evaluate
from engine.obligations import end_clock, is_live, start_clock
from engine.profile import State
from engine.work import Work


@contextmanager
def at_subject(work: Work, machine: str, number: int | None) -> Iterator[None]:
    """Let the working copy look at another subject for a while."""
    earlier = (work.machine, work.subject_number)
    work.machine, work.subject_number = machine, number
    try:
        yield
    finally:
        work.machine, work.subject_number = earlier


def begin_subject(work: Work, machine: str, number: int) -> None:
    """A new assignment or commitment stands in its initial state: start its clocks."""
    settle_clocks(work, machine, number)


def move_subject(work: Work, machine: str, number: int | None, target: str) -> None:
    """Set the state of a subject (its clocks are settled too)."""
    set_state(work, machine, number, target)
    settle_clocks(work, machine, number)


def set_state(work: Work, machine: str, number: int | None, target: str) -> None:
    """Set the state of the suggestion, or of one of its assignments or commitments."""
    if machine == "suggestion":
        if work.case.state != target:
            work.change(state=target)
        return
    with at_subject(work, machine, number):
        if state_of(work).name != target:
            work.change_subject(state=target)


def settle_clocks(work: Work, machine: str, number: int | None) -> None:
    """Bring the subject's clocks in line with the state it has entered."""
    with at_subject(work, machine, number):
        state = state_of(work)
        key = work.subject_key
        wanted = _wanted(work, state)
        for one in work.case.clocks:
            if one.subject == key and is_live(one) and one.kind not in wanted:
                # A report that was due again and again is not given by leaving the state.
                recurring = bool(work.profile.clocks[one.kind].repeats)
                end_clock(work, one, met=state.fulfils and not recurring)
        for kind, once in wanted.items():
            if not _has_clock(work, kind, key, once=once):
                start_clock(work, kind, key)


def _has_clock(work: Work, kind: str, key: str, *, once: bool) -> bool:
    return any(
        one.kind == kind
        and one.subject == key
        and (is_live(one) or (once and one.round == work.case.round))
        for one in work.case.clocks
    )


def state_of(work: Work) -> State:
    """The state of the working copy's subject."""
    machine = work.profile.machines[work.machine]
    subject = work.subject
    return machine.states[subject.state if subject is not None else work.case.state]


def _wanted(work: Work, state: State) -> dict[str, bool]:
    if not state.clocks:
        return {}
    facts = work.facts()
    return {
        one.kind: one.once for one in state.clocks if one.when is None or evaluate(one.when, facts)
    }
