"""Implements the port `web.house.House` over rows: each answer is what the visitor may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from app.forms_of_actions import form_of
from app.house_agenda import Agendas
from app.house_reports import (
    bulletin_of_month,
    funnel_of_session,
    outcome_of_month,
    proofs_of,
    rates_of_session,
)
from app.wiring import Services
from db.drafts import FormDrafts
from engine.calendar import WorkingCalendar, local_day
from engine.command import Command, Decision, Receipt, Surroundings
from engine.congress import Directory
from engine.errors import UnknownAction
from engine.perform import Verdict
from engine.profile import Profile
from notifications.inbox import InboxPage, read_inbox
from reports.agenda import AgendaFilter, AgendaSort, Scope, Tally
from reports.agenda_page import AgendaPage
from reports.bulletin import Bulletin
from reports.case_view import case_lines
from reports.cases import CaseFilter, CasePage, CaseSort, list_cases
from reports.due import DueLine, due_lines
from reports.funnel import FunnelStep
from reports.outcome import OutcomePage
from reports.rates import Rate
from reports.search import FoundPage, search_cases
from reports.topics_in_hand import TopicInHand
from reports.waiting import WaitingLine, waiting_for
from reports.why import ClockAnswer, why_dates
from routing.workbench import HandOverRow
from web.gate import Visitor
from web.house import ActionForm, AuditLine, SeenCase


class HouseOfRows:
    """The house of one installation."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._drafts = FormDrafts(services.database)
        self._agendas = Agendas(services)

    def now(self) -> datetime:
        return self._services.clock()

    def directory(self, visitor: Visitor) -> Directory:
        return self._services.directory(visitor.congress)

    def calendar(self, visitor: Visitor) -> WorkingCalendar:
        return self._services.calendar(visitor.congress)

    def profile(self, visitor: Visitor) -> Profile:
        return self._services.profile_of(visitor.congress)

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
            )

    def case(self, visitor: Visitor, reference: str, *, door: str) -> SeenCase:
        del door
        services, now = self._services, self.now()
        found, at, _ = services.desk.look(visitor.congress, reference, now)
        view = case_lines(
            found,
            services.trail.history(found.id),
            profile=at.profile,
            directory=at.directory,
            calendar=at.calendar,
            today=local_day(now),
        )
        possible = services.desk.possible(visitor.congress, reference, visitor.person, now)
        return SeenCase(
            view=view,
            profile=at.profile,
            actions=tuple(self._form(one.action, one.subject, at) for one in possible),
        )

    def starting_actions(self, visitor: Visitor) -> tuple[ActionForm, ...]:
        profile, directory = self.profile(visitor), self.directory(visitor)
        mine = directory.people[visitor.person].appointments
        roles = {one.role for one in mine}
        return tuple(
            form_of(action, None, profile, directory)
            for machine in profile.machines.values()
            for action in machine.actions.values()
            if action.creates and roles & {grant.role for grant in action.by}
        )

    def perform(self, visitor: Visitor, command: Command) -> Receipt:
        del visitor
        return self._services.desk.perform(command)

    def try_out(self, visitor: Visitor, command: Command) -> Decision:
        del visitor
        return self._services.desk.preview(command)

    def perform_many(self, visitor: Visitor, commands: Sequence[Command]) -> Sequence[Verdict]:
        del visitor
        return self._services.desk.perform_many(commands)

    def why(self, visitor: Visitor, reference: str) -> tuple[ClockAnswer, ...]:
        found, at, _ = self._services.desk.look(visitor.congress, reference, self.now())
        return why_dates(
            found, profile=at.profile, directory=at.directory, calendar=at.calendar, ended=True
        )

    def audit(self, visitor: Visitor, reference: str) -> tuple[AuditLine, ...]:
        view = self.case(visitor, reference, door="api").view
        return proofs_of(self._services, view.case.id, view.history)

    def funnel(self, visitor: Visitor, session: str) -> tuple[FunnelStep, ...]:
        return funnel_of_session(self._services, visitor.congress, session)

    def rates(self, visitor: Visitor, session: str) -> tuple[Rate, ...]:
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

    def agenda(
        self,
        visitor: Visitor,
        *,
        scope: Scope,
        filters: AgendaFilter,
        sort: AgendaSort,
        page: int,
        size: int,
    ) -> AgendaPage:
        return self._agendas.page(
            visitor, scope=scope, filters=filters, sort=sort, page=page, size=size
        )

    def tallies(
        self, visitor: Visitor, *, scope: Scope, filters: AgendaFilter
    ) -> tuple[Tally, ...]:
        return self._agendas.tallies(visitor, scope=scope, filters=filters)

    def topics(self, visitor: Visitor, *, mine: bool) -> tuple[TopicInHand, ...]:
        return self._agendas.topics(visitor, mine=mine)

    def proposals(self, visitor: Visitor, cases: tuple[str, ...]) -> tuple[HandOverRow, ...]:
        return self._agendas.proposals(visitor, cases)

    def waiting(self, visitor: Visitor) -> tuple[WaitingLine, ...]:
        with self._services.reading() as connection:
            return waiting_for(
                connection,
                visitor.congress,
                visitor.person,
                rules=self._services.profile,
                directory=self.directory(visitor),
                calendar=self.calendar(visitor),
                today=local_day(self.now()),
            )

    def due(self, visitor: Visitor, until: date) -> tuple[DueLine, ...]:
        with self._services.reading() as connection:
            return due_lines(
                connection,
                visitor.congress,
                rules=self._services.profile,
                directory=self.directory(visitor),
                calendar=self.calendar(visitor),
                until=until,
                today=local_day(self.now()),
            )

    def inbox(
        self, visitor: Visitor, *, unread_only: bool, after: str | None, limit: int
    ) -> InboxPage:
        return read_inbox(
            self._services.inbox,
            visitor.congress,
            visitor.person,
            profile_of_case=lambda case: self._services.rules_behind(visitor.congress, case),
            language=visitor.language,
            limit=limit,
            after=after,
            unread_only=unread_only,
        )

    def mark_read(self, visitor: Visitor, notice: str) -> None:
        self._services.inbox.mark_read(visitor.congress, visitor.person, notice, self.now())

    def search(self, visitor: Visitor, text: str, *, limit: int) -> FoundPage:
        with self._services.reading() as connection:
            return search_cases(connection, visitor.congress, text, limit=limit)

    def keep_draft(self, visitor: Visitor, place: str, content: Mapping[str, str]) -> None:
        self._drafts.keep(visitor.congress, visitor.person, place, content, self.now())

    def draft(self, visitor: Visitor, place: str) -> Mapping[str, str]:
        return self._drafts.find(visitor.congress, visitor.person, place)

    def drop_draft(self, visitor: Visitor, place: str) -> None:
        self._drafts.drop(visitor.congress, visitor.person, place)

    def _sees(self, visitor: Visitor) -> Callable[[str], bool]:
        """Whether the visitor may see a case, by its id."""
        del visitor
        return lambda _case: True

    def _form(self, name: str, subject: int | None, at: Surroundings) -> ActionForm:
        action = at.profile.action(name)
        if action is None:
            raise UnknownAction(action=name, profile=at.profile.reference)
        return form_of(action, subject, at.profile, at.directory)
