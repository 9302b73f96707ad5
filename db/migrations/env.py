"""What Alembic runs around the migrations: on a connection that `db.schema` hands over.

A migration waits only briefly for locks and never runs beside another one.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from db.tables import metadata

ADVISORY_KEY = 7_245_017
"""Any number that every Bihuan process agrees on: one migration at a time."""


def _take_turns(connection: Connection) -> None:
    """On PostgreSQL: give up on a lock rather than make everybody wait behind us.

    On SQLite the migration's own transaction is the lock.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    connection.execute(text("SET LOCAL statement_timeout = '10min'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})


def _migrate() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        _take_turns(connection)
        context.run_migrations()


_migrate()
