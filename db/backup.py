"""Copies a SQLite database while it is in use, and puts a copy back in its place.

Both use SQLite's own online backup, so that writers are neither stopped nor torn. Refuses to
know what is in the rows.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from db.database import BUSY_MILLISECONDS

BEGINS_WITH = b"SQLite format 3\x00"


def file_of(database: Engine) -> Path | None:
    """The file of a SQLite database; None for another kind of database."""
    if database.dialect.name != "sqlite" or not database.url.database:
        return None
    return Path(database.url.database)


def is_sqlite(file: Path) -> bool:
    """Whether the file begins as a SQLite database does."""
    with file.open("rb") as opened:
        return opened.read(len(BEGINS_WITH)) == BEGINS_WITH


def copy(source: Path, target: Path) -> None:
    """Make `target` hold what `source` holds, as of one moment."""
    with (
        closing(sqlite3.connect(source)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        for one in (here, there):
            one.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        here.backup(there)


def damage(file: Path) -> str | None:
    """What SQLite's own check says is wrong with the file; None when it is whole."""
    try:
        with closing(sqlite3.connect(file)) as opened:
            told = [str(row[0]) for row in opened.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if told == ["ok"] else "; ".join(told[:3])
