"""What is a visitor's own: how they are told, who stands in for them, calendars, the second factor.

The port; `app.own` implements it over rows. Nobody reaches by it what is another's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.congress import Digest, Leave, Preferences
from web.gate import Arrival, Visitor
from web.house import Choice
from web.tokens import TokenLine


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """A calendar address that was given out; the address itself is shown once and not kept."""

    id: str
    label: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things are with a visitor's own.

    `channels`: those open in this house and whether each reaches the visitor. `leaves`: present
    and coming ones, each with the name of who stands in. `delegates`: who may; nobody when the
    rules let nobody stand in for the visitor's roles. `tokens`: those that are open and
    act in the visitor's name. `factor`: whether a code is asked at
    sign-in; None where there is no account to ask it for. `codes_left`: recovery codes 恢复码
    that have not served yet.
    """

    wishes: Preferences
    channels: tuple[tuple[str, bool], ...]
    leaves: tuple[tuple[str, Leave], ...]
    delegates: tuple[Choice, ...]
    feeds: tuple[FeedLine, ...]
    tokens: tuple[TokenLine, ...]
    factor: bool | None
    codes_left: int
    email: str
    phone: str
    language: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The key of a second factor that is not in use yet, and the address that a phone reads."""

    secret: str
    address: str


class Own(Protocol):
    """A visitor's own; every change is audited as the visitor's."""

    def standing(self, visitor: Visitor) -> Standing:
        """As of today."""
        ...

    def wish(
        self,
        visitor: Visitor,
        *,
        channels: tuple[str, ...],
        digest: Digest | None,
        language: str | None,
    ) -> None:
        """How to be told from now on; no channels: all that reach. UnknownChannel."""
        ...

    def leave(self, visitor: Visitor, *, delegate: str, first: date, last: date, why: str) -> None:
        """Be away, with somebody standing in; LeaveRefused says why not."""
        ...

    def return_from(self, visitor: Visitor, number: int) -> None:
        """End a leave today, or take one back that has not begun."""
        ...

    def issue_feed(self, visitor: Visitor, label: str) -> str:
        """A new calendar address, told this once."""
        ...

    def revoke_feed(self, visitor: Visitor, feed: str) -> None:
        """End one of the visitor's own; UnknownFeed for any other."""
        ...

    def end_token(self, visitor: Visitor, token: str) -> bool:
        """End one by which a program acts in the visitor's name; False when none such is open."""
        ...

    def key(self, visitor: Visitor, secret: str = "") -> Key:
        """A new key for a second factor, or the one that was shown before, once more.

        Nothing changes before a code shows that it is used.
        """
        ...

    def ask_code(
        self, visitor: Visitor, secret: str, code: str, arrival: Arrival
    ) -> tuple[str, ...]:
        """Ask for a code from now on; FactorRefused for a wrong one. Ends other sessions.

        The recovery codes 恢复码, told this once: each lets in once without the phone.
        """
        ...

    def renew_codes(self, visitor: Visitor, code: str, arrival: Arrival) -> tuple[str, ...]:
        """Other recovery codes, those before are over; FactorRefused for a wrong code."""
        ...

    def ask_no_code(self, visitor: Visitor, code: str, arrival: Arrival) -> None:
        """Ask no more, who has the key in hand; FactorRefused for a wrong code."""
        ...
