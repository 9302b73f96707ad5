"""Writes notices, each once in the life of the congress, and their ways out of the house.

When and by which channel a notice leaves is a rule of `engine.sending`; here it becomes rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Executable, and_, bindparam, exists, insert, select

from db import tables
from db.prepared import Batch, Statement
from db.statements import insert_once, names_of, rows_of, values_of
from engine.calendar import WorkingCalendar
from engine.command import Notice
from engine.congress import Directory
from engine.delivery import DeliveryRule
from engine.outbox import ChannelRoute
from engine.sending import Sending, sending_of, ways_out
from engine.store import Performed

EMAIL = ChannelRoute(name="email", reaches="email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What decides how the notices of a congress leave the house.

    The hours are those of the rules that new cases of the congress are pinned to: how people are
    told is no matter of a single case.
    """

    directory: Directory
    routes: tuple[ChannelRoute, ...]
    rule: DeliveryRule
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice with the entry that decided it; `case` is None for what is about no case."""

    notice: Notice
    congress: str
    case: str | None
    entry: int
    at: datetime


def _queue_if_new(_dialect: Dialect) -> Executable:
    """A delivery, only for a notice that this very entry decided."""
    table, notices = tables.outbox, tables.notices
    values = values_of(table, names_of(table)).values()
    decided = exists().where(
        notices.c.id == bindparam("notice_id"), notices.c.entry == bindparam("entry")
    )
    return insert(table).from_select(list(names_of(table)), select(*values).where(decided))


def _queue_many_if_new(_dialect: Dialect) -> Executable:
    table, notices = tables.outbox, tables.notices
    names = names_of(table)
    given = rows_of(table, names, entry=notices.c.entry.type)
    values = select(*(given.c[name] for name in names))
    decided = and_(notices.c.id == given.c.notice_id, notices.c.entry == given.c.entry)
    return insert(table).from_select(list(names), values.join(notices, decided))


INSERT_NOTICE = insert_once(tables.notices)
INSERT_DELIVERY = Statement(_queue_if_new, _queue_many_if_new)


def told_by(performed: Iterable[Performed]) -> Iterator[Told]:
    """The notices of decisions."""
    for one in performed:
        decision, entry = one.decision, one.entry
        for notice in decision.notices:
            yield Told(
                notice=notice,
                congress=entry.congress,
                case=decision.after.id,
                entry=entry.sequence,
                at=entry.at,
            )


def add_notices(batch: Batch, told: Iterable[Told], leaving: Leaving) -> None:
    """The notices, and for each that is new its deliveries."""
    rows: list[dict[str, Any]] = []
    deliveries: list[dict[str, Any]] = []
    known: dict[object, tuple[Way, ...]] = {}
    for one in told:
        row = _notice_row(one)
        rows.append(row)
        # A batch tells the same few people again and again, by the same ways.
        notice = one.notice
        alike = (notice.recipient, notice.urgent, notice.stays_in, notice.rung is None, one.at)
        if alike not in known:
            known[alike] = tuple(_ways(one, leaving))
        deliveries += (_delivery_row(one, row, way) for way in known[alike])
    if rows:
        batch.add(INSERT_NOTICE, *rows)
    if deliveries:
        batch.add(INSERT_DELIVERY, *deliveries)


def notice_id(congress: str, key: str) -> str:
    """The stable id of a message: the same however often it is decided or sent."""
    return hashlib.sha256(f"{congress}\n{key}".encode()).hexdigest()[:32]


def _notice_row(told: Told) -> dict[str, Any]:
    notice, rung = told.notice, told.notice.rung
    return {
        "id": notice_id(told.congress, notice.key),
        "congress": told.congress,
        "key": notice.key,
        "case_id": told.case,
        "entry": told.entry,
        "clock": rung.clock if rung else None,
        "plan": rung.plan if rung else None,
        "rung": rung.rung if rung else None,
        "recipient": notice.recipient,
        "stands_in_for": notice.stands_in_for,
        "template": notice.template,
        "facts": dict(notice.facts),
        "urgent": notice.urgent,
        "decided_at": told.at,
        "read_at": None,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """By which channel a notice leaves, where to, when, and whether in company."""

    channel: str
    address: str
    sending: Sending


def _ways(told: Told, leaving: Leaving) -> Iterator[Way]:
    notice = told.notice
    person = leaving.directory.people.get(notice.recipient)
    if person is None:
        return
    wishes = leaving.directory.preferences_of(person.code)
    ways = tuple(ways_out(notice, person, wishes, leaving.routes))
    if not ways:
        return
    sending = sending_of(
        notice, leaving.rule, wishes, decided_at=told.at, calendar=leaving.calendar
    )
    for route, address in ways:
        yield Way(channel=route.name, address=address, sending=sending)


def _delivery_row(told: Told, row: Mapping[str, Any], way: Way) -> dict[str, Any]:
    return {
        "notice_id": row["id"],
        "channel": way.channel,
        "congress": told.congress,
        "recipient": told.notice.recipient,
        "address": way.address,
        "digest": way.sending.shared,
        "bundle": None,
        "state": "pending",
        "attempts": 0,
        "not_before": way.sending.not_before,
        "lease_until": None,
        "lease_by": None,
        "sent_at": None,
        "last_error": None,
        "entry": told.entry,
    }
