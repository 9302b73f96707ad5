"""Statements that write rows of a table: one row at a time, or many as one JSON value.

PostgreSQL takes many rows in one statement, each read from an element of a JSON array: one
message instead of one a row. SQLite has no messages and takes them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Executable,
    FromClause,
    Table,
    and_,
    bindparam,
    column,
    func,
    insert,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import ROWS, Statement

KEY = "key_"
"""Before the name of a column: the value that the row to change has now."""


def names_of(table: Table, *, without: Iterable[str] = ()) -> tuple[str, ...]:
    """The columns of a table."""
    return tuple(one.name for one in table.columns if one.name not in set(without))


def values_of(table: Table, names: Iterable[str]) -> dict[str, ColumnElement[Any]]:
    """A parameter for each of the names, of the type of its column."""
    return {name: bindparam(name, type_=_type_of(table, name)) for name in names}


def rows_of(table: Table, names: Iterable[str], **others: Any) -> FromClause:  # noqa: ANN401  # types of any value
    """The rows of the parameter `ROWS`: a column for each of the names, and others by type."""
    columns = [column(name, _type_of(table, name)) for name in names]
    columns += [column(name, kind) for name, kind in others.items()]
    rows = func.json_to_recordset(bindparam(ROWS, type_=ROWS_TYPE)).table_valued(*columns)
    return rows.render_derived(name="given", with_types=True)


ROWS_TYPE = postgresql.JSON()


def _type_of(table: Table, name: str) -> Any:  # noqa: ANN401  # a type of any value
    return table.c[name.removeprefix(KEY)].type


def insert_or(table: Table, dialect: Dialect) -> Any:  # noqa: ANN401  # two inserts of one shape
    """An INSERT that can say what happens when the row is there already."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def insert_rows(table: Table) -> Statement:
    """Rows with every column."""
    names = names_of(table)
    return Statement(
        lambda _: insert(table).values(values_of(table, names)),
        lambda _: insert(table).from_select(list(names), rows_of(table, names).select()),
    )


def insert_once(table: Table) -> Statement:
    """Rows with every column; one that is there already stays as it is."""
    names = names_of(table)

    def one(dialect: Dialect) -> Executable:
        query = insert_or(table, dialect).values(values_of(table, names))
        done: Executable = query.on_conflict_do_nothing()
        return done

    def many(_dialect: Dialect) -> Executable:
        query = postgresql.insert(table).from_select(list(names), rows_of(table, names).select())
        return query.on_conflict_do_nothing()

    return Statement(one, many)


def update_rows(table: Table, keys: Iterable[str], columns: Iterable[str]) -> Statement:
    """The named columns of the rows whose `keys` have the values `key_<column>`."""
    found, changed = tuple(keys), tuple(columns)

    def one(_dialect: Dialect) -> Executable:
        where = [table.c[key] == bindparam(f"{KEY}{key}", type_=table.c[key].type) for key in found]
        return update(table).where(and_(*where)).values(values_of(table, changed))

    def many(_dialect: Dialect) -> Executable:
        given = rows_of(table, (*changed, *(f"{KEY}{key}" for key in found)))
        where = [table.c[key] == given.c[f"{KEY}{key}"] for key in found]
        return update(table).where(and_(*where)).values({name: given.c[name] for name in changed})

    return Statement(one, many)


def upsert(table: Table, keys: Iterable[str]) -> Statement:
    """One row, put in the place of the one with its key."""
    known = tuple(keys)

    def build(dialect: Dialect) -> Executable:
        query = insert_or(table, dialect).values(values_of(table, names_of(table)))
        changed = {name: query.excluded[name] for name in names_of(table, without=known)}
        done: Executable = query.on_conflict_do_update(index_elements=known, set_=changed)
        return done

    return Statement(build)
