"""Where cases stand in a list: its orders, a page of places, and the cursor that goes on from one.

Every order follows an index, so that a page costs what it shows and not what there is. Refuses to
know lines and filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    tuple_,
)

from db.tables import audit_entries, clocks, suggestions
from engine.clocks import ClockState
from engine.errors import InvalidValue
from reports.paging import sealed, unsealed
from reports.visible import SeenBy

Conditions = Sequence[ColumnElement[bool]]
NEVER = date.max.isoformat()
"""Stands in a cursor for no due day: such cases come last."""


STRETCH = 2_000
"""So many entries are looked through for what was changed last, before more are."""


class CaseSort(StrEnum):
    """Orders of the list: number and state ascending, soonest due first, last changed first."""

    NUMBER = "number"
    DUE = "due"
    UPDATED = "updated"
    STATE = "state"


_KINDS: dict[CaseSort, tuple[type, ...]] = {
    CaseSort.NUMBER: (str, str),
    CaseSort.STATE: (str, str, str),
    CaseSort.UPDATED: (int,),
    CaseSort.DUE: (str, str, str),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlace:
    """A case, and what it is sorted by; no two have the same."""

    case: str
    keys: tuple[Any, ...]

    def cursor(self, sort: CaseSort) -> str:
        """Goes on after this case."""
        return sealed([sort.value, *self.keys])


def places(  # noqa: PLR0917  # what, in which order, from where on
    connection: Connection,
    congress: str,
    where: Conditions,
    seen: SeenBy,
    sort: CaseSort,
    after: str | None,
    limit: int,
    *,
    few: bool = False,
) -> list[CasePlace]:
    """So many of the cases for which the conditions hold, from a cursor on.

    `few`: there are so few in all that they are best found before they are sorted.
    """
    start = None if after is None else _position(after, sort)
    if sort is CaseSort.DUE:
        return _by_due(connection, congress, where, seen, start, limit)
    if sort is CaseSort.UPDATED:
        return _by_change(connection, congress, where, start, limit, few=few)
    here = suggestions.c
    by_number = (here.number_key, here.id)
    keys = (here.state, *by_number) if sort is CaseSort.STATE else by_number
    return _read(connection, select(here.id).where(*where), keys, start, limit)


def running(*also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a clock of the case runs, of those for which more may have to hold."""
    here = clocks.c
    return exists().where(
        here.congress == suggestions.c.congress,
        here.case_id == suggestions.c.id,
        here.state == ClockState.RUNNING.value,
        *also,
    )


def _read(
    connection: Connection,
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    start: tuple[Any, ...] | None,
    limit: int,
) -> list[CasePlace]:
    """Ids in order of the keys, from behind `start` on."""
    named = [one.label(f"key_{at}") for at, one in enumerate(keys)]
    query = query.add_columns(*named).order_by(*keys).limit(limit)
    if start is not None:
        bound = (literal(value, key.type) for value, key in zip(start, keys, strict=True))
        query = query.where(tuple_(*keys) > tuple_(*bound))
    return [
        CasePlace(case=one[0], keys=tuple(map(_plain, one[1:])))
        for one in connection.execute(query)
    ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _by_change(
    connection: Connection,
    congress: str,
    where: Conditions,
    start: tuple[Any, ...] | None,
    limit: int,
    *,
    few: bool,
) -> list[CasePlace]:
    """The entry that made the case what it is tells when that was.

    Of few cases the entries are looked for. Of many the entries are read backwards, a stretch
    after the other, each ten times as long as the one before.
    """
    last = start[0] if start is not None else _end(connection, congress)
    if few:
        return _changed(connection, congress, where, (0, last), limit, few=True)
    found: list[CasePlace] = []
    stretch = STRETCH
    while len(found) < limit and last > 0:
        first = max(last - stretch, 0)
        found += _changed(connection, congress, where, (first, last), limit - len(found))
        last, stretch = first, stretch * 10
    return found


def _end(connection: Connection, congress: str) -> int:
    """Behind the last entry."""
    entry = audit_entries.c
    query = select(func.max(entry.sequence)).where(entry.congress == congress)
    return (connection.execute(query).scalar() or 0) + 1


def _changed(  # what, between which entries
    connection: Connection,
    congress: str,
    where: Conditions,
    between: tuple[int, int],
    limit: int,
    *,
    few: bool = False,
) -> list[CasePlace]:
    """The cases whose last entry lies between two, the last changed first."""
    cases, entry = select(suggestions.c.id, suggestions.c.version).where(*where), audit_entries.c
    here = cases.subquery("cases").c
    if few:
        here = cases.cte("cases").prefix_with("MATERIALIZED", dialect="postgresql").c
    query = (
        select(here.id, entry.sequence)
        .join(audit_entries, and_(entry.case_id == here.id, entry.version == here.version))
        .where(
            entry.congress == congress, entry.sequence >= between[0], entry.sequence < between[1]
        )
        .order_by(entry.sequence.desc())
        .limit(limit)
    )
    return [CasePlace(case=one, keys=(at,)) for one, at in connection.execute(query)]


def _by_due(  # noqa: PLR0917  # what, from where on
    connection: Connection,
    congress: str,
    where: Conditions,
    seen: SeenBy,
    start: tuple[Any, ...] | None,
    limit: int,
) -> list[CasePlace]:
    """First the cases with a due day that is seen, which are few; then the others."""
    here, by_number = suggestions.c, (suggestions.c.number_key, suggestions.c.id)
    first = (
        select(clocks.c.case_id, func.min(clocks.c.due_on).label("due_on"))
        .where(clocks.c.congress == congress, clocks.c.state == ClockState.RUNNING.value)
        .group_by(clocks.c.case_id)
        .subquery("first_clocks")
    )
    found: list[CasePlace] = []
    if start is None or start[0] != NEVER:
        query = select(here.id).join(first, first.c.case_id == here.id).where(*where, seen.details)
        begin = None if start is None else (date.fromisoformat(start[0]), *start[1:])
        found = _read(connection, query, (first.c.due_on, *by_number), begin, limit)
        start = None
    if len(found) == limit:
        return found
    # Not simply its contrary: of a case without a topic that may be neither true nor false.
    shown = case((and_(seen.details, running()), 1), else_=0)
    others = select(here.id).where(*where, shown == 0)
    rest = None if start is None else start[1:]
    return found + [
        CasePlace(case=one.case, keys=(NEVER, *one.keys))
        for one in _read(connection, others, by_number, rest, limit - len(found))
    ]


def _position(after: str, sort: CaseSort) -> tuple[Any, ...]:
    """What a cursor says; InvalidValue where it is none of this order."""
    try:
        named, *values = unsealed(after)
        if named != sort.value or [type(one) for one in values] != list(_KINDS[sort]):
            raise _unknown_cursor(after)
        if sort is CaseSort.DUE:
            date.fromisoformat(values[0])
    except (ValueError, TypeError) as error:
        raise _unknown_cursor(after) from error
    return tuple(values)


def _unknown_cursor(after: str) -> InvalidValue:
    return InvalidValue(
        what="翻页位置 / cursor",
        value=after[:40],
        reason="应取自同一排序的上一页 / take it from the page before, in the same order",
    )
