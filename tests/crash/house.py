"""The parts that a process of a test works with, and what a worker does with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from db.database import open_database, reading
from db.store import SqlStore
from engine.perform import Desk
from engine.profile import Profile
from notifications.deliver import LEASE, DeliveryReport, deliver_notices
from tests.crash.fate import Fate, Watch, WatchedOutbox, name_of
from tests.crash.outside import CHANNEL, OutsideChannel
from tests.crash.town import desk_on, store_on
from worker.ticks import FireReport, fire_all_due


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The parts that a process works with."""

    url: str
    database: Engine
    store: SqlStore
    desk: Desk
    watch: Watch
    outbox: WatchedOutbox
    channel: OutsideChannel

    def fire(self, now: datetime) -> FireReport:
        """Everything that is due."""
        return fire_all_due(self.desk, self.store, now)

    def rules(self, name: str, version: int) -> Profile:
        """A stored profile version."""
        with reading(self.database) as connection:
            return self.store.shelf.profile(connection, name, version)

    def deliver(self, now: datetime, *, lease: timedelta = LEASE) -> DeliveryReport:
        """Everything that may leave."""
        report = DeliveryReport()
        while True:
            more = deliver_notices(
                self.outbox,
                {CHANNEL: self.channel},
                now,
                worker=name_of(os.getpid()),
                profile_of=self.rules,
                lease=lease,
            )
            report += more
            if not more.sent:
                return report


_known: dict[tuple[str, Path], House] = {}
"""Those of a process that is forked: a fork inherits what was read and compiled, no connection."""


def get_to_know(url: str, outside: Path, work: Callable[[House], object]) -> None:
    """Do the work on this database here, and keep what was read and compiled for it."""
    with house_on(url, outside) as house:
        work(house)
        _known[url, outside] = house


@contextmanager
def house_on(url: str, outside: Path, fate: Fate | None = None) -> Iterator[House]:
    """The parts over a database, under a fate; the connections are given back."""
    house = _known.get((url, outside)) or _built(url, outside)
    house.watch.befall(fate)
    try:
        yield house
    finally:
        house.database.dispose()


def _built(url: str, outside: Path) -> House:
    database = open_database(url)
    watch = Watch(None, database)
    store = store_on(database, watch.reach)
    outbox = WatchedOutbox(database, store.shelf)
    outbox.watch = watch
    return House(
        url=url,
        database=database,
        store=store,
        desk=desk_on(store),
        watch=watch,
        outbox=outbox,
        channel=OutsideChannel(outside, watch.reach),
    )
