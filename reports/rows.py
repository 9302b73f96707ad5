"""Whole cases in bulk, each with the facts its last decision stored: one statement a table.

Refuses to count and to judge; the questions of the other modules do that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, select

from db.shapes import CASE, CHILDREN, Shape
from db.tables import suggestions, timers
from engine.case import Case
from engine.profile import Profile

Rules = Callable[[str, int], Profile]
"""Gives the profile of a name and version: a case is judged by the one it is pinned to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case and the facts (see `engine.facts`) stored with its last decision."""

    case: Case
    facts: Mapping[str, object]


def read_rows(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[CaseRow, ...]:
    """The cases for which the conditions on `suggestions` hold, in order of number.

    Their timers are left out: no question asks for them.
    """
    ids = select(suggestions.c.id).where(*conditions)
    children: dict[str, dict[str, list[object]]] = defaultdict(dict)
    for shape in CHILDREN:
        if shape.table is not timers:
            _read_children(connection, shape, shape.table.c.case_id.in_(ids), children)
    columns = [place.column for place in CASE.places]
    query = select(suggestions.c.facts, *columns).where(*conditions)
    found = []
    for facts, *values in connection.execute(query):
        arguments = CASE.arguments(values)
        own = {name: tuple(rows) for name, rows in children[arguments["id"]].items()}
        found.append(CaseRow(case=Case(**arguments, **cast("Any", own)), facts=facts))
    return tuple(sorted(found, key=lambda row: by_number(row.case)))


def _read_children(
    connection: Connection,
    shape: Shape,
    condition: ColumnElement[bool],
    children: dict[str, dict[str, list[object]]],
) -> None:
    columns = [place.column for place in shape.places]
    query = (
        select(shape.table.c.case_id, *columns)
        .where(condition)
        .order_by(shape.table.c.case_id, shape.table.c.number)
    )
    for case_id, *values in connection.execute(query):
        children[case_id].setdefault(shape.attribute, []).append(shape.read(values))


def of_session(congress: str, session: str) -> ColumnElement[bool]:
    """Cases of a session and of the recess after it."""
    return (suggestions.c.congress == congress) & (suggestions.c.session == session)


def by_number(case: Case) -> tuple[bool, bool, tuple[tuple[int, str], ...], str]:
    """Sort key: numbered ones first, session before recess, 第2号 before 第10号."""
    parts = re.findall(r"\d+|\D+", case.number or "")
    natural = tuple([(int(one), "") if one.isdigit() else (0, one) for one in parts])
    return case.number is None, case.kind != "session", natural, case.id
