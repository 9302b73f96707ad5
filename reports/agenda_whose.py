"""Whose an open thing is, as conditions on the rows of `reports.agenda`.

The engine's relations decide; these are the same relations in SQL, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)

from db.tables import assignments, evaluations, outcome_judgements, signatories
from engine.profile import Grant, OutcomeScheme, Profile, State
from reports.agenda import OF_CASES, Looking, Scope, pinned

LEADING = "lead_official"
ANSWERING = ("lead", "separate")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """A person in one role, as one set of rules has it."""

    person: str
    role: str
    units: frozenset[str]
    looking: Looking
    profile: Profile
    table: FromClause


Translation = Callable[[_Who], ColumnElement[bool]]


def whose(table: FromClause, looking: Looking, scope: Scope) -> ColumnElement[bool]:
    """The condition of the scope."""
    if scope is Scope.UNITS:
        units = looking.directory.units_of(looking.person)
        return table.c.unit.in_(units) if units else false()
    if scope is Scope.MINE:
        return _waits_for(table, looking)
    if scope is Scope.LED:
        return _led_by(table, looking)
    return true()


def _waits_for(table: FromClause, looking: Looking) -> ColumnElement[bool]:
    """Things whose owner the person is, or is in the place of somebody on leave."""
    directory, person = looking.directory, looking.person
    found: list[ColumnElement[bool]] = []
    for pin, profile in looking.pins.items():
        own = _owned(table, looking, profile, person, frozenset(profile.roles))
        found += [and_(pinned(table, pin), one) for one in own]
        for away in directory.standing_in_for(person, looking.today):
            own = _owned(table, looking, profile, away, frozenset(profile.supervision.delegable))
            found += [and_(pinned(table, pin), one) for one in own]
    return or_(false(), *found)


def _owned(
    table: FromClause, looking: Looking, profile: Profile, person: str, roles: frozenset[str]
) -> Iterator[ColumnElement[bool]]:
    """What the person owns by a grant to one of the roles."""
    for name, machine in profile.machines.items():
        by_owner: dict[Grant, list[str]] = {}
        for state in machine.states.values():
            if not (state.final or state.carried):
                for grant in _meant(state.owners, roles, looking, person):
                    by_owner.setdefault(grant, []).append(state.name)
        for grant, states in by_owner.items():
            relation = _relation(grant, table, looking, profile, person)
            yield and_(table.c.machine == name, table.c.state.in_(states), relation)
    scheme = profile.supervision.outcome
    carried = [
        one for one in profile.machines[OF_CASES].states.values() if one.carried and not one.final
    ]
    if scheme is not None and carried:
        yield from _judged(table, looking, profile, person, roles, scheme, carried)


def _judged(  # noqa: PLR0917  # who, and by which scheme in which states
    table: FromClause,
    looking: Looking,
    profile: Profile,
    person: str,
    roles: frozenset[str],
    scheme: OutcomeScheme,
    carried: list[State],
) -> Iterator[ColumnElement[bool]]:
    """Cases whose outcome the person's party has not judged in the month that is asked for."""
    here, said = table.c, outcome_judgements.c
    month = func.substr(cast(here.due_on, Text), 1, 7)
    for party in scheme.parties:
        spoken = exists().where(
            said.case_id == here.case_id, said.party == party.code, said.month == month
        )
        for grant in _meant(party.by, roles, looking, person):
            yield and_(
                here.machine == OF_CASES,
                here.state.in_([one.name for one in carried]),
                here.clock == scheme.clock,
                ~spoken,
                _relation(grant, table, looking, profile, person),
            )


BY_NAME = frozenset({"handler", "topic_lead_official"})
"""Relations that name somebody with the case or the share, whatever roles they hold."""


def _meant(
    grants: tuple[Grant, ...], roles: frozenset[str], looking: Looking, person: str
) -> list[Grant]:
    held = looking.directory.roles_of(person)
    return [
        one for one in grants if one.role in roles and (one.role in held or one.relation in BY_NAME)
    ]


def _relation(
    grant: Grant, table: FromClause, looking: Looking, profile: Profile, person: str
) -> ColumnElement[bool]:
    known = looking.directory.people[person].appointments
    units = frozenset(one.unit for one in known if one.role == grant.role and one.unit)
    who = _Who(
        person=person,
        role=grant.role,
        units=units,
        looking=looking,
        profile=profile,
        table=table,
    )
    return IN_SQL[grant.relation](who)


def _led_by(table: FromClause, looking: Looking) -> ColumnElement[bool]:
    """Of topics the person leads or supervises, and of the units in their portfolios."""
    found: list[ColumnElement[bool]] = [_of_topics(table, looking, looking.person)]
    for pin, profile in looking.pins.items():
        units = _portfolio_units(looking, profile, looking.person)
        if units:
            found.append(and_(pinned(table, pin), _answered_by(table, units)))
    return or_(*found)


def _of_topics(table: FromClause, looking: Looking, person: str) -> ColumnElement[bool]:
    known = looking.directory.topics.values()
    mine = [
        (one.session, one.number)
        for one in known
        if person in (one.lead_official, one.supervising_leader)
    ]
    return tuple_(table.c.session, table.c.topic).in_(mine) if mine else false()


