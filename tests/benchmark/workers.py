"""Worker processes over one database, and the bare driver in their place with the same rows.

Each process has a connection of its own; the time runs from the moment all are ready until the
last one has found nothing more to do.
"""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from time import perf_counter, sleep
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from db.database import open_database
from db.store import SqlStore
from engine.perform import Desk
from tests.benchmark.pending import DUE
from tests.benchmark.raw import raw_postgres
from tests.benchmark.recorder import Sent, listen, ready
from tests.benchmark.stages import desk_over, store_over
from worker.ticks import fire_all_due
from workflows import load_files

PAUSE = 0.002
"""Seconds until a worker that found every congress taken looks again."""

Batch = Sequence[Sent]
_numbers = count(1)
_processes = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How many timers each process dealt with, and how long all took."""

    done: tuple[int, ...]
    seconds: float

    @property
    def speed(self) -> float:
        """Timers a second."""
        return sum(self.done) / self.seconds


@contextmanager
def copy_of(url: str) -> Iterator[str]:
    """The address of a database with the same rows; nobody may be connected to the first one."""
    source = make_url(url)
    name = f"{source.database}_copy_{next(_numbers)}"
    elsewhere = source.set(drivername="postgresql", database="postgres")
    with psycopg.connect(
        elsewhere.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        create = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
        names = [sql.Identifier(one) for one in (name, str(source.database))]
        connection.execute(sql.SQL(create).format(*names))
        try:
            yield source.set(database=name).render_as_string(hide_password=False)
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def fire_with(url: str, workers: int) -> Run:
    """Fire all that is due, with so many workers."""

    def work(go: Callable[[], None]) -> int:
        database = open_database(url)
        store = store_over(database)
        desk = _warm(store)
        go()
        fired = 0
        while True:
            fired += fire_all_due(desk, store, DUE).fired
            if not store.due_congresses(DUE):
                database.dispose()
                return fired
            sleep(PAUSE)

    return _run([work] * workers)


def _warm(store: SqlStore) -> Desk:
    """A worker runs for weeks: it has read rules, people and days long ago."""
    for congress in store.due_congresses(DUE):
        with store.read(congress) as transaction:
            rules = transaction.directory().congress
            transaction.calendar()
            transaction.profile(rules.profile, rules.profile_version)
    return desk_over(store)


def record_batches(url: str) -> dict[str, list[Batch]]:
    """What one worker writes, by congress: a transaction is a batch."""
    database = open_database(url)
    recorder = listen(database)
    batches: dict[str, list[Batch]] = defaultdict(list)

    def note(point: str) -> None:
        if point == "committed":
            batch = [ready(one) for one in recorder.take() if one.writes]
            batches[_congress_of(batch)].append(batch)

    store = SqlStore(database, load_files, checkpoint=note)
    fire_all_due(desk_over(store), store, DUE)
    database.dispose()
    return dict(batches)


def _congress_of(batch: Batch) -> str:
    return next(str(one.rows[0]["key_congress"]) for one in batch if "audit_heads" in one.sql)


def write_raw(url: str, batches: Mapping[str, Sequence[Batch]], due: int) -> Run:
    """The same rows by the bare driver: a process a congress when there are several."""

    def work(congresses: Sequence[str]) -> Callable[[Callable[[], None]], int]:
        def write(go: Callable[[], None]) -> int:
            with raw_postgres(url, pipeline=True) as send:
                go()
                for congress in congresses:
                    for batch in batches[congress]:
                        send(batch)
            return due * len(congresses) // len(batches)

        return write

    return _run([work([one]) for one in batches])


MARK = """
UPDATE timers SET fired_at = %(now)s FROM (
    SELECT case_id, clock, plan, rung FROM timers
    WHERE fired_at IS NULL AND cancelled_at IS NULL AND congress = %(congress)s
        AND fire_at <= %(now)s
    ORDER BY fire_at LIMIT 100 FOR UPDATE SKIP LOCKED
) AS due
WHERE (timers.case_id, timers.clock, timers.plan, timers.rung)
    = (due.case_id, due.clock, due.plan, due.rung)
"""


def mark_only(url: str, congresses: Sequence[str]) -> Run:
    """The bare queue: due rows are marked in batches of a hundred, and nothing else is done."""

    def work(congress: str) -> Callable[[Callable[[], None]], int]:
        def mark(go: Callable[[], None]) -> int:
            with psycopg.connect(url, prepare_threshold=1) as connection:
                go()
                marked = 0
                while True:
                    values = {"now": DUE, "congress": congress}
                    more = connection.execute(MARK, values).rowcount
                    connection.commit()
                    if not more:
                        return marked
                    marked += more

        return mark

    return _run([work(one) for one in congresses])


def _run(jobs: Sequence[Callable[[Callable[[], None]], int]]) -> Run:
    """Each job in a process of its own, begun together; a job calls what it is given when ready."""
    start = _processes.Barrier(len(jobs) + 1)
    results: Any = _processes.Queue()

    def begin(job: Callable[[Callable[[], None]], int]) -> None:
        results.put(job(lambda: _wait(start)))

    running = [_processes.Process(target=begin, args=(job,), daemon=True) for job in jobs]
    for one in running:
        one.start()
    _wait(start)
    began = perf_counter()
    done = tuple(results.get(timeout=300) for _ in running)
    seconds = perf_counter() - began
    for one in running:
        one.join(timeout=60)
    return Run(done=done, seconds=seconds)


def _wait(start: Any) -> None:  # noqa: ANN401  # a barrier of whichever context
    start.wait(timeout=120)
