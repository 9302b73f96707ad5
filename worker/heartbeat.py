"""The worker's sign of life, by which a health page tells that it ticks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

FORGET_AFTER = timedelta(days=7)


class Heartbeats(Protocol):
    """Where signs of life are kept, one a worker."""

    def beat(
        self,
        worker: str,
        now: datetime,
        *,
        started_at: datetime,
        fired: int,
        delivered: int,
        last_error: str | None,
    ) -> None:
        """The worker lives; what it has done since it started, what is wrong now."""
        ...

    def forget(self, before: datetime) -> int:
        """Drop workers not seen since; how many."""
        ...
