"""Personal calendar feeds: who may read whose deadlines by which address, until it is revoked.

Of an address only the SHA-256 of its token is kept: whoever reads the database cannot subscribe.
Refuses to know calendars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, false, insert, or_, select, update

from db.database import reading, writing
from db.register import record_change
from db.select import lock_congress
from db.tables import feeds

SHORT = 12
"""Signs of a digest by which people name a feed; it tells nothing of the token."""
NOTED_EVERY = timedelta(hours=1)
"""A program asks every hour or more often; that it still does is written no oftener than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One address that was given out."""

    token_digest: str
    congress: str
    person: str
    label: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def id(self) -> str:
        """The short name of the feed."""
        return self.token_digest[:SHORT]


def digest_of_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", errors="surrogatepass")).hexdigest()


class Feeds:
    """The feeds of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def issue(
        self,
        congress: str,
        person: str,
        *,
        token: str,
        label: str,
        actor: str,
        reason: str,
        now: datetime,
    ) -> FeedRow:
        """Keep a new address of the person, with its audit entry."""
        row = FeedRow(
            token_digest=digest_of_token(token),
            congress=congress,
            person=person,
            label=label,
            created_at=now,
            created_by=actor,
            revoked_at=None,
            last_used_at=None,
        )
        told = {"feed": row.id, "person": person, "label": label}
        with writing(self._database) as connection:
            known = lock_congress(connection, congress)
            connection.execute(insert(feeds).values(asdict(row)))
            record_change(
                connection,
                known.head,
                version=known.directory_version,
                actor=actor,
                content={"reason": reason, "feed_issued": told},
                now=now,
            )
        return row

    def revoke(
        self,
        congress: str,
        *,
        ids: Collection[str] = (),
        person: str | None = None,
        actor: str,
        reason: str,
        now: datetime,
    ) -> tuple[FeedRow, ...]:
        """End the feeds of these short names, or all of a person; those that were still open."""
        named = or_(
            false(),
            *(feeds.c.token_digest.startswith(one, autoescape=True) for one in ids),
        )
        meant = feeds.c.person == person if person is not None else named
        with writing(self._database) as connection:
            known = lock_congress(connection, congress)
            open_ones = _rows(
                connection, feeds.c.congress == congress, feeds.c.revoked_at.is_(None), meant
            )
            if not open_ones:
                return ()
            digests = [one.token_digest for one in open_ones]
            connection.execute(
                update(feeds).where(feeds.c.token_digest.in_(digests)).values(revoked_at=now)
            )
            told = [{"feed": one.id, "person": one.person} for one in open_ones]
            record_change(
                connection,
                known.head,
                version=known.directory_version,
                actor=actor,
                content={"reason": reason, "feeds_revoked": told},
                now=now,
            )
        return open_ones

    def issued(self, congress: str, person: str | None = None) -> tuple[FeedRow, ...]:
        """Every feed of the congress or of a person, revoked ones too, the newest first."""
        meant = [feeds.c.congress == congress]
        if person is not None:
            meant.append(feeds.c.person == person)
        with reading(self._database) as connection:
            return _rows(connection, *meant)

    def holder(self, token: str) -> FeedRow | None:
        """The feed that a token opens; None for one that was never issued or is revoked."""
        digest = digest_of_token(token)
        with reading(self._database) as connection:
            found = _rows(connection, feeds.c.token_digest == digest, feeds.c.revoked_at.is_(None))
        return found[0] if found else None

    def used(self, feed: FeedRow, now: datetime) -> None:
        """Note that the feed was read, unless that was noted a short while ago."""
        if feed.last_used_at is not None and now - feed.last_used_at < NOTED_EVERY:
            return
        with writing(self._database) as connection:
            query = update(feeds).where(feeds.c.token_digest == feed.token_digest)
            connection.execute(query.values(last_used_at=now))


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[FeedRow, ...]:
    query = (
        select(*(feeds.c[name] for name in FeedRow.__slots__))
        .where(*conditions)
        .order_by(feeds.c.created_at.desc(), feeds.c.token_digest)
    )
    return tuple(FeedRow(**row) for row in connection.execute(query).mappings())
