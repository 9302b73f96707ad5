"""What must be true of a case after every decision: an owner and a clock for all that is open."""

from __future__ import annotations

from engine.errors import InvariantBroken
from engine.obligations import is_live
from engine.profile import State
from engine.relations import people, resolve
from engine.work import Work, subject_key


def owners_of(work: Work) -> tuple[str, ...]:
    """Who must act next: the owners of the open state, and of the open assignments it waits for."""
    state = work.profile.machines["suggestion"].states[work.case.state]
    if state.final:
        return ()
    found = set(people(state.owners, work.relating_to("suggestion", None)))
    if state.carried:
        for number, of_share in _open_shares(work):
            found.update(people(of_share.owners, work.relating_to("assignment", number)))
    return tuple(sorted(found))


def _open_shares(work: Work) -> list[tuple[int, State]]:
    states = work.profile.machines["assignment"].states
    return [
        (one.number, states[one.state])
        for one in work.case.assignments
        if not states[one.state].final
    ]


def check_invariants(work: Work) -> None:
    """InvariantBroken when the working copy has something open without an owner or a clock."""
    reason = _lacking(work)
    if reason:
        raise InvariantBroken(action=work.command.action, case=work.case.id, reason=reason)


def _lacking(work: Work) -> str:
    ticking = {one.subject for one in work.case.clocks if is_live(one)}
    state = work.profile.machines["suggestion"].states[work.case.state]
    shares = _open_shares(work)
    if not state.final:
        if not _owned(work, state, shares):
            return f"“{state.label.zh}”没有责任人 / without an owner"
        carried = state.carried and shares
        if "case" not in ticking and not carried:
            return f"“{state.label.zh}”没有期限 / without a clock"
    for number, of_share in shares:
        if state.final:
            return f"已结束而承办{number}未结束 / ended with an open assignment"
        if subject_key("assignment", number) not in ticking:
            return f"承办{number}“{of_share.label.zh}”没有期限 / an assignment without a clock"
        if not resolve(of_share.owners, work.relating_to("assignment", number)):
            return f"承办{number}“{of_share.label.zh}”没有责任人 / an assignment without an owner"
    return _lasting_lacking(work, ticking, "commitment", ("承诺", "a commitment")) or (
        _lasting_lacking(work, ticking, "order", ("督办单", "an order"))
    )


def _owned(work: Work, state: State, shares: list[tuple[int, State]]) -> bool:
    """Whether anybody must act next; who all of them are is not asked."""
    if resolve(state.owners, work.relating_to("suggestion", None)):
        return True
    return state.carried and any(
        resolve(of_share.owners, work.relating_to("assignment", number))
        for number, of_share in shares
    )


def _lasting_lacking(work: Work, ticking: set[str], machine: str, called: tuple[str, str]) -> str:
    """What lives on after the case has ended: promises and orders."""
    zh, en = called
    for one in work.case.subjects(machine):
        state = work.profile.machines[machine].states[one.state]
        if state.final:
            continue
        if subject_key(machine, one.number) not in ticking:
            return f"{zh}{one.number}没有期限 / {en} without a clock"
        if not resolve(state.owners, work.relating_to(machine, one.number)):
            return f"{zh}{one.number}没有责任人 / {en} without an owner"
    return ""
