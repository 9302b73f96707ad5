"""Several workers, crashes and failures: each notice still comes in exactly one message."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from db.database import open_database
from engine.calendar import SHANGHAI
from engine.outbox import Message
from notifications.channels import DeliveryFailed
from tests.support.databases import database_of
from tests.support.office import office_store, reminder
from tests.support.posting import (
    MONDAY,
    TUESDAY,
    Crash,
    CrashingOutbox,
    Postman,
    deliver,
    states,
    tell,
)


@pytest.mark.parametrize("workers", [4])
def test_workers_at_once_make_one_digest_a_person(database: Engine, workers: int) -> None:
    store, box = office_store(database)
    people = ("zhao-min", "wang-fang")
    for person in people:
        tell(store, *(reminder(f"{person}-{n}", person, clock=n) for n in range(12)))
    carried: list[Message] = []
    guard, begin = threading.Lock(), threading.Barrier(workers)

    def work(name: str) -> None:
        begin.wait(20)
        for _ in range(4):
            postman = Postman()
            deliver(box, postman, TUESDAY, limit=1, worker=name)
            with guard:
                carried.extend(postman.carried)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(workers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    last = Postman()
    deliver(box, last, TUESDAY, worker="last")
    carried += last.carried
    assert sorted((one.recipient, len(one.notices)) for one in carried) == [
        ("wang-fang", 12),
        ("zhao-min", 12),
    ]


def _messages(carried: Iterable[Message]) -> dict[str, tuple[str, ...]]:
    """The notices of each message; a message sent again has the same ones."""
    found: dict[str, tuple[str, ...]] = {}
    for one in carried:
        assert found.setdefault(one.id, one.notices) == one.notices
    return found


def _is_open(now: datetime) -> bool:
    local = now.astimezone(SHANGHAI)
    return local.weekday() < 5 and time(8, 30) <= local.time() < time(17, 30)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_crashes_and_fails_each_notice_is_in_one_message(
    database: Engine, seed: int
) -> None:
    rng = random.Random(seed)
    store, box = office_store(database)
    postman, now, told = Postman(), MONDAY, 0
    for _ in range(40):
        now += timedelta(minutes=rng.randint(1, 300))
        for _ in range(rng.randint(0, 3)):
            told += 1
            person = rng.choice(("zhao-min", "wang-fang"))
            urgent = rng.random() < 0.2
            tell(store, reminder(f"k{told}", person, clock=told, urgent=urgent), now=now)
        chance = rng.random()
        failing = DeliveryFailed(channel="email", reason="451", permanent=False)
        postman.trouble = failing if chance < 0.2 else None
        crashing = CrashingOutbox(database, store.shelf)
        before = len(postman.carried)
        with suppress(Crash):
            deliver(crashing if chance > 0.8 else box, postman, now, limit=rng.randint(1, 3))
        assert all(one.urgent or _is_open(now) for one in postman.carried[before:])
    postman.trouble = None
    for _ in range(80):
        now += timedelta(hours=5)
        deliver(box, postman, now)
    messages = _messages(postman.carried)
    each = Counter(notice for notices in messages.values() for notice in notices)
    assert len(each) == told
    assert set(each.values()) == {1}
    assert states(database) == {"sent": told}


def test_a_notice_that_comes_while_two_take_goes_into_no_message_on_its_way(
    tmp_path: Path,
) -> None:
    """One worker sees a group; before the person is his, another takes it and more comes."""
    with database_of("postgresql", tmp_path) as url:
        database = open_database(url)
        store, box = office_store(database)
        tell(store, reminder("first", clock=1))
        carried = Postman()
        slow: list[str] = []

        def meanwhile(*seen: object) -> None:
            if "GROUP BY" not in str(seen[2]) or slow:
                return
            slow.append("seen")
            deliver(box, carried, TUESDAY, worker="quick")
            tell(store, reminder("second", clock=2), now=MONDAY + timedelta(minutes=1))

        event.listen(database, "after_cursor_execute", meanwhile)
        deliver(box, carried, TUESDAY, worker="slow")
        event.remove(database, "after_cursor_execute", meanwhile)
        assert slow
        messages = {one.id: one.notices for one in carried.carried}
        assert len(messages) == len(carried.carried) == 2
        assert sorted(map(len, messages.values())) == [1, 1]
        database.dispose()
