"""The metronome: a tick that raises or drags stops no other one, and a signal ends it all."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from worker.heartbeat import FORGET_AFTER
from worker.ticker import BEAT_EVERY, Pulse, Tick, Ticker, worker_ticks
from worker.ticks import FireReport

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SOON = timedelta(milliseconds=20)
PATIENCE = 20.0
"""Seconds that a busy machine may take for something that takes a fiftieth of one."""


def pulse() -> Pulse:
    return Pulse(worker="w1", started_at=NOW)


@dataclass(slots=True, kw_only=True)
class Signs:
    """Signs of life in a list."""

    beats: list[dict[str, object]] = field(default_factory=list)
    forgotten: list[datetime] = field(default_factory=list)

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
        self.beats.append(
            {
                "worker": worker,
                "now": now,
                "started_at": started_at,
                "fired": fired,
                "delivered": delivered,
                "last_error": last_error,
            }
        )

    def forget(self, before: datetime) -> int:
        self.forgotten.append(before)
        return 0


class Counter:
    """A tick that says when it has run often enough."""

    def __init__(self, times: int, *, error: Exception | None = None) -> None:
        self.times = times
        self.error = error
        self.instants: list[datetime] = []
        self.enough = threading.Event()

    def __call__(self, now: datetime) -> None:
        self.instants.append(now)
        if len(self.instants) >= self.times:
            self.enough.set()
        if self.error is not None:
            raise self.error


def ticker(*ticks: Tick, of: Pulse | None = None) -> Ticker:
    return Ticker(ticks, lambda: NOW, of or pulse())


def test_a_tick_gets_the_instant_of_the_given_clock_again_and_again() -> None:
    counter = Counter(3)
    ticking = ticker(Tick(name="count", every=SOON, run=counter))
    with capture_logs():
        ticking.start()
        assert counter.enough.wait(PATIENCE)
        ticking.stop()
    assert set(counter.instants) == {NOW}


def test_a_tick_that_raises_is_logged_and_stops_neither_itself_nor_the_others() -> None:
    broken, sound, own = Counter(2, error=ValueError("defect")), Counter(2), pulse()
    ticking = ticker(
        Tick(name="broken", every=SOON, run=broken),
        Tick(name="sound", every=SOON, run=sound),
        of=own,
    )
    with capture_logs() as logs:
        ticking.start()
        assert broken.enough.wait(PATIENCE)
        assert sound.enough.wait(PATIENCE)
        ticking.stop()
    assert {(one["action"], one["tick"]) for one in logs if one["log_level"] == "error"} == {
        ("tick", "broken")
    }
    assert own.last_error == "broken: ValueError: defect"


def test_an_error_is_forgotten_when_the_tick_runs_well_again() -> None:
    own = pulse()
    counter = Counter(1, error=ValueError("defect"))
    tick = Tick(name="fire", every=SOON, run=counter)
    ticking = ticker(tick, of=own)
    with capture_logs():
        ticking.beat(tick)
    assert own.last_error == "fire: ValueError: defect"
    counter.error = None
    ticking.beat(tick)
    assert own.last_error is None


def test_a_slow_tick_never_runs_twice_at_once_and_holds_up_nobody() -> None:
    running, most, release = 0, 0, threading.Event()
    other = Counter(5)

    def drag(_now: datetime) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        release.wait(PATIENCE)
        running -= 1

    ticking = ticker(
        Tick(name="slow", every=SOON, run=drag), Tick(name="other", every=SOON, run=other)
    )
    with capture_logs():
        ticking.start()
        assert other.enough.wait(PATIENCE)
        release.set()
        ticking.stop()
    assert most == 1


def test_stopping_waits_for_a_running_tick_and_may_be_repeated() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(_now: datetime) -> None:
        begun.set()
        threading.Event().wait(0.2)
        ended.set()

    ticking = ticker(Tick(name="work", every=SOON, run=work))
    with capture_logs():
        ticking.start()
        assert begun.wait(PATIENCE)
        ticking.stop()
        assert ended.is_set()
        ticking.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_and_gives_the_handlers_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    counter = Counter(3)

    def count_then_signal(now: datetime) -> None:
        counter(now)
        if counter.enough.is_set():
            os.kill(os.getpid(), number)

    with capture_logs() as logs:
        ticker(Tick(name="count", every=SOON, run=count_then_signal)).run()
    assert len(counter.instants) >= 3
    assert signal.getsignal(number) is before
    assert [one["action"] for one in logs] == ["start", "stop"]


def test_a_run_does_everything_once_at_the_start() -> None:
    slow = Tick(name="slow", every=timedelta(hours=1), run=Counter(1))
    stopping = Tick(
        name="end",
        every=timedelta(hours=1),
        run=lambda _now: os.kill(os.getpid(), signal.SIGTERM),
    )
    with capture_logs():
        ticker(slow, stopping).run()
    assert isinstance(slow.run, Counter)
    assert slow.run.instants == [NOW]


def test_a_worker_fires_delivers_and_says_so() -> None:
    own, signs = pulse(), Signs()
    ticks = worker_ticks(
        own,
        fire=lambda _now: FireReport(fired=3, refused=1),
        deliver=lambda _now: 2,
        heartbeats=signs,
    )
    assert [one.name for one in ticks] == ["fire", "deliver", "heartbeat"]
    ticking = ticker(*ticks, of=own)
    for tick in (ticks[0], ticks[0], ticks[1], ticks[2]):
        ticking.beat(tick)
    assert signs.beats == [
        {
            "worker": "w1",
            "now": NOW,
            "started_at": NOW,
            "fired": 6,
            "delivered": 2,
            "last_error": None,
        }
    ]
    assert signs.forgotten == [NOW - FORGET_AFTER]
    assert BEAT_EVERY < FORGET_AFTER


def test_the_heartbeat_tells_what_fails() -> None:
    own, signs = pulse(), Signs()

    def fail(_now: datetime) -> int:
        raise ConnectionError("mail:25")

    ticks = worker_ticks(own, fire=lambda _now: FireReport(), deliver=fail, heartbeats=signs)
    ticking = ticker(*ticks, of=own)
    with capture_logs():
        for tick in ticks:
            ticking.beat(tick)
    assert [one["last_error"] for one in signs.beats] == ["deliver: ConnectionError: mail:25"]
