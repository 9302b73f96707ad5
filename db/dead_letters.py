"""Deliveries that were given up, page by page, for somebody to look at and send again.

To send again is a change like any other: it is in the audit with who and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select, update

from db.database import reading, writing
from db.register import record_change
from db.select import lock_congress
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

    def resend(
        self,
        congress: str,
        wanted: Sequence[tuple[str, str]],
        *,
        actor: str,
        reason: str,
        now: datetime,
    ) -> tuple[tuple[str, str], ...]:
        """Put deliveries (notice, channel) among the pending ones again, with an audit entry.

        What died in one message waits again together. Those that wait again, by notice; none when
        no such delivery is given up any more.
        """
        with writing(self._database) as connection:
            known = lock_congress(connection, congress)
            found: set[tuple[str, str]] = set()
            for notice, channel in wanted:
                if (notice, channel) not in found:
                    waiting = _wait_again(connection, congress, notice, channel)
                    found |= {(one, channel) for one in waiting}
            again = tuple(sorted(found))
            if again:
                told = [{"notice": notice, "channel": channel} for notice, channel in again]
                record_change(
                    connection,
                    known.head,
                    version=known.directory_version,
                    actor=actor,
                    content={"reason": reason, "notices_resent": told},
                    now=now,
                )
        return again


def _wait_again(connection: Connection, congress: str, notice: str, channel: str) -> Sequence[str]:
    given_up = and_(
        outbox.c.congress == congress, outbox.c.state == "dead", outbox.c.channel == channel
    )
    here = outbox.c.notice_id == notice
    found = connection.execute(select(outbox.c.bundle).where(here, given_up)).one_or_none()
    if found is None:
        return ()
    (bundle,) = found
    query = (
        update(outbox)
        .where(here if bundle is None else outbox.c.bundle == bundle, given_up)
        .values(state="pending", attempts=0)
        .returning(outbox.c.notice_id)
    )
    return connection.execute(query).scalars().all()


def _after(cursor: str) -> ColumnElement[bool]:
    """Beyond that delivery in the order of a page; an unknown one gives an empty page."""
    notice, _, channel = cursor.rpartition("/")
    last = notices.alias("last")
    at: Any = select(last.c.decided_at).where(last.c.id == notice).scalar_subquery()
    here = notices.c.decided_at
    same_notice = and_(outbox.c.notice_id == notice, outbox.c.channel > channel)
    return or_(here < at, and_(here == at, or_(outbox.c.notice_id > notice, same_notice)))
