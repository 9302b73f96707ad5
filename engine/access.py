"""What somebody sees of a case: decided here and nowhere else; `reports.visible` repeats it in SQL.

Pure, over a case, a person, the profile and the directory of a day. Refuses to know pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from engine.case import INSTRUCTION, Case, Supervision
from engine.congress import Directory
from engine.profile import Grant, Profile
from engine.relations import Relating, may_be_delegated, resolve
from engine.rights import Reader, Showing, Since

UNIT_ROLES = "unit_"
"""How the roles of units begin; whoever holds one never sees a rating before it is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody sees of one case, and by which right (None: nobody's, or the public's).

    `instructions`: numbers of those whose words are read; `instructed`: of all there are.
    """

    shows: Showing = Showing.NOTHING
    replies: bool = False
    ratings: bool = False
    instructions: frozenset[int] = frozenset()
    instructed: frozenset[int] = frozenset()
    by: Reader | None = None

    @property
    def visible(self) -> bool:
        """Whether the case is there at all for this person."""
        return self.shows is not Showing.NOTHING

    @property
    def details(self) -> bool:
        """Whether more than number, title and state is seen."""
        return self.shows.rank >= Showing.AUTHOR_HIDDEN.rank

    @property
    def author(self) -> bool:
        """Whether it is seen who raised it."""
        return self.shows is Showing.WHOLE

    @property
    def attachments(self) -> bool:
        """Whether files may be opened: they can name the author."""
        return self.author

    @property
    def hidden(self) -> frozenset[str]:
        """Names of the parts that are kept back."""
        kept = {
            "details": self.details,
            "author": self.author,
            "attachments": self.attachments,
            "replies": self.replies,
            "ratings": self.ratings,
            "instructions": self.instructions >= self.instructed,
        }
        return frozenset(name for name, seen in kept.items() if not seen)


UNSEEN = Sight()
"""Nothing at all, as of a case that does not exist."""


def sight_of(case: Case, person: str, profile: Profile, directory: Directory, on: date) -> Sight:
    """What the person sees of the case on the day; delegates see what they stand in for."""
    if case.congress != directory.congress.code or person not in directory.people:
        return UNSEEN
    relating = Relating(profile=profile, directory=directory, on=on, case=case)
    rules = profile.access
    shows, by = Showing.WHOLE, _reads_by(rules.whole, person, relating)
    if by is None:
        shows = rules.shown_to_others(case.secrecy)
        by = _reads_by(rules.by_secrecy, person, relating)
    if by is None or shows is Showing.NOTHING:
        return UNSEEN
    ratings = not is_of_a_unit(person, directory)
    instructions = _instructions(case)
    return Sight(
        shows=shows,
        instructions=frozenset(
            one.number for one in instructions if _reads_instruction(one, person, relating)
        ),
        instructed=frozenset(one.number for one in instructions),
        replies=_reads_by(rules.replies, person, relating) is not None,
        ratings=ratings and _reads_by(rules.ratings, person, relating) is not None,
        by=by,
    )


def public_sight(case: Case, profile: Profile) -> Sight:
    """What everybody sees of the case where the congress has opened its portal."""
    rule = profile.access.public
    shows = rule.secrecy.get(case.secrecy, Showing.NOTHING)
    instructed = frozenset(one.number for one in _instructions(case))
    return Sight(shows=shows, instructed=instructed) if has_come_to(case, rule.since) else UNSEEN


def is_of_a_unit(person: str, directory: Directory) -> bool:
    """Whether the person acts for a unit, whatever else the person may be."""
    return any(one.startswith(UNIT_ROLES) for one in directory.roles_of(person))


def has_come_to(case: Case, since: Since) -> bool:
    """Whether the case has reached the step from which it may be read."""
    reached = {
        Since.DRAFTED: case.created_at,
        Since.SUBMITTED: case.submitted_at,
        Since.REGISTERED: case.registered_at,
        Since.HANDED_OVER: case.handed_over_at,
    }
    return reached[since] is not None


def grant_of(reader: Reader) -> Grant:
    """Role and relation of a reader, as for any other right."""
    return Grant(role=reader.role, relation=reader.relation)


def acting_as(
    reader: Reader, person: str, profile: Profile, directory: Directory, on: date
) -> tuple[str, ...]:
    """As whom the person could be this reader: as themselves, or for those they stand in for.

    Only those who hold the role; which of them is in the relation, the case says.
    """
    found = [person]
    if may_be_delegated(grant_of(reader), profile):
        found += [
            one
            for one in directory.standing_in_for(person, on)
            if directory.delegate_of(one, on) == person
        ]
    return tuple(one for one in found if reader.role in directory.roles_of(one))


def _instructions(case: Case) -> tuple[Supervision, ...]:
    return tuple(one for one in case.supervisions if one.kind == INSTRUCTION)


def _reads_instruction(one: Supervision, person: str, at: Relating) -> bool:
    """Whoever wrote it does, and who stands in one of the relations to what it is about."""
    if one.by == person or at.case is None:
        return one.by == person
    about = replace(at, subject=at.case.subject_of(one.subject))
    return _reads_by(at.profile.access.instructions, person, about) is not None


def _reads_by(readers: Iterable[Reader], person: str, at: Relating) -> Reader | None:
    """The first of the readers that the person is."""
    for one in readers:
        if at.case is None or not has_come_to(at.case, one.since):
            continue
        # Most readers are ruled out by their role alone, which costs nothing.
        if not acting_as(one, person, at.profile, at.directory, at.on):
            continue
        if person in resolve((grant_of(one),), at):
            return one
    return None
