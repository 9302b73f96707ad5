"""How a process of a test ends: at which named point, at which turn, and in what way.

The points are those of a transaction of the store, and those of a message on its way: `claiming`
and `marking` lie before the commit of what they name, `claimed`, `sending`, `sent` and `marked`
between the steps.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from db.outbox import SqlOutbox
from engine.outbox import OutboxItem

STORE_POINTS = ("loaded", "saving", "saved", "before-commit", "committed")
DELIVERY_POINTS = ("claiming", "claimed", "sending", "sent", "marking", "marked")
ANY = "any"
"""Every point counts, and every statement that SQLAlchemy runs."""

DIE, STOP, CUT = "die", "stop", "cut"

Reach = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What befalls a process when it comes to the point for the `turn`th time."""

    point: str
    turn: int = 1
    way: str = DIE

    def plain(self) -> dict[str, object]:
        """As it is told to another process."""
        return asdict(self)


class Watch:
    """Counts how often the point is reached and strikes once; without a fate it only looks on.

    `doing` names what the transaction is about that is being committed.
    """

    def __init__(self, fate: Fate | None, database: Engine) -> None:
        self._database = database
        self.doing = ""
        self.befall(fate)
        event.listen(database, "commit", self._committing)
        event.listen(database, "before_cursor_execute", self._stating)

    def befall(self, fate: Fate | None) -> None:
        """What is to happen from here on."""
        self._fate = fate
        self._turns = count(1)

    def reach(self, point: str) -> None:
        """The process is there now."""
        fate = self._fate
        if fate is None or fate.point not in (point, ANY) or next(self._turns) != fate.turn:
            return
        if fate.way == CUT:
            _cut_connections(self._database)
        else:
            # Not an exception: nothing of the program may run after it, no `finally` either.
            os.kill(os.getpid(), signal.SIGKILL if fate.way == DIE else signal.SIGSTOP)

    def _committing(self, _connection: object) -> None:
        if self.doing:
            self.reach(self.doing)

    def _stating(self, *_of: Any) -> None:  # noqa: ANN401  # connection, cursor, statement, …
        self.reach("statement")


class WatchedOutbox(SqlOutbox):
    """The outbox with points around and within its transactions."""

    watch: Watch

    def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease: timedelta,
        worker: str,
        channels: Collection[str],
    ) -> Sequence[OutboxItem]:
        self.watch.doing = "claiming"
        items = super().claim(now, limit, lease=lease, worker=worker, channels=channels)
        self.watch.doing = ""
        if items:
            self.watch.reach("claimed")
        return items

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        self.watch.doing = "marking"
        marked = super().sent(item, now)
        self.watch.doing = ""
        self.watch.reach("marked")
        return marked


def _cut_connections(database: Engine) -> None:
    """End every connection that this process has to PostgreSQL, as a broken network would."""
    with psycopg.connect(libpq(database), autocommit=True, application_name="cutter") as cutter:
        cutter.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [name_of(os.getpid())],
        )


def name_of(pid: int) -> str:
    """What a process of a test is called by PostgreSQL."""
    return f"crash-{pid}"


def libpq(database: Engine) -> str:
    """The address as the driver itself takes it."""
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)
