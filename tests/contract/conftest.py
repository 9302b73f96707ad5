"""The stores that the contract holds for: in memory and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.database import open_database
from engine.store import Store
from tests.support.congress import small_calendar, small_directory, small_store, tiny_profile
from tests.support.databases import KINDS, database_of
from tests.support.memory import Kept, MemoryStore


@pytest.fixture(params=("memory", *KINDS))
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with the small congress in it and no case yet."""
    if request.param == "memory":
        yield MemoryStore(
            Kept(
                directory=small_directory(),
                calendar=small_calendar(),
                profiles={("tiny", 1): tiny_profile()},
            )
        )
        return
    with database_of(request.param, tmp_path) as url:
        database = open_database(url)
        yield small_store(database)
        database.dispose()
