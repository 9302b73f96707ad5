"""The outbox in rows: claims with a lease, marks, waits (the engine's port `Outbox`).

Every change repeats what was read in its condition, so that two workers on either database
never hold the same item. Refuses to know words and channels.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, or_, select, tuple_, update

from db.database import reading, writing
from db.tables import notices, outbox, suggestions
from engine.outbox import OutboxItem, next_attempt

PENDING = outbox.c.state == "pending"
LONGEST_ERROR = 500


class SqlOutbox:
    """The outbox of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease: timedelta,
        worker: str,
        channels: Collection[str],
    ) -> Sequence[OutboxItem]:
        """Take free items.

        1. read them; on PostgreSQL lock them and skip those locked by others, on SQLite the
        transaction has the only lock there is · 2. write the lease where they are still free ·
        3. keep those that step 2 touched.
        """
        free = and_(
            PENDING,
            outbox.c.channel.in_(sorted(channels)),
            outbox.c.not_before <= now,
            or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
        )
        query = (
            _items()
            .where(free)
            .order_by(notices.c.urgent.desc(), outbox.c.not_before, outbox.c.notice_id)
            .limit(limit)
            .with_for_update(of=outbox, skip_locked=True)
        )
        with writing(self._database) as connection:
            rows = connection.execute(query).all()
            if not rows:
                return ()
            key = tuple_(outbox.c.notice_id, outbox.c.channel)
            taking = (
                update(outbox)
                .where(free, key.in_([(row.id, row.channel) for row in rows]))
                .values(lease_until=now + lease, lease_by=worker)
                .returning(outbox.c.notice_id, outbox.c.channel)
            )
            taken = {(row.notice_id, row.channel) for row in connection.execute(taking)}
        return tuple(
            _item(row, lease_until=now + lease, lease_by=worker)
            for row in rows
            if (row.id, row.channel) in taken
        )

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        values = {"state": "sent", "sent_at": now, "lease_until": None, "lease_by": None}
        return self._change(and_(_is(item.id, item.channel), PENDING), values)

    def failed(self, item: OutboxItem, now: datetime, error: str, *, permanent: bool) -> bool:
        attempts = item.attempts + 1
        again = next_attempt(attempts, now, permanent=permanent)
        values: dict[str, Any] = {
            "attempts": attempts,
            "last_error": error[:LONGEST_ERROR],
            "lease_until": None,
            "lease_by": None,
        }
        values |= {"state": "dead"} if again is None else {"not_before": again}
        as_claimed = and_(
            _is(item.id, item.channel),
            PENDING,
            outbox.c.attempts == item.attempts,
            outbox.c.lease_by == item.lease_by,
            outbox.c.lease_until == item.lease_until,
        )
        return self._change(as_claimed, values)

    def dead(self, congress: str | None = None, *, limit: int = 100) -> Sequence[OutboxItem]:
        query = _items().where(outbox.c.state == "dead")
        if congress is not None:
            query = query.where(outbox.c.congress == congress)
        query = query.order_by(
            notices.c.decided_at.desc(), outbox.c.notice_id, outbox.c.channel
        ).limit(limit)
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
        return tuple(_item(row, lease_until=None, lease_by=None) for row in rows)

    def resend(self, congress: str, notice: str, channel: str, now: datetime) -> bool:
        given_up = and_(
            _is(notice, channel), outbox.c.congress == congress, outbox.c.state == "dead"
        )
        return self._change(given_up, {"state": "pending", "attempts": 0, "not_before": now})

    def _change(self, condition: ColumnElement[bool], values: dict[str, Any]) -> bool:
        with writing(self._database) as connection:
            query = update(outbox).where(condition).values(values)
            return connection.execute(query).rowcount == 1


def _is(notice: str, channel: str) -> ColumnElement[bool]:
    return and_(outbox.c.notice_id == notice, outbox.c.channel == channel)


def _items() -> Select[Any]:
    """Outbox rows with what their words are made of."""
    return (
        select(
            outbox.c.notice_id.label("id"),
            outbox.c.channel,
            outbox.c.congress,
            notices.c.case_id.label("case"),
            notices.c.recipient,
            outbox.c.address,
            notices.c.template,
            notices.c.facts,
            notices.c.urgent,
            notices.c.decided_at,
            suggestions.c.profile,
            suggestions.c.profile_version,
            outbox.c.attempts,
            outbox.c.last_error,
        )
        .join(notices, notices.c.id == outbox.c.notice_id)
        .join(suggestions, suggestions.c.id == notices.c.case_id)
    )


def _item(row: Row[Any], *, lease_until: datetime | None, lease_by: str | None) -> OutboxItem:
    return OutboxItem(**row._mapping, lease_until=lease_until, lease_by=lease_by)  # noqa: SLF001  # a row's public door, underscored so that no column hides it
