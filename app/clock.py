"""The one real clock, and one that goes on from elsewhere. Everybody else is told the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def going_on_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows that moment now, and goes as fast as the real one."""
    started = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - started)
