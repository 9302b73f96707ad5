"""Bulletins as they were issued: frozen once a month, with the notices that tell of them.

What a bulletin says is not known here; it is kept, with a digest that finds a later change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, insert, select

from db.database import reading, writing
from db.prepared import Batch
from db.register import record_change
from db.select import lock_congress
from db.tables import bulletins
from db.tell import Leaving, Told, add_notices
from engine.command import Notice
from engine.congress import Person
from engine.errors import BihuanError

TEMPLATE = "bulletin"
"""The notice by which people are told."""

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class BulletinIssued(BihuanError):
    """The month has its bulletin: one is enough, and it stays as it is."""

    code = "bulletin-issued"
    zh = (
        "{congress} {month}的通报已于{issued_on}印发,不能再次印发。"
        "查看:bihuan report bulletin --month {month}"
    )
    en = (
        "The bulletin of {month} of {congress} was issued on {issued_on} and is not issued again. "
        "See bihuan report bulletin --month {month}"
    )


class BulletinAltered(BihuanError):
    """What is kept of an issued bulletin is not what was issued."""

    code = "bulletin-altered"
    zh = "{congress} {month}的通报与印发时不符(校验值{digest})。请停止写入并与备份核对。"
    en = (
        "The bulletin of {month} of {congress} is not what was issued (digest {digest}). "
        "Stop writing and compare with a backup."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told of an issue, with which facts, and how that leaves the house."""

    people: tuple[Person, ...]
    facts: Mapping[str, str]
    leaving: Leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenBulletin:
    """An issued bulletin, as it was."""

    congress: str
    month: str
    issued_at: datetime
    issued_by: str
    until: date
    content: Mapping[str, Any]
    digest: str


def digest_of_content(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON: the same whatever a database does to the spelling."""
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


class Bulletins:
    """The issued bulletins of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def issue(
        self,
        congress: str,
        month: str,
        *,
        until: date,
        content: Mapping[str, Any],
        telling: Telling,
        actor: str,
        reason: str,
        now: datetime,
    ) -> FrozenBulletin:
        """Freeze a bulletin, with its audit entry and notices; BulletinIssued for a second one.

        Whoever comes second waits for the lock of the congress and then finds the first one's.
        """
        row = FrozenBulletin(
            congress=congress,
            month=month,
            issued_at=now,
            issued_by=actor,
            until=until,
            content=content,
            digest=digest_of_content(content),
        )
        with writing(self._database) as connection:
            known = lock_congress(connection, congress)
            _refuse_second(connection, congress, month)
            connection.execute(insert(bulletins).values(asdict(row)))
            told = {"month": month, "until": until.isoformat(), "digest": row.digest}
            record_change(
                connection,
                known.head,
                version=known.directory_version,
                actor=actor,
                content={"reason": reason, "bulletin_issued": told},
                now=now,
            )
            batch = Batch(connection)
            told_to = _told(row, telling, entry=known.head.sequence + 1)
            add_notices(batch, told_to, telling.leaving)
            batch.send()
        return row

    def find(self, congress: str, month: str) -> FrozenBulletin | None:
        """The bulletin of a month; BulletinAltered when it is not what was issued."""
        with reading(self._database) as connection:
            found = connection.execute(_of(congress, month)).mappings().first()
        return None if found is None else _checked(FrozenBulletin(**found))

    def months(self, congress: str) -> tuple[str, ...]:
        """The months that have a bulletin, in order."""
        here = bulletins.c
        query = select(here.month).where(here.congress == congress).order_by(here.month)
        with reading(self._database) as connection:
            return tuple(connection.execute(query).scalars())


def _refuse_second(connection: Connection, congress: str, month: str) -> None:
    first = connection.execute(_of(congress, month)).mappings().first()
    if first is not None:
        issued_on = f"{first['issued_at']:%Y-%m-%d}"
        raise BulletinIssued(congress=congress, month=month, issued_on=issued_on)


def _told(row: FrozenBulletin, telling: Telling, *, entry: int) -> Iterator[Told]:
    """One notice a person, which belongs to no case."""
    for person in telling.people:
        notice = Notice(
            key=f"bulletin:{row.month}:{person.code}",
            recipient=person.code,
            template=TEMPLATE,
            facts={**telling.facts, "recipient": person.name},
        )
        yield Told(notice=notice, congress=row.congress, case=None, entry=entry, at=row.issued_at)


def _of(congress: str, month: str) -> Select[Any]:
    here = bulletins.c
    return select(*(here[name] for name in FrozenBulletin.__slots__)).where(
        here.congress == congress, here.month == month
    )


def _checked(row: FrozenBulletin) -> FrozenBulletin:
    if digest_of_content(row.content) != row.digest:
        raise BulletinAltered(congress=row.congress, month=row.month, digest=row.digest)
    return row
