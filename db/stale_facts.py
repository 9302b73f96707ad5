"""Facts that an earlier version of Bihuan stored and the present one would not: renewed on upgrade.

A rating counts in figures when its round is over. Rows written before that was so may tell sooner,
and nobody may act on the case for weeks. Refuses to know which figures look at them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, exists, select, update

from db.load import read_cases
from db.tables import evaluations, suggestions
from engine.ratings import final_facts

AT_ONCE = 200


def renew_facts(connection: Connection) -> int:
    """Count anew what is told of rounds in which a rating is missing; how many cases changed."""
    here, missing = suggestions.c, evaluations.c
    unfinished = exists().where(missing.case_id == here.id, missing.state == "open")
    query = select(here.congress, here.id, here.facts).where(unfinished)
    rows = connection.execute(query.order_by(here.congress, here.id)).all()
    return sum(_renewed(connection, rows[at : at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE))


def _renewed(connection: Connection, rows: Iterable[Row[Any, Any, Any]]) -> int:
    changed = 0
    by_congress: dict[str, dict[str, dict[str, object]]] = {}
    for congress, case, facts in rows:
        by_congress.setdefault(congress, {})[case] = facts
    for congress, stored in by_congress.items():
        cases = read_cases(connection, congress, list(stored))
        for one, facts in stored.items():
            present = facts | final_facts(cases[one])
            if present != facts:
                row = update(suggestions).where(suggestions.c.id == one)
                connection.execute(row.values(facts=present))
                changed += 1
    return changed
