"""代理: which leaves may stand beside each other, and what is told of one that may not.

A delegate must be there: nobody stands in who is away, and nobody goes while standing in.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.congress import Directory, Leave, Preferences
from engine.errors import LeaveRefused, UnknownPerson


def check_leaves(directory: Directory, leaves: Iterable[Leave]) -> None:
    """Refuse the first of the leaves that does not fit the directory, which has them all."""
    for leave in leaves:
        for person in (leave.person, leave.delegate):
            if person not in directory.people:
                raise UnknownPerson(congress=directory.congress.code, person=person)
        reason = _flaw(leave, directory.leaves)
        if reason:
            raise LeaveRefused(
                person=leave.person,
                first_day=leave.first_day.isoformat(),
                last_day=leave.last_day.isoformat(),
                reason=reason,
            )


def check_preferences(directory: Directory, preferences: Iterable[Preferences]) -> None:
    """UnknownPerson for wishes of nobody who is there."""
    for one in preferences:
        if one.person not in directory.people:
            raise UnknownPerson(congress=directory.congress.code, person=one.person)


def by_key(leaves: Iterable[Leave]) -> dict[tuple[str, int], Leave]:
    """Leaves by what names them."""
    return {(one.person, one.number): one for one in leaves}


def _flaw(leave: Leave, known: Iterable[Leave]) -> str:
    if leave.last_day < leave.first_day:
        return "结束早于开始,请核对日期 / it ends before it begins, check the days"
    if leave.delegate == leave.person:
        return "不能由本人代理,请另定代理人 / nobody stands in for oneself, name somebody else"
    for one in known:
        if (one.person, one.number) == (leave.person, leave.number) or not leave.meets(one):
            continue
        flaw = _clash(leave, one)
        if flaw:
            return flaw
    return ""


def _clash(leave: Leave, other: Leave) -> str:
    days = f"{other.first_day}–{other.last_day}"
    if other.person == leave.person:
        return (
            f"与第{other.number}次代理({days})重叠,请先结束那一次 "
            f"/ it overlaps leave {other.number} ({days}), end that one first"
        )
    if other.person == leave.delegate:
        return (
            f"代理人{leave.delegate}在{days}由{other.delegate}代理,代理不能转代或互代,请另定代理人 "
            f"/ {leave.delegate} is away {days}, no delegate of a delegate: name somebody else"
        )
    if other.delegate == leave.person:
        return (
            f"{leave.person}在{days}代理{other.person},请先为{other.person}另定代理人 "
            f"/ {leave.person} stands in for {other.person} {days}, name another delegate there"
        )
    return ""
