"""The inbox of a person: the notices themselves, newest first, and which of them were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, and_, func, or_, select, update

from db.database import reading, writing
from db.tables import notices


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One notice as its recipient has it."""

    id: str
    congress: str
    case_id: str | None
    recipient: str
    stands_in_for: str | None
    template: str
    facts: Mapping[str, str]
    urgent: bool
    decided_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Some items, and the id to ask for those after them; None at the end."""

    items: tuple[InboxItem, ...]
    next_after: str | None


COLUMNS = tuple(notices.c[name] for name in InboxItem.__slots__)


class Inbox:
    """The notices of people."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def page(
        self,
        congress: str,
        person: str,
        *,
        limit: int = 50,
        after: str | None = None,
        unread_only: bool = False,
    ) -> InboxPage:
        """The newest notices, or those after the last one of the page before."""
        query = _of(congress, person)
        if unread_only:
            query = query.where(notices.c.read_at.is_(None))
        if after is not None:
            query = query.where(_older_than(congress, person, after))
        query = query.order_by(notices.c.decided_at.desc(), notices.c.id.desc()).limit(limit + 1)
        with reading(self._database) as connection:
            rows = connection.execute(query).mappings().all()
        items = tuple(InboxItem(**dict(row)) for row in rows[:limit])
        return InboxPage(items=items, next_after=items[-1].id if len(rows) > limit else None)

    def unread(self, congress: str, person: str) -> int:
        """How many notices the person has not read."""
        query = select(func.count()).where(
            notices.c.congress == congress,
            notices.c.recipient == person,
            notices.c.read_at.is_(None),
        )
        with reading(self._database) as connection:
            return connection.execute(query).scalar_one()

    def mark_read(self, congress: str, person: str, notice: str, now: datetime) -> bool:
        """The person has read it; False when it is not theirs or was read before."""
        query = (
            update(notices)
            .where(
                notices.c.congress == congress,
                notices.c.recipient == person,
                notices.c.id == notice,
                notices.c.read_at.is_(None),
            )
            .values(read_at=now)
        )
        with writing(self._database) as connection:
            return connection.execute(query).rowcount == 1


def _of(congress: str, person: str) -> Select[Any]:
    return select(*COLUMNS).where(notices.c.congress == congress, notices.c.recipient == person)


def _older_than(congress: str, person: str, notice: str) -> Any:  # noqa: ANN401  # a condition
    """After that notice in the order of a page; after one of somebody else there is nothing."""
    last = notices.alias("last")
    own = (last.c.congress == congress, last.c.recipient == person, last.c.id == notice)
    at = select(last.c.decided_at).where(*own).scalar_subquery()
    return or_(notices.c.decided_at < at, and_(notices.c.decided_at == at, notices.c.id < notice))
