"""Who stands in which relation to a case: one resolution for rights, owners and audiences.

A grant (role × relation) resolves to a set of person codes; an actor is authorised when it is
among them, an owner must act, an audience is told. Rights are decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.case import Assignment, Case, Commitment, Order, Subject
from engine.command import CLOCK
from engine.congress import Directory
from engine.facts import is_open_assignment
from engine.profile import Grant, Profile, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Relating:
    """What a relation may look at. `case` is None only before a case begins.

    `on` is the day: who is on leave then has somebody standing in.
    """

    profile: Profile
    directory: Directory
    on: date
    case: Case | None
    subject: Subject | None = None


Resolver = Callable[[str, Relating], Iterable[str]]


OWN_ACTS = frozenset({"lead_deputy", "pending_cosigner", "signatory", "rater"})
"""Relations of a deputy who signs and rates: nobody stands in for that."""


def people(grants: Iterable[Grant], relating: Relating) -> tuple[str, ...]:
    """Person codes that the grants resolve to, sorted; the clock resolves to itself."""
    return tuple(sorted(resolve(grants, relating)))


def resolve(grants: Iterable[Grant], relating: Relating) -> dict[str, str | None]:
    """The people of the grants, delegates (代理) among them with the person they stand in for.

    Whoever is meant in their own right stands in for nobody. The person on leave stays among the
    people, and a delegate who is away has no delegate in turn.
    """
    found: dict[str, str | None] = {}
    delegates: dict[str, str] = {}
    for grant in grants:
        if grant.role == CLOCK:
            found[CLOCK] = None
            continue
        named = tuple(_EVERY[grant.relation](grant.role, relating))
        found.update(dict.fromkeys(named))
        if relating.directory.leaves and may_be_delegated(grant, relating.profile):
            _add_delegates(delegates, named, relating)
    return {**delegates, **found}


def may_be_delegated(grant: Grant, profile: Profile) -> bool:
    """Whether somebody on leave may be stood in for here."""
    return grant.relation not in OWN_ACTS and grant.role in profile.supervision.delegable


def _add_delegates(delegates: dict[str, str], named: Iterable[str], relating: Relating) -> None:
    """Who stands in for several stands in for the first of them."""
    for person in sorted(named):
        delegate = relating.directory.delegate_of(person, relating.on)
        if delegate is not None:
            delegates.setdefault(delegate, person)


def _any(role: str, at: Relating) -> Iterable[str]:
    return at.directory.holders(role)


def _signing(role: str, at: Relating, states: tuple[str, ...], *, lead: bool | None) -> set[str]:
    if at.case is None:
        return set()
    signed = {
        one.deputy
        for one in at.case.signatories
        if one.state in states and (lead is None or one.lead is lead)
    }
    return signed & set(at.directory.holders(role))


def _lead_deputy(role: str, at: Relating) -> Iterable[str]:
    return _signing(role, at, ("confirmed",), lead=True)


def _pending_cosigner(role: str, at: Relating) -> Iterable[str]:
    return _signing(role, at, ("pending",), lead=False)


def _signatory(role: str, at: Relating) -> Iterable[str]:
    return _signing(role, at, ("confirmed",), lead=None)


def _rater(role: str, at: Relating) -> Iterable[str]:
    if at.case is None:
        return ()
    raters = {one.deputy for one in at.case.evaluations if one.state == "open"}
    return raters & set(at.directory.holders(role))


def _of_units(role: str, at: Relating, units: Iterable[str]) -> set[str]:
    return {code for unit in units for code in at.directory.holders(role, unit=unit)}


def _assignment_unit(role: str, at: Relating) -> Iterable[str]:
    return _of_units(role, at, [at.subject.unit]) if isinstance(at.subject, Assignment) else ()


def _open_units(at: Relating, kinds: tuple[str, ...]) -> tuple[str, ...]:
    if at.case is None:
        return ()
    return tuple(
        one.unit
        for one in at.case.assignments
        if one.kind in kinds and is_open_assignment(one, at.profile)
    )


def _answering_unit(role: str, at: Relating) -> Iterable[str]:
    return _of_units(role, at, _open_units(at, ("lead", "separate")))


def _unreceived_unit(role: str, at: Relating) -> Iterable[str]:
    if at.case is None:
        return ()
    waiting = (
        one.unit
        for one in at.case.assignments
        if one.received_at is None and is_open_assignment(one, at.profile)
    )
    return _of_units(role, at, waiting)


def _lead_unit(role: str, at: Relating) -> Iterable[str]:
    if at.case is None:
        return ()
    leads = _open_units(at, ("lead",)) or _open_units(at, ("separate",))
    return _of_units(role, at, leads[:1])


def _handler(role: str, at: Relating) -> Iterable[str]:
    if isinstance(at.subject, Assignment) and at.subject.handler:
        return {at.subject.handler}
    return _assignment_unit(role, at)


def _commitment_unit(role: str, at: Relating) -> Iterable[str]:
    return _of_units(role, at, [at.subject.unit]) if isinstance(at.subject, Commitment) else ()


def _case_unit(role: str, at: Relating) -> Iterable[str]:
    """People of the units that answer for the case in this round, also after they replied."""
    return () if at.case is None else _of_units(role, at, answering_units(at.case, at.profile))


def answering_units(case: Case, profile: Profile) -> set[str]:
    """Units with a lead or separate share of this round that was not given back."""
    states = profile.machines["assignment"].states
    return {
        one.unit
        for one in case.assignments
        if one.round == case.round
        and one.kind != "joint"
        and (states[one.state].fulfils or not states[one.state].final)
    }


def _order_unit(role: str, at: Relating) -> Iterable[str]:
    ordered = at.subject
    if not isinstance(ordered, Order) or ordered.unit is None:
        return ()
    return _of_units(role, at, [ordered.unit])


def _order_desk(role: str, at: Relating) -> Iterable[str]:
    """Who let the clock run out where that was no unit: the role owns a state with that clock."""
    ordered = at.subject
    if not isinstance(ordered, Order) or ordered.unit is not None:
        return ()
    machine = ordered.subject.partition(":")[0]
    states = at.profile.machines["suggestion" if machine == "case" else machine].states.values()
    owning = (
        one.owners for one in states if any(clock.kind == ordered.clock for clock in one.clocks)
    )
    owns = any(grant.role == role for owners in owning for grant in owners)
    return at.directory.holders(role) if owns else ()


def _order_follower(role: str, at: Relating) -> Iterable[str]:
    follows = isinstance(at.subject, Order) and at.subject.assigned_to == role
    return at.directory.holders(role) if follows else ()


def _topic_lead_official(role: str, at: Relating) -> Iterable[str]:
    """The official named with the topic; without a topic the holders of the units' portfolios.

    The units are that of the subject, or of the case all that answer for it.
    """
    if at.case is None:
        return ()
    if at.case.topic is not None:
        topic = at.directory.topics[(at.case.session, at.case.topic)]
        return {topic.lead_official}
    own = at.subject.unit if at.subject else None
    units = {own} if own else answering_units(at.case, at.profile)
    return {
        code
        for portfolio in at.profile.portfolios
        if units & set(portfolio.units)
        for code in at.directory.holders(role, portfolio=portfolio.code)
    }


def _topic_supervising_leader(role: str, at: Relating) -> Iterable[str]:
    """The leader named with the key topic to supervise it 督办领导; nobody without a topic."""
    if at.case is None or at.case.topic is None:
        return ()
    topic = at.directory.topics[(at.case.session, at.case.topic)]
    return {topic.supervising_leader} & set(at.directory.holders(role))


def involved_units(case: Case) -> set[str]:
    """Units that have or had a share, a promise or an order of the case, in any round."""
    kept = {one.unit for one in case.assignments} | {one.unit for one in case.commitments}
    return kept | {one.unit for one in case.orders if one.unit is not None}


def _unit(role: str, at: Relating) -> Iterable[str]:
    return () if at.case is None else _of_units(role, at, involved_units(at.case))


def _portfolio(role: str, at: Relating) -> Iterable[str]:
    """Holders of the portfolios to which one of the case's units belongs."""
    if at.case is None:
        return ()
    units = involved_units(at.case)
    return {
        code
        for one in at.profile.portfolios
        if units & set(one.units)
        for code in at.directory.holders(role, portfolio=one.code)
    }


