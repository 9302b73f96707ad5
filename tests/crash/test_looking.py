"""The look at a database after a crash does see what a torn write would leave behind."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import BihuanError
from tests.crash.looking import look_over
from tests.crash.year import play_on, stage_on
from tests.support.databases import sqlite_url

TORN = (
    "UPDATE suggestions SET version = version + 1 WHERE number IS NOT NULL",
    "UPDATE suggestions SET facts = json_set(facts, '$.contacts', 99)",
    "UPDATE suggestions SET state = 'handling' WHERE state = 'closed'",
    "UPDATE audit_heads SET sequence = sequence - 1",
    "UPDATE requests SET receipt = json_set(receipt, '$.audit_sequence', 100000)",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a year that was played to its end."""
    folder = tmp_path_factory.mktemp("played")
    with sqlite_url(folder) as url:
        stage = stage_on(url)
        play_on(stage)
        assert look_over(stage) > len(TORN)
        stage.store.database.dispose()
        return Path(str(stage.store.database.url.database))


@pytest.mark.parametrize("statement", TORN)
def test_a_torn_write_is_seen(played: Path, tmp_path: Path, statement: str) -> None:
    file = shutil.copy(played, tmp_path / "torn.db")
    with closing(sqlite3.connect(file)) as connection:
        changed = connection.execute(statement).rowcount
        connection.commit()
    assert changed > 0
    stage = stage_on(f"sqlite:///{file}")
    with pytest.raises((AssertionError, BihuanError)):
        look_over(stage)
    stage.store.database.dispose()
