"""Finds cases by a piece of their title or number; full-text search is not here yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from db.tables import suggestions
from engine.errors import InvalidValue
from reports.visible import EVERYBODY, SeenBy

LONGEST = 100
MARK = "\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A case that has the text in its title or number."""

    id: str
    number: str | None
    title: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """The first ones, and how many there are in all."""

    lines: tuple[Found, ...]
    total: int


def search_cases(
    connection: Connection, congress: str, text: str, *, limit: int, seen: SeenBy = EVERYBODY
) -> FoundPage:
    """Cases whose title or number contains the text as it stands, those with a number first."""
    wanted = text.strip()
    if not wanted or len(wanted) > LONGEST or "\x00" in wanted:
        raise InvalidValue(
            what="搜索词 / search text",
            value=wanted[:LONGEST],
            reason=f"应有1至{LONGEST}个字 / use 1 to {LONGEST} characters",
        )
    here = suggestions.c
    pattern = f"%{_literal(wanted)}%"
    condition = and_(
        here.congress == congress,
        seen.visible,
        or_(here.title.ilike(pattern, escape=MARK), here.number.ilike(pattern, escape=MARK)),
    )
    query = (
        select(here.id, here.number, here.title, here.state, here.kind)
        .where(condition)
        .order_by(here.number.is_(None), func.length(here.number), here.number, here.id)
        .limit(limit)
    )
    total = connection.execute(select(func.count()).where(condition)).scalar_one()
    lines = tuple(Found(**row) for row in connection.execute(query).mappings())
    return FoundPage(lines=lines, total=total)


def _literal(text: str) -> str:
    """The text without the wildcards of LIKE."""
    for sign in (MARK, "%", "_"):
        text = text.replace(sign, MARK + sign)
    return text
