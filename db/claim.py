"""Takes items of the outbox: single ones, and those of one person that share a message.

A bundle gets its name in the transaction that takes it first and keeps it; new items go into a
new one. Refuses to know words and channels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    tuple_,
    update,
)

from db.directory import Shelf
from db.select import read_congress
from db.tables import congresses, notices, outbox, people, preferences, suggestions
from db.types import instant_of
from engine.calendar import WorkingCalendar, local_day
from engine.delivery import DeliveryRule, when_to_send
from engine.outbox import OutboxItem

PENDING = outbox.c.state == "pending"
Hours = tuple[DeliveryRule, WorkingCalendar]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """What may be taken as one message: a row, or the rows of a group."""

    congress: str
    recipient: str
    channel: str
    urgent: bool
    not_before: datetime
    first: str
    shared: bool
    address: str
    bundle: str | None

    @property
    def rows(self) -> ColumnElement[bool]:
        """Which rows it is, besides being free."""
        if not self.shared:
            return and_(outbox.c.notice_id == self.first, outbox.c.channel == self.channel)
        if self.bundle is not None:
            return and_(outbox.c.bundle == self.bundle, outbox.c.channel == self.channel)
        return and_(
            outbox.c.digest,
            outbox.c.bundle.is_(None),
            outbox.c.congress == self.congress,
            outbox.c.recipient == self.recipient,
            outbox.c.channel == self.channel,
            outbox.c.address == self.address,
        )

    def name_on(self, now: datetime) -> str:
        """The name of its bundle: as it is known, or made of the day and its first notice."""
        if self.bundle is not None:
            return self.bundle
        seed = hashlib.sha256(f"{self.channel}\n{self.first}\n{now.isoformat()}".encode())
        return f"{local_day(now):%Y%m%d}-{seed.hexdigest()[:23]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One worker's taking, in one transaction."""

    connection: Connection
    shelf: Shelf | None
    now: datetime
    lease_until: datetime
    lease_by: str
    channels: Collection[str]
    _hours: dict[str, Hours | None] = field(default_factory=dict)

    def take(self, limit: int) -> tuple[OutboxItem, ...]:
        """The items of at most `limit` messages.

        1. look for single rows and for groups, the urgent and oldest first · 2. put off what is
        outside of working hours, and look again when nothing else was there · 3. write the lease,
        and the bundle of a group, where they are still free · 4. read what step 3 touched.
        """
        while True:
            found = sorted(
                (*self._singles(limit), *self._groups(limit)),
                key=lambda one: (not one.urgent, one.not_before, one.first),
            )[:limit]
            waiting = [one for one in found if not self._may_leave(one)]
            if waiting and len(waiting) == len(found):
                continue
            return self._lease([one for one in found if one not in waiting])

    @property
    def _free(self) -> ColumnElement[bool]:
        return and_(
            PENDING,
            outbox.c.channel.in_(self.channels),
            outbox.c.not_before <= self.now,
            or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= self.now),
        )

    def _singles(self, limit: int) -> Iterable[_Parcel]:
        """Locked on PostgreSQL, without those that are locked by others; SQLite has one lock."""
        query = (
            select(
                outbox.c.congress,
                outbox.c.recipient,
                outbox.c.channel,
                notices.c.urgent,
                outbox.c.not_before,
                outbox.c.notice_id,
                outbox.c.address,
            )
            .join(notices, notices.c.id == outbox.c.notice_id)
            .where(self._free, ~outbox.c.digest)
            .order_by(notices.c.urgent.desc(), outbox.c.not_before, outbox.c.notice_id)
            .limit(limit)
            .with_for_update(of=outbox, skip_locked=True)
        )
        for row in self.connection.execute(query):
            yield _Parcel(
                congress=row.congress,
                recipient=row.recipient,
                channel=row.channel,
                urgent=row.urgent,
                not_before=row.not_before,
                first=row.notice_id,
                shared=False,
                address=row.address,
                bundle=None,
            )

    def _groups(self, limit: int) -> list[_Parcel]:
        """Rows that share a message; one worker at a time takes those of a person.

        What was seen before a person's row was ours may have been taken since: it is read anew,
        or a later notice would go into a message that is on its way already.
        """
        seen = self.connection.execute(self._grouped(limit)).all()
        people_seen = {(row.congress, row.recipient) for row in seen}
        held = lock_recipients(self.connection, people_seen, wait=False)
        if not held:
            return []
        ours = tuple_(outbox.c.congress, outbox.c.recipient).in_(sorted(held))
        rows = self.connection.execute(self._grouped(limit).where(ours)).all()
        return [
            _Parcel(
                congress=row.congress,
                recipient=row.recipient,
                channel=row.channel,
                urgent=bool(row.urgent),
                not_before=instant_of(row.oldest),
                first=row.first,
                shared=True,
                address=row.address,
                bundle=row.bundle,
            )
            for row in rows
        ]

    def _grouped(self, limit: int) -> Select[Any]:
        """Free rows that share a message, the urgent and oldest first."""
        here = outbox.c
        key = (here.congress, here.recipient, here.channel, here.address, here.bundle)
        urgent = func.max(case((notices.c.urgent, 1), else_=0)).label("urgent")
        oldest = func.min(here.not_before).label("oldest")
        return (
            select(*key, urgent, oldest, func.min(here.notice_id).label("first"))
            .join(notices, notices.c.id == here.notice_id)
            .where(self._free, here.digest)
            .group_by(*key)
            .order_by(urgent.desc(), oldest)
            .limit(limit)
        )

    def _may_leave(self, parcel: _Parcel) -> bool:
        """Whether the hours let it go now; else it waits for them."""
        hours = self._hours_of(parcel.congress)
        if hours is None:
            return True
        rule, calendar = hours
        at = when_to_send(
            rule, urgent=parcel.urgent, digest=False, decided_at=self.now, calendar=calendar
        )
        if at <= self.now:
            return True
        query = update(outbox).where(self._free, parcel.rows).values(not_before=at)
        self.connection.execute(query)
        return False

    def _hours_of(self, congress: str) -> Hours | None:
        if self.shelf is None:
            return None
        if congress not in self._hours:
            row = read_congress(self.connection, congress)
            known = row.congress
            profile = self.shelf.profile(self.connection, known.profile, known.profile_version)
            calendar = self.shelf.calendar(self.connection, known, row.calendar_version)
            self._hours[congress] = (profile.supervision.delivery, calendar)
        return self._hours[congress]

    def _lease(self, parcels: Sequence[_Parcel]) -> tuple[OutboxItem, ...]:
        """Take them; the items in the order of the messages."""
        lease = {"lease_until": self.lease_until, "lease_by": self.lease_by}
        singles = [one for one in parcels if not one.shared]
        bundles = {one: one.name_on(self.now) for one in parcels if one.shared}
        if singles:
            key = tuple_(outbox.c.notice_id, outbox.c.channel)
            which = key.in_([(one.first, one.channel) for one in singles])
            self.connection.execute(update(outbox).where(self._free, which).values(**lease))
        for parcel, bundle in bundles.items():
            query = update(outbox).where(self._free, parcel.rows)
            self.connection.execute(query.values(bundle=bundle, **lease))
        order = {(bundles.get(one) or one.first, one.channel): at for at, one in enumerate(parcels)}
        taken = self._leased([one.first for one in singles], sorted(bundles.values()))
        return tuple(
            sorted(
                (one for one in taken if (one.message, one.channel) in order),
                key=lambda one: (order[one.message, one.channel], one.id),
            )
        )

    def _leased(self, singles: Sequence[str], bundles: Sequence[str]) -> Iterator[OutboxItem]:
        """What is ours now of the rows that were to be taken."""
        if not singles and not bundles:
            return
        query = items().where(
            PENDING,
            or_(outbox.c.notice_id.in_(singles), outbox.c.bundle.in_(bundles)),
            outbox.c.lease_until == self.lease_until,
            outbox.c.lease_by == self.lease_by,
        )
        for row in self.connection.execute(query):
            yield item_of(row, lease_until=self.lease_until, lease_by=self.lease_by)


