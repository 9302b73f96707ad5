"""Clocks that disagree, a worker that sleeps beyond its lease, a connection cut in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.database import reading
from db.tables import timers
from tests.crash.fate import CUT, DELIVERY_POINTS, STOP, STORE_POINTS, Fate
from tests.crash.nursery import Child, Nursery
from tests.crash.outside import heard_in, repeated
from tests.crash.rounds import Life, life_in
from tests.crash.town import handled_in, moment, opened_in
from tests.support.databases import database_of

MINUTE = timedelta(minutes=1)

HOLDING = (*STORE_POINTS[:-1], "claiming", "marking")
"""At these points a transaction is open: on SQLite nobody else may write meanwhile."""


@pytest.fixture
def town(kind: str, nursery: Nursery, tmp_path: Path) -> Iterator[Life]:
    with database_of(kind, tmp_path) as url, life_in(nursery, url, tmp_path) as life:
        yield life


def _people_act(town: Life, number: int, behind: timedelta = timedelta()) -> None:
    for step in (*handled_in(number), *opened_in(number)):
        town.doer.do(step, moment(number, 10) - behind)


def _finish(town: Life, number: int) -> int:
    """All that is left leaves, and everything holds; how many messages came again."""
    town.undisturbed(moment(number, 15))
    town.drain(number)
    town.survey(drained=True)
    return repeated(heard_in(town.outside))


def _worker(town: Life, number: int, later: timedelta, fate: Fate | None = None) -> Child:
    task = town.task("work", moment(number, 14) + later, fate=fate)
    return town.nursery.start(task)


def test_two_workers_and_a_desk_with_clocks_a_minute_apart(town: Life) -> None:
    for number in range(6):
        with reading(town.house.database) as connection:
            first = connection.execute(
                select(func.min(timers.c.fire_at)).where(
                    timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None)
                )
            ).scalar_one()
        # The next rung is due for one of them and not yet for the other one.
        now = max(first, moment(number, 9))
        tasks = [town.task("work", now + apart) for apart in (-MINUTE / 2, MINUTE / 2)]
        for worker in [town.nursery.start(task) for task in tasks]:
            assert not worker.ended()
        _people_act(town, number, behind=MINUTE)
    assert _finish(town, 6) == 0


@pytest.mark.parametrize("apart", [-MINUTE, MINUTE, 10 * MINUTE])
def test_a_lease_holds_against_clocks_apart_and_a_short_sleep(town: Life, apart: timedelta) -> None:
    slow = _worker(town, 0, timedelta(), Fate(point="sending", way=STOP))
    assert slow.stopped()
    assert not _worker(town, 0, apart).ended()
    assert heard_in(town.outside)
    slow.resume()
    assert not slow.ended()
    assert _finish(town, 1) == 0


def test_a_worker_that_slept_beyond_its_lease_and_goes_on_does_no_harm(
    town: Life, kind: str
) -> None:
    points = (*STORE_POINTS, *DELIVERY_POINTS)
    slept = []
    for number, point in enumerate(points):
        if kind == "sqlite" and point in HOLDING:
            continue
        _people_act(town, number)
        sleeper = _worker(town, number, timedelta(), Fate(point=point, way=STOP))
        if not sleeper.stopped():
            continue
        slept.append(point)
        assert not _worker(town, number, 16 * MINUTE).ended()
        sleeper.resume()
        assert not sleeper.ended()
    assert len(slept) >= len(points) - len(HOLDING), slept
    # What the sleeper had in hand came from both, under the one id.
    assert 0 < _finish(town, len(points)) <= len(heard_in(town.outside)) // 2


def test_a_connection_cut_in_mid_transaction_does_no_harm(town: Life, kind: str) -> None:
    if kind == "sqlite":
        # A file has no connection that could be cut: the rounds kill its process instead.
        assert town.house.database.dialect.name == "sqlite"
        return
    for number, point in enumerate((*STORE_POINTS, "claiming", "claimed", "marking", "marked")):
        fate = Fate(point=point, way=CUT)
        if point in STORE_POINTS:
            town.visit_with(fate, (*handled_in(number), *opened_in(number)), moment(number, 10))
        else:
            _people_act(town, number)
        task = town.task("beat", moment(number, 14), fate=fate)
        assert not town.nursery.start(task).ended()
    # Cut before its mark was written, a message leaves again; nothing else does.
    assert _finish(town, 10) <= 2
