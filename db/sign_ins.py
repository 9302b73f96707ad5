"""Attempts to sign in, from which it is told who must wait.

An attempt is written down before it is judged, in one transaction with the question whether it
may be made at all: many at once cannot slip through together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from db.database import reading, writing
from db.tables import sign_ins

REMEMBERED = timedelta(hours=24)
"""How far back failures count."""
KEPT = timedelta(days=180)
"""How long an attempt can be looked up."""
MOST = 200


class Outcome(StrEnum):
    """What became of an attempt."""

    TRIED = "tried"
    REFUSED = "refused"
    HALF = "half"
    CODE_REFUSED = "code-refused"
    ENTERED = "entered"
    CLEARED = "cleared"
    VOUCHED = "vouched"
    NOT_VOUCHED = "not-vouched"
    PROVIDER_DOWN = "provider-down"


FAILED = (Outcome.TRIED, Outcome.REFUSED, Outcome.CODE_REFUSED)
FAILED_THERE = (*FAILED, Outcome.NOT_VOUCHED)
"""Of an address. What another provider refuses says nothing about guesses at a name's password."""
FRESH = (Outcome.ENTERED, Outcome.VOUCHED, Outcome.CLEARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRow:
    """One attempt; `name` stands for what was typed, which may have been a password."""

    id: str
    at: datetime
    name: str
    address: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """What went wrong lately: of a name since it last came in, and from an address."""

    of_name: Sequence[datetime]
    from_address: Sequence[datetime]


class SignIns:
    """The attempts of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def admit(
        self, row: SignInRow, *, window: timedelta, judge: Callable[[Failures], None]
    ) -> bool:
        """Write an attempt down unless `judge` raises over what went before; False: it was before.

        `window`: how far back failures from the address count.
        """
        with writing(self._database) as connection:
            _alone(connection, f"name {row.name}", f"address {row.address}")
            if connection.execute(select(sign_ins.c.id).where(sign_ins.c.id == row.id)).first():
                return False
            judge(
                Failures(
                    of_name=_of_name(connection, row.name, row.at),
                    from_address=_from_address(connection, row.address, row.at - window),
                )
            )
            connection.execute(delete(sign_ins).where(sign_ins.c.at < row.at - KEPT))
            connection.execute(
                insert(sign_ins).values({name: getattr(row, name) for name in SignInRow.__slots__})
            )
        return True

    def settle(self, id_: str, outcome: Outcome, *, name: str = "") -> None:
        """Say what became of it, and of which name it turned out to be."""
        values = {"outcome": outcome, **({"name": name} if name else {})}
        query = update(sign_ins).where(sign_ins.c.id == id_).values(values)
        with writing(self._database) as connection:
            connection.execute(query)

    def note(self, row: SignInRow) -> None:
        """Write down what needs no judging, such as that an administrator cleared a name."""
        values = {name: getattr(row, name) for name in SignInRow.__slots__}
        with writing(self._database) as connection:
            connection.execute(insert(sign_ins).values(values))

    def failures(self, name: str, now: datetime) -> Sequence[datetime]:
        """When the name failed since it last came in, the newest first."""
        with reading(self._database) as connection:
            return _of_name(connection, name, now)

    def latest(self, limit: int) -> tuple[SignInRow, ...]:
        """The newest attempts."""
        query = select(*(sign_ins.c[name] for name in SignInRow.__slots__))
        query = query.order_by(sign_ins.c.at.desc(), sign_ins.c.id).limit(limit)
        with reading(self._database) as connection:
            return tuple(SignInRow(**one) for one in connection.execute(query).mappings())


def _alone(connection: Connection, *things: str) -> None:
    """On PostgreSQL, keep others with the same name or address waiting; SQLite has one writer."""
    if connection.dialect.name != "postgresql":
        return
    for one in sorted(things):
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(one, 0))))


def _of_name(connection: Connection, name: str, now: datetime) -> Sequence[datetime]:
    here = sign_ins.c
    query = (
        select(here.at, here.outcome)
        .where(here.name == name, here.at > now - REMEMBERED)
        .order_by(here.at.desc(), here.id)
        .limit(MOST)
    )
    # Of what happened in the same instant failures come first: in doubt somebody waits.
    found = [(at, outcome) for at, outcome in connection.execute(query)]
    failed = []
    for at, outcome in sorted(found, key=lambda one: (one[0], one[1] not in FRESH), reverse=True):
        if outcome in FRESH:
            break
        if outcome in FAILED:
            failed.append(at)
    return failed


def _from_address(connection: Connection, address: str, since: datetime) -> Sequence[datetime]:
    here = sign_ins.c
    query = (
        select(here.at)
        .where(here.address == address, here.at > since, here.outcome.in_(FAILED_THERE))
        .order_by(here.at.desc())
        .limit(MOST)
    )
    return list(connection.execute(query).scalars())