def lock_recipients(
    connection: Connection, wanted: Collection[tuple[str, str]], *, wait: bool
) -> set[tuple[str, str]]:
    """The people whose rows this transaction holds now; without waiting those nobody holds.

    Not with FOR UPDATE: rows that only refer to a person must not wait.
    """
    if not wanted:
        return set()
    query = (
        select(people.c.congress, people.c.code)
        .where(tuple_(people.c.congress, people.c.code).in_(sorted(wanted)))
        .order_by(people.c.congress, people.c.code)
        .with_for_update(key_share=True, skip_locked=not wait)
    )
    return {(row.congress, row.code) for row in connection.execute(query)}


def items() -> Select[Any]:
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
            func.coalesce(suggestions.c.profile, congresses.c.profile).label("profile"),
            func.coalesce(suggestions.c.profile_version, congresses.c.profile_version).label(
                "profile_version"
            ),
            outbox.c.attempts,
            outbox.c.last_error,
            outbox.c.bundle,
            preferences.c.language,
        )
        .join(notices, notices.c.id == outbox.c.notice_id)
        .join(congresses, congresses.c.code == outbox.c.congress)
        .outerjoin(suggestions, suggestions.c.id == notices.c.case_id)
        .outerjoin(
            preferences,
            and_(
                preferences.c.congress == outbox.c.congress,
                preferences.c.person == outbox.c.recipient,
            ),
        )
    )


def item_of(row: Row[Any], *, lease_until: datetime | None, lease_by: str | None) -> OutboxItem:
    """The row as an item."""
    return OutboxItem(**row._mapping, lease_until=lease_until, lease_by=lease_by)  # noqa: SLF001  # a row's public door, underscored so that no column hides it
