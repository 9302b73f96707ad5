"""The rules of one congress as frozen records: what a profile version means to the engine.

`workflows` builds these from files; the engine only reads them. Refuses to know YAML, files and
line numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.conditions import Condition
from engine.delivery import DeliveryRule
from engine.periods import CountingRule, MonthDay, Period, PeriodUnit
from engine.rights import AccessRules


class Stage(StrEnum):
    """The four parts of the loop 提交办督."""

    RAISE = "raise"
    HAND_OVER = "hand-over"
    HANDLE = "handle"
    SUPERVISE = "supervise"


class MeaningClass(StrEnum):
    """What a result code means, comparable between congresses whose letters differ."""

    DONE = "done"
    PARTIAL = "partial"
    COMMITTED = "committed"
    DEFERRED = "deferred"
    REFERENCE = "reference"
    IMPOSSIBLE = "impossible"
    UPWARD = "upward"


class FieldType(StrEnum):
    """Kinds of form fields; `engine.forms` says what each accepts."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DATE = "date"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PERSON = "person"
    PERSONS = "persons"
    UNIT = "unit"
    CASE = "case"
    PERIOD = "period"
    ASSIGNMENTS = "assignments"
    COMMITMENTS = "commitments"
    INDICATORS = "indicators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A wording in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a number comes from, since when it holds and whether the congress confirmed it."""

    code: str
    title: Text
    article: str
    effective: date
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who: a role, narrowed by a relation to the case (see `engine.relations`)."""

    role: str
    relation: str = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateClock:
    """A clock that runs while a case, assignment or commitment is in the state.

    It starts on entering the state unless it runs already. `once`: at most once for a subject
    and round, however often the state is entered (first contact, the return window).
    """

    kind: str
    when: Condition | None = None
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of a machine.

    An open state has owners and clocks of its own, or both are carried by the open assignments
    (`carried`). `fulfils` False: entering this final state ends clocks without meeting them
    (returned, withdrawn, refused).
    """

    name: str
    label: Text
    stage: Stage
    owners: tuple[Grant, ...] = ()
    clocks: tuple[StateClock, ...] = ()
    carried: bool = False
    final: bool = False
    fulfils: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing that must or may be filled in for an action."""

    name: str
    label: Text
    type: FieldType
    required: bool = False
    required_when: Condition | None = None
    choices: str | None = None
    max_length: int = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A named effect with parameters (see `engine.effects`)."""

    name: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From states to a state (None: stay), when a condition holds, with effects."""

    sources: tuple[str, ...]
    target: str | None
    when: Condition | None = None
    because: Text | None = None
    then: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something an actor may do.

    `automatic` actions belong to nobody: the engine tries them after every step, in order.
    `creates` marks the action that begins a case.
    """

    name: str
    machine: str
    label: Text
    by: tuple[Grant, ...]
    form: tuple[FormField, ...]
    moves: tuple[Move, ...]
    automatic: bool = False
    creates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDefinition:
    """States and actions of `suggestion`, `assignment`, `commitment` or `order`."""

    name: str
    initial: str
    states: Mapping[str, State]
    actions: Mapping[str, Action]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step of a ladder: at an offset from the due day the clock performs an action.

    A negative offset lies before the due day. `audience` is told with notice `notice`.
    """

    name: str
    label: Text
    offset: Period
    action: str
    notice: str | None = None
    audience: tuple[Grant, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRule:
    """How far a clock may be extended: to a total or by an addition, by whom, how often."""

    period: Period
    total: bool
    approvers: tuple[str, ...]
    times: int


class ClockStart(StrEnum):
    """The event from which a clock counts: recurring ones come again on fixed days of the year."""

    ENTRY = "entry"
    HANDED_OVER = "handed-over"
    RECEIVED = "received"
    REPLIED = "replied"
    SESSION_CLOSE = "session-close"
    PROMISED = "promised"
    RECURRING = "recurring"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDefinition:
    """A kind of clock: how it counts, from what, how far it may be extended and its source.

    `repeats`: the days of the year on which a recurring obligation is due.
    `restart_after_return`: whether a unit that takes over after a return gets the full period.
    """

    kind: str
    label: Text
    rule: CountingRule
    start: ClockStart
    source: str
    ladder: tuple[Rung, ...] = ()
    extension: ExtensionRule | None = None
    restart_after_return: bool = True
    anchor: str | None = None
    repeats: tuple[MonthDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A code of a code list with its label."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCode:
    """A result code of a reply with its meaning class."""

    code: str
    label: Text
    meaning: MeaningClass
    needs_due_date: bool
    needs_follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A rate: cases for which `numerator` holds over those for which `denominator` holds."""

    name: str
    label: Text
    wording: Text
    numerator: Condition
    denominator: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Which units a field or keyword points to; the highest priority that matches wins."""

    name: str
    fields: tuple[str, ...]
    keywords: tuple[str, ...]
    lead: str
    joint: tuple[str, ...]
    priority: int
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """分管: the units for which the holder of a portfolio is the lead official."""

    code: str
    label: Text
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTemplate:
    """Subject and body of a notice in both languages, in the words of `engine.wording`."""

    name: str
    subject: Text
    body: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplate:
    """答复模板: what the draft of a reply begins with, in the words of `engine.wording`."""

    label: Text
    body: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Urging:
    """催办: how much a word counts by the role of who urges, and how soon it may be said again."""

    weights: Mapping[str, int] = field(default_factory=dict)
    no_repeat: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRule:
    """时间灯: how long before its due day a clock turns yellow, by kind or for all others.

    Red is what is overdue: no rule may say otherwise.
    """

    yellow: Period
    by_clock: Mapping[str, Period] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeParty:
    """One of the parties that judge the outcome, and who may speak for it."""

    code: str
    label: Text
    by: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeScheme:
    """成效灯: who judges, in which lights (a list of choices), and the clock that asks for it."""

    clock: str
    lights: str
    parties: tuple[OutcomeParty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinRule:
    """通报: from which day of a month last month's bulletin is issued, and who is told."""

    day: int
    audience: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRules:
    """How the handling is supervised beyond machines and ladders, and how notices leave.

    `bulletin` None: issued by hand only, and nobody is told.
    `delegable`: the roles in which a delegate stands in for somebody on leave.
    """

    urging: Urging = field(default_factory=Urging)
    lights: LightRule = LightRule(yellow=Period(amount=5, unit=PeriodUnit.DAYS))
    outcome: OutcomeScheme | None = None
    bulletin: BulletinRule | None = None
    delivery: DeliveryRule = field(default_factory=DeliveryRule)
    delegable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One immutable version of a congress's rules; a case is pinned to it."""

    name: str
    version: int
    title: Text
    digest: str
    sources: Mapping[str, Source]
    roles: Mapping[str, Text]
    machines: Mapping[str, MachineDefinition]
    clocks: Mapping[str, ClockDefinition]
    results: Mapping[str, ResultCode]
    choices: Mapping[str, tuple[Choice, ...]]
    numbering: Mapping[str, str]
    formulas: tuple[Formula, ...]
    routing: tuple[RoutingRule, ...]
    portfolios: tuple[Portfolio, ...]
    notices: Mapping[str, NoticeTemplate]
    supervision: SupervisionRules = field(default_factory=SupervisionRules)
    access: AccessRules = field(default_factory=AccessRules)
    letters: Mapping[str, LetterTemplate] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """Name and version as written into audit entries and clocks."""
        return f"{self.name}/v{self.version}"

    def action(self, name: str) -> Action | None:
        """The action of that name, whichever machine it belongs to; None when there is none."""
        for machine in self.machines.values():
            if name in machine.actions:
                return machine.actions[name]
        return None
