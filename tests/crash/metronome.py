"""The worker's own ticker over the parts of a test, at a pace of its own and by a clock on disk.

The clock stands still until the test moves its hands, so that no lease runs out in between.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.crash.fate import name_of
from tests.crash.house import House
from worker.ticker import Pulse, Tick, Ticker

PACE = timedelta(milliseconds=40)


def ticking(house: House, clock: Callable[[], datetime]) -> tuple[Ticker, Pulse, tuple[Tick, ...]]:
    """A ticker that fires and delivers."""
    pulse = Pulse(worker=name_of(os.getpid()), started_at=clock())
    ticks = (
        Tick(name="fire", every=PACE, run=house.fire),
        Tick(name="deliver", every=PACE, run=house.deliver),
    )
    return Ticker(ticks, clock, pulse), pulse, ticks


def set_hands(hands: Path, now: datetime) -> None:
    """Let it be that time for everybody who reads this clock."""
    beside = hands.with_suffix(".new")
    beside.write_text(now.isoformat(), encoding="utf-8")
    beside.replace(hands)


def time_of(hands: Path) -> datetime:
    """What the clock says."""
    return datetime.fromisoformat(hands.read_text(encoding="utf-8"))


def end_of(hands: Path) -> Path:
    """The file whose coming tells those who tick by this clock to end."""
    return hands.with_suffix(".end")
