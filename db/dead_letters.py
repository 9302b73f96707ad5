"""Deliveries that were given up, page by page, for somebody to look at and send again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, or_, select

from db.database import reading
from db.tables import notices, outbox, suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One delivery that nobody tries any more, and why."""

    notice: str
    channel: str
    case: str | None
    number: str | None
    recipient: str
    address: str
    template: str
    urgent: bool
    decided_at: datetime
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """Some of them, and where the next page begins; None at the end."""

    items: tuple[DeadLetter, ...]
    next_after: str | None


class DeadLetters:
    """The deliveries given up of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def page(
        self,
        congress: str,
        *,
        limit: int = 50,
        after: str | None = None,
        channel: str | None = None,
        recipient: str | None = None,
    ) -> DeadLetterPage:
        """The newest decided, or those after `NOTICE/CHANNEL`, the last of the page before."""
        conditions: list[ColumnElement[bool]] = [
            outbox.c.congress == congress,
            outbox.c.state == "dead",
        ]
        if channel is not None:
            conditions.append(outbox.c.channel == channel)
        if recipient is not None:
            conditions.append(notices.c.recipient == recipient)
        if after is not None:
            conditions.append(_after(after))
        query = (
            select(
                outbox.c.notice_id.label("notice"),
                outbox.c.channel,
                notices.c.case_id.label("case"),
                suggestions.c.number,
                notices.c.recipient,
                outbox.c.address,
                notices.c.template,
                notices.c.urgent,
                notices.c.decided_at,
                outbox.c.attempts,
                outbox.c.last_error,
            )
            .join(notices, notices.c.id == outbox.c.notice_id)
            .outerjoin(suggestions, suggestions.c.id == notices.c.case_id)
            .where(*conditions)
            .order_by(notices.c.decided_at.desc(), outbox.c.notice_id, outbox.c.channel)
            .limit(limit + 1)
        )
        with reading(self._database) as connection:
            rows = connection.execute(query).mappings().all()
        items = tuple(DeadLetter(**row) for row in rows[:limit])
        more = f"{items[-1].notice}/{items[-1].channel}" if len(rows) > limit else None
        return DeadLetterPage(items=items, next_after=more)


def _after(cursor: str) -> ColumnElement[bool]:
    """Beyond that delivery in the order of a page; an unknown one gives an empty page."""
    notice, _, channel = cursor.rpartition("/")
    last = notices.alias("last")
    at: Any = select(last.c.decided_at).where(last.c.id == notice).scalar_subquery()
    here = notices.c.decided_at
    same_notice = and_(outbox.c.notice_id == notice, outbox.c.channel > channel)
    return or_(here < at, and_(here == at, or_(outbox.c.notice_id > notice, same_notice)))
