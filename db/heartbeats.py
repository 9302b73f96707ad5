"""Signs of life of workers, one row a worker: who ticks, since when, and what went wrong last."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from db.database import reading, writing
from db.prepared import Batch
from db.statements import upsert
from db.tables import worker_heartbeats

UPSERT = upsert(worker_heartbeats, ("worker",))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatRow:
    """The last sign of life of a worker, with what it has done since it started."""

    worker: str
    started_at: datetime
    last_seen_at: datetime
    last_error: str | None
    fired: int
    delivered: int


class SqlHeartbeats:
    """The heartbeats of a database (the worker's port `Heartbeats`)."""

    def __init__(self, database: Engine) -> None:
        self._database = database

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
        row = HeartbeatRow(
            worker=worker,
            started_at=started_at,
            last_seen_at=now,
            last_error=last_error,
            fired=fired,
            delivered=delivered,
        )
        with writing(self._database) as connection:
            batch = Batch(connection)
            batch.add(UPSERT, asdict(row))
            batch.send()

    def forget(self, before: datetime) -> int:
        """Drop workers not seen since; how many."""
        gone = delete(worker_heartbeats).where(worker_heartbeats.c.last_seen_at < before)
        with writing(self._database) as connection:
            return connection.execute(gone).rowcount

    def workers(self) -> tuple[HeartbeatRow, ...]:
        """Every worker that is remembered, the one last seen first."""
        table = worker_heartbeats
        query = select(table).order_by(table.c.last_seen_at.desc(), table.c.worker)
        with reading(self._database) as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(HeartbeatRow(**row) for row in rows)
