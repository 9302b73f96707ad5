"""Accounts by which people sign in; every change is audited with who and why.

Of a password only its hash ever comes here. Refuses to know how a password is judged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update

from db.database import reading, writing
from db.prepared import Batch
from db.recovery_codes import give_codes, use_code
from db.register import record_change
from db.select import lock_congress
from db.tables import accounts
from db.tell import Leaving, Told, add_notices
from engine.command import Notice
from engine.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """How one person signs in."""

    id: str
    congress: str
    person: str
    name: str
    password: str | None
    must_change: bool
    totp_secret: str | None
    totp_step: int | None
    issuer: str | None
    external_subject: str | None
    failures: int
    locked_until: datetime | None
    created_at: datetime
    password_set_at: datetime | None
    last_seen_at: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What goes along with a change of an account, in its transaction.

    `codes`: digests of the recovery codes that it has from now on; None: they stay. `notice`: what
    its holder is told, and `leaving`, how that leaves the house.
    """

    codes: Sequence[str] | None = None
    notice: Notice | None = None
    leaving: Leaving | None = None


NOTHING_ALONG = Along()


def account_name(given: str) -> str:
    """A name as it is kept and compared: however it is typed, it is the same name."""
    return unicodedata.normalize("NFKC", given).strip().casefold()


class Accounts:
    """The accounts of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def add(self, row: AccountRow, *, actor: str, reason: str, now: datetime) -> None:
        """Keep a new account; InvalidValue when the name is taken or the person has one."""
        with writing(self._database) as connection:
            taken = or_(
                accounts.c.name == row.name,
                and_(accounts.c.congress == row.congress, accounts.c.person == row.person),
            )
            if connection.execute(select(accounts.c.id).where(taken)).first():
                raise InvalidValue(
                    what="账号 / account",
                    value=row.name,
                    reason="名称已被使用,或此人已有账号 / the name is taken, or the person has one",
                )
            connection.execute(insert(accounts).values(asdict(row)))
            told = {"account": row.name, "person": row.person}
            _record(
                connection,
                row.congress,
                {"account_added": told},
                actor=actor,
                reason=reason,
                now=now,
            )

    def change(
        self,
        row: AccountRow,
        what: str,
        values: Mapping[str, Any],
        *,
        actor: str,
        reason: str,
        now: datetime,
        told: Mapping[str, object] | None = None,
        along: Along = NOTHING_ALONG,
    ) -> None:
        """Give columns of an account other values; the audit says `what` happened, not the values.

        They are secrets: a hash, or the key of a second factor. `told`: what it says besides.
        Without values only the audit is written, of what was changed elsewhere. With another key
        of the second factor, or none, the recovery codes of the one before are over.
        """
        with writing(self._database) as connection:
            if values:
                mine = accounts.c.id == row.id
                connection.execute(update(accounts).where(mine).values(dict(values)))
            codes = () if "totp_secret" in values and along.codes is None else along.codes
            if codes is not None:
                give_codes(connection, row.id, codes)
            said = {"account": row.name, "person": row.person, **(told or {})}
            entry = _record(
                connection, row.congress, {what: said}, actor=actor, reason=reason, now=now
            )
            _tell(connection, row.congress, along, entry, now)

    def use_code(
        self,
        row: AccountRow,
        digest: str,
        *,
        reason: str,
        now: datetime,
        along: Callable[[int], Along],
    ) -> int | None:
        """Use a recovery code up, with its audit and notice: how many are left, None if it is none.

        `along`: what is told, by how many are left.
        """
        with writing(self._database) as connection:
            left = use_code(connection, row.id, digest, now)
            if left is None:
                return None
            said = {"account": row.name, "person": row.person, "left": left}
            told: dict[str, object] = {"account_recovery_code_used": said}
            entry = _record(
                connection, row.congress, told, actor=row.person, reason=reason, now=now
            )
            _tell(connection, row.congress, along(left), entry, now)
        return left

    def named(self, name: str) -> AccountRow | None:
        """The account of a name as people type it."""
        return self._one(accounts.c.name == account_name(name))

    def of_person(self, congress: str, person: str) -> AccountRow | None:
        """The account of a person."""
        return self._one(and_(accounts.c.congress == congress, accounts.c.person == person))

    def of_subject(self, issuer: str, subject: str) -> AccountRow | None:
        """The account of somebody whom another provider knows."""
        here = accounts.c
        return self._one(and_(here.issuer == issuer, here.external_subject == subject))

    def all(self, congress: str) -> tuple[AccountRow, ...]:
        """Every account of a congress by name, disabled ones too."""
        with reading(self._database) as connection:
            return _rows(connection, accounts.c.congress == congress)

    def count_failures(self, account: str, failures: int, locked_until: datetime | None) -> None:
        """Show on the account what its sign-ins came to; they alone decide."""
        values = {"failures": failures, "locked_until": locked_until}
        with writing(self._database) as connection:
            connection.execute(update(accounts).where(accounts.c.id == account).values(values))

    def came_in(self, account: str, now: datetime) -> None:
        """Somebody signed in."""
        values = {"failures": 0, "locked_until": None, "last_seen_at": now}
        with writing(self._database) as connection:
            connection.execute(update(accounts).where(accounts.c.id == account).values(values))

    def use_step(self, account: str, step: int) -> bool:
        """Use up the code of a time step; False when it or a later one was used before."""
        here = accounts.c
        unused = or_(here.totp_step.is_(None), here.totp_step < step)
        query = update(accounts).where(here.id == account, unused).values(totp_step=step)
        with writing(self._database) as connection:
            return connection.execute(query).rowcount == 1

    def _one(self, condition: ColumnElement[bool]) -> AccountRow | None:
        with reading(self._database) as connection:
            found = _rows(connection, condition)
        return found[0] if found else None


def _rows(connection: Connection, condition: ColumnElement[bool]) -> tuple[AccountRow, ...]:
    query = select(*(accounts.c[name] for name in AccountRow.__slots__)).where(condition)
    found = connection.execute(query.order_by(accounts.c.name)).mappings()
    return tuple(AccountRow(**one) for one in found)


def _record(
    connection: Connection,
    congress: str,
    told: dict[str, object],
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> int:
    """The audit entry of a change; its number."""
    known = lock_congress(connection, congress)
    record_change(
        connection,
        known.head,
        version=known.directory_version,
        actor=actor,
        content={"reason": reason, **told},
        now=now,
    )
    return known.head.sequence + 1


def _tell(connection: Connection, congress: str, along: Along, entry: int, now: datetime) -> None:
    if along.notice is None or along.leaving is None:
        return
    batch = Batch(connection)
    told = Told(notice=along.notice, congress=congress, case=None, entry=entry, at=now)
    add_notices(batch, (told,), along.leaving)
    batch.send()
