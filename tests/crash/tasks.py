"""What a process of a test does until it ends or is ended: the tasks that are forked.

Everything it needs is in the task; it opens connections of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from app.cli import main
from app.log import configure_logging
from tests.crash import player
from tests.crash.fate import Fate, name_of
from tests.crash.house import house_on
from tests.crash.metronome import PACE, end_of, ticking, time_of
from tests.crash.web import serve_town
from worker import ticker

BEATS = 4
TROUBLED = 3
"""How a worker ends that had to put something off: nobody but its fate should trouble it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done, on which database, at what time, and what befalls who does it.

    `door`: where a web process opens. `hands`: a file that tells a ticking worker the time.
    `arguments` (and `environment`): of the program `bihuan` itself, or of the player.
    """

    kind: str
    url: str
    outside: str
    now: datetime
    fate: Fate | None = None
    door: str = ""
    hands: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        """As it is told to another process."""
        return {**asdict(self), "now": self.now.isoformat()}

    @classmethod
    def told(cls, plain: Mapping[str, object]) -> Task:
        """As another process told it."""
        known = dict(plain)
        known["now"] = datetime.fromisoformat(str(known["now"]))
        if isinstance(known["fate"], dict):
            known["fate"] = Fate(**known["fate"])
        return cls(**known)  # type: ignore[arg-type]  # what `plain` told


def run(task: Task) -> int:
    """Do the task; the exit code."""
    os.environ["PGAPPNAME"] = name_of(os.getpid())
    configure_logging("WARNING")
    return _KINDS[task.kind](task)


def _work(task: Task) -> int:
    """What a worker does at a tick: fire, then deliver."""
    with house_on(task.url, Path(task.outside), task.fate) as house:
        fired = house.fire(task.now)
        report = house.deliver(task.now)
    troubled = fired.refused or fired.broken or report.dead or report.waiting
    return TROUBLED if troubled else 0


def _deliver(task: Task) -> int:
    """The second half of it."""
    with house_on(task.url, Path(task.outside), task.fate) as house:
        report = house.deliver(task.now)
    return TROUBLED if report.dead or report.waiting else 0


def _beat(task: Task) -> int:
    """A worker that goes on after an error, as the ticker makes it; in the end all is well."""
    with house_on(task.url, Path(task.outside), task.fate) as house:
        beating, pulse, ticks = ticking(house, lambda: task.now)
        for _ in range(BEATS):
            for tick in ticks:
                beating.beat(tick)
    return TROUBLED if pulse.last_error else 0


def _tick(task: Task) -> int:
    """A worker that ticks by itself until it is told to end."""
    hands = Path(task.hands)
    with house_on(task.url, Path(task.outside), task.fate) as house:
        clock = partial(time_of, hands)
        beating, pulse, _ticks = ticking(house, clock)
        beating.start()
        while not end_of(hands).exists():
            time.sleep(0.02)
        beating.stop()
    return TROUBLED if pulse.last_error else 0


def _serve(task: Task) -> int:
    """Serve until killed."""
    with house_on(task.url, Path(task.outside), task.fate) as house:
        serve_town(house, task.door)
    return 0


def _play(task: Task) -> int:
    """Play the small year until it is over or a checkpoint is deadly."""
    player.main([task.url, *task.arguments])
    return 0


def _bihuan(task: Task) -> int:
    """The program itself, as it is installed; it only ticks faster."""
    os.environ |= task.environment
    ticker.FIRE_EVERY = ticker.DELIVER_EVERY = PACE
    sys.argv = ["bihuan", *task.arguments]
    main()
    return 0


_KINDS: Mapping[str, Callable[[Task], int]] = {
    "work": _work,
    "deliver": _deliver,
    "beat": _beat,
    "tick": _tick,
    "web": _serve,
    "play": _play,
    "bihuan": _bihuan,
}
