"""Who may read and do what, worked out by hand from the matrix of the profile.

Never asks `engine.access`, `engine.relations` or the web: tests hold those against this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from engine.case import Assignment, Case, Commitment, Order
from engine.congress import Appointment, Directory, Person
from engine.profile import Action, State
from tests.support.rights import DELEGATIONS
from tests.support.world import CONGRESS, shipped_profile
from workflows.matrix import Matrix, Right, matrix_of

Subject = Assignment | Commitment | Order | None


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Somebody in one of their roles before a case, or something of it."""

    person: Person
    role: Appointment
    case: Case
    subject: Subject
    directory: Directory

    @property
    def unit_of_subject(self) -> str:
        """The unit whose share, promise or order it is."""
        return "" if self.subject is None else self.subject.unit or ""

    @property
    def running(self) -> list[Assignment]:
        """Shares that are not over."""
        return [one for one in self.case.assignments if not _state(one).final]

    @property
    def answering(self) -> set[str]:
        """Units that answer in this round: neither joint ones nor those that gave it back."""
        return {
            one.unit
            for one in self.case.assignments
            if one.round == self.case.round
            and one.kind != "joint"
            and one.state not in {"returned", "withdrawn"}
        }

    @property
    def held(self) -> set[str]:
        """Units in the portfolio of the role."""
        portfolios = {one.code: set(one.units) for one in shipped_profile().portfolios}
        return portfolios.get(self.role.portfolio or "", set())

    @property
    def signed(self) -> set[str]:
        """Deputies whose signature counts."""
        return {one.deputy for one in self.case.signatories if one.state == "confirmed"}

    @property
    def involved(self) -> set[str]:
        """Units that have or had anything of the case."""
        case = self.case
        parts: list[Assignment | Commitment | Order] = [*case.assignments, *case.commitments]
        return {one.unit for one in (*parts, *case.orders) if one.unit}

    def topic(self, *whose: str) -> set[str]:
        """The leaders named with the key topic of the case."""
        if self.case.topic is None:
            return set()
        topic = self.directory.topics[self.case.session, self.case.topic]
        return {str(getattr(topic, one)) for one in whose}


def _state(one: Assignment) -> State:
    return shipped_profile().machines["assignment"].states[one.state]


def _handles(at: At) -> bool:
    handler = at.subject.handler if isinstance(at.subject, Assignment) else None
    return at.person.code == handler if handler else at.role.unit == at.unit_of_subject


def _leads(at: At) -> bool:
    for kind in ("lead", "separate"):
        for one in at.running:
            if one.kind == kind:
                return one.unit == at.role.unit
    return False


def _let_it_run_out(at: At) -> bool:
    """An order without a unit goes to the desk that owned the state with the clock."""
    if not isinstance(at.subject, Order) or at.subject.unit is not None:
        return False
    machine = at.subject.subject.partition(":")[0].replace("case", "suggestion")
    return any(
        grant.role == at.role.role
        for state in shipped_profile().machines[machine].states.values()
        if at.subject.clock in {clock.kind for clock in state.clocks}
        for grant in state.owners
    )


def _official(at: At) -> bool:
    if at.case.topic is not None:
        return at.person.code in at.topic("lead_official")
    own = at.unit_of_subject
    return bool(at.held & ({own} if own else at.answering))


RELATIONS: Mapping[str, Callable[[At], bool]] = {
    "any": lambda _: True,
    "lead_deputy": lambda at: any(
        one.deputy == at.person.code and one.lead for one in at.case.signatories
    ),
    "signatory": lambda at: at.person.code in at.signed,
    "pending_cosigner": lambda at: any(
        one.deputy == at.person.code and one.state == "pending" and not one.lead
        for one in at.case.signatories
    ),
    "delegation": lambda at: bool(
        {DELEGATIONS.get(at.person.code)} & {DELEGATIONS.get(one) for one in at.signed}
    ),
    "rater": lambda at: any(
        one.deputy == at.person.code and one.state == "open" for one in at.case.evaluations
    ),
    "unit": lambda at: at.role.unit in at.involved,
    "portfolio": lambda at: bool(at.held & at.involved),
    "topic": lambda at: at.person.code in at.topic("lead_official", "supervising_leader"),
    "assignment_unit": lambda at: at.role.unit == at.unit_of_subject,
    "commitment_unit": lambda at: at.role.unit == at.unit_of_subject,
    "order_unit": lambda at: at.role.unit == at.unit_of_subject,
    "case_unit": lambda at: at.role.unit in at.answering,
    "handler": _handles,
    "lead_unit": _leads,
    "order_desk": _let_it_run_out,
    "order_follower": lambda at: (
        isinstance(at.subject, Order) and at.subject.assigned_to == at.role.role
    ),
    "topic_lead_official": _official,
    "topic_supervising_leader": lambda at: at.person.code in at.topic("supervising_leader"),
}
"""Every relation that the matrix names, in plain words; one that is not here fails the tests."""


