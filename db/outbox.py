"""The outbox in rows: leases, marks, waits, dead letters (the engine's port `Outbox`).

Every change repeats what was read in its condition, so that two workers on either database
never hold the same item. Refuses to know words and channels.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, update

from db.claim import Claim, item_of, items, lock_recipients
from db.database import reading, writing
from db.directory import Shelf
from db.tables import notices, outbox
from engine.outbox import OutboxItem, next_attempt

PENDING = outbox.c.state == "pending"
LONGEST_ERROR = 500
FREE_AGAIN = {"lease_until": None, "lease_by": None}


class SqlOutbox:
    """The outbox of a database.

    With a `shelf` the working hours of each congress are kept whenever an item is taken, also
    after a failure or when nobody has emptied the outbox for a while.
    """

    def __init__(self, database: Engine, shelf: Shelf | None = None) -> None:
        self._database = database
        self._shelf = shelf

    def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease: timedelta,
        worker: str,
        channels: Collection[str],
    ) -> Sequence[OutboxItem]:
        with writing(self._database) as connection:
            claim = Claim(
                connection=connection,
                shelf=self._shelf,
                now=now,
                lease_until=now + lease,
                lease_by=worker,
                channels=tuple(sorted(channels)),
            )
            return claim.take(limit)

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        values = {"state": "sent", "sent_at": now, **FREE_AGAIN}
        return self._change(item, and_(_message(item), PENDING), values)

    def failed(self, item: OutboxItem, now: datetime, error: str, *, permanent: bool) -> bool:
        attempts = item.attempts + 1
        again = next_attempt(attempts, now, permanent=permanent)
        values: dict[str, Any] = {
            "attempts": attempts,
            "last_error": error[:LONGEST_ERROR],
            **FREE_AGAIN,
        }
        values |= {"state": "dead"} if again is None else {"not_before": again}
        return self._change(item, and_(_message(item), _as_claimed(item)), values)

    def leave_out(self, item: OutboxItem, now: datetime, error: str) -> bool:
        del now
        values = {
            "state": "dead",
            "bundle": None,
            "attempts": item.attempts + 1,
            "last_error": error[:LONGEST_ERROR],
            **FREE_AGAIN,
        }
        return self._change(item, and_(_is(item.id, item.channel), _as_claimed(item)), values)

    def dead(self, congress: str | None = None, *, limit: int = 100) -> Sequence[OutboxItem]:
        query = items().where(outbox.c.state == "dead")
        if congress is not None:
            query = query.where(outbox.c.congress == congress)
        query = query.order_by(
            notices.c.decided_at.desc(), outbox.c.notice_id, outbox.c.channel
        ).limit(limit)
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
        return tuple(item_of(row, lease_until=None, lease_by=None) for row in rows)

    def _change(
        self, item: OutboxItem, condition: ColumnElement[bool], values: dict[str, Any]
    ) -> bool:
        with writing(self._database) as connection:
            if item.bundle is not None:
                _wait_for_claims(connection, item)
            query = update(outbox).where(condition).values(values)
            return connection.execute(query).rowcount > 0


def _wait_for_claims(connection: Connection, item: OutboxItem) -> None:
    """Whoever takes bundles of this person has the person's row: rows are locked in one order."""
    lock_recipients(connection, [(item.congress, item.recipient)], wait=True)


def _is(notice: str, channel: str) -> ColumnElement[bool]:
    return and_(outbox.c.notice_id == notice, outbox.c.channel == channel)


def _in_bundle(bundle: str, channel: str) -> ColumnElement[bool]:
    return and_(outbox.c.bundle == bundle, outbox.c.channel == channel)


def _message(item: OutboxItem) -> ColumnElement[bool]:
    """The rows of the item's message."""
    if item.bundle is None:
        return _is(item.id, item.channel)
    return _in_bundle(item.bundle, item.channel)


def _as_claimed(item: OutboxItem) -> ColumnElement[bool]:
    return and_(
        PENDING,
        outbox.c.attempts == item.attempts,
        outbox.c.lease_by == item.lease_by,
        outbox.c.lease_until == item.lease_until,
    )
