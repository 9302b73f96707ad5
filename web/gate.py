"""Who is asking: visitors, and the port through which `app` lets them in.

Refuses to know how accounts are kept and what a visitor may do: that is decided by the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.profile import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who has signed in, or a program with a token.

    `scopes`: what a token may (`read`, `act`, `admin`); a person at a page may all of it. `csrf`
    is what every form must bring; a token needs none, as no browser sends it by itself. `visit`:
    this one request; a case that is opened several times in it is read once.
    """

    congress: str
    person: str
    name: str
    roles: frozenset[str]
    language: str = "zh"
    csrf: str = ""
    scopes: frozenset[str] = frozenset({"read", "act", "admin"})
    session: str = ""
    must_change: bool = False
    visit: str = ""

    @property
    def is_program(self) -> bool:
        """Whether a token was shown instead of a cookie."""
        return not self.session


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How somebody comes to the door."""

    address: str
    agent: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session: its cookie (kept nowhere else), and whether a second factor is still asked."""

    cookie: str
    needs_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A person of the demo as whom one click signs in."""

    person: str
    name: str
    role: str
    post: str
    title: Text


class Gate(Protocol):
    """Lets people and programs in, and out again."""

    def sign_in(self, name: str, password: str, arrival: Arrival) -> SignedIn:
        """A session; SignInRefused for anything that is wrong, without saying what."""
        ...

    def confirm(self, cookie: str, code: str, arrival: Arrival) -> int | None:
        """Give the second factor; SignInRefused for a wrong or used code.

        How many recovery codes are left when it was one of them, None otherwise.
        """
        ...

    def visitor(self, cookie: str, arrival: Arrival) -> Visitor | None:
        """Who holds the cookie; None when it is unknown, ended, too old or lacks its factor."""
        ...

    def program(self, token: str, arrival: Arrival) -> Visitor | None:
        """In whose name the token acts; None when it is unknown, revoked or too old."""
        ...

    def sign_out(self, cookie: str, arrival: Arrival) -> None:
        """End the session."""
        ...

    def change_password(self, visitor: Visitor, old: str, new: str, arrival: Arrival) -> None:
        """Set another password and end the other sessions; PasswordRefused says why not."""
        ...

    def demo_accounts(self) -> tuple[DemoAccount, ...]:
        """One person a role, of a database of the demo; nobody anywhere else."""
        ...

    def sign_in_as(self, person: str, arrival: Arrival) -> SignedIn:
        """One click in the demo; SignInRefused anywhere else."""
        ...
