"""Many decisions in one transaction: each on what the ones before it left, written together.

Stands between the Desk and a store's transaction and is one itself. Refuses to decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.audit import AuditEntry, ChainHead
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.command import CaseBrief, Command, Decision, Receipt
from engine.congress import Directory
from engine.obligations import is_pending
from engine.profile import Profile
from engine.store import Performed, Transaction

AT_ONCE = 250
"""Decisions that are written at once: enough to make the way there cheap."""


class Together:
    """A transaction that remembers what was decided and writes it when there is enough of it.

    A crash or an error before the commit leaves nothing, as in any transaction. What memory
    cannot answer is asked of the rows, after everything decided so far has been written.
    """

    def __init__(self, inner: Transaction) -> None:
        self._inner = inner
        self._head = inner.head()
        self._unwritten: list[Performed] = []
        self._cases: dict[str, Case] = {}
        self._numbers: dict[str, int] = {}
        self._answers: dict[str, tuple[str, str, Receipt]] = {}

    def head(self) -> ChainHead:
        return self._head

    def answer(self, request_key: str) -> tuple[str, str, Receipt] | None:
        return self._answers.get(request_key) or self._inner.answer(request_key)

    def directory(self) -> Directory:
        return self._inner.directory()

    def calendar(self) -> WorkingCalendar:
        return self._inner.calendar()

    def profile(self, name: str, version: int) -> Profile:
        return self._inner.profile(name, version)

    def case(self, reference: str) -> Case:
        decided = self._cases.get(reference)
        return self._inner.case(reference) if decided is None else as_loaded(decided)

    def brief(self, reference: str) -> CaseBrief:
        self.write()
        return self._inner.brief(reference)

    def next_number(self, series: str) -> int:
        return self._numbers.get(series) or self._inner.next_number(series)

    def expect(self, references: Iterable[str]) -> None:
        self._inner.expect(references)

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        self.write()
        return self._inner.due_commands(now, limit)

    def save(
        self, decision: Decision, entry: AuditEntry, receipt: Receipt, fingerprint: str
    ) -> None:
        one = Performed(decision=decision, entry=entry, receipt=receipt, fingerprint=fingerprint)
        self._unwritten.append(one)
        self._remember(one)
        # A topic changes the directory, which everybody asks.
        if decision.topic is not None or len(self._unwritten) >= AT_ONCE:
            self.write()

    def save_all(self, performed: Sequence[Performed]) -> None:
        for one in performed:
            self.save(one.decision, one.entry, one.receipt, one.fingerprint)

    def open_cases(self, after: str | None, limit: int) -> Sequence[str]:
        self.write()
        return self._inner.open_cases(after, limit)

    def mark_recounted(self, calendar_version: int) -> None:
        self._inner.mark_recounted(calendar_version)

    def commit(self) -> None:
        self.write()
        self._inner.commit()

    def write(self) -> None:
        """Write what is decided and not yet written."""
        if self._unwritten:
            # Should it fail, nothing may be written after it.
            unwritten, self._unwritten = self._unwritten, []
            self._inner.save_all(unwritten)

    def _remember(self, one: Performed) -> None:
        decision, entry = one.decision, one.entry
        self._head = ChainHead(
            congress=entry.congress, sequence=entry.sequence, digest=entry.digest
        )
        case = decision.after
        self._cases[case.id] = case
        if case.number is not None:
            self._cases[case.number] = case
        for series, taken in decision.numbers_taken.items():
            self._numbers[series] = taken + 1
        key = decision.command.request_key
        if key is not None:
            self._answers[key] = (one.fingerprint, decision.command.action, one.receipt)


def as_loaded(case: Case) -> Case:
    """The case as it will be read again: of its timers those that are pending, in order."""
    pending = [one for one in case.timers if is_pending(one)]
    pending.sort(key=lambda one: (one.clock, one.plan, one.rung))
    return case.changed(timers=tuple(pending))
