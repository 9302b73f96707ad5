"""Small queries of the hot path: the congress under lock, answers to request keys, next numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from db.prepared import Statement, fetch, parsed
from db.tables import audit_heads, congresses, number_series, requests
from engine.audit import ChainHead
from engine.command import Receipt
from engine.congress import Congress
from engine.errors import UnknownCongress


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressRow:
    """A congress, the versions of what belongs to it and the end of its chain."""

    congress: Congress
    directory_version: int
    calendar_version: int
    head: ChainHead


def _congress() -> Select[Any]:
    return (
        select(
            congresses.c.code,
            congresses.c.name,
            congresses.c.level,
            congresses.c.profile,
            congresses.c.profile_version,
            congresses.c.session,
            congresses.c.directory_version,
            congresses.c.calendar_version,
            audit_heads.c.sequence,
            audit_heads.c.digest,
        )
        .join(audit_heads, audit_heads.c.congress == congresses.c.code)
        .where(congresses.c.code == bindparam("congress"))
    )


def _answer() -> Select[Any]:
    return select(requests.c.fingerprint, requests.c.action, requests.c.receipt).where(
        requests.c.congress == bindparam("congress"), requests.c.request_key == bindparam("key")
    )


def _next() -> Select[Any]:
    return select(number_series.c.next).where(
        number_series.c.congress == bindparam("congress"),
        number_series.c.series == bindparam("series"),
    )


SELECT_CONGRESS = Statement(lambda _: _congress())
# Both rows are locked, so that neither was read before a change we had to wait for. Not with
# FOR UPDATE: rows that only refer to the congress must not wait.
LOCK_CONGRESS = Statement(lambda _: _congress().with_for_update(key_share=True))
LOCK_IF_FREE = Statement(lambda _: _congress().with_for_update(key_share=True, skip_locked=True))
SELECT_ANSWER = Statement(lambda _: _answer())
SELECT_NEXT = Statement(lambda _: _next())


def read_congress(connection: Connection, code: str) -> CongressRow:
    """The congress as it is now."""
    return _row(connection, SELECT_CONGRESS, code)


def lock_congress(connection: Connection, code: str) -> CongressRow:
    """The congress, for this transaction alone until it ends."""
    return _row(connection, LOCK_CONGRESS, code)


def lock_if_free(connection: Connection, code: str) -> CongressRow | None:
    """The same, or None when another transaction has it: nobody waits."""
    row = fetch(connection, LOCK_IF_FREE, {"congress": code})
    return None if row is None else _read(row)


def _row(connection: Connection, statement: Statement, asked: str) -> CongressRow:
    row = fetch(connection, statement, {"congress": asked})
    if row is None:
        raise UnknownCongress(congress=asked)
    return _read(row)


def _read(row: Sequence[Any]) -> CongressRow:
    code, name, level, profile, version, session, *rest = row
    directory_version, calendar_version, sequence, digest = rest
    return CongressRow(
        congress=Congress(
            code=code,
            name=name,
            level=level,
            profile=profile,
            profile_version=version,
            session=session,
        ),
        directory_version=directory_version,
        calendar_version=calendar_version,
        head=ChainHead(congress=code, sequence=sequence, digest=digest),
    )


def read_answer(connection: Connection, congress: str, key: str) -> tuple[str, str, Receipt] | None:
    """Fingerprint, action and receipt of the first command with the key."""
    row = fetch(connection, SELECT_ANSWER, {"congress": congress, "key": key})
    if row is None:
        return None
    fingerprint, action, receipt = row
    return fingerprint, action, Receipt(**parsed(receipt))


def read_next(connection: Connection, congress: str, series: str) -> int:
    """The next number of a series."""
    row = fetch(connection, SELECT_NEXT, {"congress": congress, "series": series})
    return 1 if row is None else int(row[0])
