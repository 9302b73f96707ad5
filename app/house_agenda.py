"""What is in hand, as the house answers it: lists and counts, and proposals of units."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.wiring import Services
from engine.calendar import local_day
from reports.agenda import AgendaFilter, AgendaSort, Looking, Scope, Tally, pins_of
from reports.agenda_page import AgendaPage, agenda_page, agenda_tallies
from reports.topics_in_hand import TopicInHand, topics_in_hand
from reports.visible import seen_by
from routing.workbench import HandOverRow, hand_over_rows
from web.gate import Visitor


class Agendas:
    """Answers about open things, each of what the visitor may see."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def page(
        self,
        visitor: Visitor,
        *,
        scope: Scope,
        filters: AgendaFilter,
        sort: AgendaSort,
        page: int,
        size: int,
    ) -> AgendaPage:
        """A page of a list."""
        with self._looking(visitor) as (connection, looking):
            return agenda_page(
                connection,
                looking,
                scope=scope,
                filters=filters,
                sort=sort,
                page=page,
                size=size,
                now=self._services.clock(),
            )

    def tallies(
        self, visitor: Visitor, *, scope: Scope, filters: AgendaFilter
    ) -> tuple[Tally, ...]:
        """The counts of the same list."""
        with self._looking(visitor) as (connection, looking):
            return agenda_tallies(connection, looking, scope=scope, filters=filters)

    def topics(self, visitor: Visitor, *, mine: bool) -> tuple[TopicInHand, ...]:
        """Key topics with their progress."""
        with self._looking(visitor) as (connection, looking):
            return topics_in_hand(connection, looking, mine=mine)

    def proposals(self, visitor: Visitor, cases: tuple[str, ...]) -> tuple[HandOverRow, ...]:
        """Units proposed for cases."""
        with self._looking(visitor) as (connection, looking):
            return hand_over_rows(
                connection,
                visitor.congress,
                cases,
                profile_of=self._services.profile,
                directory=looking.directory,
                seen=looking.seen,
            )

    @contextmanager
    def _looking(self, visitor: Visitor) -> Iterator[tuple[Any, Looking]]:
        services, congress = self._services, visitor.congress
        directory, today = services.directory(congress), local_day(services.clock())
        with services.reading() as connection:
            pins = {pin: services.profile(*pin) for pin in pins_of(connection, congress)}
            yield (
                connection,
                Looking(
                    congress=congress,
                    person=visitor.person,
                    directory=directory,
                    calendar=services.calendar(congress),
                    today=today,
                    pins=pins,
                    # Its lines name owners and reasons: nothing for those who see less than all.
                    seen=seen_by(visitor.person, directory, pins.values(), today).author,
                ),
            )
