"""The port through which people come in whom another provider vouches for (OpenID Connect).

Refuses to know the protocol: it carries a cookie and an answer from one step to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from web.gate import Arrival, SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where the browser is sent, and the cookie by which its answer is known; for how long."""

    location: str
    cookie: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The new session, where its holder wanted to go, and what they show to sign out there too."""

    signed_in: SignedIn
    next: str
    token: str = field(repr=False)


class Oidc(Protocol):
    """Signing in by the provider of this installation."""

    @property
    def label(self) -> str:
        """What people call the provider."""
        ...

    def begin(self, next_: str, arrival: Arrival) -> Begun:
        """Ask the provider; ProviderDown when it cannot be asked."""
        ...

    def end(self, cookie: str, answer: Mapping[str, str], arrival: Arrival) -> Ended:
        """Let in whom it vouches for; ProviderRefused with the reason for anybody else."""
        ...

    def leave(self, token: str) -> str | None:
        """Where a browser signs out there as well; None when that is not offered or not now."""
        ...
