"""The outbox in rows on both databases: who gets an item, when again, and when no more."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from db.audit import AuditTrail
from db.database import reading, writing
from db.dead_letters import DeadLetters
from db.outbox import SqlOutbox
from db.tables import outbox as rows
from engine.outbox import MAX_ATTEMPTS, WAITS, OutboxItem
from tests.support.cases import new_case
from tests.support.congress import CONGRESS, NOW, small_store
from tests.support.decisions import decision, keep, notice

LEASE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


def told(database: Engine, count: int, *, channels: tuple[str, ...] = ("email",)) -> SqlOutbox:
    """An outbox in which `count` notices to one person wait."""
    store = small_store(database, channels=channels)
    notices = tuple(notice(f"case-1:{number}") for number in range(count))
    keep(store, decision(None, new_case(), notices=notices))
    return SqlOutbox(database)


def claim(
    box: SqlOutbox, now: datetime = NOW, limit: int = 100, worker: str = "w1"
) -> Sequence[OutboxItem]:
    return box.claim(now, limit, lease=LEASE, worker=worker, channels=("email",))


def state_of(database: Engine, item: OutboxItem) -> str:
    query = select(rows.c.state).where(rows.c.notice_id == item.id, rows.c.channel == item.channel)
    with reading(database) as connection:
        return str(connection.execute(query).scalar_one())


def test_an_item_carries_what_its_words_are_made_of(database: Engine) -> None:
    (item,) = claim(told(database, 1))
    assert (item.recipient, item.address) == ("zhao-min", "zhao.min@example.org")
    assert (item.template, item.facts["title"]) == ("handed_over", "过街设施")
    assert (item.profile, item.profile_version, item.case) == ("tiny", 1, "case-1")
    assert (item.attempts, item.urgent, item.decided_at) == (0, True, NOW)
    assert (item.lease_by, item.lease_until) == ("w1", NOW + LEASE)


def test_what_one_holds_nobody_else_gets_before_the_lease_has_run_out(database: Engine) -> None:
    box = told(database, 3)
    first = claim(box, limit=2)
    assert len(first) == 2
    second = claim(box, worker="w2")
    assert {one.id for one in second}.isdisjoint(one.id for one in first)
    assert len(second) == 1
    assert claim(box, NOW + LEASE - MINUTE) == ()
    assert len(claim(box, NOW + LEASE, worker="w2")) == 3


def test_nothing_is_claimed_before_its_time_or_for_another_channel(database: Engine) -> None:
    box = told(database, 1, channels=("email", "console"))
    assert claim(box, NOW - MINUTE) == ()
    assert box.claim(NOW, 10, lease=LEASE, worker="w1", channels=()) == ()
    (item,) = box.claim(NOW, 10, lease=LEASE, worker="w1", channels=("console",))
    assert (item.channel, item.address) == ("console", "zhao-min")
    assert [one.channel for one in claim(box)] == ["email"]


def test_what_was_sent_is_never_claimed_again(database: Engine) -> None:
    box = told(database, 1)
    (item,) = claim(box)
    assert box.sent(item, NOW + MINUTE)
    assert state_of(database, item) == "sent"
    assert claim(box, NOW + timedelta(days=9)) == ()
    assert not box.sent(item, NOW + MINUTE)


def test_sent_counts_even_after_the_lease(database: Engine) -> None:
    box = told(database, 1)
    (late,) = claim(box)
    (second,) = claim(box, NOW + LEASE, worker="w2")
    assert box.sent(late, NOW + LEASE + MINUTE)
    assert not box.failed(second, NOW + LEASE + MINUTE, "451", permanent=False)
    assert state_of(database, late) == "sent"


def test_a_failure_of_a_lost_claim_changes_nothing(database: Engine) -> None:
    box = told(database, 1)
    (lost,) = claim(box)
    (held,) = claim(box, NOW + LEASE, worker="w1")
    assert not box.failed(lost, NOW + LEASE, "550", permanent=True)
    assert state_of(database, held) == "pending"
    assert box.failed(held, NOW + LEASE, "451", permanent=False)


def test_each_failure_waits_longer_until_the_item_is_dead(database: Engine) -> None:
    box, now = told(database, 1), NOW
    for wait in WAITS:
        (item,) = claim(box, now)
        assert box.failed(item, now, "451 later", permanent=False)
        assert claim(box, now + wait - timedelta(seconds=1)) == ()
        now += wait
    (last,) = claim(box, now)
    assert (last.attempts, last.last_error) == (MAX_ATTEMPTS - 1, "451 later")
    assert box.failed(last, now, "451 still later", permanent=False)
    assert claim(box, now + timedelta(days=30)) == ()
    (dead,) = box.dead(CONGRESS)
    assert (dead.id, dead.attempts, dead.last_error) == (last.id, MAX_ATTEMPTS, "451 still later")


def test_a_permanent_failure_is_dead_at_once_and_can_be_sent_again(database: Engine) -> None:
    box = told(database, 2)
    gone, other = claim(box)
    assert box.failed(gone, NOW, "550 " + "x" * 900, permanent=True)
    assert box.sent(other, NOW)
    (dead,) = box.dead()
    assert (dead.id, len(dead.last_error or "")) == (gone.id, 500)
    assert box.dead("dongshan") == ()
    letters = DeadLetters(database)
    wanted = [(gone.id, "email"), (other.id, "email")]
    again = letters.resend(CONGRESS, wanted, actor="admin", reason="地址已更正", now=NOW + MINUTE)
    assert again == ((gone.id, "email"),)
    entry = list(AuditTrail(database).entries(CONGRESS))[-1]
    assert (entry.actor, entry.content["reason"]) == ("admin", "地址已更正")
    assert entry.content["notices_resent"] == [{"notice": gone.id, "channel": "email"}]
    assert letters.resend(CONGRESS, wanted, actor="admin", reason="", now=NOW) == ()
    assert list(AuditTrail(database).entries(CONGRESS))[-1] == entry
    (once_more,) = claim(box, NOW + MINUTE)
    assert (once_more.id, once_more.attempts) == (gone.id, 0)


def test_the_urgent_come_first_then_the_oldest(database: Engine) -> None:
    store = small_store(database)
    calm = [replace(notice(f"case-1:calm-{number}"), urgent=False) for number in range(2)]
    keep(store, decision(None, new_case(), notices=(*calm, notice("case-1:urgent"))))
    box = SqlOutbox(database)
    everything = claim(box)
    assert [one.urgent for one in everything] == [True, False, False]
    oldest = everything[2]
    with writing(database) as connection:
        connection.execute(
            update(rows)
            .where(rows.c.notice_id == oldest.id)
            .values(not_before=NOW - timedelta(hours=1))
        )
    assert [one.id for one in claim(box, NOW + LEASE)][1] == oldest.id


@pytest.mark.parametrize("workers", [4])
def test_workers_at_once_never_get_the_same_item(database: Engine, workers: int) -> None:
    box = told(database, 40)
    got: Counter[str] = Counter()
    guard, begin = threading.Lock(), threading.Barrier(workers)

    def work(name: str) -> None:
        begin.wait(20)
        while items := claim(box, limit=3, worker=name):
            with guard:
                got.update(one.id for one in items)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(workers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    # On PostgreSQL a worker that finds all rows locked goes home early; nobody may be left over.
    got.update(one.id for one in claim(box, worker="last"))
    assert len(got) == 40
    assert set(got.values()) == {1}
