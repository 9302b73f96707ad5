"""The yardstick: the same statements with the same values, sent by the bare driver.

One transaction an action, as durable as the product's; no reading, no deciding, no JSON to write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import psycopg

from tests.benchmark.recorder import Sent

Write: TypeAlias = Callable[[Sequence[Sent]], None]
"""Writes the rows of one action and returns when they are safe."""


@contextmanager
def raw_sqlite(path: Path) -> Iterator[Write]:
    """A writer over sqlite3 in WAL mode with synchronous=FULL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")

    def write(action: Sequence[Sent]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for sent in action:
            if len(sent.rows) == 1:
                connection.execute(sent.sql, sent.rows[0])
            else:
                connection.executemany(sent.sql, sent.rows)
        connection.execute("COMMIT")

    try:
        yield write
    finally:
        connection.close()


@contextmanager
def raw_postgres(url: str, *, pipeline: bool = False) -> Iterator[Write]:
    """A writer over psycopg: statement by statement, or all of an action in one pipeline."""
    with psycopg.connect(url, options="-c timezone=UTC", prepare_threshold=1) as connection:
        cursor = connection.cursor()

        def send(action: Sequence[Sent]) -> None:
            for sent in action:
                query: Any = sent.sql  # psycopg's types want it literal
                if len(sent.rows) == 1:
                    cursor.execute(query, sent.rows[0])
                else:
                    cursor.executemany(query, sent.rows)

        def write(action: Sequence[Sent]) -> None:
            send(action)
            connection.commit()

        def write_at_once(action: Sequence[Sent]) -> None:
            with connection.pipeline():
                send(action)
                connection.commit()

        yield write_at_once if pipeline else write
