"""Reads a case with everything that belongs to it in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Dialect,
    Executable,
    Select,
    String,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.sql import ColumnElement

from db.prepared import Statement, fetch_all, fetch_each, parsed
from db.shapes import CASE, CHILDREN, Shape
from db.tables import assignments, suggestions, timers
from db.types import Exact, Json
from db.unread import REMEMBERED
from engine.case import Case


def _is(column: Column[str]) -> ColumnElement[bool]:
    """Whether the row is the case that was asked for: by its number, else by its id."""
    numbered = suggestions.alias("numbered")
    by_number = select(numbered.c.id).where(
        numbered.c.congress == bindparam("congress"), numbered.c.number == bindparam("reference")
    )
    return column == func.coalesce(by_number.scalar_subquery(), bindparam("reference"))


def _element(column: Column[Any], dialect: Dialect) -> ColumnElement[Any]:
    """A column as an element of a JSON array: exact numbers and JSON as text."""
    if isinstance(column.type, Exact):
        return cast(column, String)
    if column.type is Json and dialect.name == "postgresql":
        return cast(column, String)
    return column


def rows_as_json(
    shape: Shape, dialect: Dialect, condition: ColumnElement[bool]
) -> ColumnElement[Any]:
    """The rows of a table as the text of a JSON array of arrays, in order of the shape's places."""
    rows = _aggregate(shape, dialect)
    return select(rows).select_from(shape.table).where(condition).scalar_subquery()


def _aggregate(shape: Shape, dialect: Dialect) -> ColumnElement[Any]:
    elements = [_element(place.column, dialect) for place in shape.places]
    if dialect.name == "sqlite":
        return func.json_group_array(func.json_array(*elements))
    return cast(func.json_agg(func.json_build_array(*elements)), String)


def _is_loaded(shape: Shape) -> ColumnElement[bool]:
    """Of the timers only those that are still pending."""
    if shape.table is timers:
        return and_(timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None))
    return true()


def _select_case(dialect: Dialect) -> Executable:
    columns: list[ColumnElement[Any]] = [place.column for place in CASE.places]
    for shape in CHILDREN:
        condition = and_(shape.table.c.case_id == suggestions.c.id, _is_loaded(shape))
        columns.append(rows_as_json(shape, dialect, condition).label(shape.attribute))
    return _the_case(select(*columns))


def _select_brief(dialect: Dialect) -> Executable:
    pair = [assignments.c.number, assignments.c.unit, assignments.c.kind, assignments.c.state]
    if dialect.name == "sqlite":
        rows = func.json_group_array(func.json_array(*pair))
    else:
        rows = func.json_agg(func.json_build_array(*pair))
    units = select(rows).where(assignments.c.case_id == suggestions.c.id).scalar_subquery()
    wanted = ("id", "number", "congress", "state", "merged_into", "profile", "profile_version")
    return _the_case(select(*(suggestions.c[name] for name in wanted), units.label("units")))


def _the_case(query: Select[Any]) -> Executable:
    return query.where(suggestions.c.congress == bindparam("congress"), _is(suggestions.c.id))


def _select_heads(dialect: Dialect) -> Executable:
    """The cases of the references, without what belongs to them."""
    columns = [place.column for place in CASE.places]
    wanted = suggestions.c.id, suggestions.c.number
    return select(*columns).where(
        suggestions.c.congress == bindparam("congress"),
        or_(*(_is_one_of(column, "references", dialect) for column in wanted)),
    )


def _select_children(shape: Shape, dialect: Dialect) -> Executable:
    """The rows of many cases, JSON as text."""
    case = shape.table.c.case_id
    columns = [_plain(place.column, dialect) for place in shape.places]
    return select(case, *columns).where(_is_one_of(case, "cases", dialect), _is_loaded(shape))


def _plain(column: Column[Any], dialect: Dialect) -> ColumnElement[Any]:
    if column.type is Json and dialect.name == "postgresql":
        return cast(column, Text)
    return column


def _is_one_of(column: Column[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Whether the column is among the values of a parameter, a JSON array."""
    given = bindparam(name, type_=JSON)
    if dialect.name == "postgresql":
        return column == any_(
            func.array(select(func.json_array_elements_text(given)).scalar_subquery())
        )
    values = func.json_each(given).table_valued("value")
    return column.in_(select(values.c.value))


KEYWORDS = next(at for at, place in enumerate(CASE.places) if place.field == "keywords")
SELECT_CASE = Statement(_select_case)
SELECT_BRIEF = Statement(_select_brief)
SELECT_HEADS = Statement(_select_heads)
SELECT_CHILDREN = {
    shape.attribute: Statement(partial(_select_children, shape)) for shape in CHILDREN
}


def read_case(row: Sequence[Any]) -> Case:
    """The case of a row of SELECT_CASE."""
    width = len(CASE.places)
    values = _head(row[:width])
    for shape, content in zip(CHILDREN, row[width:], strict=True):
        if content is not None and content != "[]":
            values[shape.attribute] = _children(shape, content)
    return Case(**values)


def read_cases(
    connection: Connection,
    congress: str,
    references: Sequence[str],
    shapes: Sequence[Shape] = CHILDREN,
) -> dict[str, Case]:
    """Many cases by the references that they are found by, in two round trips.

    `shapes`: what of that which belongs to them is read; a case lacks the rest.
    """
    asked = {"congress": congress, "references": list(references)}
    heads = [_head(row) for row in fetch_all(connection, SELECT_HEADS, asked)]
    found = {str(one["id"]): one for one in heads}
    for case, own in read_children(connection, list(found), shapes).items():
        found[case] |= own
    built = {name: Case(**values) for name, values in found.items()}
    # As for one: a number is looked for first.
    return built | {one.number: one for one in built.values() if one.number is not None}


def read_children(
    connection: Connection, cases: Sequence[str], shapes: Sequence[Shape]
) -> dict[str, dict[str, tuple[Any, ...]]]:
    """What belongs to many cases, by case and attribute, in one round trip."""
    found: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    if not cases:
        return found
    statements = [SELECT_CHILDREN[one.attribute] for one in shapes]
    asked = {"cases": list(cases)}
    for shape, rows in zip(shapes, fetch_each(connection, statements, asked), strict=True):
        # By case, and by key within the case: the columns that stand first.
        rows.sort()
        for case, own in groupby(rows, itemgetter(0)):
            found[case][shape.attribute] = tuple([shape.read(list(row[1:])) for row in own])
    return found


def _head(row: Sequence[Any]) -> dict[str, Any]:
    head = list(row)
    head[KEYWORDS] = parsed(head[KEYWORDS])
    return CASE.arguments(head)


@lru_cache(maxsize=REMEMBERED)
def _children(shape: Shape, content: str) -> tuple[Any, ...]:
    """The records of a text: an action changes few, and its page has just read the same."""
    return tuple([shape.read(one) for one in read_rows(content)])


def read_rows(content: Any) -> list[list[Any]]:  # noqa: ANN401  # text or parsed, by driver
    """The rows of a JSON array, in order of their key, which stands first."""
    if content is None or content == "[]":
        return []
    rows: list[list[Any]] = parsed(content)
    rows.sort()
    return rows
