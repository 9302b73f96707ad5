"""The whole loop through the Desk leaves the same case in rows as in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest
from sqlalchemy import Engine

from db.audit import AuditTrail
from db.store import SqlStore
from engine.audit import verify
from engine.case import Case
from engine.obligations import is_pending
from engine.perform import Desk
from tests.support.congress import fill
from tests.support.world import (
    CONGRESS,
    World,
    local,
    memory_world,
    national_calendar,
    small_directory,
)
from workflows import load_files, load_profile, read_files
from workflows.loader import PROFILES


@pytest.fixture
def rows_world(database: Engine) -> Iterator[World]:
    """The world of the journeys, over rows."""
    fill(
        database,
        directory=small_directory(),
        calendar=national_calendar(),
        files=read_files(PROFILES / "zhejiang-county" / "v1"),
        profile=load_profile("zhejiang-county", 1),
    )
    store = SqlStore(database, load_files)
    ids = iter(range(1, 10_000))
    yield World(desk=Desk(store, lambda: f"case-{next(ids)}"), store=store, now=local("2026-01-21"))
    entries, head = AuditTrail(database).chain(CONGRESS)
    assert verify(entries, head=head) > 10


PROMISE = {"text": "年底前建成", "due_on": "2026-12-31"}


def _walk(world: World) -> Case:
    world.handed_over(cosigners=("li-ming",))
    world.tick("2026-02-20")
    world.replied(result="B", commitments=[PROMISE])
    world.do("rate", "wang-fang", process="satisfied", result="satisfied")
    world.tick("2027-02-01")
    return world.look()


def test_the_same_journey_in_rows_and_in_memory(rows_world: World) -> None:
    in_memory, in_rows = _walk(memory_world()), _walk(rows_world)
    assert in_rows.number is not None
    assert len(in_rows.clocks) > 3
    assert len(in_rows.supervisions) > 0
    for one in fields(Case):
        if one.name != "timers":
            assert getattr(in_rows, one.name) == getattr(in_memory, one.name), one.name
    pending = {timer for timer in in_memory.timers if is_pending(timer)}
    assert set(in_rows.timers) == pending
