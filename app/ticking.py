"""Puts a worker together: what it fires, what it delivers, and its sign of life."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from app.bulletins import issue_due_bulletins
from app.recounting import finish_recounts
from app.wiring import Services
from db.statistics import refresh_statistics
from notifications.deliver import DeliveryReport, deliver_notices
from worker.ticker import Pulse, Tick, Ticker, worker_ticks
from worker.ticks import FireReport, fire_all_due

HEARTBEAT = "heartbeat"
BULLETIN_EVERY = timedelta(minutes=10)
RECOUNT_EVERY = timedelta(seconds=30)
FORGET_EVERY = timedelta(hours=1)
STATISTICS_EVERY = timedelta(hours=1)
ROUNDS = 20
"""Batches that one tick fires or sends at most: a worker asked to stop waits for its ticks.

What is left over waits for the next tick, a few seconds later. The heartbeat has its own thread.
"""


def worker_name() -> str:
    """Tells this process from every other one, on this host and on others."""
    return f"{socket.gethostname()}-{os.getpid()}"


def ticker_of(services: Services, write: Callable[[str], None]) -> Ticker:
    """A ticker over the parts; `write` is the console for notices that go there."""
    pulse = Pulse(worker=worker_name(), started_at=services.clock())
    # A sign of life before anything else: after a week away the first round takes its time.
    ticks = sorted(ticks_of(services, pulse, write), key=lambda one: one.name != HEARTBEAT)
    return Ticker(ticks, services.clock, pulse)


def start_ticking(services: Services, write: Callable[[str], None]) -> Ticker:
    """Tick in threads beside what this process does; its first sign of life is given at once."""
    pulse = Pulse(worker=worker_name(), started_at=services.clock())
    ticks = ticks_of(services, pulse, write)
    ticker = Ticker(ticks, services.clock, pulse)
    for tick in ticks:
        if tick.name == HEARTBEAT:
            ticker.beat(tick)
    ticker.start()
    return ticker


def ticks_of(services: Services, pulse: Pulse, write: Callable[[str], None]) -> tuple[Tick, ...]:
    """The ticks of a worker, for one go as well."""
    channels = services.channels(write)

    def fire(now: datetime) -> FireReport:
        return fire_all_due(services.desk, services.store, now, rounds=ROUNDS)

    def send(now: datetime) -> DeliveryReport:
        return deliver_notices(
            services.outbox,
            channels,
            now,
            worker=pulse.worker,
            profile_of=services.profile,
            language=services.settings.language,
        )

    def deliver(now: datetime) -> int:
        return _send_in_rounds(partial(send, now)) if channels else 0

    def issue(now: datetime) -> int:
        return issue_due_bulletins(services, now)

    def recount(now: datetime) -> int:
        return finish_recounts(services, now)

    def forget(now: datetime) -> int:
        kept = timedelta(days=services.settings.webhook_log_days)
        return services.webhook_log.forget(now - kept)

    def learn(_now: datetime) -> None:
        refresh_statistics(services.database)

    return (
        # First of all: what is due must be counted under the calendar as it is.
        Tick(name="recount", every=RECOUNT_EVERY, run=recount),
        # Before the others: what it tells goes out in the same round.
        Tick(name="bulletin", every=BULLETIN_EVERY, run=issue),
        Tick(name="forget", every=FORGET_EVERY, run=forget),
        Tick(name="statistics", every=STATISTICS_EVERY, run=learn),
        *worker_ticks(pulse, fire=fire, deliver=deliver, heartbeats=services.heartbeats),
    )


def _send_in_rounds(send: Callable[[], DeliveryReport]) -> int:
    """Go on while everything goes out: a server that makes us wait is asked again next time."""
    sent = 0
    for _ in range(ROUNDS):
        report = send()
        sent += report.sent
        if report.waiting or not report.sent:
            break
    return sent


def tick_once(services: Services, now: datetime, write: Callable[[str], None]) -> Pulse:
    """Do everything that is due now, and say what was done.

    A fired rung may bring up the next one that is due already, so each tick runs until it finds
    nothing more to do.
    """
    pulse = Pulse(worker=worker_name(), started_at=now)
    for tick in ticks_of(services, pulse, write):
        before = None
        while before != (pulse.fired, pulse.delivered):
            before = (pulse.fired, pulse.delivered)
            tick.run(now)
    return pulse
