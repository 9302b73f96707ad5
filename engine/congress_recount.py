"""Recounts the open clocks of a congress, some cases a transaction, and says what moved.

The other use case beside the Desk: a change of the working calendar is about no single case, yet
each case that it moves gets one version and one audit entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from engine.audit import ChainHead, attach
from engine.calendar import WorkingCalendar
from engine.case_recount import ACTION, Moved, recount_case
from engine.command import Command, Decision, Receipt, Surroundings
from engine.errors import BihuanError
from engine.perform import plain
from engine.store import Performed, Store, Transaction

AT_ONCE = 200
"""Cases in one transaction: others may act in between."""

Progress = Callable[[int], None]
"""Told how many cases have been looked at so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecountReport:
    """Cases looked at, cases changed, and each clock that changed, in order of the cases.

    `failed`: cases that could not be counted, each with the reason; the others went through.
    """

    calendar: int
    looked_at: int
    changed: int
    moved: tuple[Moved, ...]
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What is to be done: under which calendar, by whom, why and when."""

    calendar: WorkingCalendar
    actor: str
    reason: str
    now: datetime


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What has been done so far."""

    calendar: int = 0
    looked_at: int = 0
    changed: int = 0
    moved: list[Moved] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def begin(self, calendar: int) -> None:
        """From the first case on; what was changed before under another calendar stays told."""
        self.calendar, self.looked_at = calendar, 0
        self.failed.clear()

    def add(self, looked_at: int, done: Sequence[tuple[Decision, tuple[Moved, ...]]]) -> None:
        self.looked_at += looked_at
        self.changed += len(done)
        self.moved += (one for _, several in done for one in several)

    def report(self) -> RecountReport:
        return RecountReport(
            calendar=self.calendar,
            looked_at=self.looked_at,
            changed=self.changed,
            moved=tuple(self.moved),
            failed=tuple(sorted(self.failed.items())),
        )


def _silent(_count: int) -> None:
    return None


class Recounting:
    """Recounts the open clocks of a congress."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def preview(
        self,
        congress: str,
        calendar: WorkingCalendar,
        *,
        now: datetime,
        progress: Progress = _silent,
    ) -> RecountReport:
        """The dry run: what would change under that calendar. Nothing is written."""
        order = _Order(calendar=calendar, actor="", reason="", now=now)
        tally = _Tally(calendar=calendar.version)
        after: str | None = None
        while True:
            with self._store.read(congress) as transaction:
                references = transaction.open_cases(after, AT_ONCE)
                done = _recounted(transaction, references, order, tally)
            if not references:
                return tally.report()
            tally.add(len(references), done)
            after = references[-1]
            progress(tally.looked_at)

    def run(
        self,
        congress: str,
        *,
        actor: str,
        reason: str,
        now: datetime,
        progress: Progress = _silent,
    ) -> RecountReport:
        """Recount under the calendar as it is stored, some cases a transaction.

        When it is interrupted a later run does the rest. A calendar that is changed meanwhile
        has it begin again. Only the last step marks the congress as recounted, and not while a
        case could not be counted.
        """
        tally = _Tally()
        after: str | None = None
        while True:
            with self._store.begin(congress) as transaction:
                calendar = transaction.calendar()
                if calendar.version != tally.calendar:
                    after = None
                    tally.begin(calendar.version)
                references = transaction.open_cases(after, AT_ONCE)
                order = _Order(calendar=calendar, actor=actor, reason=reason, now=now)
                done = _recounted(transaction, references, order, tally)
                _save(transaction, done, reason)
                if not references and not tally.failed:
                    transaction.mark_recounted(calendar.version)
                if done or not references:
                    transaction.commit()
            if not references:
                return tally.report()
            tally.add(len(references), done)
            after = references[-1]
            progress(tally.looked_at)


def _recounted(
    transaction: Transaction, references: Sequence[str], order: _Order, tally: _Tally
) -> list[tuple[Decision, tuple[Moved, ...]]]:
    """A decision for each case in which something changes."""
    transaction.expect(references)
    found = []
    for reference in references:
        try:
            decision, moved = _recounted_case(transaction, reference, order)
        except BihuanError as error:
            tally.failed[reference] = error.message("zh")
            continue
        if decision is not None:
            found.append((decision, moved))
    return found


def _recounted_case(
    transaction: Transaction, reference: str, order: _Order
) -> tuple[Decision | None, tuple[Moved, ...]]:
    case = transaction.case(reference)
    at = Surroundings(
        profile=transaction.profile(case.profile, case.profile_version),
        directory=transaction.directory(),
        calendar=order.calendar,
    )
    command = Command(
        congress=case.congress, action=ACTION, actor=order.actor, now=order.now, case=case.id
    )
    return recount_case(case, command, at, order.reason)


def _save(
    transaction: Transaction, done: Iterable[tuple[Decision, tuple[Moved, ...]]], reason: str
) -> None:
    performed: list[Performed] = []
    head = transaction.head()
    for decision, moved in done:
        one = _performed(head, decision, moved, reason)
        head = replace(head, sequence=one.entry.sequence, digest=one.entry.digest)
        performed.append(one)
    if performed:
        transaction.save_all(performed)


def _performed(
    head: ChainHead, decision: Decision, moved: Sequence[Moved], reason: str
) -> Performed:
    after = decision.after
    entry = attach(
        head,
        case=after.id,
        version=after.version,
        at=decision.command.now,
        actor=decision.command.actor,
        action=ACTION,
        rule=decision.rule,
        content={
            "reason": reason,
            "moved": plain([asdict(one) for one in moved]),
            "told": sorted({one.recipient for one in decision.notices}),
        },
    )
    receipt = Receipt(
        case=after.id,
        number=after.number,
        version=after.version,
        state=after.state,
        action=ACTION,
        subject=None,
        audit_sequence=entry.sequence,
    )
    return Performed(decision=decision, entry=entry, receipt=receipt, fingerprint="")