def _topic(role: str, at: Relating) -> Iterable[str]:
    """Lead official and supervising leader of the case's key topic."""
    if at.case is None or at.case.topic is None:
        return ()
    topic = at.directory.topics[(at.case.session, at.case.topic)]
    return {topic.lead_official, topic.supervising_leader} & set(at.directory.holders(role))


def _delegation(role: str, at: Relating) -> Iterable[str]:
    """The delegations of the deputies who signed."""
    if at.case is None:
        return ()
    signed = [one.deputy for one in at.case.signatories if one.state == "confirmed"]
    named = {one.delegation for code in signed if (one := at.directory.people.get(code))} - {""}
    everybody = at.directory.people
    return {code for code in at.directory.holders(role) if everybody[code].delegation in named}


RELATIONS: Mapping[str, Resolver] = {
    "any": _any,
    "lead_deputy": _lead_deputy,
    "pending_cosigner": _pending_cosigner,
    "signatory": _signatory,
    "rater": _rater,
    "assignment_unit": _assignment_unit,
    "answering_unit": _answering_unit,
    "unreceived_unit": _unreceived_unit,
    "lead_unit": _lead_unit,
    "handler": _handler,
    "commitment_unit": _commitment_unit,
    "case_unit": _case_unit,
    "order_unit": _order_unit,
    "order_desk": _order_desk,
    "order_follower": _order_follower,
    "topic_lead_official": _topic_lead_official,
    "topic_supervising_leader": _topic_supervising_leader,
}
"""Every relation in which somebody may act, own or be told."""

