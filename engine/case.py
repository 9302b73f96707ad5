"""The case: a suggestion (建议) with everything that belongs to it, as one immutable aggregate.

A decision turns one Case into another; the store writes the difference. Children carry a number
within the case, so a replay of the same commands gives the same identities. Refuses to know how
and where it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from operator import attrgetter, call
from typing import Any, TypeAlias

from engine.clocks import Clock
from engine.periods import Period

INSTRUCTION = "instruction"
"""The kind of a Supervision that is an instruction 批示."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A deputy who signs: the lead (领衔, number 1) or a co-signer (附议)."""

    number: int
    deputy: str
    lead: bool
    state: str  # pending, confirmed, declined, lapsed
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One unit's share (承办): lead 主办, joint 会办 or separate 分办, with its own life."""

    number: int
    unit: str
    kind: str  # lead, joint, separate
    state: str
    round: int
    rule: str
    reason: str
    handed_over_at: datetime
    replaces: int | None = None
    handler: str | None = None
    received_at: datetime | None = None
    opinion: str | None = None
    opinion_at: datetime | None = None
    progress: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequest:
    """退办: a unit says the case is not its own, with the unit it proposes; arbitrated."""

    number: int
    assignment: int
    reason: str
    proposed_unit: str
    requested_by: str
    requested_at: datetime
    state: str = "pending"  # pending, approved, refused
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest:
    """延期: asked by a unit; takes effect once each approving role has agreed."""

    number: int
    assignment: int
    clock: int
    reason: str
    period: Period
    requested_by: str
    requested_at: datetime
    state: str = "pending"  # pending, approved, refused
    approvals: tuple[str, ...] = ()  # "role:person" in order
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """面商/沟通: who met the deputy, when, in which form and at which rank."""

    number: int
    assignment: int
    deputy: str
    on: date
    form: str
    rank: str
    summary: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCommitment:
    """A promise as it stands in a draft reply; it becomes a Commitment on delivery."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """答复: the letter of one unit in one round, from draft to delivery."""

    number: int
    assignment: int
    round: int
    state: str  # draft, checked, signed, delivered, rejected
    result: str
    text: str
    commitments: tuple[PlannedCommitment, ...]
    drafted_by: str
    drafted_at: datetime
    document_number: str | None = None
    checked_by: str | None = None
    signed_by: str | None = None
    signed_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One copy of a reply to one signatory."""

    number: int
    reply: int
    deputy: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """满意度测评 of one signatory in one round: on process/attitude and on result."""

    number: int
    deputy: str
    round: int
    state: str  # open, given, silent
    opened_at: datetime
    process: str | None = None
    result: str | None = None
    comment: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """承诺: a promise of a delivered reply; it lives on after the case is closed."""

    number: int
    reply: int
    unit: str
    text: str
    due_on: date
    state: str
    progress: str | None = None
    evidence: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """督办: a reminder 催办 or order 督办单, by the clock or a person; or an instruction 批示."""

    number: int
    kind: str  # reminder, order, INSTRUCTION
    subject: str
    clock: str
    rung: str
    by: str
    at: datetime
    note: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """督办单: an order to a unit to act and report, with an owner and a clock of its own.

    `subject` is what it is about (`case`, `assignment:3`, `commitment:1`); `clock` and `rung` are
    empty when a person opened it. `assigned_to` is the role that follows it up.
    """

    number: int
    subject: str
    clock: str
    rung: str
    assigned_to: str
    unit: str | None
    reason: str
    opened_by: str
    opened_at: datetime
    state: str
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None


Subject: TypeAlias = Assignment | Commitment | Order
"""What has a machine of its own besides the suggestion itself, and a number within its case."""

ROWS_OF = {"assignment": "assignments", "commitment": "commitments", "order": "orders"}
"""Where a case keeps the subjects of each machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """成效灯: what one of the three parties expects of the case's result, in one month."""

    number: int
    month: str
    party: str
    light: str
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """成效指标: a measured result with its unit."""

    number: int
    reply: int
    label: str
    quantity: Decimal | None
    unit: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """The next rung of a running clock; fired or cancelled once."""

    clock: int
    plan: int
    rung: str
    fire_at: datetime
    fired_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A suggestion with all that belongs to it, at one version.

    `timers` holds only pending ones when loaded. `round` is 1 and grows with each re-handling.
    """

    id: str
    congress: str
    session: str
    profile: str
    profile_version: int
    version: int
    state: str
    round: int
    kind: str  # session, recess
    title: str
    text: str
    field: str
    keywords: tuple[str, ...]
    origin: str
    created_at: datetime
    number: str | None = None
    secrecy: str = "open"
    topic: int | None = None
    merged_into: str | None = None
    batch: str | None = None
    refusal_ground: str | None = None
    submitted_at: datetime | None = None
    registered_at: datetime | None = None
    handed_over_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    signatories: tuple[Signatory, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    returns: tuple[ReturnRequest, ...] = ()
    extensions: tuple[ExtensionRequest, ...] = ()
    contacts: tuple[Contact, ...] = ()
    replies: tuple[Reply, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    orders: tuple[Order, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    clocks: tuple[Clock, ...] = ()
    timers: tuple[Timer, ...] = ()

    def changed(self, **fields: Any) -> Case:  # noqa: ANN401  # any field of the case
        """A copy with some fields changed: `dataclasses.replace` for a record this wide is slow."""
        copy = object.__new__(Case)
        # Setters give None, so this calls all of them, in a loop that is not Python's.
        any(map(call, _SETTERS, repeat(copy), _values(self)))
        for name, value in fields.items():
            _SETTER_OF[name](copy, value)
        return copy

    @property
    def lead_deputy(self) -> str:
        """The deputy who leads; every case has one."""
        return next(one.deputy for one in self.signatories if one.lead)

    def assignment(self, number: int) -> Assignment | None:
        """The assignment of that number, None when there is none."""
        return next((one for one in self.assignments if one.number == number), None)

    def commitment(self, number: int) -> Commitment | None:
        """The commitment of that number, None when there is none."""
        return next((one for one in self.commitments if one.number == number), None)

    def order(self, number: int) -> Order | None:
        """The order of that number, None when there is none."""
        return next((one for one in self.orders if one.number == number), None)

    def subject_of(self, key: str) -> Subject | None:
        """What a key such as `assignment:3` names; None for the suggestion itself."""
        machine, _, number = key.partition(":")
        return next((one for one in self.subjects(machine) if str(one.number) == number), None)

    def subjects(self, machine: str) -> tuple[Subject, ...]:
        """What goes through the machine of that name; none for the suggestion itself."""
        rows = ROWS_OF.get(machine)
        found: tuple[Subject, ...] = getattr(self, rows) if rows else ()
        return found


# A frozen record can be filled only through its slots' own descriptors.
_SETTER_OF = {name: Case.__dict__[name].__set__ for name in Case.__slots__}
_SETTERS = tuple(_SETTER_OF.values())
_values = attrgetter(*Case.__slots__)
