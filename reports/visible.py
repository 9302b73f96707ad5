"""What somebody may see, as conditions on `suggestions`: the same that `engine.access` decides.

A list, a search and a count are narrowed by it, so that nothing unseen is even counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    and_,
    exists,
    false,
    or_,
    select,
    true,
    union_all,
)

from db.tables import assignments, commitments, orders, profiles, signatories, suggestions
from engine.access import acting_as
from engine.congress import Directory
from engine.profile import Profile
from engine.rights import AccessRules, Reader, Showing, Since
from reports.by_row import there_is
from reports.rows import Rules

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenBy:
    """Conditions on `suggestions`: there at all, with its details, with who raised it.

    Whoever is seen to have raised a case is seen with its details, and those with the case itself.

    `among`: the cases (`case_id`) beyond which nothing is seen, where that is told so simply.
    """

    visible: Condition
    details: Condition
    author: Condition
    among: CompoundSelect[tuple[str]] | None = None
    asked_by_row: SeenBy | None = None

    @property
    def by_row(self) -> SeenBy:
        """The same, asked of one case after the other: for those who walk along an index."""
        return self.asked_by_row or self

    @property
    def sees_all_or_nothing(self) -> bool:
        """Whether whatever is seen of a case at all is seen with who raised it."""
        return _is_one(self)


@lru_cache(maxsize=256)
def _is_one(seen: SeenBy) -> bool:
    return seen.visible.compare(seen.author)


EVERYBODY = SeenBy(visible=true(), details=true(), author=true())
"""No narrowing: for the command line, whose user has the database anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """What a relation may look at; `people`: as whom somebody reads."""

    role: str
    people: Sequence[str]
    profile: Profile
    directory: Directory
    by_row: bool = False


def profiles_in_use(connection: Connection, rules: Rules) -> tuple[Profile, ...]:
    """Every profile version to which a case can be pinned."""
    query = select(profiles.c.name, profiles.c.version).order_by(
        profiles.c.name, profiles.c.version
    )
    return tuple(rules(name, version) for name, version in connection.execute(query))


def spelled(condition: Condition) -> str:
    """The condition with its values: people for whom it is the same see the same cases."""
    return str(condition.compile(compile_kwargs={"literal_binds": True}))


def holds_for(connection: Connection, case: str, condition: Condition) -> bool:
    """Whether the condition holds for the case of that id."""
    query = select(exists().where(suggestions.c.id == case, condition))
    return bool(connection.execute(query).scalar())


def seen_by(person: str, directory: Directory, rules: Iterable[Profile], on: date) -> SeenBy:
    """What the person sees on the day, of cases pinned to these profiles."""
    if person not in directory.people:
        return SeenBy(visible=false(), details=false(), author=false())
    congress = suggestions.c.congress == directory.congress.code

    def shown(at_least: Showing, *, by_row: bool) -> Condition:
        parts = [
            and_(_pinned_to(one), _shown(at_least, person, one, directory, on, by_row=by_row))
            for one in rules_
        ]
        return and_(congress, _one_of(parts))

    def seen(*, by_row: bool) -> SeenBy:
        return SeenBy(
            visible=shown(Showing.SUMMARY, by_row=by_row),
            details=shown(Showing.AUTHOR_HIDDEN, by_row=by_row),
            author=shown(Showing.WHOLE, by_row=by_row),
        )

    rules_ = tuple(rules)
    units = _only_by_units(person, directory, rules_, on)
    return replace(
        seen(by_row=False),
        among=None if units is None else _shares(directory.congress.code, units),
        asked_by_row=seen(by_row=True),
    )


def _only_by_units(
    person: str, directory: Directory, rules: Sequence[Profile], on: date
) -> tuple[str, ...] | None:
    """The units through which the person sees all that is seen; None where it is not by units."""
    found: set[str] = set()
    for one in rules:
        for reader in (*one.access.whole, *one.access.by_secrecy):
            people = acting_as(reader, person, one, directory, on)
            units_of = _UNITS.get(reader.relation)
            if people and units_of is None:
                return None
            if people and units_of is not None:
                at = _At(role=reader.role, people=people, profile=one, directory=directory)
                found |= set(units_of(at))
    return tuple(sorted(found))


def read_as(
    readers: Callable[[AccessRules], Iterable[Reader]],
    person: str,
    directory: Directory,
    rules: Iterable[Profile],
    on: date,
) -> Condition:
    """Cases of which the person is one of these readers, such as those who read drafts."""
    known = rules if person in directory.people else ()
    parts = [
        and_(_pinned_to(one), _one_of(_all_reads(readers(one.access), person, one, directory, on)))
        for one in known
    ]
    return _one_of(parts)


def seen_by_public(congress: str, rules: Iterable[Profile]) -> SeenBy:
    """What everybody sees of a congress that has opened its portal."""

    def shown(at_least: Showing) -> Condition:
        parts = [
            and_(
                _pinned_to(one),
                _since(one.access.public.since),
                _of_secrecy(one.access.public.secrecy, at_least),
            )
            for one in rules_
        ]
        return and_(suggestions.c.congress == congress, or_(false(), *parts))

    rules_ = tuple(rules)
    return SeenBy(
        visible=shown(Showing.SUMMARY),
        details=shown(Showing.AUTHOR_HIDDEN),
        author=shown(Showing.WHOLE),
    )


def told_in_history(rules: Iterable[Profile], at_least: Showing) -> Condition:
    """Cases of which a search in the history tells so much."""
    told = []
    for one in rules:
        codes = {code: one.access.told_in_history(code) for code in one.access.secrecy}
        told.append(and_(_pinned_to(one), _of_secrecy(codes, at_least)))
    return or_(false(), *told)


