"""The port between the engine and whatever records it: a store that opens transactions.

`db` implements it; one contract suite runs over every implementation. All methods of a
transaction see one consistent state, and nothing is kept unless `commit` returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.audit import AuditEntry, ChainHead
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.command import CaseBrief, Command, Decision, Receipt
from engine.congress import Directory
from engine.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """A decision with what is kept beside it; `fingerprint` tells commands of one key apart."""

    decision: Decision
    entry: AuditEntry
    receipt: Receipt
    fingerprint: str


class Transaction(Protocol):
    """One unit of work of one congress. Leaving it without `commit` undoes everything."""

    def head(self) -> ChainHead:
        """The chain head, locked until the end: the first read of every writing transaction."""
        ...

    def answer(self, request_key: str) -> tuple[str, str, Receipt] | None:
        """(fingerprint, action, receipt) of an earlier command with this key, or None."""
        ...

    def directory(self) -> Directory:
        """People and bodies at the current version (cached while it does not change)."""
        ...

    def calendar(self) -> WorkingCalendar:
        """The working calendar at the current version (cached likewise)."""
        ...

    def profile(self, name: str, version: int) -> Profile:
        """A stored profile version; UnknownProfile when it is not there."""
        ...

    def case(self, reference: str) -> Case:
        """By id or number; UnknownCase when it is not there."""
        ...

    def brief(self, reference: str) -> CaseBrief:
        """A short view of another case; UnknownCase when it is not there."""
        ...

    def next_number(self, series: str) -> int:
        """The next free number of a series, from 1, locked until the end."""
        ...

    def save(
        self, decision: Decision, entry: AuditEntry, receipt: Receipt, fingerprint: str
    ) -> None:
        """Write the difference between before and after, entry, notices and the answer.

        StaleCase when the stored version is not that of `decision.before`.
        """
        ...

    def save_all(self, performed: Sequence[Performed]) -> None:
        """The same for many at once, each on what the one before it left."""
        ...

    def expect(self, references: Iterable[str]) -> None:
        """These cases, by id or number, will be asked for: read them in one go."""
        ...

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        """Commands for the pending timers of the congress with fire_at <= now, the longest first.

        The action is that of the rung in the case's profile; `request_key` is None (the timer
        row itself is fired once); subject and rung name the timer.
        """
        ...

    def open_cases(self, after: str | None, limit: int) -> Sequence[str]:
        """Ids of cases with a running or paused clock, in order of the ids, after that one."""
        ...

    def mark_recounted(self, calendar_version: int) -> None:
        """All open clocks of the congress are counted under that version of the calendar."""
        ...

    def commit(self) -> None:
        """Keep everything."""
        ...


class Store(Protocol):
    """Opens transactions and finds due rows."""

    def begin(self, congress: str) -> AbstractContextManager[Transaction]:
        """A writing transaction (SQLite: BEGIN IMMEDIATE). UnknownCongress when not there."""
        ...

    def read(self, congress: str) -> AbstractContextManager[Transaction]:
        """A reading transaction: `head` and `next_number` do not lock, `save` is refused."""
        ...

    def begin_unless_held(self, congress: str) -> AbstractContextManager[Transaction | None]:
        """A writing transaction, or None when somebody else's is under way: nobody waits.

        A database with one writer at a time makes him wait all the same.
        """
        ...

    def due_congresses(self, now: datetime) -> Sequence[str]:
        """Congresses with pending timers whose time has come, the longest due first."""
        ...

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        """The due commands of all congresses, by (fire_at, congress, case, clock)."""
        ...

    def postpone(self, command: Command, until: datetime, error: str) -> None:
        """Put a timer that failed unexpectedly off until later, so that it stops no other."""
        ...


class RecountingStore(Store, Protocol):
    """A store that also knows where clocks wait to be counted anew; a decision never asks."""

    def to_recount(self) -> Sequence[str]:
        """Congresses whose calendar has changed since their open clocks were counted."""
        ...
