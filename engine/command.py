"""What goes into the engine and what comes out: Command, Decision, Notice, Receipt.

All of it is data; nothing here acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.congress import Directory, KeyTopic
from engine.profile import Profile

CLOCK = "clock"
"""The actor of everything that time does by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungKey:
    """Names one timer of a case."""

    clock: int
    plan: int
    rung: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Somebody wants to do something, now.

    `case` is an id or a number, None only for the action that begins a case. `subject` is the
    number of an assignment, commitment or order for actions of those machines. A repeated
    `request_key` gets the first answer. `expected_version` None means: whatever it is now.
    """

    congress: str
    action: str
    actor: str
    now: datetime
    case: str | None = None
    subject: int | None = None
    form: Mapping[str, object] = field(default_factory=dict)
    expected_version: int | None = None
    request_key: str | None = None
    rung: RungKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBrief:
    """What a decision may know of another case (for a merge 并案)."""

    id: str
    number: str | None
    congress: str
    state: str
    merged_into: str | None
    units: tuple[tuple[str, str], ...]  # (unit, kind) of the open assignments


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that `decide` may read besides the case: loaded in the same transaction."""

    profile: Profile
    directory: Directory
    calendar: WorkingCalendar
    next_numbers: Mapping[str, int] = field(default_factory=dict)
    linked: Mapping[str, CaseBrief] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody is to be told something, decided once: `key` is unique in the congress.

    `rung`: the timer that it tells of, which no person is told of twice. `stands_in_for`: the
    person on leave in whose place the recipient is told. `stays_in`: that person's own notice,
    kept for the inbox; it leaves the house for the delegate only.
    """

    key: str
    recipient: str
    template: str
    facts: Mapping[str, str]
    urgent: bool = False
    rung: RungKey | None = None
    stands_in_for: str | None = None
    stays_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move that was made: the action asked for or an automatic one after it."""

    action: str
    machine: str
    subject: int | None
    source: str
    target: str
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an action would change; `before` is None for a new case.

    `stands_in_for`: the person on leave whose right the actor used. `left_to_later`: whom a rung
    did not tell since a later one that is due already does, by the name of that one.
    """

    command: Command
    before: Case | None
    after: Case
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]
    numbers_taken: Mapping[str, int]
    topic: KeyTopic | None
    rule: str
    facts: Mapping[str, object]
    stands_in_for: str | None = None
    left_to_later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a performed command; `first` is False for a repeated request key."""

    case: str
    number: str | None
    version: int
    state: str
    action: str
    subject: int | None
    audit_sequence: int
    first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """An action that an actor may do now, with the subject it would be done on."""

    action: str
    subject: int | None
