"""Shares, replies, ratings and promises across cases, each out of its case as the visitor sees it.

A page is found by conditions in SQL and shown from the cases themselves: what is listed is what
the case would show, and a case that is not open is read like at its own address.
"""

from __future__ import annotations

from app.house_sight import Sights
from app.wiring import Services
from engine.access import is_of_a_unit
from engine.calendar import local_day
from reports.case_view import case_lines
from reports.parts_list import PartFilter, PartKind, PartSort, list_parts, parts_seen
from reports.visible import profiles_in_use, seen_by
from web.gate import Visitor
from web.house import FoundParts, SeenCase, SeenPart


class Parts:
    """Answers about parts, each of what the visitor may see."""

    def __init__(self, services: Services, sights: Sights) -> None:
        self._services = services
        self._sights = sights

    def listed(
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
        """A page of them."""
        services, congress = self._services, visitor.congress
        directory, today = services.directory(congress), local_day(services.clock())
        with services.reading() as connection:
            rules = profiles_in_use(connection, services.profile)
            seen = parts_seen(
                visitor.person,
                directory,
                rules,
                today,
                seen=seen_by(visitor.person, directory, rules, today),
                of_a_unit=is_of_a_unit(visitor.person, directory),
            )
            page = list_parts(
                connection,
                congress,
                kind,
                seen=seen,
                filters=filters,
                sort=sort,
                after=after,
                limit=limit,
            )
        cases = self._cases(visitor, tuple(dict.fromkeys(one.case for one in page.places)), door)
        return FoundParts(
            parts=tuple(
                SeenPart(of=cases[one.case], number=one.number)
                for one in page.places
                if one.case in cases
            ),
            total=page.total,
            more=page.more,
            after=page.after,
        )

    def _cases(
        self, visitor: Visitor, references: tuple[str, ...], door: str
    ) -> dict[str, SeenCase]:
        """The cases by id, without what may be done in them."""
        today, found = local_day(self._services.clock()), {}
        for looked in self._sights.look_at_all(visitor, references, door=door):
            at = looked.at
            view = case_lines(
                looked.case,
                (),
                profile=at.profile,
                directory=at.directory,
                calendar=at.calendar,
                today=today,
            )
            hidden = looked.sight.hidden
            found[looked.case.id] = SeenCase(
                view=view, profile=at.profile, actions=(), hidden=hidden
            )
        return found
