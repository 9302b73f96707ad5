"""What is done at a tick, as plain functions that take `now` and return what they did.

Two workers may do it at once: the rows decide who wins. Refuses to know schedulers and clocks.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import structlog

from engine.command import Command
from engine.errors import TimerGone
from engine.perform import Desk, Verdict
from engine.store import Store

LATER = timedelta(hours=1)
"""How long a timer is put off that could not be fired."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class FireReport:
    """How many timers fired (with or without a move), were refused, were gone, or broke.

    Refused and broken ones are put off; only they need somebody's attention.
    """

    fired: int = 0
    refused: int = 0
    gone: int = 0
    broken: int = 0

    def __add__(self, other: FireReport) -> FireReport:
        return FireReport(
            fired=self.fired + other.fired,
            refused=self.refused + other.refused,
            gone=self.gone + other.gone,
            broken=self.broken + other.broken,
        )


def fire_due_timers(desk: Desk, store: Store, now: datetime, limit: int = 500) -> FireReport:
    """Perform the commands of the timers that are due, one transaction a congress.

    1. ask which congresses have something due · 2. in each that no other worker is busy with,
    perform at most `limit` of what is due · 3. when that breaks, perform the same ones each
    alone, so that one broken case keeps no other waiting · 4. put off what was refused or broke.
    A rung that has merely lost its point is no refusal: the Desk marks it fired.
    """
    report = FireReport()
    for congress in store.due_congresses(now):
        report += _fire_together(desk, store, congress, now, limit)
    return report


def fire_all_due(
    desk: Desk, store: Store, now: datetime, limit: int = 500, *, rounds: int | None = None
) -> FireReport:
    """Go on until nothing more can be fired, or for so many rounds.

    A fired rung may bring up one that is due already.
    """
    report = FireReport()
    for _ in count() if rounds is None else range(rounds):
        more = fire_due_timers(desk, store, now, limit)
        report += more
        if not more.fired:
            break
    return report


def _fire_together(
    desk: Desk, store: Store, congress: str, now: datetime, limit: int
) -> FireReport:
    try:
        with _without_collecting():
            verdicts = desk.perform_due(congress, now, limit)
    except Exception:
        log.exception("performed one by one instead", action="fire", congress=congress)
        with store.read(congress) as transaction:
            commands = transaction.due_commands(now, limit)
        report = FireReport()
        for command in commands:
            report += _fire_alone(desk, store, command, now)
        return report
    return _judged(store, verdicts or (), now)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A batch makes many objects that all live until its end: looking for garbage is in vain."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _fire_alone(desk: Desk, store: Store, command: Command, now: datetime) -> FireReport:
    try:
        verdicts = desk.perform_many([command])
    except Exception as error:
        log.exception("timer broke", action="fire", **_named(command))
        # When the database itself is away, this raises too and ends the tick: nothing is lost.
        store.postpone(command, now + LATER, f"{type(error).__name__}: {error}")
        return FireReport(broken=1)
    return _judged(store, verdicts, now)


def _judged(store: Store, verdicts: Sequence[Verdict], now: datetime) -> FireReport:
    report = FireReport()
    for verdict in verdicts:
        if verdict.error is None:
            report = replace(report, fired=report.fired + 1)
        elif isinstance(verdict.error, TimerGone):
            report = replace(report, gone=report.gone + 1)
        else:
            log.warning(
                "timer refused",
                action="fire",
                code=verdict.error.code,
                error=verdict.error.message("en"),
                **_named(verdict.command),
            )
            store.postpone(verdict.command, now + LATER, verdict.error.message("zh"))
            report = replace(report, refused=report.refused + 1)
    return report


def _named(command: Command) -> dict[str, object]:
    rung = command.rung
    return {
        "congress": command.congress,
        "case": command.case,
        "clock": rung.clock if rung else None,
        "rung": rung.rung if rung else None,
    }
