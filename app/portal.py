"""Implements the port `web.office.Portal` over rows: what everybody sees, as the rules say.

There only when the congress has switched it on (`BIHUAN_PORTAL=1`).
"""

from __future__ import annotations

from datetime import date

from app.wiring import Reading, Services
from engine.access import public_sight
from engine.calendar import local_day
from engine.case import Case, Reply
from engine.congress import Directory
from engine.errors import UnknownCase
from engine.profile import Profile
from reports.cases import CaseFilter, CasePage, CaseSort, list_cases
from reports.funnel import answering
from reports.named import NamedSets
from reports.names import Names
from reports.paper import session_name
from reports.visible import profiles_in_use, seen_by_public
from web.office import PublicCase, PublicPlace, PublicReply


class PortalOfRows:
    """The public portal of one installation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def place(self, congress: str) -> PublicPlace:
        """Whose portal it is; UnknownCongress when there is no such congress."""
        directory = self._services.directory(congress)
        known = directory.congress
        return PublicPlace(
            code=congress,
            congress=known.name,
            session=known.session,
            session_name=session_name(known.name, directory.sessions[known.session]),
            profile=self._services.profile_of(congress),
            today=self._today(),
        )

    def published(self, congress: str, *, after: str | None, limit: int) -> CasePage:
        """What is published of the present session."""
        directory = self._services.directory(congress)
        with self._services.reading() as connection:
            rules = profiles_in_use(connection, self._services.profile)
            seen = seen_by_public(congress, rules)
            return list_cases(
                connection,
                congress,
                filters=CaseFilter(session=directory.congress.session),
                after=after,
                limit=limit,
                seen=seen,
            )

    def overdue(self, congress: str, *, after: str | None, limit: int) -> CasePage:
        """What a unit is late with, of what is published with its details."""
        with self._services.reading() as connection:
            rules = profiles_in_use(connection, self._services.profile)
            seen = seen_by_public(congress, rules)
            sets = self._sets(connection, congress)
            return list_cases(
                connection,
                congress,
                sort=CaseSort.DUE,
                after=after,
                limit=limit,
                also=sets.whole & sets.condition("light.red"),
                seen=seen,
            )

    def case(self, congress: str, reference: str) -> PublicCase:
        """One suggestion; UnknownCase where nothing of it is published."""
        services = self._services
        with services.store.read(congress) as transaction:
            found = transaction.case(reference)
            profile = transaction.profile(found.profile, found.profile_version)
            directory = transaction.directory()
        sight = public_sight(found, profile)
        if not sight.visible:
            raise UnknownCase(congress=congress, case=reference)
        names = Names(directory)
        state = profile.machines["suggestion"].states[found.state]
        signed = [one for one in found.signatories if one.state == "confirmed"]
        leading = sorted(signed, key=lambda one: not one.lead)
        deputies = names.people([one.deputy for one in leading]) if sight.author else ()
        return PublicCase(
            id=found.id,
            number=found.number or "",
            title=found.title,
            text=found.text if sight.details else "",
            details=sight.details,
            author_shown=sight.author,
            deputies=tuple(deputies),
            field=_field(found, profile),
            state=state.label,
            stage=state.stage,
            ended=state.final,
            units=names.units(tuple(dict.fromkeys(one.unit for one in answering(found)))),
            handed_over_on=_day(found),
            replies=_replies(found, profile, directory) if sight.details else (),
        )

    def _today(self) -> date:
        return local_day(self._services.clock())

    def _sets(self, connection: Reading, congress: str) -> NamedSets:
        services = self._services
        directory = services.directory(congress)
        rules = profiles_in_use(connection, services.profile)
        return NamedSets(
            connection=connection,
            congress=congress,
            session=directory.congress.session,
            profile=services.profile_of(congress),
            rules=services.profile,
            calendar=services.calendar(congress),
            today=self._today(),
            seen=seen_by_public(congress, rules).details,
        )


def _day(found: Case) -> date | None:
    return local_day(found.handed_over_at) if found.handed_over_at else None


def _field(found: Case, profile: Profile) -> str:
    labels = {one.code: one.label.zh for one in profile.choices.get("fields", ())}
    return labels.get(found.field, found.field)


def _replies(found: Case, profile: Profile, directory: Directory) -> tuple[PublicReply, ...]:
    """Delivered ones: the result and who gave it. The letter itself may name people."""
    units = {one.number: one.unit for one in found.assignments}
    names = Names(directory)
    return tuple(
        _reply(one, names.unit(units[one.assignment]), profile)
        for one in found.replies
        if one.delivered_at is not None
    )


def _reply(reply: Reply, unit: str, profile: Profile) -> PublicReply:
    code = profile.results.get(reply.result)
    assert reply.delivered_at is not None  # noqa: S101  # chosen by it
    return PublicReply(
        unit=unit,
        round=reply.round,
        code=reply.result,
        result=code.label if code else None,
        document_number=reply.document_number or "",
        delivered_on=local_day(reply.delivered_at),
    )
