"""Statements of the hot path: built with SQLAlchemy, compiled once, run on the driver itself.

An action of the Desk is a dozen small statements; compiling and wrapping each anew would cost
more than running them. `Batch` sends what is only written in one go, which on PostgreSQL is one
round trip. Refuses to know what the statements are about.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from db.types import Exact, UtcDateTime

Values: TypeAlias = Mapping[str, Any]
"""The values of one run of a statement, by the names of its parameters."""

Process: TypeAlias = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement as a driver takes it."""

    sql: str
    names: tuple[str, ...]
    fits: tuple[tuple[int, Callable[[Any], Any]], ...]
    values_of: Callable[[Values], tuple[Any, ...]]
    positional: bool

    def bind(self, values: Values) -> Any:  # noqa: ANN401  # a tuple or a dict, by driver
        """The values as the driver takes them, each made fit for its column if it must be."""
        row = list(self.values_of(values))
        for at, fit in self.fits:
            row[at] = fit(row[at])
        return tuple(row) if self.positional else dict(zip(self.names, row, strict=True))


Build: TypeAlias = Callable[[Dialect], Executable]


class Statement:
    """A statement that is compiled at its first use on each kind of database.

    `build` makes it for a dialect, as the two differ in what they call JSON functions. `many`
    makes the same for any number of rows in the one parameter `ROWS`; only PostgreSQL has it.
    """

    def __init__(self, build: Build, many: Build | None = None) -> None:
        self._build = build
        self._many = many
        self._compiled: dict[tuple[str, bool], Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """The statement as this kind of database takes it."""
        return self._found(dialect, self._build, many=False)

    def on_many(self, dialect: Dialect) -> Compiled | None:
        """The statement for many rows at once, where there is such a one."""
        if self._many is None or dialect.name != "postgresql":
            return None
        return self._found(dialect, self._many, many=True)

    def _found(self, dialect: Dialect, build: Build, *, many: bool) -> Compiled:
        found = self._compiled.get((dialect.name, many))
        if found is None:
            found = self._compiled[dialect.name, many] = _compile(build(dialect), dialect)
        return found


def _compile(statement: Executable, dialect: Dialect) -> Compiled:
    if not isinstance(statement, ClauseElement):
        message = f"cannot be compiled: {statement!r}"
        raise TypeError(message)
    compiled: Any = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup or compiled.binds)
    fits = [_processor(compiled.binds[name].type, dialect) for name in names]
    return Compiled(
        sql=compiled.string,
        names=names,
        fits=tuple((at, fit) for at, fit in enumerate(fits) if fit is not None),
        values_of=_getter(names),
        positional=compiled.positiontup is not None,
    )


