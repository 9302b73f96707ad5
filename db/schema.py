"""The schema of a database: which revision it has, and bringing it to the one we need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from db.database import reading, writing
from db.searched import index_missing
from db.stale_facts import renew_facts

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Engine, revision: str = "head") -> None:
    """Apply what is missing, all in one transaction; nothing when nothing is.

    Cases that the search index does not know yet are entered in it, and facts that an earlier
    version counted otherwise are counted anew.
    """
    with writing(database) as connection:
        command.upgrade(_config(connection), revision)
        if MigrationContext.configure(connection).get_current_revision() == head():
            index_missing(connection)
            renew_facts(connection)


def downgrade(database: Engine, revision: str = "base") -> None:
    """Take migrations back down to a revision; `base` leaves no table of ours."""
    with writing(database) as connection:
        command.downgrade(_config(connection), revision)


def current(database: Engine) -> str | None:
    """The revision the database has; None when it was never migrated."""
    with reading(database) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """The revision that this version of Bihuan needs; read once in the life of a process."""
    revision = scripts().get_current_head()
    if revision is None:
        message = f"no migrations in {MIGRATIONS}"
        raise LookupError(message)
    return revision


def is_current(database: Engine) -> bool:
    """Whether the database has exactly the schema that we need."""
    return current(database) == head()


def scripts() -> ScriptDirectory:
    """The migrations as Alembic reads them."""
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
