"""Sessions of the web: kept here and not in the browser, so that they can be ended.

Of a cookie only its digest is kept: whoever reads the database can take over no session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, insert, select, update

from db.accounts import AccountRow
from db.database import reading, writing
from db.feeds import digest_of_token
from db.tables import accounts, web_sessions

KEPT = timedelta(days=30)
"""How long a session can be looked up when it is over."""
SHORT = 12
NOTED_EVERY = timedelta(minutes=1)
"""That somebody is there is written no oftener than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One browser that signed in; `trusted`: with every factor that the account asks for."""

    token_digest: str
    account: str
    csrf: str
    trusted: bool
    address: str
    agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    @property
    def id(self) -> str:
        """The short name of the session; it tells nothing of the cookie."""
        return self.token_digest[:SHORT]


class WebSessions:
    """The sessions of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def begin(self, row: SessionRow) -> None:
        """Keep a new session, and forget those that are over for long."""
        with writing(self._database) as connection:
            old = web_sessions.c.expires_at < row.created_at - KEPT
            connection.execute(delete(web_sessions).where(old))
            connection.execute(insert(web_sessions).values(asdict(row)))

    def find(self, cookie: str) -> tuple[SessionRow, AccountRow] | None:
        """The session of a cookie with its account, whether it may still be used or not."""
        here = [web_sessions.c[name].label(f"s_{name}") for name in SessionRow.__slots__]
        whose = [accounts.c[name].label(f"a_{name}") for name in AccountRow.__slots__]
        query = (
            select(*here, *whose)
            .join_from(web_sessions, accounts, accounts.c.id == web_sessions.c.account)
            .where(web_sessions.c.token_digest == digest_of_token(cookie))
        )
        with reading(self._database) as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return (
            SessionRow(**{name: row[f"s_{name}"] for name in SessionRow.__slots__}),
            AccountRow(**{name: row[f"a_{name}"] for name in AccountRow.__slots__}),
        )

    def seen(self, row: SessionRow, now: datetime) -> None:
        """Note that somebody is there, unless that was noted a moment ago."""
        if now - row.last_seen_at < NOTED_EVERY:
            return
        self._set(web_sessions.c.token_digest == row.token_digest, last_seen_at=now)

    def trust(self, row: SessionRow) -> None:
        """The second factor was given."""
        self._set(web_sessions.c.token_digest == row.token_digest, trusted=True)

    def end(self, row: SessionRow, now: datetime) -> None:
        """End one session."""
        self._end(now, web_sessions.c.token_digest == row.token_digest)

    def end_all(self, account: str, now: datetime, *, but: str = "") -> int:
        """End every session of an account, but for one of this short name; how many there were."""
        others = [web_sessions.c.account == account]
        if but:
            others.append(~web_sessions.c.token_digest.startswith(but, autoescape=True))
        return self._end(now, *others)

    def open_ones(self, account: str, now: datetime) -> Sequence[SessionRow]:
        """The sessions of an account that are not over, the newest first."""
        here = web_sessions.c
        query = (
            select(*(here[name] for name in SessionRow.__slots__))
            .where(here.account == account, here.ended_at.is_(None), here.expires_at > now)
            .order_by(here.created_at.desc(), here.token_digest)
        )
        with reading(self._database) as connection:
            return [SessionRow(**one) for one in connection.execute(query).mappings()]

    def _end(self, now: datetime, *meant: ColumnElement[bool]) -> int:
        query = update(web_sessions).where(web_sessions.c.ended_at.is_(None), *meant)
        with writing(self._database) as connection:
            return int(connection.execute(query.values(ended_at=now)).rowcount)

    def _set(self, meant: ColumnElement[bool], **values: object) -> None:
        with writing(self._database) as connection:
            connection.execute(update(web_sessions).where(meant).values(**values))
