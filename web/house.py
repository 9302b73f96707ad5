"""What pages and the API ask of the house: the one port through which they read and act.

Every method takes the visitor and answers with what this visitor may see; what may not be seen
is answered as if it were not there (`unknown-case`). `app.house` implements it over rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.calendar import WorkingCalendar
from engine.command import Command, Decision, Receipt
from engine.congress import Directory
from engine.perform import Verdict
from engine.profile import FieldType, Profile, Text
from notifications.inbox import InboxPage
from reports.agenda_lists import AskedList, FoundList
from reports.bulletin import Bulletin
from reports.case_view import CaseView, HistoryLine
from reports.cases import EVERYTHING, CaseFilter, CaseLine, CasePage, CaseSort
from reports.due import DueLine
from reports.next_steps import Rank
from reports.outcome import OutcomePage
from reports.overview import RateCount, StepCount
from reports.parts_list import PartFilter, PartKind, PartSort
from reports.search import FoundPage
from reports.topics_in_hand import TopicInHand
from reports.waiting import WaitingLine
from reports.why import ClockAnswer
from routing.workbench import HandOverRow
from web.gate import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the values of a choice field."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredWhen:
    """When a field must be filled in that may else be left empty.

    `answers`: fields with the values any one of which makes it so; none where the condition is
    not only about answers, so that it is known when the form is handed in.
    """

    condition: str
    answers: tuple[tuple[str, Choice], ...] = ()

    @property
    def words(self) -> Text:
        """As it is said beside the field."""
        labels = tuple(dict.fromkeys(choice.label for _, choice in self.answers))
        if not labels:
            return Text(zh="视情况必填", en="required in some cases")
        zh = "或".join(f"“{one.zh}”" for one in labels)
        en = " or ".join(f"“{one.en}”" for one in labels)
        return Text(zh=f"选{zh}时必填", en=f"required with {en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldForm:
    """A field as a page or a program must fill it in; `choices` is empty for free values."""

    name: str
    label: Text
    type: FieldType
    required: bool
    max_length: int
    choices: tuple[Choice, ...]
    required_when: RequiredWhen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionForm:
    """An action this visitor may do now, on which subject, with what it asks for.

    `rank`: where it stands among what may be done; None when its conditions do not hold.
    """

    action: str
    label: Text
    machine: str
    subject: int | None
    fields: tuple[FieldForm, ...]
    rank: Rank | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCase:
    """A case as this visitor may see it, and what the visitor may do now.

    `hidden`: names of parts that are kept from this visitor, such as `author` and `ratings`.
    """

    view: CaseView
    profile: Profile
    actions: tuple[ActionForm, ...]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPart:
    """A share, reply, rating or promise, by its number in a case as this visitor sees it."""

    of: SeenCase
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParts:
    """A page of parts of many cases; `more`: there are more of them than `total`."""

    parts: tuple[SeenPart, ...]
    total: int
    more: bool
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry of the chain about a case that the visitor sees: the words and the proof."""

    shown: HistoryLine
    version: int
    rule: str
    previous: str
    digest: str


