"""A server that went away and came back is met with fresh connections."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, Engine, select

from db.database import open_database, reading, writing
from db.tables import congresses
from tests.support.databases import database_of

Use = Callable[[Engine], AbstractContextManager[Connection]]


@pytest.mark.parametrize("use", [reading, writing])
def test_a_broken_connection_is_replaced_before_it_is_used(tmp_path: Path, use: Use) -> None:
    with database_of("postgresql", tmp_path) as url:
        database = open_database(url)
        with use(database) as connection:
            connection.execute(select(congresses.c.code))
        direct = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(direct, autocommit=True) as other:
            cut = other.execute(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            ).fetchone()
        assert cut is not None
        assert cut[0] >= 1
        with use(database) as connection:
            assert connection.execute(select(congresses.c.code)).all() == []
        database.dispose()
