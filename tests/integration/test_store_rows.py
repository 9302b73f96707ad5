"""What the rows of the store promise besides the port: order, locks, triggers, round trips."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, Executable, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from db.audit import AuditTrail
from db.database import open_database, reading, writing
from db.prepared import driver_of
from db.store import SqlStore
from db.tables import audit_entries, metadata, notices, outbox, suggestions, timers
from engine.audit import GENESIS, verify
from engine.errors import InvalidValue, StaleCase, UnknownCase
from tests.support.cases import full_case, new_case
from tests.support.congress import (
    CONGRESS,
    FILES,
    NOW,
    OTHER,
    fill,
    routes_of,
    small_calendar,
    small_directory,
    small_store,
    tiny_from_files,
    tiny_profile,
)
from tests.support.databases import sqlite_url
from tests.support.decisions import command, decision, entry_for, keep, notice, receipt_for


@pytest.fixture
def store(database: Engine) -> SqlStore:
    return small_store(database)


def _counts(database: Engine) -> dict[str, int]:
    with reading(database) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_an_entry_can_neither_be_changed_nor_removed(store: SqlStore) -> None:
    keep(store, decision(None, full_case()))
    for statement in (
        update(audit_entries).values(actor="somebody else"),
        delete(audit_entries),
    ):
        with pytest.raises(IntegrityError, match="append-only"):
            _run(store.database, statement)
    trail = AuditTrail(store.database)
    entries, head = trail.chain(CONGRESS)
    assert verify(entries, head=head) == 3


def _run(database: Engine, statement: Executable) -> None:
    with writing(database) as connection:
        connection.execute(statement)


def test_postgresql_does_not_let_the_entries_be_emptied_either(store: SqlStore) -> None:
    if store.database.dialect.name == "postgresql":
        with pytest.raises(IntegrityError, match="append-only"):
            _run(store.database, text("TRUNCATE audit_entries CASCADE"))
    assert _counts(store.database)["audit_entries"] == 2


def test_entries_come_back_as_they_were_hashed(store: SqlStore) -> None:
    made = decision(None, full_case())
    with store.begin(CONGRESS) as transaction:
        entry = entry_for(made, transaction.head())
        transaction.save(made, entry, receipt_for(made, entry.sequence), "x")
        transaction.commit()
    trail = AuditTrail(store.database)
    assert trail.history("case-1") == (entry,)
    assert list(trail.entries(CONGRESS, after=entry.sequence - 1)) == [entry]
    assert list(trail.entries(CONGRESS, after=entry.sequence)) == []
    assert [one.sequence for one in trail.entries(CONGRESS)] == [1, 2, 3]
    first = trail.entries(CONGRESS)
    assert next(first).previous == GENESIS
    first.close()


def test_an_entry_that_does_not_follow_the_head_is_refused(store: SqlStore) -> None:
    made = decision(None, full_case())
    with store.begin(CONGRESS) as transaction:
        head = transaction.head()
        wrong = entry_for(made, replace(head, sequence=head.sequence + 1))
        with pytest.raises(InvalidValue):
            transaction.save(made, wrong, receipt_for(made, 1), "x")


def test_a_notice_is_decided_once_and_leaves_once(store: SqlStore) -> None:
    first = keep(store, decision(None, full_case(), notices=(notice(),)))
    later = command("remind", now=NOW + timedelta(days=1))
    keep(store, decision(first, first, by=later, notices=(notice(), notice("other"))))
    with reading(store.database) as connection:
        rows = connection.execute(select(notices).order_by(notices.c.entry)).all()
        sent = connection.execute(select(outbox)).all()
    assert [(one.key, one.entry) for one in rows] == [("case-1:handed-over", 3), ("other", 4)]
    assert rows[0].decided_at == NOW
    assert (rows[0].recipient, rows[0].urgent, rows[0].read_at) == ("zhao-min", True, None)
    assert rows[0].facts == {"number": "5-2-001", "title": "过街设施"}
    assert {one.notice_id for one in sent} == {one.id for one in rows}
    assert {(one.channel, one.address, one.state) for one in sent} == {
        ("email", "zhao.min@example.org", "pending")
    }
    assert all(one.attempts == 0 and one.congress == CONGRESS for one in sent)


def test_a_person_who_became_reachable_is_not_told_again(store: SqlStore) -> None:
    first = keep(store, decision(None, full_case(), notices=(notice(recipient="li-ming"),)))
    assert _counts(store.database)["outbox"] == 0
    both = SqlStore(store.database, tiny_from_files, routes_of("email", "console"))
    keep(both, decision(first, first, notices=(notice(recipient="li-ming"),)))
    counts = _counts(store.database)
    assert (counts["notices"], counts["outbox"]) == (1, 0)


def test_a_notice_leaves_by_each_channel_that_reaches_the_person(database: Engine) -> None:
    store = small_store(database, channels=("email", "console"))
    told = (notice("a", "wang-fang"), notice("b", "li-ming"), notice("c", "nobody"))
    keep(store, decision(None, full_case(), notices=told))
    with reading(database) as connection:
        query = select(notices.c.key, outbox.c.channel, outbox.c.address).join(
            outbox, outbox.c.notice_id == notices.c.id
        )
        found = {tuple(row) for row in connection.execute(query)}
    assert found == {
        ("a", "email", "wang.fang@example.org"),
        ("a", "console", "wang-fang"),
        ("b", "console", "li-ming"),
    }
    assert _counts(database)["notices"] == 3


def test_a_reading_transaction_keeps_nothing(store: SqlStore) -> None:
    made = decision(None, full_case())
    with store.read(CONGRESS) as transaction:
        entry = entry_for(made, transaction.head())
        with pytest.raises(RuntimeError):
            transaction.save(made, entry, receipt_for(made, entry.sequence), "x")
        with pytest.raises(RuntimeError):
            transaction.commit()
    assert _counts(store.database)["suggestions"] == 0


def test_a_case_of_another_congress_is_not_there(store: SqlStore) -> None:
    keep(store, decision(None, full_case()))
    fill(
        store.database,
        directory=small_directory(OTHER),
        calendar=small_calendar(),
        files=FILES,
        profile=tiny_profile(),
    )
    with store.read(OTHER) as transaction:
        for reference in ("case-1", "5-2-001"):
            with pytest.raises(UnknownCase):
                transaction.case(reference)
            with pytest.raises(UnknownCase):
                transaction.brief(reference)
        assert transaction.head().sequence == 2


def test_a_write_past_the_lock_is_seen_and_spoils_the_transaction(store: SqlStore) -> None:
    first = keep(store, decision(None, full_case()))
    late = decision(first, replace(first, title="迟到"))
    with store.begin(CONGRESS) as transaction:
        transaction.case("case-1")
        transaction._connection.execute(update(suggestions).values(version=7))
        entry = entry_for(late, transaction.head())
        with pytest.raises(StaleCase) as caught:
            transaction.save(late, entry, receipt_for(late, entry.sequence), "x")
        with pytest.raises(RuntimeError):
            transaction.commit()
    assert caught.value.facts["actual"] == 7
    with store.read(CONGRESS) as transaction:
        assert transaction.case("case-1") == first


def test_a_commit_ends_the_transaction(store: SqlStore) -> None:
    with store.begin(CONGRESS) as transaction:
        transaction.commit()
        with pytest.raises(RuntimeError):
            transaction.commit()


def test_a_second_writer_waits_and_then_sees_what_the_first_wrote(store: SqlStore) -> None:
    seen: list[int] = []
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with store.begin(CONGRESS) as transaction:
            seen.append(transaction.head().sequence)
            seen.append(len(transaction.directory().people))

    made = decision(None, full_case())
    other = threading.Thread(target=second)
    with store.begin(CONGRESS) as transaction:
        other.start()
        waiting.wait(timeout=10)
        entry = entry_for(made, transaction.head())
        transaction.save(made, entry, receipt_for(made, entry.sequence), "x")
        other.join(timeout=0.2)
        assert seen == []
        transaction.commit()
    other.join(timeout=30)
    assert seen == [3, 3]


def test_checkpoints_come_in_order_and_a_stop_before_the_commit_leaves_nothing(
    database: Engine,
) -> None:
    points: list[str] = []
    store = small_store(database, checkpoint=points.append)
    first = keep(store, decision(None, full_case()))
    points.clear()
    with store.begin(CONGRESS) as transaction:
        made = decision(transaction.case("case-1"), first)
        entry = entry_for(made, transaction.head())
        transaction.save(made, entry, receipt_for(made, entry.sequence), "x")
        transaction.commit()
    assert points == ["loaded", "saving", "saved", "before-commit", "committed"]
    before = _counts(database)
    for stop in ("saving", "saved", "before-commit"):
        stopping = SqlStore(database, tiny_from_files, checkpoint=_stop_at(stop))
        with pytest.raises(InterruptedError):
            keep(stopping, decision(None, new_case(stop), notices=(notice(stop),)))
        assert _counts(database) == before
    stopping = SqlStore(database, tiny_from_files, checkpoint=_stop_at("committed"))
    with pytest.raises(InterruptedError):
        keep(stopping, decision(None, new_case("kept")))
    assert _counts(database)["suggestions"] == before["suggestions"] + 1


def _stop_at(name: str) -> Callable[[str], None]:
    def stop(point: str) -> None:
        if point == name:
            raise InterruptedError(point)

    return stop


def test_a_postponed_timer_stops_no_other_and_says_why(store: SqlStore) -> None:
    first = keep(store, decision(None, full_case()))
    due = first.timers[0].fire_at
    (late,) = store.due_commands(due, 10)
    store.postpone(late, due + timedelta(hours=1), "cannot be done")
    assert store.due_commands(due, 10) == ()
    assert len(store.due_commands(due + timedelta(hours=1), 10)) == 1
    with reading(store.database) as connection:
        row = connection.execute(select(timers)).one()
    assert (row.postponed, row.last_error) == (1, "cannot be done")


def test_a_fired_timer_is_not_postponed(store: SqlStore) -> None:
    first = keep(store, decision(None, full_case()))
    due = first.timers[0].fire_at
    (late,) = store.due_commands(due, 10)
    fired = replace(first.timers[0], fired_at=due)
    keep(store, decision(first, replace(first, timers=(fired,))))
    store.postpone(late, due + timedelta(hours=1), "too late")
    with reading(store.database) as connection:
        row = connection.execute(select(timers)).one()
    assert (row.fire_at, row.fired_at, row.postponed) == (due, due, 0)


def test_only_a_command_of_the_clock_can_be_postponed(store: SqlStore) -> None:
    with pytest.raises(InvalidValue):
        store.postpone(command(), NOW, "no timer")


def test_a_case_is_loaded_with_one_statement(tmp_path: Path) -> None:
    with sqlite_url(tmp_path) as url:
        database = open_database(url)
        store = small_store(database)
        keep(store, decision(None, full_case()))
        told: list[str] = []
        with store.read(CONGRESS) as transaction:
            driver_of(transaction._connection).set_trace_callback(told.append)
            transaction.case("5-2-001")
            driver_of(transaction._connection).set_trace_callback(None)
        database.dispose()
    assert len(told) == 1


def test_a_time_without_a_zone_is_refused(database: Engine) -> None:
    naive = datetime(2026, 3, 1, 9)  # noqa: DTZ001  # what must be refused
    statement = select(timers).where(timers.c.fire_at <= naive)
    with pytest.raises(StatementError, match="without a time zone"):
        _run(database, statement)


def test_any_zone_is_stored_as_the_same_instant(store: SqlStore) -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    keep(store, decision(None, new_case(created_at=shanghai)))
    with store.read(CONGRESS) as transaction:
        found = transaction.case("case-1").created_at
    assert found == NOW
    assert found.tzinfo is UTC


def test_two_running_clocks_of_a_kind_and_subject_are_refused(store: SqlStore) -> None:
    case = full_case()
    twice = replace(case, clocks=(*case.clocks, replace(case.clocks[0], number=3)))
    with pytest.raises(IntegrityError):
        keep(store, decision(None, twice))
    assert _counts(store.database)["suggestions"] == 0


def test_two_cases_cannot_have_one_number(store: SqlStore) -> None:
    keep(store, decision(None, new_case("case-1", number="5-2-001")))
    with pytest.raises(IntegrityError):
        keep(store, decision(None, new_case("case-2", number="5-2-001")))


def test_a_child_of_no_case_is_refused(store: SqlStore) -> None:
    row = {"case_id": "nowhere", "number": 1, "congress": CONGRESS, "deputy": "wang-fang"}
    table = metadata.tables["signatories"]
    with pytest.raises(IntegrityError):
        _run(store.database, insert(table).values(**row, lead=True, state="confirmed"))
