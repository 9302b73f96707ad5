"""Makes recovery codes 恢复码 and reads them as people type them; keeps nothing but a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without signs that look like others on paper (0 and O, 1, I and L) and without U."""
MANY = 10
GROUPS, GROUP = 3, 4
"""Twelve signs, or 58 bits: nobody guesses one at the door, nor from its digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCodes:
    """A fresh set: the codes, to be shown this once, and what is kept of them."""

    codes: tuple[str, ...]
    digests: tuple[str, ...]


def make_codes(account: str) -> MadeCodes:
    """Ten codes for an account, such as K7QM-2XWD-9HPA; no two alike."""
    found: set[str] = set()
    while len(found) < MANY:
        found.add("-".join(_group() for _ in range(GROUPS)))
    codes = tuple(sorted(found))
    return MadeCodes(codes=codes, digests=tuple(digest_of(account, one) for one in codes))


def looks_like_one(typed: str) -> bool:
    """Whether it may be a recovery code, and not six digits of an authenticator."""
    return len(_plain(typed)) == GROUPS * GROUP


def digest_of(account: str, typed: str) -> str:
    """What is kept of a code, however it is typed: in small letters, with blanks or without."""
    return hashlib.sha256(f"{account}\n{_plain(typed)}".encode()).hexdigest()


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP))


def _plain(typed: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", typed.upper())
