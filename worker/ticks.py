"""What is done at a tick, as plain functions that take `now` and return what they did.

Two workers may do it at once: the rows decide who wins. Refuses to know schedulers and clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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

    1. ask for what is due · 2. perform it congress by congress · 3. when that breaks, perform
    the same ones each alone, so that one broken case keeps no other waiting · 4. put off what
    was refused or broke. A rung that has merely lost its point is no refusal: the Desk marks it
    fired.
    """
    by_congress: dict[str, list[Command]] = {}
    for command in store.due_commands(now, limit):
        by_congress.setdefault(command.congress, []).append(command)
    report = FireReport()
    for commands in by_congress.values():
        report += _fire_together(desk, store, commands, now)
    return report


def _fire_together(
    desk: Desk, store: Store, commands: Sequence[Command], now: datetime
) -> FireReport:
    try:
        verdicts = desk.perform_many(commands)
    except Exception:
        log.exception("performed one by one instead", action="fire", congress=commands[0].congress)
        report = FireReport()
        for command in commands:
            report += _fire_alone(desk, store, command, now)
        return report
    return _judged(store, verdicts, now)


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