READING_ONLY: Mapping[str, Resolver] = {
    "unit": _unit,
    "portfolio": _portfolio,
    "topic": _topic,
    "delegation": _delegation,
}
"""Relations that are enough to read, and never to act."""

_EVERY = {**RELATIONS, **READING_ONLY}

RELATION_LABELS: Mapping[str, Text] = {
    "any": Text(zh="任一", en="any"),
    "lead_deputy": Text(zh="领衔", en="lead"),
    "pending_cosigner": Text(zh="待确认附议", en="asked to co-sign"),
    "signatory": Text(zh="提出人", en="signatory"),
    "rater": Text(zh="待评价", en="yet to rate"),
    "assignment_unit": Text(zh="该承办单位", en="of the unit"),
    "answering_unit": Text(zh="主办或分办单位", en="of the answering units"),
    "unreceived_unit": Text(zh="待签收单位", en="of the units yet to sign for receipt"),
    "lead_unit": Text(zh="主办单位", en="of the lead unit"),
    "handler": Text(zh="承办人", en="handler"),
    "commitment_unit": Text(zh="承诺单位", en="of the promising unit"),
    "case_unit": Text(zh="本轮主办或分办单位", en="of the units that answer in this round"),
    "order_unit": Text(zh="被督办单位", en="of the ordered unit"),
    "order_desk": Text(zh="被督办岗位", en="whose own clock ran out"),
    "order_follower": Text(zh="跟踪督办", en="who follows the order up"),
    "topic_lead_official": Text(zh="本建议", en="of this case"),
    "topic_supervising_leader": Text(zh="督办本重点方面", en="who supervises its key topic"),
    "unit": Text(zh="有承办任务的单位", en="of the units with a share"),
    "portfolio": Text(zh="分管承办单位", en="whose portfolio has a unit of it"),
    "topic": Text(zh="本重点方面", en="of its key topic"),
    "delegation": Text(zh="同一代表团", en="of the same delegation"),
}
"""How each relation is called."""


def wording(grant: Grant, profile: Profile) -> Text:
    """Who a grant means, in words."""
    role = profile.roles[grant.role]
    if grant.relation == "any":
        return role
    label = RELATION_LABELS[grant.relation]
    return Text(zh=f"{role.zh}({label.zh})", en=f"{role.en} ({label.en})")
