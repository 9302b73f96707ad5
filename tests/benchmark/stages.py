"""Databases to measure on: new, migrated, with the small congress in it, as durable as in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from db.database import open_database
from db.store import SqlStore
from db.tables import metadata
from engine.perform import Desk
from engine.store import Store
from tests.benchmark.mix import reachable_directory
from tests.support.congress import fill
from tests.support.databases import postgres_url, sqlite_url
from tests.support.world import national_calendar
from workflows import load_files, read_files
from workflows.loader import PROFILES

PROFILE = PROFILES / "zhejiang-county" / "v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One database with a congress in it."""

    url: str
    database: Engine

    @property
    def path(self) -> Path:
        """The file, on SQLite."""
        return Path(str(self.database.url.database))

    def store(self) -> SqlStore:
        """The product's store over it."""
        return store_over(self.database)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        with self.database.connect() as connection:
            return {
                table.name: [
                    tuple(row)
                    for row in connection.execute(
                        select(table).order_by(*table.primary_key.columns)
                    )
                ]
                for table in metadata.sorted_tables
            }


@contextmanager
def stage_on(kind: str, folder: Path) -> Iterator[Stage]:
    """A new database of that kind on which a commit is on disk before it returns."""
    made = sqlite_url(folder) if kind == "sqlite" else postgres_url(durable=True)
    with made as url:
        database = open_database(url)
        files = read_files(PROFILE)
        fill(
            database,
            directory=reachable_directory(),
            calendar=national_calendar(),
            files=files,
            profile=load_files(files),
        )
        try:
            yield Stage(url=url, database=database)
        finally:
            database.dispose()


def store_over(database: Engine) -> SqlStore:
    """The product's store over a database with the shipped profile."""
    return SqlStore(database, load_files)


def desk_over(store: Store) -> Desk:
    """A desk; all cases of the mix have request keys, so that no id is drawn."""
    return Desk(store, lambda: "")
