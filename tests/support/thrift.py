"""What tests may do without: slow hashes, and a command line that is built anew for every command.

Refuses to change what a test can see: hashes are Argon2id all the same, and the commands are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from typer.main import get_command

from app import passwords

SHIPPED = passwords._hasher
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""A hash of the shipped kind takes a quarter of a second, and a test of sign-in makes dozens."""


@pytest.fixture(scope="session", autouse=True)
def _thrift() -> Iterator[None]:
    """For the whole run; processes that a test starts are as shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        # The runner of commands builds all of them for each one: most of what a command costs.
        patch.setattr("typer.testing._get_command", cache(get_command))
        yield


@pytest.fixture
def shipped_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed as in production."""
    monkeypatch.setattr(passwords, "_hasher", SHIPPED)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()