class House(Protocol):
    """Reads and acts in the name of a visitor."""

    def now(self) -> datetime:
        """This instant, as this house has it."""
        ...

    def directory(self, visitor: Visitor) -> Directory:
        """People and bodies of the visitor's congress."""
        ...

    def calendar(self, visitor: Visitor) -> WorkingCalendar:
        """Its working calendar."""
        ...

    def profile(self, visitor: Visitor) -> Profile:
        """The rules that new cases are pinned to."""
        ...

    def profiles(self, visitor: Visitor) -> tuple[Profile, ...]:
        """The same, and every version that a case of the congress is pinned to."""
        ...

    def cases(
        self,
        visitor: Visitor,
        *,
        filters: CaseFilter,
        sort: CaseSort,
        after: str | None,
        limit: int,
    ) -> CasePage:
        """A page of the list, of what the visitor may see."""
        ...

    def case(self, visitor: Visitor, reference: str, *, door: str) -> SeenCase:
        """One case; a reading of what is not open to everybody is written down, once a visit."""
        ...

    def several(
        self, visitor: Visitor, references: Sequence[str], *, door: str
    ) -> tuple[SeenCase, ...]:
        """Cases read together, without their histories; those that are not seen are left out."""
        ...

    def parts(  # a page of a list has these facts
        self,
        visitor: Visitor,
        kind: PartKind,
        *,
        filters: PartFilter,
        sort: PartSort,
        after: str | None,
        limit: int,
        door: str,
    ) -> FoundParts:
        """Parts of all cases that the visitor sees, page by page; each page reads its cases."""
        ...

    def sees(self, visitor: Visitor, reference: str) -> bool:
        """Whether there is such a case for the visitor; asking is no reading."""
        ...

    def starting_actions(self, visitor: Visitor) -> tuple[ActionForm, ...]:
        """Actions that begin a case."""
        ...

    def perform(self, visitor: Visitor, command: Command) -> Receipt:
        """Do it, or be refused with a reason."""
        ...

    def try_out(self, visitor: Visitor, command: Command, *, door: str) -> Decision:
        """What it would do; nothing is stored but, as with `case`, that it was read."""
        ...

    def perform_many(self, visitor: Visitor, commands: Sequence[Command]) -> Sequence[Verdict]:
        """Each by itself in one transaction: a refused one keeps no other back."""
        ...

    def why(self, visitor: Visitor, reference: str, *, door: str) -> tuple[ClockAnswer, ...]:
        """The clocks of a case, explained; a reading like that of the case."""
        ...

    def audit(self, visitor: Visitor, reference: str, *, door: str) -> tuple[AuditLine, ...]:
        """What was done with a case, with its place in the hash chain; a reading like the case."""
        ...

    def funnel(self, visitor: Visitor, session: str) -> tuple[StepCount, ...]:
        """How many cases of a session came how far; the present session when none is named."""
        ...

    def rates(self, visitor: Visitor, session: str) -> tuple[RateCount, ...]:
        """The rates of a session."""
        ...

    def outcome(
        self, visitor: Visitor, month: str, *, after: str | None, limit: int
    ) -> OutcomePage:
        """The outcome lights of a month; its lines are cases that the visitor may see."""
        ...

    def bulletin(self, visitor: Visitor, month: str) -> Bulletin:
        """The bulletin of a month; what it lists are cases that the visitor may see."""
        ...

    def lists(self, visitor: Visitor, asked: Sequence[AskedList]) -> tuple[FoundList, ...]:
        """Lists of what is in hand, counted, and their pages: each thing with its next steps."""
        ...

    def topics(self, visitor: Visitor, *, mine: bool) -> tuple[TopicInHand, ...]:
        """Key topics with their progress; `mine`: those the visitor leads or supervises."""
        ...

    def proposals(self, visitor: Visitor, cases: tuple[str, ...]) -> tuple[HandOverRow, ...]:
        """Units that the rules propose for cases, with reasons, in the order given."""
        ...

    def waiting(self, visitor: Visitor) -> tuple[WaitingLine, ...]:
        """What waits for the visitor, soonest due first."""
        ...

    def due(self, visitor: Visitor, until: date) -> tuple[DueLine, ...]:
        """Clocks due up to the day, of what the visitor may see."""
        ...

    def inbox(
        self, visitor: Visitor, *, unread_only: bool, after: str | None, limit: int
    ) -> InboxPage:
        """What the visitor was told, newest first."""
        ...

    def mark_read(self, visitor: Visitor, notice: str) -> None:
        """The visitor has read it."""
        ...

    def search(
        self,
        visitor: Visitor,
        text: str,
        *,
        limit: int,
        filters: CaseFilter = EVERYTHING,
        after: str | None = None,
        excerpts: bool = True,
    ) -> FoundPage:
        """Cases in which all the words stand, in what the visitor may read of them.

        Without `excerpts` no case is read for one.
        """
        ...

    def similar(
        self, visitor: Visitor, title: str, text: str = "", *, besides: str = ""
    ) -> tuple[CaseLine, ...]:
        """Cases that resemble this title and text, the likest first; `besides` is none of them."""
        ...

    def keep_draft(self, visitor: Visitor, place: str, content: Mapping[str, str]) -> None:
        """Keep what was typed, so that a session that ends loses nothing."""
        ...

    def draft(self, visitor: Visitor, place: str) -> Mapping[str, str]:
        """What was kept of a form; empty when nothing was."""
        ...

    def drop_draft(self, visitor: Visitor, place: str) -> None:
        """It was handed in."""
        ...
