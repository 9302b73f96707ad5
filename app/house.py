"""Implements the port `web.house.House` over rows: each answer is what the visitor may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from app.forms_of_actions import form_of
from app.grounds import Grounds
from app.house_agenda import Agendas
from app.house_parts import Parts
from app.house_reports import (
    bulletin_of_month,
    funnel_of_session,
    outcome_of_month,
    proofs_of,
    rates_of_session,
)
from app.house_sight import Looked, Sights
from app.wiring import Services
from db.drafts import FormDrafts
from engine.audit import AuditEntry
from engine.calendar import WorkingCalendar, local_day
from engine.command import Command, Decision, Possible, Receipt
from engine.congress import Directory
from engine.decide import possible_actions
from engine.effects.spec import Nomination
from engine.errors import UnknownAction, UnknownCase
from engine.perform import Verdict
from engine.profile import Profile
from engine.work import subject_of
from notifications.inbox import InboxPage, read_inbox
from reports.agenda import pins_of
from reports.agenda_lists import AskedList, FoundList
from reports.bulletin import Bulletin
from reports.case_view import case_lines
from reports.cases import EVERYTHING, CaseFilter, CaseLine, CasePage, CaseSort, list_cases
from reports.due import DueLine, due_lines
from reports.next_steps import standings
from reports.outcome import OutcomePage
from reports.overview import RateCount, StepCount
from reports.parts_list import PartFilter, PartKind, PartSort
from reports.search import Eyes, FoundPage, search_cases
from reports.similar import similar_to
from reports.topics_in_hand import TopicInHand
from reports.waiting import WaitingLine, waiting_for
from reports.why import ClockAnswer, why_dates
from routing.workbench import HandOverRow
from web.gate import Visitor
from web.house import ActionForm, AuditLine, FoundParts, SeenCase


class HouseOfRows:
    """The house of one installation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._drafts = FormDrafts(services.database)
        self._sights = Sights(services)
        self._parts = Parts(services, self._sights)
        self._agendas = Agendas(services)
        self._grounds = Grounds(services)

    def now(self) -> datetime:
        return self._services.clock()

    def directory(self, visitor: Visitor) -> Directory:
        return self._grounds.of(visitor).directory

    def calendar(self, visitor: Visitor) -> WorkingCalendar:
        return self._grounds.of(visitor).calendar

    def profile(self, visitor: Visitor) -> Profile:
        return self._grounds.of(visitor).profile

    def profiles(self, visitor: Visitor) -> tuple[Profile, ...]:
        present = self.profile(visitor)
        with self._services.reading() as connection:
            pins = pins_of(connection, visitor.congress)
        used = {*pins, (present.name, present.version)}
        return tuple(self._services.profile(*one) for one in sorted(used))

    def cases(
        self,
        visitor: Visitor,
        *,
        filters: CaseFilter,
        sort: CaseSort,
        after: str | None,
        limit: int,
    ) -> CasePage:
        with self._services.reading() as connection:
            return list_cases(
                connection,
                visitor.congress,
                filters=filters,
                sort=sort,
                after=after,
                limit=limit,
                seen=self._sights.seen(visitor),
                bounded=True,
            )

    def case(self, visitor: Visitor, reference: str, *, door: str) -> SeenCase:
        looked, today = self._sights.look(visitor, reference, door=door), local_day(self.now())
        entries = self._services.trail.history(looked.whole.id)
        return self._shown(visitor, looked, looked.history(entries, visitor.person), today)

    def several(
        self, visitor: Visitor, references: Sequence[str], *, door: str
    ) -> tuple[SeenCase, ...]:
        looked = self._sights.look_at_all(visitor, references, door=door)
        today = local_day(self.now())
        return tuple(self._shown(visitor, one, (), today) for one in looked)

    def parts(
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
        return self._parts.listed(
            visitor, kind, filters=filters, sort=sort, after=after, limit=limit, door=door
        )

    def _shown(
        self, visitor: Visitor, looked: Looked, entries: Sequence[AuditEntry], today: date
    ) -> SeenCase:
        at, details = looked.at, looked.sight.details
        view = case_lines(
            looked.case,
            entries,
            profile=at.profile,
            directory=at.directory,
            calendar=at.calendar,
            today=today,
        )
        possible = possible_actions(looked.whole, visitor.person, at, today) if details else ()
        ranks = standings(looked.whole, possible, at, self.now())
        return SeenCase(
            view=view if details else replace(view, owners=()),
            profile=at.profile,
            actions=tuple(
                replace(self._form(one, looked, visitor.person), rank=ranks[one])
                for one in possible
            ),
            hidden=looked.sight.hidden,
        )

    def starting_actions(self, visitor: Visitor) -> tuple[ActionForm, ...]:
        profile, directory = self.profile(visitor), self.directory(visitor)
        roles = set(directory.roles_of(visitor.person))
        at = Nomination(case=None, subject=None, actor=visitor.person, directory=directory)
        return tuple(
            form_of(action, None, profile, at)
            for machine in profile.machines.values()
            for action in machine.actions.values()
            if action.creates and roles & {grant.role for grant in action.by}
        )

    def perform(self, visitor: Visitor, command: Command) -> Receipt:
        try:
            return self._services.desk.perform(self._sights.owned(visitor, command, door=None))
        finally:
            self._grounds.forget()

    def try_out(self, visitor: Visitor, command: Command, *, door: str) -> Decision:
        decision = self._services.desk.preview(self._sights.owned(visitor, command, door=door))
        return self._sights.previewed(visitor, decision)

    def perform_many(self, visitor: Visitor, commands: Sequence[Command]) -> Sequence[Verdict]:
        verdicts: dict[int, Verdict] = {}
        owned: dict[int, Command] = {}
        for place, one in enumerate(commands):
            try:
                owned[place] = self._sights.owned(visitor, one, door=None)
            except UnknownCase as error:
                verdicts[place] = Verdict(command=one, receipt=None, error=error)
        told = self._services.desk.perform_many(owned.values())
        self._grounds.forget()
        verdicts |= dict(zip(owned, told, strict=True))
        return tuple(verdicts[place] for place in sorted(verdicts))

    def sees(self, visitor: Visitor, reference: str) -> bool:
        try:
            self._sights.look(visitor, reference, door=None)
        except UnknownCase:
            return False
        return True

    def why(self, visitor: Visitor, reference: str, *, door: str) -> tuple[ClockAnswer, ...]:
        looked = self._sights.look(visitor, reference, door=door)
        at = looked.at
        return why_dates(
            looked.case,
            profile=at.profile,
            directory=at.directory,
            calendar=at.calendar,
            ended=True,
        )

    def audit(self, visitor: Visitor, reference: str, *, door: str) -> tuple[AuditLine, ...]:
        view = self.case(visitor, reference, door=door).view
        return proofs_of(self._services, view.case.id, view.history)

    def funnel(self, visitor: Visitor, session: str) -> tuple[StepCount, ...]:
        return funnel_of_session(self._services, visitor.congress, session)

    def rates(self, visitor: Visitor, session: str) -> tuple[RateCount, ...]:
        return rates_of_session(self._services, visitor.congress, session)

    def outcome(
        self, visitor: Visitor, month: str, *, after: str | None, limit: int
    ) -> OutcomePage:
        sees = self._sees(visitor)
        return outcome_of_month(
            self._services, visitor.congress, month, sees, after=after, limit=limit
        )

    def bulletin(self, visitor: Visitor, month: str) -> Bulletin:
        return bulletin_of_month(self._services, visitor.congress, month, self._sees(visitor))

    def lists(self, visitor: Visitor, asked: Sequence[AskedList]) -> tuple[FoundList, ...]:
        return self._agendas.lists(visitor, asked)

    def topics(self, visitor: Visitor, *, mine: bool) -> tuple[TopicInHand, ...]:
        return self._agendas.topics(visitor, mine=mine)

    def proposals(self, visitor: Visitor, cases: tuple[str, ...]) -> tuple[HandOverRow, ...]:
        return self._agendas.proposals(visitor, cases)

    def waiting(self, visitor: Visitor) -> tuple[WaitingLine, ...]:
        directory = self.directory(visitor)
        with self._services.reading() as connection:
            return waiting_for(
                connection,
                visitor.congress,
                visitor.person,
                rules=self._services.profile,
                directory=directory,
                calendar=self.calendar(visitor),
                today=local_day(self.now()),
                seen=self._sights.seen(visitor),
                as_seen=self._sights.shown(visitor, directory),
            )

    def due(self, visitor: Visitor, until: date) -> tuple[DueLine, ...]:
        directory = self.directory(visitor)
        with self._services.reading() as connection:
            return due_lines(
                connection,
                visitor.congress,
                rules=self._services.profile,
                directory=directory,
                calendar=self.calendar(visitor),
                until=until,
                today=local_day(self.now()),
                seen=self._sights.seen(visitor),
                as_seen=self._sights.shown(visitor, directory),
            )

    def inbox(
        self, visitor: Visitor, *, unread_only: bool, after: str | None, limit: int
    ) -> InboxPage:
        return read_inbox(
            self._services.inbox,
            visitor.congress,
            visitor.person,
            rules_behind=lambda cases: self._services.rules_behind(visitor.congress, cases),
            language=visitor.language,
            limit=limit,
            after=after,
            unread_only=unread_only,
        )

    def mark_read(self, visitor: Visitor, notice: str) -> None:
        self._services.inbox.mark_read(visitor.congress, visitor.person, notice, self.now())

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
        directory = self.directory(visitor)
        eyes = Eyes(
            seen=self._sights.seen(visitor),
            quoted=self._sights.quoted(visitor, directory) if excerpts else None,
            directory=directory,
        )
        with self._services.reading() as connection:
            return search_cases(
                connection,
                visitor.congress,
                text,
                eyes=eyes,
                filters=filters,
                after=after,
                limit=limit,
            )

    def similar(
        self, visitor: Visitor, title: str, text: str = "", *, besides: str = ""
    ) -> tuple[CaseLine, ...]:
        seen = self._sights.seen(visitor)
        with self._services.reading() as connection:
            return similar_to(connection, visitor.congress, title, text, besides=besides, seen=seen)

    def keep_draft(self, visitor: Visitor, place: str, content: Mapping[str, str]) -> None:
        self._drafts.keep(visitor.congress, visitor.person, place, content, self.now())

    def draft(self, visitor: Visitor, place: str) -> Mapping[str, str]:
        return self._drafts.find(visitor.congress, visitor.person, place)

    def drop_draft(self, visitor: Visitor, place: str) -> None:
        self._drafts.drop(visitor.congress, visitor.person, place)

    def _sees(self, visitor: Visitor) -> Callable[[str], bool]:
        """Whether the visitor may see a case, by its id."""
        return self._sights.sees(visitor)

    def _form(self, possible: Possible, looked: Looked, person: str) -> ActionForm:
        """Whom it offers to name is taken from what is seen: it tells nobody who is hidden."""
        profile, directory = looked.at.profile, looked.at.directory
        action = profile.action(possible.action)
        if action is None:
            raise UnknownAction(action=possible.action, profile=profile.reference)
        subject = subject_of(looked.case, action.machine, possible.subject)
        at = Nomination(case=looked.case, subject=subject, actor=person, directory=directory)
        return form_of(action, possible.subject, profile, at)
