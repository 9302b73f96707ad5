"""What SQLite's planner knows of the rows: how many there are, and how many an index tells apart.

PostgreSQL learns it by itself. Without it SQLite guesses, and among 20,000 cases a list of a unit
takes a hundred times as long as it must.
"""

from __future__ import annotations

from sqlalchemy import Engine

from db.database import writing
from db.prepared import run

ROWS_LOOKED_AT = 1000
"""Of each index at most: a hundredth of a second, and near enough for a plan."""


def refresh_statistics(database: Engine) -> None:
    """Count anew. Connections that are open already learn it when they are opened again."""
    if database.dialect.name != "sqlite":
        return
    with writing(database) as connection:
        run(connection, f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        run(connection, "ANALYZE")
