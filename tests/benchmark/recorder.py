"""Listens at the driver: which statements each action sends, and with which values.

Works below SQLAlchemy and below the store, so that nothing the product sends can be missed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Json, Jsonb
from sqlalchemy import Engine, event


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A statement that was sent, once with each of the rows."""

    sql: str
    rows: tuple[Any, ...]

    @property
    def writes(self) -> bool:
        """Whether it leaves rows behind."""
        return self.sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))


@dataclass(slots=True)
class Recorder:
    """What was sent since it was last asked."""

    sent: list[Sent] = field(default_factory=list)

    def take(self) -> tuple[Sent, ...]:
        """What was sent, and forget it."""
        taken, self.sent = tuple(self.sent), []
        return taken

    def note(self, sql: object, rows: Iterable[Any]) -> None:
        """Remember a statement."""
        self.sent.append(Sent(sql=str(sql), rows=tuple(rows)))


def listen(database: Engine) -> Recorder:
    """Have all further connections of the database tell what they send."""
    recorder = Recorder()

    def connect(
        _dialect: object, _record: object, arguments: Sequence[Any], named: dict[str, Any]
    ) -> object:
        if database.dialect.name == "sqlite":
            return sqlite3.connect(*arguments, **named, factory=_sqlite_connection(recorder))
        return psycopg.connect(*arguments, **named, cursor_factory=_postgres_cursor(recorder))

    event.listen(database, "do_connect", connect)
    return recorder


def _sqlite_connection(recorder: Recorder) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = (), /) -> Any:  # noqa: ANN401  # as the driver has it
            recorder.note(sql, [values])
            return super().execute(sql, values)

        def executemany(self, sql: str, rows: Any, /) -> Any:  # noqa: ANN401  # as the driver has it
            recorder.note(sql, rows)
            return super().executemany(sql, rows)

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, values: Any = (), /) -> Any:  # noqa: ANN401  # as the driver has it
            return self.cursor().execute(sql, values)

        def cursor(self, _factory: object = None) -> Any:  # noqa: ANN401  # as the driver has it
            return super().cursor(Cursor)

    return Connection


def _postgres_cursor(recorder: Recorder) -> type[psycopg.Cursor[Any]]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **rest: Any) -> Any:  # noqa: ANN401  # as the driver has it
            recorder.note(query, [params])
            return super().execute(query, params, **rest)

        def executemany(self, query: Any, params_seq: Any, **rest: Any) -> None:  # noqa: ANN401  # as the driver has it
            recorder.note(query, params_seq)
            super().executemany(query, params_seq, **rest)

    return Cursor


def ready(sent: Sent) -> Sent:
    """The statement with JSON values written out: the raw side is spared that work."""
    return Sent(sql=sent.sql, rows=tuple(_plain(row) for row in sent.rows))


def _plain(row: Any) -> Any:  # noqa: ANN401  # a tuple or a dict, by driver
    if isinstance(row, dict):
        return {name: _written(value) for name, value in row.items()}
    return tuple(_written(value) for value in row)


def _written(value: object) -> object:
    if isinstance(value, Json | Jsonb):
        return json.dumps(value.obj, ensure_ascii=False, separators=(",", ":"))
    return value
