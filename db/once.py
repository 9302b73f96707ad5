"""What is done once for a request key though it is no action of the rules: files, tokens.

The same rows as those of commands, so that a key that named one wish names no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert

from db.select import read_answer
from db.tables import requests
from engine.command import Receipt
from engine.errors import RequestKeyReused


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request key, and what tells whether it comes again with the same wish."""

    key: str
    fingerprint: str


def answered(connection: Connection, congress: str, wish: Wish | None) -> Receipt | None:
    """The first answer to the wish; RequestKeyReused when the key came with another one."""
    found = None if wish is None else read_answer(connection, congress, wish.key)
    if wish is None or found is None:
        return None
    fingerprint, action, receipt = found
    if fingerprint != wish.fingerprint:
        raise RequestKeyReused(key=wish.key, first=action)
    return replace(receipt, first=False)


def keep_answer(connection: Connection, congress: str, wish: Wish | None, receipt: Receipt) -> None:
    """Remember the answer, in the transaction that made it true."""
    if wish is None:
        return
    values = {
        "congress": congress,
        "request_key": wish.key,
        "fingerprint": wish.fingerprint,
        "action": receipt.action,
        "receipt": {name: getattr(receipt, name) for name in Receipt.__slots__},
    }
    connection.execute(insert(requests).values(values))