def _pinned_to(profile: Profile) -> Condition:
    here = suggestions.c
    return and_(here.profile == profile.name, here.profile_version == profile.version)


def _shown(  # what is shown, to whom, by which rules
    at_least: Showing,
    person: str,
    profile: Profile,
    directory: Directory,
    on: date,
    *,
    by_row: bool,
) -> Condition:
    rules: AccessRules = profile.access
    whole = _all_reads(rules.whole, person, profile, directory, on, by_row=by_row)
    others = _all_reads(rules.by_secrecy, person, profile, directory, on, by_row=by_row)
    if not others:
        return _one_of(whole)
    # What the row itself says comes first: it is cheaper to ask than its shares and signatures.
    return _one_of([and_(_of_secrecy(rules.secrecy, at_least), _one_of(others)), *whole])


def _one_of(parts: Sequence[Condition]) -> Condition:
    """Any of them; a single one stays alone, as a database joins what is not part of an OR."""
    return or_(*parts) if parts else false()


def _of_secrecy(shown: Mapping[str, Showing], at_least: Showing) -> Condition:
    codes = [code for code, one in shown.items() if one.rank >= at_least.rank]
    return suggestions.c.secrecy.in_(codes) if codes else false()


def _all_reads(
    readers: Iterable[Reader],
    person: str,
    profile: Profile,
    directory: Directory,
    on: date,
    *,
    by_row: bool = False,
) -> list[Condition]:
    """What each of them opens, for those who read as the person may."""
    found = []
    for reader in readers:
        people = acting_as(reader, person, profile, directory, on)
        if people:
            at = _At(
                role=reader.role,
                people=people,
                profile=profile,
                directory=directory,
                by_row=by_row,
            )
            found.append(and_(_since(reader.since), _RELATIONS[reader.relation](at)))
    return found


def _since(since: Since) -> Condition:
    here = suggestions.c
    column = {
        Since.SUBMITTED: here.submitted_at,
        Since.REGISTERED: here.registered_at,
        Since.HANDED_OVER: here.handed_over_at,
    }.get(since)
    return true() if column is None else column.is_not(None)


def _signed(at: _At, deputies: Iterable[str], state: str, *, lead: bool | None) -> Condition:
    here = signatories.c
    wanted = sorted(set(deputies))
    if not wanted:
        return false()
    conditions = [here.case_id == suggestions.c.id, here.state == state]
    if lead is not None:
        conditions.append(here.lead.is_(lead))
    return there_is(
        *conditions,
        here.congress == at.directory.congress.code,
        here.deputy.in_(wanted),
        by_row=at.by_row,
    )


def _any(_at: _At) -> Condition:
    return true()


def _lead_deputy(at: _At) -> Condition:
    return _signed(at, at.people, "confirmed", lead=True)


def _pending_cosigner(at: _At) -> Condition:
    return _signed(at, at.people, "pending", lead=False)


def _signatory(at: _At) -> Condition:
    return _signed(at, at.people, "confirmed", lead=None)


def _delegation(at: _At) -> Condition:
    everybody = at.directory.people
    named = {everybody[one].delegation for one in at.people} - {""}
    fellows = [code for code, one in everybody.items() if one.delegation in named]
    return _signed(at, fellows, "confirmed", lead=None)


def _involved(at: _At, units: Iterable[str]) -> Condition:
    """One of the units has or had a share, a promise or an order.

    One set of rows, so that a database may begin with them: those of a unit are few.
    """
    wanted = sorted(set(units))
    if not wanted:
        return false()
    involved = _shares(at.directory.congress.code, wanted).subquery("involved")
    return there_is(involved.c.case_id == suggestions.c.id, by_row=at.by_row)


def _shares(congress: str, units: Sequence[str]) -> CompoundSelect[tuple[str]]:
    """Cases in which one of the units has or had a share, a promise or an order."""
    return union_all(
        *(
            select(table.c.case_id).where(table.c.congress == congress, table.c.unit.in_(units))
            for table in (assignments, commitments, orders)
        )
    )


def _own_units(at: _At) -> Iterable[str]:
    appointments = [one for code in at.people for one in at.directory.people[code].appointments]
    return [one.unit for one in appointments if one.role == at.role and one.unit]


def _units_held(at: _At) -> Iterable[str]:
    appointments = [one for code in at.people for one in at.directory.people[code].appointments]
    held = {one.portfolio for one in appointments if one.role == at.role}
    return [unit for one in at.profile.portfolios if one.code in held for unit in one.units]


_UNITS: Mapping[str, Callable[[_At], Iterable[str]]] = {
    "unit": _own_units,
    "portfolio": _units_held,
}
"""Relations by units, with whose they are."""


def _unit(at: _At) -> Condition:
    return _involved(at, _own_units(at))


def _portfolio(at: _At) -> Condition:
    return _involved(at, _units_held(at))


def _topic(at: _At) -> Condition:
    here, people = suggestions.c, set(at.people)
    own = [
        and_(here.session == session, here.topic == number)
        for (session, number), one in at.directory.topics.items()
        if {one.lead_official, one.supervising_leader} & people
    ]
    return or_(false(), *own)


_RELATIONS: Mapping[str, Callable[[_At], Condition]] = {
    "any": _any,
    "lead_deputy": _lead_deputy,
    "pending_cosigner": _pending_cosigner,
    "signatory": _signatory,
    "delegation": _delegation,
    "unit": _unit,
    "portfolio": _portfolio,
    "topic": _topic,
}
