"""Notices on their way: a postman who keeps what he carries, and an outbox that crashes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from db.database import reading
from db.outbox import SqlOutbox
from db.store import SqlStore
from db.tables import outbox as rows
from engine.calendar import local_instant
from engine.command import Notice
from engine.congress import Directory, Preferences
from engine.outbox import Message, OutboxItem
from notifications.deliver import DeliveryReport, deliver_notices
from tests.support.cases import new_case
from tests.support.congress import small_directory
from tests.support.decisions import command, decision, keep
from tests.support.office import office_of

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def at(day: str, clock: str) -> datetime:
    """An instant in Asia/Shanghai."""
    moment = datetime.fromisoformat(f"{day}T{clock}")
    return local_instant(moment.date(), moment.time())


MONDAY = at("2026-03-02", "10:00")
TUESDAY = at("2026-03-03", "09:30")


@dataclass(slots=True)
class Postman:
    """Keeps messages; refuses while there is trouble; crashes the process after sending."""

    trouble: Exception | None = None
    carried: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.carried.append(message)


class Crash(BaseException):
    """The process ends here."""


class CrashingOutbox(SqlOutbox):
    """Ends after the message went out and before that is written down."""

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        raise Crash(item.id, now)


_cases = iter(range(1, 10_000_000))


def tell(store: SqlStore, *notices: Notice, now: datetime = MONDAY) -> None:
    """Decide the notices in one action on a new case."""
    made = new_case(f"case-{next(_cases)}")
    keep(store, decision(None, made, by=command(now=now), notices=notices))


def deliver(
    box: SqlOutbox, postman: Postman, now: datetime, *, limit: int = 50, worker: str = "w1"
) -> DeliveryReport:
    return deliver_notices(
        box, {"email": postman}, now, worker=worker, profile_of=office_of, limit=limit
    )


def preferring(wishes: Preferences) -> Directory:
    known = small_directory()
    return Directory(
        congress=known.congress,
        sessions=known.sessions,
        units=known.units,
        people=known.people,
        topics=known.topics,
        preferences={wishes.person: wishes},
    )


def states(database: Engine) -> Counter[str]:
    with reading(database) as connection:
        return Counter(connection.execute(select(rows.c.state)).scalars())
