"""Recovery codes 恢复码: each lets its account in once when the phone is not at hand.

Of a code only its digest ever comes here. Refuses to know how codes are made and typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from db.database import reading
from db.tables import recovery_codes


class RecoveryCodes:
    """The recovery codes of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def left(self, account: str) -> int:
        """How many of an account have not served yet."""
        with reading(self._database) as connection:
            return _left(connection, account)

    def left_of(self, accounts: Sequence[str]) -> dict[str, int]:
        """The same for many accounts at once; those without any are not named."""
        here = recovery_codes.c
        query = (
            select(here.account, func.count().label("many"))
            .where(here.account.in_(accounts), here.used_at.is_(None))
            .group_by(here.account)
        )
        with reading(self._database) as connection:
            return {one.account: one.many for one in connection.execute(query)}


def give_codes(connection: Connection, account: str, digests: Sequence[str]) -> None:
    """From now on the account has these codes and no others."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account == account))
    rows = [
        {"account": account, "number": number, "digest": digest, "used_at": None}
        for number, digest in enumerate(digests, start=1)
    ]
    if rows:
        connection.execute(insert(recovery_codes), rows)


def use_code(connection: Connection, account: str, digest: str, now: datetime) -> int | None:
    """Use a code up: how many are left, or None when it is none or has served before."""
    here = recovery_codes.c
    query = update(recovery_codes).where(
        here.account == account, here.digest == digest, here.used_at.is_(None)
    )
    if connection.execute(query.values(used_at=now)).rowcount != 1:
        return None
    return _left(connection, account)


def _left(connection: Connection, account: str) -> int:
    here = recovery_codes.c
    query = select(func.count()).where(here.account == account, here.used_at.is_(None))
    return connection.execute(query).scalar_one()
