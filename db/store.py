"""The store: transactions of the engine over rows, and the rows that are due.

One writing transaction of a congress at a time: each begins by locking the congress's chain
head. What a transaction read stays true until it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from db.database import WRITING, reading, remembered, writing
from db.directory import LoadProfile, Shelf
from db.due import due_commands, due_congresses, postpone
from db.load import SELECT_BRIEF, SELECT_CASE, read_case, read_cases, read_rows
from db.prepared import Batch, fetch
from db.recounts import mark_recounted, open_cases, to_recount
from db.save import (
    Change,
    Guards,
    add_answers,
    add_decisions,
    add_topic,
    changes_of,
)
from db.searched import add_searched
from db.select import (
    CongressRow,
    lock_congress,
    lock_if_free,
    read_answer,
    read_congress,
    read_next,
)
from db.tell import EMAIL, Leaving, add_notices, told_by
from engine.audit import AuditEntry, ChainHead
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.command import CaseBrief, Command, Decision, Receipt
from engine.congress import Directory
from engine.errors import InvalidValue, StaleCase, UnknownCase
from engine.outbox import ChannelRoute
from engine.profile import Profile
from engine.store import Performed

Checkpoint = Callable[[str], None]
NUL = "\x00"


class SqlTransaction:
    """One unit of work of one congress (the engine's port `Transaction`)."""

    def __init__(
        self, store: SqlStore, connection: Connection, row: CongressRow, *, writes: bool
    ) -> None:
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
        self._expected: dict[str, Case] = {}
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

    def expect(self, references: Iterable[str]) -> None:
        wanted = sorted({one for one in references if one not in self._expected and NUL not in one})
        if not wanted:
            return
        cases = read_cases(self._connection, self._congress.code, wanted)
        self._expected |= cases
        self._versions |= {one.id: one.version for one in cases.values()}
        self._store.checkpoint("loaded")

    def due_commands(self, now: datetime, limit: int) -> tuple[Command, ...]:
        return due_commands(
            self._connection, now, limit, profile_of=self.profile, congress=self._congress.code
        )

    def open_cases(self, after: str | None, limit: int) -> tuple[str, ...]:
        return open_cases(self._connection, self._congress.code, after, limit)

    def mark_recounted(self, calendar_version: int) -> None:
        self._check_may_write()
        mark_recounted(self._connection, self._congress.code, calendar_version)

    def case(self, reference: str) -> Case:
        expected = self._expected.get(reference)
        if expected is not None:
            return expected
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
        one = Performed(decision=decision, entry=entry, receipt=receipt, fingerprint=fingerprint)
        self.save_all((one,))

    def save_all(self, performed: Sequence[Performed]) -> None:
        self._check_may_write()
        self._check_current(performed)
        self._store.checkpoint("saving")
        changes = tuple(changes_of(performed).values())
        batch = Batch(self._connection)
        directory = self._add_topics(batch, performed)
        guards = add_decisions(batch, changes, performed)
        add_answers(batch, performed)
        add_searched(batch, changes, directory)
        if any(one.decision.notices for one in performed):
            add_notices(batch, told_by(performed), self.leaving(directory))
        # From here on these must be read anew, should anybody ask.
        for one in changes:
            self._expected.pop(one.after.id, None)
            self._expected.pop(one.after.number or "", None)
        self._spoilt = True
        self._check_touched(batch.send(), guards, changes)
        self._spoilt = False
        last = performed[-1].entry
        self._head = ChainHead(congress=last.congress, sequence=last.sequence, digest=last.digest)
        self._versions |= {one.after.id: one.after.version for one in changes}
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

    def leaving(self, directory: Directory) -> Leaving:
        """How notices leave the house at present."""
        rules = self.profile(self._congress.profile, self._congress.profile_version)
        return Leaving(
            directory=directory,
            routes=self._store.routes,
            rule=rules.supervision.delivery,
            calendar=self.calendar(),
        )

    def _asked(self, reference: str) -> dict[str, str]:
        if NUL in reference:
            # No text of PostgreSQL can hold it, so it cannot even be asked for.
            raise UnknownCase(case=reference)
        return {"congress": self._congress.code, "reference": reference}

    def _check_may_write(self) -> None:
        if not self._writes:
            message = "a reading transaction keeps nothing"
            raise RuntimeError(message)

    def _check_current(self, performed: Sequence[Performed]) -> None:
        """Nobody else can write now: what is current before the batch is so in it."""
        sequence, digest = self._head.sequence, self._head.digest
        versions = dict(self._versions)
        for one in performed:
            entry, before, after = one.entry, one.decision.before, one.decision.after
            if (entry.sequence - 1, entry.previous) != (sequence, digest):
                raise InvalidValue(
                    what="办理记录 / audit entry",
                    value=entry.sequence,
                    reason=f"应接在第{sequence}条之后 / must follow the recorded head",
                )
            if before is not None:
                actual = versions.get(before.id)
                if actual is None:
                    actual = self.case(before.id).version
                if actual != before.version:
                    raise _stale(before, actual)
            versions[after.id] = after.version
            sequence, digest = entry.sequence, entry.digest

    def _check_touched(
        self, counts: Sequence[int], guards: Guards, changes: Sequence[Change]
    ) -> None:
        """The statements' own conditions, should somebody write without taking the lock."""
        known = [one for one in changes if one.before is not None]
        if sum(counts[at] for at in guards.cases) != len(known):
            for one in known:
                actual = self.case(one.after.id).version
                if one.before is not None and actual != one.after.version:
                    raise _stale(one.before, actual)
        if counts[guards.head] != 1:
            raise InvalidValue(
                what="办理记录 / audit entry",
                value=self._head.sequence + 1,
                reason="链尾已变动 / the head was moved meanwhile",
            )

    def _add_topics(self, batch: Batch, performed: Sequence[Performed]) -> Directory:
        directory = self.directory()
        for one in performed:
            topic = one.decision.topic
            if topic is None or directory.topics.get((topic.session, topic.number)) == topic:
                continue
            self._directory_version += 1
            self._directory = directory = directory.with_topic(topic)
            add_topic(batch, self._congress.code, topic, self._directory_version)
        return directory


def _stale(before: Case, actual: int) -> StaleCase:
    return StaleCase(case=before.number or before.id, expected=before.version, actual=actual)


class SqlStore:
    """Opens transactions and finds due rows (the engine's port `Store`).

    `routes`: the channels by which notices leave the house. `checkpoint` is called at named
    points of a transaction, so that a test can stop there.
    """

    def __init__(
        self,
        database: Engine,
        load_profile: LoadProfile,
        routes: tuple[ChannelRoute, ...] = (EMAIL,),
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self.database = database
        self.shelf = Shelf(load_profile)
        self.routes = routes
        self.checkpoint: Checkpoint = checkpoint or _pass

    @contextmanager
    def begin(self, congress: str) -> Iterator[SqlTransaction]:
        with self.database.connect() as connection:
            connection.execution_options(**{WRITING: True})
            with _undone_unless_committed(connection):
                row = lock_congress(connection, congress)
                yield SqlTransaction(self, connection, row, writes=True)

    @contextmanager
    def begin_unless_held(self, congress: str) -> Iterator[SqlTransaction | None]:
        with self.database.connect() as connection:
            connection.execution_options(**{WRITING: True})
            with _undone_unless_committed(connection):
                row = lock_if_free(connection, congress)
                yield SqlTransaction(self, connection, row, writes=True) if row else None

    @contextmanager
    def read(self, congress: str) -> Iterator[SqlTransaction]:
        with reading(self.database) as connection:
            known = remembered(self.database)
            row = known.get(congress)
            if row is None:
                row = known[congress] = read_congress(connection, congress)
            yield SqlTransaction(self, connection, row, writes=False)

    def leaving(self, congress: str) -> Leaving:
        """How the notices of a congress leave the house at present."""
        with self.read(congress) as transaction:
            return transaction.leaving(transaction.directory())

    def due_congresses(self, now: datetime) -> Sequence[str]:
        with reading(self.database) as connection:
            return due_congresses(connection, now)

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        with reading(self.database) as connection:
            return due_commands(
                connection,
                now,
                limit,
                profile_of=lambda name, version: self.shelf.profile(connection, name, version),
            )

    def to_recount(self) -> Sequence[str]:
        with reading(self.database) as connection:
            return to_recount(connection)

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
