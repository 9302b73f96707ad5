"""Opens a database: SQLite in WAL with every commit on disk, or PostgreSQL through psycopg.

`reading` and `writing` are the ways to get a connection; a transaction of either ends with its
block. Within `shared_reading` whoever reads in the same thread gets the same connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from db.prepared import run
from engine.errors import InvalidValue

BUSY_MILLISECONDS = 30_000
"""How long a writer of SQLite waits for another one."""

WRITING = "bihuan_writing"

KEPT, AT_MOST = 20, 60
"""Connections that stay open, and how many there may be: more than threads that serve (40), so
that one which holds a connection and needs a second to write is never the last to get one."""

_shared = local()

POOL = {"pool_size": KEPT, "max_overflow": AT_MOST - KEPT}

OPEN_SECONDS = 3600
"""After so long a connection of SQLite is opened anew, and learns the newest statistics."""

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def open_database(url: str) -> Engine:
    """The database at `sqlite:///file`, `postgresql://…` or `postgresql+psycopg://…`."""
    target = _target(url)
    if target.get_backend_name() == "sqlite":
        database = create_engine(target, json_serializer=to_json, pool_recycle=OPEN_SECONDS, **POOL)
        event.listen(database, "connect", _prepare_sqlite)
        event.listen(database, "begin", _begin_sqlite)
        return database
    # The store's statements are few and hot: prepare them at the second use already. A look
    # before each use costs a tenth of a millisecond; without it the first request after the
    # server was away would fail. Compiling a plan (jit) takes longer than any of ours runs.
    return create_engine(
        target,
        json_serializer=to_json,
        pool_pre_ping=True,
        **POOL,
        connect_args={"options": "-c timezone=UTC -c jit=off", "prepare_threshold": 1},
    )


@contextmanager
def writing(database: Engine) -> Iterator[Connection]:
    """A transaction that may write, committed when the block ends well.

    On SQLite it holds the write lock from its beginning: a reader that turns writer would be
    refused as soon as somebody else has written.
    """
    with database.connect() as connection:
        connection.execution_options(**{WRITING: True})
        with connection.begin():
            yield connection


def _known() -> dict[Engine, Connection]:
    """The connections that this thread shares."""
    found: dict[Engine, Connection] = _shared.__dict__.setdefault("known", {})
    return found


def _remembered() -> dict[Engine, dict[str, Any]]:
    """What this thread has read in the transactions that it shares."""
    found: dict[Engine, dict[str, Any]] = _shared.__dict__.setdefault("remembered", {})
    return found


def remembered(database: Engine) -> dict[str, Any]:
    """What was read in the transaction that is shared, and stays as it was to its end.

    Outside of one nothing is remembered.
    """
    return _remembered().get(database, {})


@contextmanager
def shared_reading(database: Engine) -> Iterator[Connection]:
    """The same for all who read in this thread until the block ends; not for generators.

    A question of the web asks several parts for what they know. Were each to take a connection
    while another is held, enough people at once would wait for each other.
    """
    known = _known()
    if database in known:
        yield known[database]
        return
    with reading(database) as connection:
        known[database] = connection
        _remembered()[database] = {}
        try:
            yield connection
        finally:
            del known[database], _remembered()[database]


@contextmanager
def reading(database: Engine) -> Iterator[Connection]:
    """A transaction that sees one state from beginning to end and keeps nothing."""
    known = _known()
    if database in known:
        yield known[database]
        return
    with database.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin() as transaction:
            yield connection
            transaction.rollback()


def _target(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise _unusable(url) from error
    if target.drivername == "postgresql":
        return target.set(drivername="postgresql+psycopg")
    if target.drivername not in ("sqlite", "postgresql+psycopg"):
        raise _unusable(target.render_as_string(hide_password=True))
    if target.drivername == "sqlite" and not target.database:
        raise _unusable(url)
    return target


def _unusable(url: str) -> InvalidValue:
    return InvalidValue(
        what="数据库 / database",
        value=url,
        reason="应为 sqlite:///文件 或 postgresql://… / use sqlite:///file or postgresql://…",
    )


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver would open transactions by itself, and too late: we open them.
    raw: Any = connection
    if not isinstance(raw, sqlite3.Connection):
        message = f"not a connection of sqlite3: {type(raw)}"
        raise TypeError(message)
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITING, False)
    run(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")
