"""Tokens by which programs act in somebody's name, each with scopes and an end.

Of a token only its digest is kept: whoever reads the database cannot act.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, update

from db.database import reading, writing
from db.feeds import digest_of_token
from db.once import Wish, answered, keep_answer
from db.register import record_change
from db.select import lock_congress
from db.tables import api_tokens
from engine.audit import ChainHead
from engine.command import Receipt

SHORT = 12
ISSUED, REVOKED = "token_issued", "tokens_revoked"
NOTED_EVERY = timedelta(hours=1)
"""That a token is used is written no oftener than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """One token that was given out."""

    token_digest: str
    congress: str
    person: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def id(self) -> str:
        """The short name of the token."""
        return self.token_digest[:SHORT]


class ApiTokens:
    """The tokens of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def issue(self, row: TokenRow, *, reason: str, wish: Wish | None = None) -> TokenRow | None:
        """Keep a new token, with its audit entry; the one that the same wish made before."""
        told = {
            "token": row.id,
            "person": row.person,
            "label": row.label,
            "scopes": list(row.scopes),
            "expires_at": row.expires_at.isoformat(),
        }
        with writing(self._database) as connection:
            known = lock_congress(connection, row.congress)
            earlier = answered(connection, row.congress, wish)
            if earlier is not None:
                return _one(connection, earlier.case)
            values = {**asdict(row), "scopes": list(row.scopes)}
            connection.execute(insert(api_tokens).values(values))
            record_change(
                connection,
                known.head,
                version=known.directory_version,
                actor=row.created_by,
                content={"reason": reason, ISSUED: told},
                now=row.created_at,
            )
            receipt = _receipt(known.head, row.token_digest, ISSUED)
            keep_answer(connection, row.congress, wish, receipt)
        return None

    def issued_before(self, congress: str, wish: Wish) -> TokenRow | None:
        """The token that the same wish made before; RequestKeyReused for another wish."""
        with reading(self._database) as connection:
            earlier = answered(connection, congress, wish)
            return None if earlier is None else _one(connection, earlier.case)

    def revoked_before(self, congress: str, wish: Wish) -> bool:
        """Whether the same wish has ended its tokens before."""
        with reading(self._database) as connection:
            return answered(connection, congress, wish) is not None

    def revoke(
        self,
        congress: str,
        digests: Collection[str],
        *,
        actor: str,
        reason: str,
        now: datetime,
        wish: Wish | None = None,
    ) -> tuple[TokenRow, ...]:
        """End tokens; those that were still open."""
        with writing(self._database) as connection:
            known = lock_congress(connection, congress)
            meant = (
                api_tokens.c.congress == congress,
                api_tokens.c.token_digest.in_(digests),
                api_tokens.c.revoked_at.is_(None),
            )
            found = _rows(connection, *meant)
            if not found:
                return ()
            connection.execute(update(api_tokens).where(*meant).values(revoked_at=now))
            told = [{"token": one.id, "person": one.person} for one in found]
            record_change(
                connection,
                known.head,
                version=known.directory_version,
                actor=actor,
                content={"reason": reason, REVOKED: told},
                now=now,
            )
            keep_answer(
                connection, congress, wish, _receipt(known.head, found[0].token_digest, REVOKED)
            )
        return found

    def issued(self, congress: str, person: str | None = None) -> tuple[TokenRow, ...]:
        """Every token of the congress or of a person, ended ones too, the newest first."""
        meant = [api_tokens.c.congress == congress]
        if person is not None:
            meant.append(api_tokens.c.person == person)
        with reading(self._database) as connection:
            return _rows(connection, *meant)

    def find(self, token: str) -> TokenRow | None:
        """The row of a token, whether it may still be used or not."""
        with reading(self._database) as connection:
            found = _rows(connection, api_tokens.c.token_digest == digest_of_token(token))
        return found[0] if found else None

    def used(self, row: TokenRow, now: datetime) -> None:
        """Note that the token was used, unless that was noted a short while ago."""
        if row.last_used_at is not None and now - row.last_used_at < NOTED_EVERY:
            return
        query = update(api_tokens).where(api_tokens.c.token_digest == row.token_digest)
        with writing(self._database) as connection:
            connection.execute(query.values(last_used_at=now))


def _one(connection: Connection, digest: str) -> TokenRow:
    (row,) = _rows(connection, api_tokens.c.token_digest == digest)
    return row


def _receipt(before: ChainHead, digest: str, did: str) -> Receipt:
    """As that of an action; it is about a token instead of a case."""
    return Receipt(
        case=digest,
        number=None,
        version=0,
        state="",
        action=did,
        subject=None,
        audit_sequence=before.sequence + 1,
    )


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[TokenRow, ...]:
    query = (
        select(*(api_tokens.c[name] for name in TokenRow.__slots__))
        .where(*conditions)
        .order_by(api_tokens.c.created_at.desc(), api_tokens.c.token_digest)
    )
    rows = connection.execute(query).mappings()
    return tuple(TokenRow(**{**one, "scopes": tuple(one["scopes"])}) for one in rows)