@cache
def matrix() -> Matrix:
    """The matrix of the shipped profile."""
    return matrix_of(shipped_profile())


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The matrix, applied to the people of a directory."""

    directory: Directory

    def roles(self, person: str) -> frozenset[str]:
        """The roles that somebody holds."""
        return frozenset(one.role for one in self.directory.people[person].appointments)

    def visible(self, person: str, case: Case) -> bool:
        """Whether the case is there for the person, were it but its title."""
        return self.seen(person, case, "open", "author_hidden", "summary")

    def details(self, person: str, case: Case) -> bool:
        """Whether its text is read."""
        return self.seen(person, case, "open", "author_hidden")

    def whole(self, person: str, case: Case) -> bool:
        """Whether all of it is read, with its author."""
        return self.seen(person, case, "open")

    def seen(self, person: str, case: Case, *secrecy: str) -> bool:
        """By right of their own, or since the author lets others see as much."""
        if case.congress != CONGRESS:
            return False
        return self.reads("whole", person, case) or (
            case.secrecy in secrecy and self.reads("by_secrecy", person, case)
        )

    def reads(self, right: str, person: str, case: Case) -> bool:
        """Whether the person has one of the rights of reading."""
        (row,) = [one for one in matrix().reading if one.name == right]
        return self._fits(row, person, case, None)

    def acts(self, action: Action, person: str, case: Case, subject: Subject) -> bool:
        """Whether role and relation let the person do it, whatever the state."""
        (row,) = [one for one in matrix().actions if one.name == action.name]
        return self._fits(row, person, case, subject)

    def marks(self, person: str, case: Case) -> set[str]:
        """Which marks of the case the person may come to see."""
        details = self.details(person, case)
        found = {"标"} if self.visible(person, case) else set()
        if details:
            found.add("文")
        if self.whole(person, case):
            found.add("件")
        if details and (_all_delivered(case) or self.reads("replies", person, case)):
            found.add("答")
        if details and (_all_rated(case) or self._reads_ratings(person, case)):
            found.add("评")
        return found

    def _reads_ratings(self, person: str, case: Case) -> bool:
        """A unit never does; one's own rating is nobody else's secret."""
        if any(one.startswith("unit_") for one in self.roles(person)):
            return False
        own = any(one.deputy == person for one in case.evaluations)
        return own or self.reads("ratings", person, case)

    def _fits(self, right: Right, person: str, case: Case, subject: Subject) -> bool:
        known = self.directory.people[person]
        for role in known.appointments:
            at = At(person=known, role=role, case=case, subject=subject, directory=self.directory)
            for cell in right.roles.get(role.role, ()):
                relation, _, since = cell.partition("@")
                if _reached(since, case) and RELATIONS[relation](at):
                    return True
        return False


def holders(rights: Iterable[str]) -> frozenset[str]:
    """Roles that have one of the actions in the matrix."""
    wanted = set(rights)
    rows = [one for one in matrix().actions if one.name in wanted]
    assert {one.name for one in rows} == wanted
    return frozenset(role for one in rows for role in one.roles)


def _reached(since: str, case: Case) -> bool:
    return not since or getattr(case, f"{since}_at") is not None


def _all_delivered(case: Case) -> bool:
    return all(one.state == "delivered" for one in case.replies)


def _all_rated(case: Case) -> bool:
    return all(one.state != "open" for one in case.evaluations)
