"""What is in hand, as the house answers it: lists and counts, and proposals of units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from app.wiring import Services
from engine.calendar import WorkingCalendar, local_day
from engine.congress import Directory
from reports.agenda import KEPT, Looking, pins_of
from reports.agenda_lists import AskedList, FoundList, agenda_lists
from reports.topics_in_hand import TopicInHand, topics_in_hand
from reports.visible import seen_by
from routing.workbench import HandOverRow, hand_over_rows
from web.gate import Visitor

Pins: TypeAlias = tuple[tuple[str, int], ...]


class Agendas:
    """Answers about open things, each of what the visitor may see."""

    def __init__(self, services: Services) -> None:
        self._services = services
        # Whoever looks again at the same day, register and rules looks with the same eyes.
        self._looked = lru_cache(maxsize=KEPT)(self._look)

    def lists(self, visitor: Visitor, asked: Sequence[AskedList]) -> tuple[FoundList, ...]:
        """Some lists, counted and with the rows asked for."""
        with self._looking(visitor) as (connection, looking):
            return agenda_lists(connection, looking, asked, now=self._services.clock())

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
        ground, today = services.ground(congress), local_day(services.clock())
        with services.reading() as connection:
            pins = pins_of(connection, congress)
            found = self._looked(visitor.person, ground.directory, ground.calendar, today, pins)
            yield connection, found

    def _look(
        self, person: str, directory: Directory, calendar: WorkingCalendar, today: date, pins: Pins
    ) -> Looking:
        rules = {pin: self._services.profile(*pin) for pin in pins}
        return Looking(
            congress=directory.congress.code,
            person=person,
            directory=directory,
            calendar=calendar,
            today=today,
            pins=rules,
            # Its lines name owners and reasons: nothing for those who see less than all.
            seen=seen_by(person, directory, rules.values(), today).author,
        )
