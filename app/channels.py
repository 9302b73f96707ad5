"""The ways out of the house that settings and the channel file open, and whom each reaches."""

from __future__ import annotations

from app.settings import Settings
from engine.outbox import ChannelRoute

EMAIL = "email"
CONSOLE = "console"


def routes_of(settings: Settings) -> tuple[ChannelRoute, ...]:
    """Whom each channel reaches; a row for a channel that nobody empties would wait for ever."""
    found = []
    if settings.smtp_host:
        found.append(ChannelRoute(name=EMAIL, reaches="email"))
    if settings.console_notices:
        found.append(ChannelRoute(name=CONSOLE, reaches="code"))
    return tuple(found)
