"""Reads a case with everything that belongs to it in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    Executable,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.sql import ColumnElement

from db.prepared import Statement, parsed
from db.shapes import CASE, CHILDREN, REMEMBERED, Shape
from db.tables import assignments, suggestions, timers
from db.types import Exact, Json
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
    elements = [_element(place.column, dialect) for place in shape.places]
    rows: ColumnElement[Any]
    if dialect.name == "sqlite":
        rows = func.json_group_array(func.json_array(*elements))
    else:
        rows = cast(func.json_agg(func.json_build_array(*elements)), String)
    return select(rows).select_from(shape.table).where(condition).scalar_subquery()


def _select_case(dialect: Dialect) -> Executable:
    columns: list[ColumnElement[Any]] = [place.column for place in CASE.places]
    for shape in CHILDREN:
        condition: ColumnElement[bool] = shape.table.c.case_id == suggestions.c.id
        if shape.table is timers:
            condition = and_(
                condition, timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None)
            )
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


KEYWORDS = next(at for at, place in enumerate(CASE.places) if place.field == "keywords")
SELECT_CASE = Statement(_select_case)
SELECT_BRIEF = Statement(_select_brief)


def read_case(row: Sequence[Any]) -> Case:
    """The case of a row of SELECT_CASE."""
    width = len(CASE.places)
    head = list(row[:width])
    head[KEYWORDS] = parsed(head[KEYWORDS])
    values = CASE.arguments(head)
    for shape, content in zip(CHILDREN, row[width:], strict=True):
        if content is not None and content != "[]":
            values[shape.attribute] = _children(shape, content)
    return Case(**values)


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
