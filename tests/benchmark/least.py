"""The least that could show the same: the rows of a page by plain statements of the bare driver.

No rights, no words, no page: one connection, one question after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, text

from db.shapes import CHILDREN
from tests.benchmark.many import PRESENT
from tests.benchmark.visiting import Kind

REPEATS = 20
LIST = """
    SELECT id, number, title, state, kind, field, topic, round FROM suggestions
    WHERE congress = :congress ORDER BY number_key, id LIMIT 51
"""
OF_LIST = (
    "SELECT case_id, deputy FROM signatories WHERE lead AND case_id IN ({})",
    "SELECT case_id, unit FROM assignments WHERE case_id IN ({})",
    "SELECT case_id, kind, due_on FROM clocks WHERE state = 'running' AND case_id IN ({})",
)
OVERVIEW = """
    SELECT state, count(*), count(submitted_at), count(registered_at), count(handed_over_at),
        count(answered_at), count(ended_at)
    FROM suggestions WHERE congress = :congress AND session = :session GROUP BY state
"""
SEARCH = {
    "postgresql": "SELECT place, case_id FROM search_texts WHERE words @@ '''2学校''' LIMIT 51",
    "sqlite": "SELECT rowid FROM search_index WHERE search_index MATCH '\"2学校\"' LIMIT 51",
}


def least_times(connection: Connection, congress: str) -> Mapping[Kind, float]:
    """Seconds of each kind of page, the median of some repeats."""
    asked: Mapping[Kind, Callable[[], None]] = {
        Kind.LIST: lambda: _list(connection, congress),
        Kind.CASE: lambda: _case(connection, congress),
        Kind.OVERVIEW: lambda: _all(connection, OVERVIEW, congress=congress, session=PRESENT),
        Kind.SEARCH: lambda: _all(connection, SEARCH[connection.dialect.name]),
    }
    return {kind: median(_timed(ask) for _ in range(REPEATS)) for kind, ask in asked.items()}


def _timed(ask: Callable[[], None]) -> float:
    began = perf_counter()
    ask()
    return perf_counter() - began


def _all(connection: Connection, query: str, **values: str) -> None:
    connection.execute(text(query), values).all()


def _list(connection: Connection, congress: str) -> None:
    rows = connection.execute(text(LIST), {"congress": congress}).all()
    ids = {f"id_{at}": row.id for at, row in enumerate(rows)}
    for query in OF_LIST:
        _all(connection, query.format(", ".join(f":{one}" for one in ids)), **ids)


def _case(connection: Connection, congress: str) -> None:
    of_congress = "SELECT * FROM suggestions WHERE congress = :congress AND number IS NOT NULL"
    row = connection.execute(text(f"{of_congress} LIMIT 1"), {"congress": congress}).one()
    for table in (*(shape.table.name for shape in CHILDREN), "audit_entries"):
        _all(connection, f"SELECT * FROM {table} WHERE case_id = :id", id=row.id)  # our own tables
