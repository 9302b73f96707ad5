"""Where cases stand in a list: its orders, a page of places, and the cursor that goes on from one.

Of few cases all are found and sorted. Of many, every order follows an index, so that a page costs
what it shows and not what there is: then conditions must be such as are asked of one case after
the other (`reports.by_row`). Refuses to know lines and filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    select,
    tuple_,
)

from db.tables import audit_entries, clocks, suggestions
from engine.errors import InvalidValue
from reports.by_row import running_state, there_is
from reports.paging import sealed, unsealed
from reports.visible import SeenBy

Conditions: TypeAlias = Sequence[ColumnElement[bool]]
Start: TypeAlias = tuple[Any, ...] | None
"""What the last place before has of the keys."""

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
    start: Start,
    limit: int,
) -> list[CasePlace]:
    """So many of the many cases for which the conditions hold, from a position on."""
    if sort is CaseSort.DUE:
        return _by_due(connection, congress, where, seen, start, limit)
    if sort is CaseSort.UPDATED:
        return _by_change(connection, congress, where, start, limit)
    here = suggestions.c
    by_number = (here.number_key, here.id)
    keys = (here.state, *by_number) if sort is CaseSort.STATE else by_number
    return _read(connection, select(here.id).where(*where), keys, start, limit)


def places_of_few(  # noqa: PLR0917  # what, in which order, from where on
    connection: Connection,
    congress: str,
    where: Conditions,
    seen: SeenBy,
    sort: CaseSort,
    start: Start,
    limit: int,
) -> tuple[int, list[CasePlace]]:
    """How many cases there are in all, and so many of them from a position on."""
    here, entry = suggestions.c, audit_entries.c
    due = case((seen.details, first_due()), else_=None) if sort is CaseSort.DUE else null()
    wanted = select(here.id, here.number_key, here.state, here.version, due.label("due_on"))
    cases = wanted.where(*where).cte("cases").prefix_with("MATERIALIZED", dialect="postgresql")
    count = select(func.count()).select_from(cases).scalar_subquery()
    few, query = cases.c, select(cases.c.id, count)
    keys: Sequence[ColumnElement[Any]] = (few.number_key, few.id)
    if sort is CaseSort.STATE:
        keys = (few.state, *keys)
    elif sort is CaseSort.DUE:
        keys = (func.coalesce(few.due_on, literal(date.max, Date), type_=Date), *keys)
        start = None if start is None else (date.fromisoformat(start[0]), *start[1:])
    elif sort is CaseSort.UPDATED:
        # What was changed last comes first.
        keys = (-entry.sequence,)
        start = None if start is None else (-start[0],)
        own = and_(entry.case_id == few.id, entry.version == few.version)
        query = query.join(audit_entries, own).where(entry.congress == congress)
    rows = connection.execute(_behind(query, keys, start, limit)).all()
    total: int = rows[0][1] if rows else connection.execute(select(count)).scalar_one()
    found = [CasePlace(case=one[0], keys=tuple(map(_plain, one[2:]))) for one in rows]
    if sort is CaseSort.UPDATED:
        found = [replace(one, keys=(-one.keys[0],)) for one in found]
    return total, found


def first_due() -> ScalarSelect[date]:
    """The day on which a clock of the case runs out first."""
    own = clocks.c.case_id == suggestions.c.id, clocks.c.state == running_state()
    return select(func.min(clocks.c.due_on)).where(*own).scalar_subquery()


def running(*also: ColumnElement[bool], by_row: bool = False) -> ColumnElement[bool]:
    """Whether a clock of the case runs, of those for which more may have to hold."""
    here = clocks.c
    return there_is(
        here.congress == suggestions.c.congress,
        here.case_id == suggestions.c.id,
        here.state == running_state(),
        *also,
        by_row=by_row,
    )


def _read(
    connection: Connection,
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    start: Start,
    limit: int,
) -> list[CasePlace]:
    """Ids in order of the keys, from behind `start` on."""
    return [
        CasePlace(case=one[0], keys=tuple(map(_plain, one[1:])))
        for one in connection.execute(_behind(query, keys, start, limit))
    ]


def _behind(
    query: Select[Any], keys: Sequence[ColumnElement[Any]], start: Start, limit: int
) -> Select[Any]:
    """The query with its keys, in their order, from behind `start` on."""
    named = [one.label(f"key_{at}") for at, one in enumerate(keys)]
    query = query.add_columns(*named).order_by(*keys).limit(limit)
    if start is None:
        return query
    bound = (literal(value, key.type) for value, key in zip(start, keys, strict=True))
    return query.where(tuple_(*keys) > tuple_(*bound))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _by_change(
    connection: Connection, congress: str, where: Conditions, start: Start, limit: int
) -> list[CasePlace]:
    """The entry that made the case what it is tells when that was.

    The entries are read backwards, a stretch after the other, each ten times as long as the one
    before.
    """
    last = start[0] if start is not None else _end(connection, congress)
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


def _changed(
    connection: Connection,
    congress: str,
    where: Conditions,
    between: tuple[int, int],
    limit: int,
) -> list[CasePlace]:
    """The cases whose last entry lies between two, the last changed first."""
    here, entry = suggestions.c, audit_entries.c
    query = (
        select(here.id, entry.sequence)
        .join(audit_entries, and_(entry.case_id == here.id, entry.version == here.version))
        .where(
            entry.congress == congress,
            entry.sequence >= between[0],
            entry.sequence < between[1],
            *where,
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
    start: Start,
    limit: int,
) -> list[CasePlace]:
    """First those with a due day that is seen, by the clock that is due first; then the others."""
    # Not the table itself: what must hold of a case may ask about its clocks too.
    here, first, other = suggestions.c, clocks.alias("first_clocks"), clocks.alias("other_clocks").c
    own = first.c
    by_number = (here.number_key, here.id)
    found: list[CasePlace] = []
    if start is None or start[0] != NEVER:
        earlier = there_is(
            other.congress == own.congress,
            other.case_id == own.case_id,
            other.state == running_state(),
            tuple_(other.due_on, other.number) < tuple_(own.due_on, own.number),
            by_row=True,
        )
        query = (
            select(here.id)
            .join(first, own.case_id == here.id)
            .where(own.congress == congress, own.state == running_state())
            .where(*where, seen.details, ~earlier)
        )
        begin = None if start is None else (date.fromisoformat(start[0]), *start[1:])
        if begin is not None:
            # Said once more for the index, which knows only the first of the keys.
            query = query.where(own.due_on >= begin[0])
        found = _read(connection, query, (own.due_on, *by_number), begin, limit)
        start = None
    if len(found) == limit:
        return found
    # Not simply its contrary: of a case without a topic that may be neither true nor false.
    shown = case((and_(seen.details, running(by_row=True)), 1), else_=0)
    others = select(here.id).where(*where, shown == 0)
    rest = None if start is None else start[1:]
    return found + [
        CasePlace(case=one.case, keys=(NEVER, *one.keys))
        for one in _read(connection, others, by_number, rest, limit - len(found))
    ]


def position(after: str, sort: CaseSort) -> tuple[Any, ...]:
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
