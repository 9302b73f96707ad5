"""Tokens by which programs act in somebody's name: records, and the port to give and end them.

Refuses to know how a token is kept; of its secret nobody keeps more than a digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from web.gate import Visitor

LONGEST_LABEL = 80
LONGEST_REASON = 200
MOST_DAYS = 730


class TokenState(StrEnum):
    """Whether it may still be used: yes, ended by itself, ended by somebody."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


class TokenSort(StrEnum):
    """The newest first, or the one that ends soonest."""

    NEWEST = "newest"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A token that was given out, without its secret."""

    id: str
    person: str
    person_name: str
    label: str
    scopes: tuple[str, ...]
    state: TokenState
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPage:
    """Some of them; `after` is the cursor of the next page, None on the last."""

    lines: tuple[TokenLine, ...]
    total: int
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """What is to be given out.

    `seed`: made by the page on which it is asked for, so that a second click shows the same
    secret. `key`: a program's request key; sent again, it is told what there is, but no secret.
    """

    person: str
    label: str
    scopes: tuple[str, ...]
    days: int
    reason: str
    seed: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token just given out; `secret` is told this once, and empty where it was told before."""

    line: TokenLine
    secret: str
    first: bool


class Tokens(Protocol):
    """Tokens of a congress, for its administrators (RoleMissing for anybody else)."""

    def token_seed(self, visitor: Visitor) -> str:
        """What a page gives along, so that its form gives out one token however often it comes."""
        ...

    def tokens(
        self,
        visitor: Visitor,
        *,
        person: str = "",
        state: TokenState | None = None,
        sort: TokenSort = TokenSort.NEWEST,
        after: str | None = None,
        limit: int = 50,
    ) -> TokenPage:
        """Those given out."""
        ...

    def token(self, visitor: Visitor, token: str) -> TokenLine:
        """One of them; UnknownToken."""
        ...

    def issue_token(self, visitor: Visitor, wish: TokenWish) -> IssuedToken:
        """Give one out, audited; no program gives a scope that its own token lacks."""
        ...

    def revoke_token(
        self, visitor: Visitor, token: str, reason: str, *, key: str | None = None
    ) -> None:
        """End it at once, audited; UnknownToken when it is not open."""
        ...
