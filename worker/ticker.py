"""The metronome: the only module that knows APScheduler.

It keeps no jobs of ours: what is due stands in rows, and each beat only calls a tick with the
instant of the clock it was given. A tick that raises is logged and stops neither itself nor
the others; a tick that is slow is not started twice.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from worker.heartbeat import FORGET_AFTER, Heartbeats
from worker.ticks import FireReport

FIRE_EVERY = timedelta(seconds=5)
DELIVER_EVERY = timedelta(seconds=5)
BEAT_EVERY = timedelta(seconds=15)
LOOK_EVERY_SECONDS = 0.1
LONGEST_ERROR = 500

log = structlog.get_logger()

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Something to do again and again."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


@dataclass(slots=True, kw_only=True)
class Pulse:
    """What a worker has done since it started, and which of its ticks are failing."""

    worker: str
    started_at: datetime
    fired: int = 0
    delivered: int = 0
    failing: dict[str, str] = field(default_factory=dict)

    @property
    def last_error(self) -> str | None:
        """The errors of the ticks that failed when they ran last; None when all is well."""
        told = "; ".join(f"{name}: {error}" for name, error in sorted(dict(self.failing).items()))
        return told[:LONGEST_ERROR] or None


def worker_ticks(
    pulse: Pulse,
    *,
    fire: Callable[[datetime], FireReport],
    deliver: Callable[[datetime], int],
    heartbeats: Heartbeats,
) -> tuple[Tick, ...]:
    """The three ticks of a worker. `deliver` returns how many messages went out."""

    def firing(now: datetime) -> None:
        pulse.fired += fire(now).fired

    def delivering(now: datetime) -> None:
        pulse.delivered += deliver(now)

    def beating(now: datetime) -> None:
        heartbeats.beat(
            pulse.worker,
            now,
            started_at=pulse.started_at,
            fired=pulse.fired,
            delivered=pulse.delivered,
            last_error=pulse.last_error,
        )
        heartbeats.forget(now - FORGET_AFTER)

    return (
        Tick(name="fire", every=FIRE_EVERY, run=firing),
        Tick(name="deliver", every=DELIVER_EVERY, run=delivering),
        Tick(name="heartbeat", every=BEAT_EVERY, run=beating),
    )


class Ticker:
    """Runs ticks at their intervals, in threads of its own.

    `run` is for a process that does nothing else (`worker`): it returns after SIGTERM or SIGINT.
    `start` and `stop` are for a process that does other things too (`serve`).
    """

    def __init__(self, ticks: Sequence[Tick], clock: Clock, pulse: Pulse) -> None:
        self._ticks = tuple(ticks)
        self._clock = clock
        self._pulse = pulse
        self._asked_to_stop = False
        self._lock = threading.Lock()
        # A slow tick that is not started twice is meant; it needs no warning every five seconds.
        quiet = logging.getLogger(f"{__name__}.scheduler")
        quiet.setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True, logger=quiet)
        for tick in self._ticks:
            self._scheduler.add_job(
                self.beat,
                "interval",
                args=(tick,),
                seconds=tick.every.total_seconds(),
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def beat(self, tick: Tick) -> None:
        """Run one tick now; an error is logged and remembered until the tick runs well again."""
        try:
            tick.run(self._clock())
        except Exception as error:
            log.exception("tick failed", action="tick", tick=tick.name, worker=self._pulse.worker)
            self._pulse.failing[tick.name] = f"{type(error).__name__}: {error}"
        else:
            self._pulse.failing.pop(tick.name, None)

    def start(self) -> None:
        """Begin to tick and come back at once."""
        self._scheduler.start()
        log.info("ticking", action="start", worker=self._pulse.worker)

    def stop(self) -> None:
        """Wait for running ticks to end and stop; stopping twice is no error."""
        with self._lock:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=True)
                log.info("stopped", action="stop", worker=self._pulse.worker)

    def run(self) -> None:
        """Do every tick once, then tick until SIGTERM or SIGINT. For the main thread only."""
        with self._listening():
            for tick in self._ticks:
                if not self._asked_to_stop:
                    self.beat(tick)
            self.start()
            try:
                # A plain flag: a handler that took a lock could meet itself holding it.
                while not self._asked_to_stop:
                    time.sleep(LOOK_EVERY_SECONDS)
            finally:
                self.stop()

    @contextmanager
    def _listening(self) -> Iterator[None]:
        before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
        for one in before:
            signal.signal(one, self._ask_to_stop)
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True
