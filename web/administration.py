"""The port behind the administrator's pages: register, calendar, accounts, notices, health, audit.

Every method takes the visitor and is refused (RoleMissing) for anybody but an administrator; every
change is audited in the visitor's name. Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.calendar import DayKind
from engine.congress import Directory
from engine.profile import Text
from reports.audit_search import AuditHits, AuditQuestion
from web.gate import Visitor
from web.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """A file that somebody handed in, as text; its ending says how it is written."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """What an import does, or would do, with a row: `new`, `changed` or `same`."""

    line: int
    kind: str
    code: str
    name: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """A day that is something else than before."""

    day: date
    before: DayKind
    after: DayKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarOutcome:
    """What a calendar file does, or would do: to days and to open clocks."""

    words: str
    changed: bool
    days: tuple[DayChange, ...]
    clocks_moved: int
    cases_looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """Somebody's way in; `locked_until` only while it is locked, `subject` at the provider."""

    person: str
    person_name: str
    name: str
    local: bool
    second_factor: bool
    subject: str
    must_change: bool
    last_seen_at: datetime | None
    locked_until: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPassword:
    """A way in just given; `password` is shown this once, and empty where there is none."""

    person: str
    person_name: str
    name: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """A notice that nobody tries to deliver any more, and why."""

    notice: str
    channel: str
    number: str
    recipient: str
    template: str
    decided_at: datetime
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUpPage:
    """Some of them; `after` is where the next page begins."""

    lines: tuple[GivenUp, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a check came out (`well`, `warning`, `ill`), what was found, and how to mend it."""

    check: str
    health: str
    found: Text
    mend: Text


class Administration(Tokens, Protocol):
    """What an administrator looks at and changes."""

    def directory(self, visitor: Visitor) -> Directory:
        """The register as it is."""
        ...

    def try_register(self, visitor: Visitor, file: FileText) -> tuple[RowOutcome, ...]:
        """What the file would change; RowsRefused names every fault with its line."""
        ...

    def store_register(self, visitor: Visitor, file: FileText, reason: str) -> bool:
        """Store it in one audited change; False when it was so already."""
        ...

    def try_calendar(self, visitor: Visitor, file: FileText) -> CalendarOutcome:
        """What the file would change; CalendarRefused names every fault with its line."""
        ...

    def store_calendar(self, visitor: Visitor, file: FileText, reason: str) -> CalendarOutcome:
        """Store it, and count open clocks anew."""
        ...

    def accounts(self, visitor: Visitor) -> tuple[AccountLine, ...]:
        """Everybody's, in order of name."""
        ...

    def account(self, visitor: Visitor, person: str) -> AccountLine:
        """One person's; UnknownAccount when there is none."""
        ...

    def provider(self) -> str:
        """What people call the identity provider; empty when none is set."""
        ...

    def open_account(
        self, visitor: Visitor, person: str, *, name: str, subject: str, reason: str
    ) -> FirstPassword:
        """A way in for somebody of the register: by a first password, or by the provider."""
        ...

    def reset_password(self, visitor: Visitor, person: str, reason: str) -> FirstPassword:
        """Another first password; the person is signed out everywhere."""
        ...

    def ask_no_code(self, visitor: Visitor, person: str, reason: str) -> None:
        """No second factor any more."""
        ...

    def connect_account(self, visitor: Visitor, person: str, subject: str, reason: str) -> None:
        """The provider's `subject` comes in by the account from now on."""
        ...

    def disconnect_account(self, visitor: Visitor, person: str, reason: str) -> None:
        """Nobody comes in by the provider any more."""
        ...

    def disable_account(self, visitor: Visitor, person: str, reason: str) -> None:
        """It lets nobody in any more, and its sessions end."""
        ...

    def enable_account(self, visitor: Visitor, person: str, reason: str) -> None:
        """It lets in again: what was disabled or locked no longer is."""
        ...

    def end_sessions(self, visitor: Visitor, person: str, reason: str) -> int:
        """Sign the person out everywhere; from how many browsers."""
        ...

    def given_up(self, visitor: Visitor, *, after: str | None, limit: int) -> GivenUpPage:
        """Deliveries that were given up, the newest first."""
        ...

    def send_again(self, visitor: Visitor, wanted: Sequence[tuple[str, str]], reason: str) -> int:
        """Put deliveries (notice, channel) among the pending ones again; how many."""
        ...

    def health(self, visitor: Visitor) -> tuple[Finding, ...]:
        """Workers, queues and calendars, as they are now."""
        ...

    def audit(
        self, visitor: Visitor, question: AuditQuestion, *, before: int | None, limit: int
    ) -> AuditHits:
        """Entries of the history, the newest first."""
        ...
