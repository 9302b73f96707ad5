"""Plays the year through the Desk on a virtual clock: each morning the due rungs, then people.

Stops at the first command that is refused: the schedule is meant to hold, so a refusal is a
defect and never something to be passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from app.demo.schedule import case_id
from app.demo.teller import Event
from engine.calendar import local_day, local_instant
from engine.command import Command
from engine.errors import BihuanError
from engine.perform import Desk, Verdict
from engine.store import Store
from worker.ticks import fire_due_timers

ONE_DAY = timedelta(days=1)
MORNING = time(9, 0)
TICK_LIMIT = 500
TOGETHER = 25
"""Commands in one transaction: a year in a minute needs fewer commits than commands."""


class DemoStopped(BihuanError):
    """A command of the schedule was refused."""

    code = "demo-stopped"
    zh = "演示在{at}停止:“{step}”({story})未能办理:{reason}。已办理的部分完整保留,可再次运行继续。"
    en = "The demo stopped at {at}: “{step}” of {story} was refused: {reason}. Run it again."


@dataclass(slots=True, kw_only=True)
class Progress:
    """What has been played so far."""

    day: date
    performed: int = 0
    repeated: int = 0
    rungs: int = 0


def play(  # one run has these parts
    desk: Desk,
    store: Store,
    congress: str,
    events: tuple[Event, ...],
    *,
    until: date,
    told: Callable[[Progress], None],
) -> Progress:
    """Play the events up to and including the day `until`; `told` is called after each day."""
    progress = Progress(day=local_day(events[0].at))
    by_day = {day: tuple(some) for day, some in groupby(events, key=lambda one: local_day(one.at))}
    while progress.day <= until:
        progress.rungs += _tick(desk, store, progress.day)
        for group in _batches(by_day.get(progress.day, ())):
            _perform(desk, congress, group, progress)
        told(progress)
        progress.day += ONE_DAY
    progress.day = until
    return progress


def _tick(desk: Desk, store: Store, day: date) -> int:
    """Let the clock act until nothing is due."""
    now, fired = local_instant(day, MORNING), 0
    while True:
        report = fire_due_timers(desk, store, now, limit=TICK_LIMIT)
        fired += report.fired
        if report.fired + report.refused + report.gone < TICK_LIMIT:
            return fired


def _batches(events: Iterable[Event]) -> Iterator[tuple[Event, ...]]:
    """Named batches whole; what else happens on a day in transactions of a few dozen."""
    for batch, group in groupby(events, key=lambda one: one.batch):
        together = tuple(group)
        size = len(together) if batch is not None else TOGETHER
        for first in range(0, len(together), size):
            yield together[first : first + size]


def _perform(desk: Desk, congress: str, events: tuple[Event, ...], progress: Progress) -> None:
    verdicts = desk.perform_many([_command(congress, one) for one in events])
    for event, verdict in zip(events, verdicts, strict=True):
        _count(event, verdict, progress)


def _count(event: Event, verdict: Verdict, progress: Progress) -> None:
    if verdict.receipt is None:
        reason = verdict.error.message("zh") if verdict.error else "?"
        raise DemoStopped(
            at=event.at.isoformat(), step=event.step, story=event.story, reason=reason
        )
    progress.performed += 1
    progress.repeated += not verdict.receipt.first


def _command(congress: str, event: Event) -> Command:
    begins = event.action == "draft"
    form = dict(event.form)
    if event.batch is not None:
        form["batch"] = f"{event.batch}-{local_day(event.at)}"
    return Command(
        congress=congress,
        action=event.action,
        actor=event.actor,
        now=event.at,
        case=None if begins else case_id(congress, event.story),
        subject=event.subject,
        form=form,
        request_key=event.key,
    )
