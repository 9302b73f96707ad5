"""100,000 pending timers with 10,000 due: how fast they fire, and that each fires once.

Prints the product beside the same rows written by the bare driver and beside a bare queue; fails
below the floors of limits.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import Connection, text

from db.audit import AuditTrail
from db.database import open_database, reading
from engine.audit import verify
from tests.benchmark.pending import (
    DUE,
    SHARES,
    congress_codes,
    fill_with_pending,
    fill_with_waiting,
)
from tests.benchmark.stages import desk_over, store_over
from tests.benchmark.workers import Run, copy_of, fire_with, mark_only, record_batches, write_raw
from tests.support.databases import postgres_url
from worker.ticks import FireReport, fire_all_due

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

LIMITS = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))
DUE_NOW, WAITING = 10_000, 90_000
LADDER = ("before_15", "before_5", "due", "overdue_1", "overdue_5")
SCANS = 100


@pytest.fixture(scope="module", params=[1, 4], ids=["1-congress", "4-congresses"])
def filled(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """A database to copy, and how many congresses share its timers; workers are as many."""
    with postgres_url(durable=True) as url:
        database = open_database(url)
        fill_with_pending(database, congresses=request.param, due=DUE_NOW, waiting=WAITING)
        database.dispose()
        yield url, request.param


def test_due_timers_fire_fast_and_each_once(filled: tuple[str, int]) -> None:
    url, workers = filled
    with copy_of(url) as product:
        ours = fire_with(product, workers)
        _check_each_fired_once(product, workers)
    with copy_of(url) as recorded:
        batches = record_batches(recorded)
    with copy_of(url) as raw:
        same_rows = write_raw(raw, batches, DUE_NOW)
        _check_each_fired_once(raw, workers)
    with copy_of(url) as queue:
        marked = mark_only(queue, congress_codes(workers))
    _tell(workers, ours, same_rows, marked)
    assert sum(ours.done) == sum(marked.done) == DUE_NOW
    floor = LIMITS["timers"][f"workers_{workers}"]
    assert ours.speed / same_rows.speed >= floor["ratio"]
    assert ours.speed >= floor["per_second"]


def _tell(workers: int, ours: Run, same_rows: Run, marked: Run) -> None:
    floor = LIMITS["timers"][f"workers_{workers}"]
    print(
        f"\n{DUE_NOW} due of {DUE_NOW + WAITING} pending, {workers} worker(s) on {workers} "
        f"congress(es): {ours.speed:.0f}/s (aim {LIMITS['timers']['aim']}, floor "
        f"{floor['per_second']}), by worker {ours.done}\n"
        f"  the same rows by the bare driver: {same_rows.speed:.0f}/s, ratio "
        f"{ours.speed / same_rows.speed:.2f} (floor {floor['ratio']})\n"
        f"  due rows merely marked, a hundred at a time: {marked.speed:.0f}/s"
    )


def test_looking_with_nothing_due_is_cheap() -> None:
    with postgres_url(durable=True) as url:
        database = open_database(url)
        fill_with_waiting(database, congresses=4, waiting=1_000_000)
        store = store_over(database)
        desk = desk_over(store)
        times = []
        for _ in range(SCANS):
            began = perf_counter()
            report = fire_all_due(desk, store, DUE)
            times.append(1000 * (perf_counter() - began))
            assert report == FireReport()
        database.dispose()
    floor = LIMITS["timers"]["empty_scan_ms"]
    print(f"\nnothing due of 1,000,000 pending: {median(times):.2f} ms a look (at most {floor})")
    assert median(times) <= floor


PENDING = "fired_at IS NULL AND cancelled_at IS NULL"
FIRED_IN_TURN = """
    SELECT count(*) FROM timers JOIN timers AS following USING (case_id, clock, plan)
    WHERE timers.rung = :rung AND timers.fired_at = :now AND following.rung = :following
        AND following.fired_at IS NULL AND following.cancelled_at IS NULL
"""
COUNTS = {
    f"SELECT count(*) FROM timers WHERE {PENDING} AND fire_at <= :now": 0,
    f"SELECT count(*) FROM timers WHERE {PENDING}": DUE_NOW + WAITING,
    "SELECT count(*) FROM timers WHERE fired_at = :now": DUE_NOW,
    "SELECT count(*) FROM audit_entries WHERE at = :now AND actor = 'clock'": DUE_NOW,
    "SELECT count(DISTINCT case_id) FROM audit_entries WHERE at = :now": DUE_NOW,
    # Fired, and nobody told.
    """
    SELECT count(*) FROM timers WHERE fired_at = :now AND NOT EXISTS (
        SELECT FROM notices WHERE (notices.case_id, notices.clock, notices.plan, notices.rung)
            = (timers.case_id, timers.clock, timers.plan, timers.rung))
    """: 0,
    # Told, and no message on its way; everybody has one address.
    """
    SELECT count(*) FROM notices LEFT JOIN outbox ON notice_id = id
    WHERE decided_at = :now AND notice_id IS NULL
    """: 0,
}


def _check_each_fired_once(url: str, congresses: int) -> None:
    """None lost, none twice: timers, entries, notices, messages, next rungs, chains."""
    database = open_database(url)
    with reading(database) as connection:
        for query, expected in COUNTS.items():
            assert _count(connection, query) == expected, query
        for share, following in zip(SHARES, LADDER[1:], strict=True):
            fired = _count(connection, FIRED_IN_TURN, rung=share.rung, following=following)
            assert fired == DUE_NOW * share.percent // 100
    for code in congress_codes(congresses):
        entries, head = AuditTrail(database).chain(code)
        verify(entries, head=head)
    database.dispose()


def _count(connection: Connection, query: str, **values: str) -> int:
    return int(connection.execute(text(query), {"now": DUE, **values}).scalar_one())
