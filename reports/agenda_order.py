"""Where things in hand stand in a list: its orders, and the cursor that goes on behind one.

A cursor says the keys of a thing, not its place: what comes and goes before it moves no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Row,
    case,
    cast,
    func,
    literal,
    tuple_,
)

from engine.errors import InvalidValue
from reports.agenda import AgendaSort
from reports.paging import sealed, unsealed

NEVER = date.max
"""Stands for no due day: such things come last."""
NUMBERED, OF_A_RECESS, UNNUMBERED = 0, 1, 2
"""Session before recess, those without a number last."""
SESSION = "session"
Keys = tuple[Any, ...]

_BY_NUMBER: tuple[type, ...] = (int, int, str, str, str, int)
_KINDS: Mapping[AgendaSort, tuple[type, ...]] = {
    AgendaSort.NUMBER: _BY_NUMBER,
    AgendaSort.DUE: (date, *_BY_NUMBER),
    AgendaSort.UNIT: (str, date, *_BY_NUMBER),
    AgendaSort.STATE: (str, str, date, *_BY_NUMBER),
}


def sort_keys(table: FromClause, sort: AgendaSort) -> tuple[ColumnElement[Any], ...]:
    """Columns by which a list of things is ordered; the last ones make the order total."""
    here = table.c
    # 第2号 before 第10号.
    rank = case(
        (here.number.is_(None), UNNUMBERED),
        (here.case_kind == SESSION, NUMBERED),
        else_=OF_A_RECESS,
    )
    by_number = (
        cast(rank, Integer),
        func.coalesce(func.length(here.number), 0),
        func.coalesce(here.number, ""),
        here.case_id,
        here.machine,
        here.own,
    )
    due = func.coalesce(here.due_on, literal(NEVER, Date), type_=Date)
    if sort is AgendaSort.NUMBER:
        return by_number
    if sort is AgendaSort.UNIT:
        return (func.coalesce(here.unit, ""), due, *by_number)
    if sort is AgendaSort.STATE:
        return (here.machine, here.state, due, *by_number)
    return (due, *by_number)


def keys_of(row: Row[Any], sort: AgendaSort) -> Keys:
    """The same of a row."""
    rank = NUMBERED if row.case_kind == SESSION else OF_A_RECESS
    number = row.number or ""
    by_number = (
        UNNUMBERED if row.number is None else rank,
        len(number),
        number,
        row.case_id,
        row.machine,
        row.own,
    )
    due = row.due_on or NEVER
    of_sort: Mapping[AgendaSort, Callable[[], Keys]] = {
        AgendaSort.NUMBER: lambda: by_number,
        AgendaSort.UNIT: lambda: (row.unit or "", due, *by_number),
        AgendaSort.STATE: lambda: (row.machine, row.state, due, *by_number),
        AgendaSort.DUE: lambda: (due, *by_number),
    }
    return of_sort[sort]()


def behind(table: FromClause, sort: AgendaSort, keys: Keys) -> ColumnElement[bool]:
    """What comes after a thing with these keys."""
    columns = sort_keys(table, sort)
    given = (literal(value, one.type) for value, one in zip(keys, columns, strict=True))
    return tuple_(*columns) > tuple_(*given)


def cursor(sort: AgendaSort, keys: Keys) -> str:
    """Goes on behind the thing with these keys."""
    plain = (one.isoformat() if isinstance(one, date) else one for one in keys)
    return sealed([sort.value, *plain])


def position(sort: AgendaSort, after: str) -> Keys:
    """What a cursor says; InvalidValue where it is none of this order."""
    try:
        named, *values = unsealed(after)
        kinds = _KINDS[sort] if named == sort.value else ()
        return tuple(_value(*one) for one in zip(values, kinds, strict=True))
    except (ValueError, TypeError) as error:
        reason = "应取自同一排序的上一页 / take it from the page before, in the same order"
        raise InvalidValue(what="翻页位置 / cursor", value=after[:40], reason=reason) from error


def _value(given: object, wanted: type) -> object:
    if wanted is date and isinstance(given, str):
        return date.fromisoformat(given)
    if type(given) is not wanted:
        raise TypeError(given)
    return given
