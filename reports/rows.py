"""Whole cases in bulk, each with the facts its last decision stored: one statement a table.

Refuses to count and to judge; the questions of the other modules do that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from db.load import read_children
from db.shapes import CASE, CHILDREN
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
    found = []
    for facts, *values in connection.execute(_HEADS.where(*conditions)):
        found.append((facts, CASE.arguments(values)))
    children = read_children(connection, [one["id"] for _, one in found], _CHILDREN)
    rows = []
    for facts, arguments in found:
        own: Mapping[str, Any] = children.get(arguments["id"], {})
        rows.append(CaseRow(case=Case(**arguments, **own), facts=facts))
    return tuple(sorted(rows, key=lambda row: by_number(row.case)))


_HEADS = select(suggestions.c.facts, *(place.column for place in CASE.places))
_CHILDREN = tuple(one for one in CHILDREN if one.table is not timers)


def of_session(congress: str, session: str) -> ColumnElement[bool]:
    """Cases of a session and of the recess after it."""
    return (suggestions.c.congress == congress) & (suggestions.c.session == session)


def by_number(case: Case) -> tuple[bool, bool, tuple[tuple[int, str], ...], str]:
    """Sort key: numbered ones first, session before recess, 第2号 before 第10号."""
    parts = re.findall(r"\d+|\D+", case.number or "")
    natural = tuple([(int(one), "") if one.isdigit() else (0, one) for one in parts])
    return case.number is None, case.kind != "session", natural, case.id
