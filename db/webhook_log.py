"""The log of webhooks: each attempt with its body, so that it can be looked at and sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, and_, delete, insert, or_, select, update

from db.database import reading, writing
from db.tables import webhook_log

LONGEST_ERROR = 500
AT_ONCE = 2_000
"""Rows dropped in one transaction: nobody who delivers waits long for it."""


class Attempt(Protocol):
    """What is written down before a body goes out."""

    @property
    def id(self) -> str: ...
    @property
    def congress(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """One attempt. With neither status nor error it was cut off on its way."""

    id: str
    congress: str
    message_id: str
    channel: str
    url: str
    at: datetime
    status: int | None
    error: str | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage:
    """Some attempts, and the id to ask for those after them; None at the end."""

    items: tuple[WebhookRow, ...]
    next_after: str | None


TAKEN = webhook_log.c.error.is_(None) & webhook_log.c.status.is_not(None)
COLUMNS = tuple(webhook_log.c[name] for name in WebhookRow.__slots__)


class SqlWebhookLog:
    """The log of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def opened(self, attempt: Attempt) -> None:
        """It is about to be sent."""
        known = ("id", "congress", "message_id", "channel", "url", "at", "body")
        values = {name: getattr(attempt, name) for name in known}
        with writing(self._database) as connection:
            connection.execute(insert(webhook_log).values(**values, status=None, error=None))

    def closed(self, attempt: str, *, status: int | None, error: str | None) -> None:
        """What became of it."""
        shortened = None if error is None else error[:LONGEST_ERROR]
        query = update(webhook_log).where(webhook_log.c.id == attempt)
        with writing(self._database) as connection:
            connection.execute(query.values(status=status, error=shortened))

    def forget(self, before: datetime) -> int:
        """Drop attempts older than that; how many."""
        old = select(webhook_log.c.id).where(webhook_log.c.at < before).limit(AT_ONCE)
        gone = 0
        while True:
            with writing(self._database) as connection:
                ids = connection.execute(old).scalars().all()
                if ids:
                    connection.execute(delete(webhook_log).where(webhook_log.c.id.in_(ids)))
            gone += len(ids)
            if len(ids) < AT_ONCE:
                return gone

    def page(
        self,
        congress: str,
        *,
        limit: int = 50,
        after: str | None = None,
        channel: str | None = None,
        message: str | None = None,
        failed_only: bool = False,
        oldest_first: bool = False,
    ) -> WebhookPage:
        """The newest attempts, or those after the last one of the page before."""
        conditions = [webhook_log.c.congress == congress]
        if channel is not None:
            conditions.append(webhook_log.c.channel == channel)
        if message is not None:
            conditions.append(webhook_log.c.message_id == message)
        if failed_only:
            conditions.append(~TAKEN)
        if after is not None:
            conditions.append(_after(after, oldest_first=oldest_first))
        order = (
            (webhook_log.c.at, webhook_log.c.id)
            if oldest_first
            else (webhook_log.c.at.desc(), webhook_log.c.id.desc())
        )
        query = select(*COLUMNS).where(*conditions).order_by(*order).limit(limit + 1)
        with reading(self._database) as connection:
            rows = connection.execute(query).mappings().all()
        items = tuple(WebhookRow(**row) for row in rows[:limit])
        return WebhookPage(items=items, next_after=items[-1].id if len(rows) > limit else None)

    def get(self, congress: str, attempt: str) -> WebhookRow | None:
        """One attempt; None when there is none of that id."""
        query = select(*COLUMNS).where(
            webhook_log.c.congress == congress, webhook_log.c.id == attempt
        )
        with reading(self._database) as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else WebhookRow(**row)


def _after(attempt: str, *, oldest_first: bool) -> ColumnElement[bool]:
    """Beyond that attempt in the order of a page."""
    last = webhook_log.alias("last")
    at = select(last.c.at).where(last.c.id == attempt).scalar_subquery()
    here, there = webhook_log.c.at, webhook_log.c.id
    if oldest_first:
        return or_(here > at, and_(here == at, there > attempt))
    return or_(here < at, and_(here == at, there < attempt))