def _getter(names: tuple[str, ...]) -> Callable[[Values], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple([values[name] for name in names])


def _processor(kind: Any, dialect: Dialect) -> Process:  # noqa: ANN401  # a type of any value
    if isinstance(kind, UtcDateTime | Exact):
        # The same as below without the two wrappers that SQLAlchemy puts around it.
        return kind.fitting(dialect)
    process: Process = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def fetch(connection: Connection, statement: Statement, values: Values) -> Sequence[Any] | None:
    """The first row of a query as the driver gives it, or None."""
    compiled = statement.on(connection.dialect)
    driver = driver_of(connection)
    with _Translated(connection, compiled.sql):
        row: Sequence[Any] | None = driver.execute(compiled.sql, compiled.bind(values)).fetchone()
    return row


def fetch_all(connection: Connection, statement: Statement, values: Values) -> list[Sequence[Any]]:
    """All rows of a query as the driver gives them."""
    compiled = statement.on(connection.dialect)
    driver = driver_of(connection)
    with _Translated(connection, compiled.sql):
        rows: list[Sequence[Any]] = driver.execute(compiled.sql, compiled.bind(values)).fetchall()
    return rows


def fetch_each(
    connection: Connection, statements: Iterable[Statement], values: Values
) -> list[list[tuple[Any, ...]]]:
    """All rows of each of some queries with the same parameters, in one round trip."""
    driver = driver_of(connection)
    with _Translated(connection, "queries"):
        with _pipeline(driver):
            cursors = []
            for statement in statements:
                compiled = statement.on(connection.dialect)
                cursors.append(driver.execute(compiled.sql, compiled.bind(values)))
        return [cursor.fetchall() for cursor in cursors]


def _pipeline(driver: Any) -> AbstractContextManager[object]:  # noqa: ANN401  # see driver_of
    """Within it, statements leave without waiting for the answers to those before them."""
    return driver.pipeline() if isinstance(driver, psycopg.Connection) else nullcontext()


def run(connection: Connection, sql: str) -> None:
    """A statement without values and without an answer."""
    with _Translated(connection, sql):
        driver_of(connection).execute(sql)


FEW = 4
"""So many rows are written no slower one by one than as JSON."""

ROWS = "rows"
"""The parameter that holds many rows."""


class Batch:
    """Statements that are only written, sent together in the order in which they were added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._steps: list[tuple[Compiled, list[Any]]] = []

    def add(self, statement: Statement, *rows: Values) -> int:
        """Run the statement for each row; gives the place of its count in `send`."""
        dialect = self._connection.dialect
        compiled = statement.on_many(dialect) if len(rows) > FEW else None
        if compiled is not None:
            self._steps.append((compiled, [{compiled.names[0]: rows_to_json(rows)}]))
        else:
            compiled = statement.on(dialect)
            self._steps.append((compiled, [compiled.bind(row) for row in rows]))
        return len(self._steps) - 1

    def send(self) -> list[int]:
        """Run everything; how many rows each step touched."""
        driver = driver_of(self._connection)
        cursors = []
        with _Translated(self._connection, "batch"):
            with _pipeline(driver):
                for compiled, rows in self._steps:
                    cursor = driver.cursor()
                    if len(rows) == 1:
                        cursor.execute(compiled.sql, rows[0])
                    else:
                        cursor.executemany(compiled.sql, rows)
                    cursors.append(cursor)
            return [cursor.rowcount for cursor in cursors]


def _plain(value: object) -> str:
    """What JSON has no word for, as PostgreSQL reads it."""
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date | Decimal):
        return str(value)
    message = f"cannot be stored: {value!r}"
    raise TypeError(message)


@lru_cache(maxsize=1024)
def _instant(value: datetime) -> str:
    """Most instants of a batch are the same."""
    if value.tzinfo is None:
        message = f"a time without a time zone cannot be stored: {value.isoformat()}"
        raise ValueError(message)
    return value.isoformat()


rows_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def parsed(value: Any) -> Any:  # noqa: ANN401  # JSON as text or parsed, by driver
    """A JSON value as either driver gives it."""
    return json.loads(value) if isinstance(value, str) else value


def driver_of(connection: Connection) -> Any:  # noqa: ANN401  # sqlite3 or psycopg: two strangers of one shape
    """The driver's own connection, in the transaction that SQLAlchemy began."""
    return connection.connection.driver_connection


class _Translated:
    """Errors of either driver become those of SQLAlchemy, as everywhere else in `db`."""

    __slots__ = ("_connection", "_sql")

    def __init__(self, connection: Connection, sql: str) -> None:
        self._connection = connection
        self._sql = sql

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, sqlite3.Error | psycopg.Error):
            return
        base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        dialect: Any = self._connection.dialect
        if dialect.is_disconnect(error, driver_of(self._connection), None):
            # The other connections of the pool are most likely gone too: begin with new ones.
            self._connection.invalidate(error)
            self._connection.engine.dispose(close=False)
        raise DBAPIError.instance(
            self._sql, None, error, base, hide_parameters=True, dialect=dialect
        ) from error
