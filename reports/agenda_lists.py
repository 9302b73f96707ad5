"""Lists of the agenda, as many as a page shows: all counted in one scan, their rows in another.

A number and the rows behind it come from the same condition, so they never differ.
Refuses to know what a list is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from engine.errors import InvalidValue
from reports.agenda import (
    EVERYTHING,
    KEPT,
    AgendaFilter,
    AgendaSort,
    Looking,
    Scope,
    Tally,
    conditions,
    things,
)
from reports.agenda_order import Keys, behind, cursor, keys_of, position, sort_keys
from reports.agenda_page import AgendaLine, AgendaPage, lines_of
from reports.agenda_whose import whose
from reports.duties import Light

MAX_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedList:
    """A list and which page of it; without a size it is only counted.

    `after`: the cursor of a page, behind which to go on instead of from a page's place.
    """

    scope: Scope
    filters: AgendaFilter = EVERYTHING
    sort: AgendaSort = AgendaSort.DUE
    page: int = 1
    size: int = 0
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundList:
    """Its counts by machine, state, unit and light, and the page that was asked for."""

    tallies: tuple[Tally, ...]
    page: AgendaPage


_What: TypeAlias = tuple[Scope, AgendaFilter]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Some rows of a list, in its order."""

    what: _What
    sort: AgendaSort
    first: int
    size: int
    behind: Keys | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """Their lines, and the cursor that goes on behind them where there are more."""

    lines: tuple[AgendaLine, ...] = ()
    after: str | None = None


def agenda_lists(
    connection: Connection, looking: Looking, asked: Sequence[AskedList], *, now: datetime
) -> tuple[FoundList, ...]:
    """Each list in the order asked; a page beyond the last is the last."""
    for one in asked:
        if not 0 <= one.size <= MAX_SIZE or one.page < 1:
            raise InvalidValue(what="页 / page", value=f"{one.page}, {one.size}", reason="1 …")
    starts = [None if one.after is None else position(one.sort, one.after) for one in asked]
    counted = _count(connection, looking, tuple(dict.fromkeys(_what(one) for one in asked)))
    totals = [sum(tally.count for tally in counted[_what(one)]) for one in asked]
    pages = [_pages(one, total) for one, total in zip(asked, totals, strict=True)]
    wanted = [
        _Rows(
            what=_what(one),
            sort=one.sort,
            first=0 if start else (min(one.page, last) - 1) * one.size,
            size=one.size,
            behind=start,
        )
        for one, total, last, start in zip(asked, totals, pages, starts, strict=True)
        if one.size and total
    ]
    lines = _lines(connection, looking, tuple(dict.fromkeys(wanted)), now)
    rows = iter(wanted)
    shown = [
        lines[next(rows)] if one.size and total else _Lines()
        for one, total in zip(asked, totals, strict=True)
    ]
    return tuple(
        FoundList(
            tallies=counted[_what(one)],
            page=AgendaPage(
                lines=found.lines,
                total=total,
                page=min(one.page, last),
                pages=last,
                after=found.after,
            ),
        )
        for one, total, last, found in zip(asked, totals, pages, shown, strict=True)
    )


def _what(asked: AskedList) -> _What:
    return asked.scope, asked.filters


def _pages(asked: AskedList, total: int) -> int:
    return max(-(-total // asked.size), 1) if asked.size else 1


def _count(
    connection: Connection, looking: Looking, lists: tuple[_What, ...]
) -> dict[_What, tuple[Tally, ...]]:
    """How many of each list, by machine, state, unit and light: every count is a sum of these."""
    found: dict[_What, list[Tally]] = {one: [] for one in lists}
    for machine, state, unit, light, *counts in connection.execute(_counting(looking, lists)):
        for one, count in zip(lists, counts, strict=True):
            if count:
                found[one].append(
                    Tally(
                        machine=machine,
                        state=state,
                        unit=unit,
                        light=Light(light) if light else None,
                        count=count,
                    )
                )
    return {one: tuple(tallies) for one, tallies in found.items()}


@lru_cache(maxsize=KEPT)
def _counting(looking: Looking, lists: tuple[_What, ...]) -> Select[Any]:
    table = things(looking)
    here = table.c
    by = (here.machine, here.state, here.unit, here.light)
    if len(lists) == 1:
        return select(*by, func.count()).where(_is_of(looking, lists[0])).group_by(*by)
    scopes = sorted({scope for scope, _ in lists})
    counts = [func.sum(case((_is_of(looking, one), 1), else_=0)) for one in lists]
    query = select(*by, *counts).group_by(*by)
    # What is in none of the lists need not be looked at again for each of them.
    return query.where(or_(*(whose(table, looking, one) for one in scopes)))


def _is_of(looking: Looking, what: _What) -> ColumnElement[bool]:
    """Whether a thing is one of the list."""
    (scope, filters), table = what, things(looking)
    return and_(*conditions(table, filters, looking.pins), whose(table, looking, scope))


def _lines(
    connection: Connection, looking: Looking, wanted: tuple[_Rows, ...], now: datetime
) -> dict[_Rows, _Lines]:
    """The lines of each; a case that stands in several is read once."""
    if not wanted:
        return {}
    # A statement that begins behind a thing serves once; it would only push others out.
    once = any(one.behind is not None for one in wanted)
    query = (_finding.__wrapped__ if once else _finding)(looking, wanted)
    listed: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in sorted(connection.execute(query), key=lambda row: (row.of_list, row.place)):
        listed[row.of_list].append(row)
    rows = [row for at, one in enumerate(wanted) for row in listed[at][: one.size]]
    found: dict[_Rows, list[AgendaLine]] = defaultdict(list)
    for row, line in zip(rows, lines_of(connection, rows, looking, now), strict=True):
        found[wanted[row.of_list]].append(line)
    return {
        one: _Lines(lines=tuple(found[one]), after=_cursor(one, listed[at]))
        for at, one in enumerate(wanted)
    }


def _cursor(wanted: _Rows, rows: Sequence[Row[Any]]) -> str | None:
    """One row more than is shown tells that there are more."""
    if len(rows) <= wanted.size:
        return None
    return cursor(wanted.sort, keys_of(rows[wanted.size - 1], wanted.sort))


@lru_cache(maxsize=KEPT)
def _finding(looking: Looking, wanted: tuple[_Rows, ...]) -> Any:  # noqa: ANN401  # one query, or several in one
    queries = [_rows(looking, at, one) for at, one in enumerate(wanted)]
    if len(queries) == 1:
        return queries[0]
    # Only within a subquery may a part of a union have an order and a limit of its own.
    return union_all(*(select(one.subquery()) for one in queries))


def _rows(looking: Looking, at: int, wanted: _Rows) -> Select[Any]:
    table = things(looking)
    order = sort_keys(table, wanted.sort)
    place = func.row_number().over(order_by=order).label("place")
    query = select(*table.c, literal(at).label("of_list"), place)
    query = query.where(_is_of(looking, wanted.what)).order_by(*order)
    if wanted.behind is not None:
        query = query.where(behind(table, wanted.sort, wanted.behind))
    return query.limit(wanted.size + 1).offset(wanted.first)
