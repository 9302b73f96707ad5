"""What a visitor sees: every case that the house opens for somebody comes from here.

A case that is not seen is answered as one that does not exist. Refuses to decide rights: that is
`engine.access`, and `reports.visible` in lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TypeAlias

from app.readings import note_reading
from app.wiring import Services
from engine.access import Sight, sight_of
from engine.audit import AuditEntry
from engine.calendar import local_day
from engine.case import Case
from engine.command import Command, Decision, Surroundings
from engine.congress import Directory
from engine.errors import UnknownCase
from engine.perform import fingerprint_of
from engine.profile import FieldType
from engine.redaction import as_seen, history_as_seen
from reports.agenda import KEPT
from reports.visible import SeenBy, holds_for, profiles_in_use, seen_by
from web.gate import Visitor

Pins: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A case that a visitor sees: `whole` to decide by, `case` to show."""

    whole: Case
    case: Case
    sight: Sight
    at: Surroundings

    def history(self, entries: Sequence[AuditEntry], person: str) -> tuple[AuditEntry, ...]:
        """The entries that this visitor may see."""
        return history_as_seen(entries, self.whole, self.sight, person, self.at.profile)


class Sights:
    """The eyes of the house."""

    def __init__(self, services: Services) -> None:
        self._services = services
        # Whoever looks again at the same day, register and rules looks with the same eyes.
        self._looked_with = lru_cache(maxsize=KEPT)(self._eyes)

    def look(self, visitor: Visitor, reference: str, *, door: str | None) -> Looked:
        """The case as the visitor sees it; UnknownCase when there is none or it is not seen.

        With a `door` it is a reading, and written down where the case is not open; None: nothing
        of the case is shown.
        """
        now = self._services.clock()
        found, at, _ = self._services.desk.look(visitor.congress, reference, now)
        looked = self._looked(visitor, found, at, now, door)
        if looked is None:
            raise UnknownCase(case=reference)
        return looked

    def look_at_all(
        self, visitor: Visitor, references: Sequence[str], *, door: str
    ) -> tuple[Looked, ...]:
        """The same for several, read together; those that are not seen are left out."""
        now, whole = self._services.clock(), []
        with self._services.store.read(visitor.congress) as transaction:
            transaction.expect(references)
            directory, calendar = transaction.directory(), transaction.calendar()
            for one in references:
                with suppress(UnknownCase):
                    case = transaction.case(one)
                    rules = transaction.profile(case.profile, case.profile_version)
                    at = Surroundings(profile=rules, directory=directory, calendar=calendar)
                    whole.append((case, at))
        looked = [self._looked(visitor, case, at, now, door) for case, at in whole]
        return tuple(one for one in looked if one is not None)

    def _looked(
        self, visitor: Visitor, found: Case, at: Surroundings, now: datetime, door: str | None
    ) -> Looked | None:
        sight = sight_of(found, visitor.person, at.profile, at.directory, local_day(now))
        if not sight.visible:
            return None
        if door is not None and sight.by is not None:
            note_reading(
                self._services,
                found,
                at.profile,
                person=visitor.person,
                door=door,
                right=f"{sight.by.role}:{sight.by.relation}",
                visit=visitor.visit,
            )
        shown = as_seen(found, sight, visitor.person, at.directory)
        return Looked(whole=found, case=shown, sight=sight, at=at)

    def seen(self, visitor: Visitor) -> SeenBy:
        """The same for lists, as conditions on `suggestions`."""
        services = self._services
        with services.reading() as connection:
            rules = profiles_in_use(connection, services.profile)
            directory = services.directory(visitor.congress)
        pins = tuple((one.name, one.version) for one in rules)
        return self._looked_with(visitor.person, directory, pins, services.today)

    def _eyes(self, person: str, directory: Directory, pins: Pins, today: date) -> SeenBy:
        return seen_by(person, directory, (self._services.profile(*one) for one in pins), today)

    def shown(self, visitor: Visitor, directory: Directory) -> Callable[[Case], Case]:
        """Turns a case that a list has found into what the visitor sees of it."""
        today = self._services.today
        # A list may hold hundreds: the rules are fetched once for all of them.
        rules = cache(self._services.profile)

        def shown(case: Case) -> Case:
            profile = rules(case.profile, case.profile_version)
            sight = sight_of(case, visitor.person, profile, directory, today)
            return as_seen(case, sight, visitor.person, directory)

        return shown

    def quoted(self, visitor: Visitor, directory: Directory) -> Callable[[Case], Case | None]:
        """What a list of hits may quote of a case.

        None where only its line is seen, and where each reading is written down: an excerpt in
        passing would be a reading that nobody wrote down.
        """
        today = self._services.today
        rules = cache(self._services.profile)

        def quoted(case: Case) -> Case | None:
            profile = rules(case.profile, case.profile_version)
            sight = sight_of(case, visitor.person, profile, directory, today)
            if not sight.details or profile.access.is_logged(case.secrecy):
                return None
            return as_seen(case, sight, visitor.person, directory)

        return quoted

    def sees(self, visitor: Visitor) -> Callable[[str], bool]:
        """Whether the visitor sees a case with its details, by its id."""
        details = self.seen(visitor).details

        def sees(case: str) -> bool:
            with self._services.reading() as connection:
                return holds_for(connection, case, details)

        return sees

    def owned(self, visitor: Visitor, command: Command, *, door: str | None) -> Command:
        """The command as this visitor's own; UnknownCase for any case in it that is not seen.

        With a `door` it is only tried, and that shows how the case stands: a reading.

        Whom and which congress a program named does not count, nor what only the clock may name.
        """
        own = replace(command, congress=visitor.congress, actor=visitor.person, rung=None)
        profile = self._services.profile_of(visitor.congress)
        if own.case is not None:
            try:
                profile = self.look(visitor, own.case, door=door).at.profile
            except UnknownCase:
                # Whoever gave a signature back no longer sees the case; the second of two clicks
                # still gets the first one's answer.
                if self._was_answered(own):
                    return own
                raise
        action = profile.action(own.action)
        for one in action.form if action else ():
            named = own.form.get(one.name)
            if one.type is FieldType.CASE and isinstance(named, str) and named:
                self.look(visitor, named, door=None)
        return own

    def previewed(self, visitor: Visitor, decision: Decision) -> Decision:
        """What a dry run would change, without what is kept from this visitor."""
        before = decision.before
        if before is None:
            return decision
        directory = self._services.directory(visitor.congress)
        profile = self._services.profile(before.profile, before.profile_version)
        sight = sight_of(before, visitor.person, profile, directory, self._services.today)
        return replace(
            decision,
            before=as_seen(before, sight, visitor.person, directory),
            after=as_seen(decision.after, sight, visitor.person, directory),
            facts=decision.facts if sight.ratings else {},
        )

    def _was_answered(self, own: Command) -> bool:
        if own.request_key is None:
            return False
        with self._services.store.read(own.congress) as transaction:
            earlier = transaction.answer(own.request_key)
        return earlier is not None and earlier[0] == fingerprint_of(own)
