"""What tests may do without: slow hashes, commands and statements built anew for every test.

Refuses to change what a test can see: hashes are Argon2id all the same, and the commands are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.util import LRUCache
from typer.main import get_command

from app import passwords

SHIPPED = passwords._hasher
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""A hash of the shipped kind takes a quarter of a second, and a test of sign-in makes dozens."""

STATEMENTS = 5_000
_first: dict[str, Engine] = {}


def _nothing(_connection: Connection) -> None:
    """The first has asked."""


def opened(target: URL, **settings: Any) -> Engine:  # noqa: ANN401  # those of SQLAlchemy
    """An engine that knows the statements which were compiled for others of its kind.

    They are known by their dialect, which says nothing of which database it is: the first engine
    that has met a server lends its own. Each has connections of its own all the same.
    """
    made = create_engine(target, **settings)
    first = _first.setdefault(target.drivername, made)
    if first is made:
        made._compiled_cache = LRUCache(STATEMENTS)
    elif getattr(first.dialect, "server_version_info", None):
        vars(made.dialect)["initialize"] = _nothing  # to ask the server who it is
        made.dialect = made.pool._dialect = first.dialect
        made._compiled_cache = first._compiled_cache
    return made


@pytest.fixture(scope="session", autouse=True)
def _thrift() -> Iterator[None]:
    """For the whole run; processes that a test starts are as shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        # The runner of commands builds all of them for each one: most of what a command costs.
        patch.setattr("typer.testing._get_command", cache(get_command))
        # Tests open a database each: to compile its statements was a third of what they cost.
        patch.setattr("db.database.create_engine", opened)
        yield


@pytest.fixture
def shipped_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed as in production."""
    monkeypatch.setattr(passwords, "_hasher", SHIPPED)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()