def _portfolio_units(looking: Looking, profile: Profile, person: str) -> frozenset[str]:
    held = {
        one.portfolio
        for one in looking.directory.people[person].appointments
        if one.role == LEADING and one.portfolio
    }
    return frozenset(unit for one in profile.portfolios if one.code in held for unit in one.units)


def _shares(table: FromClause) -> Select[tuple[str]]:
    here = assignments.c
    return select(here.unit).where(here.case_id == table.c.case_id, here.ended_at.is_(None))


def _answered_by(table: FromClause, units: frozenset[str]) -> ColumnElement[bool]:
    here = assignments.c
    share = exists().where(
        here.case_id == table.c.case_id,
        here.kind.in_(ANSWERING),
        here.round == table.c.round,
        here.unit.in_(units),
    )
    return or_(table.c.unit.in_(units), and_(table.c.unit.is_(None), share))


def _of_the_unit(who: _Who) -> ColumnElement[bool]:
    return who.table.c.unit.in_(who.units) if who.units else false()


def _handler(who: _Who) -> ColumnElement[bool]:
    named = who.table.c.handler
    return or_(named == who.person, and_(named.is_(None), _of_the_unit(who)))


def _lead_unit(who: _Who) -> ColumnElement[bool]:
    here = assignments.c
    first = (
        _shares(who.table)
        .where(here.kind.in_(ANSWERING))
        .order_by(case((here.kind == "lead", 0), else_=1), here.number)
        .limit(1)
        .scalar_subquery()
    )
    return first.in_(who.units) if who.units else false()


def _answering(who: _Who) -> ColumnElement[bool]:
    here = assignments.c
    open_ones = _shares(who.table).where(here.kind.in_(ANSWERING), here.unit.in_(who.units))
    return open_ones.exists() if who.units else false()


def _unreceived(who: _Who) -> ColumnElement[bool]:
    here = assignments.c
    waiting = _shares(who.table).where(here.received_at.is_(None), here.unit.in_(who.units))
    return waiting.exists() if who.units else false()


def _case_unit(who: _Who) -> ColumnElement[bool]:
    states = who.profile.machines["assignment"].states.values()
    lost = [one.name for one in states if one.final and not one.fulfils]
    here = assignments.c
    return exists().where(
        here.case_id == who.table.c.case_id,
        here.round == who.table.c.round,
        here.kind != "joint",
        here.state.not_in(lost),
        here.unit.in_(who.units),
    )


def _signed(who: _Who, *states: str, lead: bool | None = None) -> ColumnElement[bool]:
    here = signatories.c
    wanted = [
        here.case_id == who.table.c.case_id,
        here.deputy == who.person,
        here.state.in_(states),
    ]
    if lead is not None:
        wanted.append(here.lead if lead else ~here.lead)
    return exists().where(*wanted)


def _rater(who: _Who) -> ColumnElement[bool]:
    here = evaluations.c
    return exists().where(
        here.case_id == who.table.c.case_id, here.deputy == who.person, here.state == "open"
    )


def _order_desk(who: _Who) -> ColumnElement[bool]:
    """The role owns a state with the clock that ran out."""
    here = who.table.c
    found: list[ColumnElement[bool]] = []
    for name, machine in who.profile.machines.items():
        kinds = [
            clock.kind
            for state in machine.states.values()
            if any(grant.role == who.role for grant in state.owners)
            for clock in state.clocks
        ]
        about = here.about == "case" if name == OF_CASES else here.about.startswith(f"{name}:")
        if kinds:
            found.append(and_(about, here.about_clock.in_(kinds)))
    return and_(here.unit.is_(None), or_(false(), *found))


def _lead_official(who: _Who) -> ColumnElement[bool]:
    """Named with the topic; without a topic the holder of the units' portfolios."""
    topics = who.looking.directory.topics.values()
    led = [(one.session, one.number) for one in topics if one.lead_official == who.person]
    units = _portfolio_units(who.looking, who.profile, who.person)
    here = who.table.c
    named = tuple_(here.session, here.topic).in_(led) if led else false()
    held = and_(here.topic.is_(None), _answered_by(who.table, units)) if units else false()
    return or_(named, held)


def _supervising_leader(who: _Who) -> ColumnElement[bool]:
    """Named with the topic to supervise it."""
    topics = who.looking.directory.topics.values()
    led = [(one.session, one.number) for one in topics if one.supervising_leader == who.person]
    here = who.table.c
    return tuple_(here.session, here.topic).in_(led) if led else false()


IN_SQL: Mapping[str, Translation] = {
    "any": lambda _who: true(),
    "lead_deputy": lambda who: _signed(who, "confirmed", lead=True),
    "pending_cosigner": lambda who: _signed(who, "pending", lead=False),
    "signatory": lambda who: _signed(who, "confirmed"),
    "rater": _rater,
    "assignment_unit": _of_the_unit,
    "answering_unit": _answering,
    "unreceived_unit": _unreceived,
    "lead_unit": _lead_unit,
    "handler": _handler,
    "commitment_unit": _of_the_unit,
    "case_unit": _case_unit,
    "order_unit": _of_the_unit,
    "order_desk": _order_desk,
    "order_follower": lambda who: who.table.c.follower == who.role,
    "topic_lead_official": _lead_official,
    "topic_supervising_leader": _supervising_leader,
}
"""Every relation that a profile may name."""
