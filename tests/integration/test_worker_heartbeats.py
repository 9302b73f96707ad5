"""Signs of life in rows: one a worker, the newest kept, old ones forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from db.heartbeats import HeartbeatRow, SqlHeartbeats
from tests.support.congress import NOW

MINUTE = timedelta(minutes=1)


def test_the_last_sign_of_each_worker_is_kept(database: Engine) -> None:
    hearts = SqlHeartbeats(database)
    hearts.beat("w1", NOW, started_at=NOW, fired=0, delivered=0, last_error=None)
    hearts.beat("w2", NOW + MINUTE, started_at=NOW, fired=1, delivered=0, last_error=None)
    later = NOW + 2 * MINUTE
    hearts.beat("w1", later, started_at=NOW, fired=3, delivered=2, last_error="fire: defect")
    first, second = hearts.workers()
    assert first == HeartbeatRow(
        worker="w1",
        started_at=NOW,
        last_seen_at=later,
        last_error="fire: defect",
        fired=3,
        delivered=2,
    )
    assert second.worker == "w2"


def test_who_was_not_seen_for_long_is_forgotten(database: Engine) -> None:
    hearts = SqlHeartbeats(database)
    for worker, minutes in (("w1", 0), ("w2", 5)):
        seen = NOW + minutes * MINUTE
        hearts.beat(worker, seen, started_at=NOW, fired=0, delivered=0, last_error=None)
    assert hearts.forget(NOW + MINUTE) == 1
    assert [one.worker for one in hearts.workers()] == ["w2"]
