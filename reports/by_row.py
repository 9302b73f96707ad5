"""Ways to ask about one row after the other, where a database would rather look at all of them.

A page needs few rows of many. Told that a condition must be answered row by row, a database walks
along an index and stops when the page is full, instead of making a set of all rows that fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    Select,
    Text,
    any_,
    exists,
    func,
    literal,
    literal_column,
    select,
)

Row = TypeVarTuple("Row")


def there_is(*where: ColumnElement[bool], by_row: bool = False) -> ColumnElement[bool]:
    """Whether there is a row for which all holds."""
    if not by_row:
        return exists().where(*where)
    return left_alone(select(literal_column("1")).where(*where)).exists()


def left_alone(query: Select[*Row]) -> Select[*Row]:
    """The query as a part that is not joined with what stands around it.

    With an offset, though of nothing, PostgreSQL joins no set and makes none to look into; SQLite
    does neither by itself.
    """
    return query.suffix_with("OFFSET 0", dialect="postgresql")


def is_one_of(
    connection: Connection, column: ColumnElement[str], values: Sequence[str]
) -> ColumnElement[bool]:
    """Whether the column is among the values, which travel as one: a thousand cost no more."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(Text)))
    given = func.json_each(literal(list(values), JSON)).table_valued("value")
    return column.in_(select(given.c.value))


def running_state() -> ColumnElement[Any]:
    """The state of a running clock, written out: the index of these alone must be seen to fit."""
    return literal_column("'running'")
