"""The schema has one history: numbered, linear, the same on both databases, and it leads here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from db import schema
from db.database import open_database, reading
from db.tables import metadata
from engine.errors import InvalidValue

INDEX_OF_SQLITE = "search_index"
"""The FTS5 index and its shadows: SQLite keeps them as tables, we do not."""

INDEX_OF_POSTGRESQL = "ix_search_texts_words"

VERSION_COLUMN = 32
"""Alembic keeps the revision in a column of this width."""


def test_revisions_are_numbered_linear_and_named_like_their_files() -> None:
    scripts = list(schema.scripts().walk_revisions())
    names = sorted(one.revision for one in scripts)
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert schema.scripts().get_heads() == [names[-1]] == [schema.head()]
    for script in scripts:
        assert Path(script.path).stem == script.revision
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+", script.revision)
        assert len(script.revision) <= VERSION_COLUMN
        before = names.index(script.revision) - 1
        assert script.down_revision == (names[before] if before >= 0 else None)


def test_upgrade_downgrade_upgrade(bare_database: Engine) -> None:
    assert schema.current(bare_database) is None
    assert not schema.is_current(bare_database)
    schema.upgrade(bare_database)
    assert schema.current(bare_database) == schema.head()
    assert schema.is_current(bare_database)
    schema.downgrade(bare_database)
    assert inspect(bare_database).get_table_names() == ["alembic_version"]
    schema.upgrade(bare_database)
    assert schema.is_current(bare_database)


def test_each_step_can_be_taken_back(bare_database: Engine) -> None:
    for name in sorted(one.revision for one in schema.scripts().walk_revisions()):
        schema.upgrade(bare_database, name)
        assert schema.current(bare_database) == name
        assert schema.is_current(bare_database) == (name == schema.head())
    for _ in list(schema.scripts().walk_revisions()):
        schema.downgrade(bare_database, "-1")
    assert schema.current(bare_database) is None


def test_a_second_upgrade_changes_nothing(database: Engine) -> None:
    schema.upgrade(database)
    assert schema.is_current(database)


def _compared(connection: Connection) -> MigrationContext:
    def is_ours(name: str | None, _kind: str, _parents: object) -> bool:
        return name != INDEX_OF_POSTGRESQL and not str(name).startswith(INDEX_OF_SQLITE)

    opts = {"compare_type": True, "include_name": is_ours}
    return MigrationContext.configure(connection, opts=opts)


def test_the_migrations_and_the_tables_agree(database: Engine) -> None:
    with reading(database) as connection:
        assert compare_metadata(_compared(connection), metadata) == []


def test_a_table_that_no_migration_made_would_be_seen(bare_database: Engine) -> None:
    schema.upgrade(bare_database)
    with bare_database.begin() as connection:
        connection.execute(text("DROP TABLE worker_heartbeats"))
    with reading(bare_database) as connection:
        context = _compared(connection)
        assert [one[0] for one in compare_metadata(context, metadata)] == ["add_table"]


def _constraints(database: Engine) -> set[str | None]:
    inspector = inspect(database)
    names: set[str | None] = set()
    for table in inspector.get_table_names():
        if table == "alembic_version" or table.startswith(INDEX_OF_SQLITE):
            continue
        names.add(inspector.get_pk_constraint(table)["name"])
        names |= {one["name"] for one in inspector.get_foreign_keys(table)}
        names |= {one["name"] for one in inspector.get_unique_constraints(table)}
        names |= {one["name"] for one in inspector.get_check_constraints(table)}
    return names


def test_every_constraint_has_the_name_that_the_tables_give_it(database: Engine) -> None:
    declared = {str(one.name) for table in metadata.tables.values() for one in table.constraints}
    assert _constraints(database) == declared


def test_a_failed_migration_leaves_nothing(bare_database: Engine) -> None:
    with bare_database.begin() as connection:
        connection.execute(text("CREATE TABLE assignments (number integer)"))
    with pytest.raises(DBAPIError):
        schema.upgrade(bare_database)
    assert schema.current(bare_database) is None
    assert inspect(bare_database).get_table_names() == ["assignments"]


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "no address at all", ""])
def test_an_address_we_cannot_use_is_refused_with_what_is_wanted(url: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        open_database(url)
    assert "sqlite:///" in caught.value.message("zh")
    assert "postgresql://" in caught.value.message("en")


def test_a_password_does_not_come_back_in_the_refusal() -> None:
    with pytest.raises(InvalidValue) as caught:
        open_database("mysql://clerk:s3cret@host/bihuan")
    assert "s3cret" not in str(caught.value)


def test_sqlite_keeps_every_commit_and_its_references(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with reading(database) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.dispose()
    full = 2
    assert found["journal_mode"] == "wal"
    assert found["synchronous"] == full
    assert found["foreign_keys"] == 1
    assert found["busy_timeout"] >= 5000
