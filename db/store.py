"""The store: transactions of the engine over rows, and the rows that are due.

One writing transaction of a congress at a time: each begins by locking the congress's chain
head. What a transaction read stays true until it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from db.database import WRITING, reading, writing
from db.directory import LoadProfile, Shelf, with_topic
from db.due import due_commands, postpone
from db.load import SELECT_BRIEF, SELECT_CASE, read_case, read_rows
from db.prepared import Batch, fetch
from db.save import CHANNELS, add_answer, add_decision, add_notices, add_topic
from db.select import lock_congress, read_answer, read_congress, read_next
from engine.audit import AuditEntry, ChainHead
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.command import CaseBrief, Command, Decision, Receipt
from engine.congress import Directory
from engine.errors import InvalidValue, StaleCase, UnknownCase
from engine.profile import Profile

Checkpoint = Callable[[str], None]


class SqlTransaction:
    """One unit of work of one congress (the engine's port `Transaction`)."""

    def __init__(
        self, store: SqlStore, connection: Connection, congress: str, *, writes: bool
    ) -> None:
        row = lock_congress(connection, congress) if writes else read_congress(connection, congress)
        self._congress = row.congress
        self._directory_version = row.directory_version
        self._calendar_version = row.calendar_version
        self._head = row.head
        self._store = store
        self._shelf = store.shelf
        self._connection = connection
        self._writes = writes
        self._directory: Directory | None = None
        self._versions: dict[str, int] = {}
        self._spoilt = False

    def head(self) -> ChainHead:
        return self._head

    def answer(self, request_key: str) -> tuple[str, str, Receipt] | None:
        return read_answer(self._connection, self._congress.code, request_key)

    def directory(self) -> Directory:
        if self._directory is not None:
            return self._directory
        return self._shelf.directory(self._connection, self._congress, self._directory_version)

    def calendar(self) -> WorkingCalendar:
        return self._shelf.calendar(self._connection, self._congress, self._calendar_version)

    def profile(self, name: str, version: int) -> Profile:
        return self._shelf.profile(self._connection, name, version)

    def case(self, reference: str) -> Case:
        row = fetch(self._connection, SELECT_CASE, self._asked(reference))
        if row is None:
            raise UnknownCase(case=reference)
        case = read_case(row)
        self._versions[case.id] = case.version
        self._store.checkpoint("loaded")
        return case

    def brief(self, reference: str) -> CaseBrief:
        row = fetch(self._connection, SELECT_BRIEF, self._asked(reference))
        if row is None:
            raise UnknownCase(case=reference)
        found, number, congress, state, merged_into, name, version, units = row
        machine = self.profile(name, version).machines["assignment"]
        return CaseBrief(
            id=found,
            number=number,
            congress=congress,
            state=state,
            merged_into=merged_into,
            units=tuple(
                (unit, kind)
                for _number, unit, kind, of_unit in read_rows(units)
                if not machine.states[of_unit].final
            ),
        )

    def next_number(self, series: str) -> int:
        return read_next(self._connection, self._congress.code, series)

    def save(
        self, decision: Decision, entry: AuditEntry, receipt: Receipt, fingerprint: str
    ) -> None:
        self._check_may_write()
        self._check_current(decision, entry)
        self._store.checkpoint("saving")
        batch = Batch(self._connection)
        directory = self._add_topic(batch, decision)
        guards = add_decision(batch, decision, entry)
        if decision.command.request_key is not None:
            add_answer(batch, decision, receipt, fingerprint)
        add_notices(batch, decision, entry, people=directory.people, channels=self._store.channels)
        self._spoilt = True
        counts = batch.send()
        self._check_touched(counts[guards.case], counts[guards.head], decision)
        self._spoilt = False
        self._head = ChainHead(
            congress=entry.congress, sequence=entry.sequence, digest=entry.digest
        )
        self._versions[decision.after.id] = decision.after.version
        self._store.checkpoint("saved")

    def commit(self) -> None:
        self._check_may_write()
        if self._spoilt:
            message = "a transaction in which a save failed cannot be kept"
            raise RuntimeError(message)
        self._store.checkpoint("before-commit")
        transaction = self._connection.get_transaction()
        if transaction is None or not transaction.is_active:
            message = "the transaction has ended"
            raise RuntimeError(message)
        transaction.commit()
        if self._directory is not None:
            self._shelf.keep_directory(
                self._congress.code, self._directory_version, self._directory
            )
        self._store.checkpoint("committed")

    def _asked(self, reference: str) -> dict[str, str]:
        return {"congress": self._congress.code, "reference": reference}

    def _check_may_write(self) -> None:
        if not self._writes:
            message = "a reading transaction keeps nothing"
            raise RuntimeError(message)

    def _check_current(self, decision: Decision, entry: AuditEntry) -> None:
        """Nobody else can write now: what is current before the batch is so in it."""
        if (entry.sequence - 1, entry.previous) != (self._head.sequence, self._head.digest):
            raise InvalidValue(
                what="办理记录 / audit entry",
                value=entry.sequence,
                reason=f"应接在第{self._head.sequence}条之后 / must follow the recorded head",
            )
        before = decision.before
        if before is None:
            return
        actual = self._versions.get(before.id)
        if actual is None:
            actual = self.case(before.id).version
        if actual != before.version:
            raise _stale(before, actual)

    def _check_touched(self, cases: int, heads: int, decision: Decision) -> None:
        """The statements' own conditions, should somebody write without taking the lock."""
        before = decision.before
        if before is not None and cases != 1:
            raise _stale(before, self.case(before.id).version)
        if heads != 1:
            raise InvalidValue(
                what="办理记录 / audit entry",
                value=self._head.sequence + 1,
                reason="链尾已变动 / the head was moved meanwhile",
            )

    def _add_topic(self, batch: Batch, decision: Decision) -> Directory:
        topic, directory = decision.topic, self.directory()
        if topic is None or directory.topics.get((topic.session, topic.number)) == topic:
            return directory
        self._directory_version += 1
        self._directory = with_topic(directory, topic)
        add_topic(batch, self._congress.code, topic, self._directory_version)
        return self._directory


def _stale(before: Case, actual: int) -> StaleCase:
    return StaleCase(case=before.number or before.id, expected=before.version, actual=actual)


class SqlStore:
    """Opens transactions and finds due rows (the engine's port `Store`).

    `channels`: by which a notice leaves the house. `checkpoint` is called at named points of a
    transaction, so that a test can stop there.
    """

    def __init__(
        self,
        database: Engine,
        load_profile: LoadProfile,
        channels: tuple[str, ...] = ("email",),
        checkpoint: Checkpoint | None = None,
    ) -> None:
        unknown = sorted(set(channels) - set(CHANNELS))
        if unknown:
            raise InvalidValue(
                what="渠道 / channel",
                value="、".join(unknown),
                reason=f"可用:{'、'.join(CHANNELS)} / use {', '.join(CHANNELS)}",
            )
        self.database = database
        self.shelf = Shelf(load_profile)
        self.channels = channels
        self.checkpoint: Checkpoint = checkpoint or _pass

    @contextmanager
    def begin(self, congress: str) -> Iterator[SqlTransaction]:
        with self.database.connect() as connection:
            connection.execution_options(**{WRITING: True})
            with _undone_unless_committed(connection):
                yield SqlTransaction(self, connection, congress, writes=True)

    @contextmanager
    def read(self, congress: str) -> Iterator[SqlTransaction]:
        with reading(self.database) as connection:
            yield SqlTransaction(self, connection, congress, writes=False)

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        with reading(self.database) as connection:
            return due_commands(
                connection,
                now,
                limit,
                profile_of=lambda name, version: self.shelf.profile(connection, name, version),
            )

    def postpone(self, command: Command, until: datetime, error: str) -> None:
        with writing(self.database) as connection:
            postpone(connection, command, until, error)


def _pass(_point: str) -> None:
    return None


@contextmanager
def _undone_unless_committed(connection: Connection) -> Iterator[None]:
    transaction = connection.begin()
    try:
        yield
    finally:
        if transaction.is_active:
            transaction.rollback()
