"""Implements the port `web.office.Oversight` over rows: the overview and the lists behind it.

Who oversees is not a list of names here: those whom the profile lets see ratings before they are
final. A rate of satisfaction tells as much.
"""

from __future__ import annotations

from datetime import date
from threading import Lock

from app.public import known_session
from app.wiring import Reading, Services
from engine.access import is_of_a_unit
from engine.calendar import local_day
from engine.congress import Directory
from engine.profile import Profile, Text
from reports.cases import CasePage, CaseSort, list_cases
from reports.named import NamedSets
from reports.overview import Overview, overview_of
from reports.visible import SeenBy, profiles_in_use, seen_by, spelled
from web.errors import RoleMissing
from web.gate import Visitor


def oversees(person: str, directory: Directory, profile: Profile) -> bool:
    """Whether the person may see every rating before it is final."""
    roles = {one.role for one in profile.access.ratings if one.relation == "any"}
    in_a_unit = is_of_a_unit(person, directory)
    return not in_a_unit and bool(roles & set(directory.roles_of(person)))


MOST_TOTALS = 2_000
"""So many lengths of lists are kept before all are forgotten."""


class OversightOfRows:
    """The overview of one installation; kept until something is written."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: dict[tuple[str, str, str], tuple[tuple[str, date], Overview]] = {}
        self._shared: dict[tuple[str, str], tuple[tuple[str, date], str, Overview]] = {}
        self._totals: dict[tuple[str, str, str, str], tuple[tuple[str, date], int]] = {}
        self._counting = Lock()

    def oversees(self, visitor: Visitor) -> bool:
        """Whether the visitor may look over the whole."""
        services = self._services
        directory = services.directory(visitor.congress)
        return oversees(visitor.person, directory, services.profile_of(visitor.congress))

    def overview(self, visitor: Visitor, session: str) -> Overview:
        """The figures of a session, as this visitor may see its cases."""
        directory = self._directory(visitor)
        wanted = known_session(directory, session)
        services = self._services
        today = local_day(services.clock())
        state = (services.trail.head(visitor.congress).digest, today)
        key = (visitor.congress, visitor.person, wanted)
        kept = self._kept.get(key)
        if kept is None or kept[0] != state:
            with services.reading() as connection:
                seen = self._seen(connection, visitor, directory)
                sets = self._sets(connection, visitor, wanted, seen)
                kept = self._kept[key] = (state, self._counted(sets, state))
        return kept[1]

    def _counted(self, sets: NamedSets, state: tuple[str, date]) -> Overview:
        """Counted once for all who see the same cases, also when they ask at the same time."""
        sees, place = spelled(sets.seen), (sets.congress, sets.session)
        with self._counting:
            shared = self._shared.get(place)
            if shared is None or shared[:2] != (state, sees):
                shared = self._shared[place] = (state, sees, overview_of(sets))
            return shared[2]

    def behind(  # a page of a list has these facts
        self,
        visitor: Visitor,
        session: str,
        figure: str,
        *,
        sort: CaseSort,
        after: str | None,
        limit: int,
    ) -> CasePage:
        """The cases that a figure of the overview counted."""
        with self._services.reading() as connection:
            directory = self._directory(visitor)
            wanted = known_session(directory, session)
            seen = self._seen(connection, visitor, directory)
            sets = self._sets(connection, visitor, wanted, seen)
            today = local_day(self._services.clock())
            state = (self._services.trail.head(visitor.congress).digest, today)
            key = (visitor.congress, visitor.person, wanted, figure)
            counted = self._totals.get(key)
            page = list_cases(
                connection,
                visitor.congress,
                sort=sort,
                after=after,
                limit=limit,
                also=sets.whole & sets.condition(figure),
                seen=seen,
                known=counted[1] if counted is not None and counted[0] == state else None,
            )
        if len(self._totals) > MOST_TOTALS:
            self._totals.clear()
        self._totals[key] = (state, page.total)
        return page

    def _directory(self, visitor: Visitor) -> Directory:
        if not self.oversees(visitor):
            raise RoleMissing(page=Text(zh="全年总览", en="the overview"))
        return self._services.directory(visitor.congress)

    def _seen(self, connection: Reading, visitor: Visitor, directory: Directory) -> SeenBy:
        rules = profiles_in_use(connection, self._services.profile)
        return seen_by(visitor.person, directory, rules, local_day(self._services.clock()))

    def _sets(self, connection: Reading, visitor: Visitor, session: str, seen: SeenBy) -> NamedSets:
        """Of cases whose details are seen: a figure says more of them than a number and title."""
        services = self._services
        return NamedSets(
            connection=connection,
            congress=visitor.congress,
            session=session,
            profile=services.profile_of(visitor.congress),
            rules=services.profile,
            calendar=services.calendar(visitor.congress),
            today=local_day(services.clock()),
            seen=seen.details,
        )
