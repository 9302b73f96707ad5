"""The declared facts that a profile's conditions may ask about, and their values for a case.

Everything is derived from the case; nothing here is stored as a truth of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from engine.case import Assignment, Case, Commitment, Order, Subject
from engine.conditions import FactType
from engine.outcome import latest_light
from engine.profile import Action, FormField, Profile
from engine.ratings import rating_facts

type_int, type_bool, type_text = FactType.INT, FactType.BOOL, FactType.TEXT

CASE_FACTS: Mapping[str, FactType] = {
    "state": type_text,
    "kind": type_text,
    "field": type_text,
    "secrecy": type_text,
    "is_key": type_bool,
    "is_merged": type_bool,
    "is_numbered": type_bool,
    "handed_over": type_bool,
    "answered": type_bool,
    "ended": type_bool,
    "round": type_int,
    "title_length": type_int,
    "text_length": type_int,
    "cosigners_total": type_int,
    "cosigners_pending": type_int,
    "cosigners_confirmed": type_int,
    "assignments_total": type_int,
    "assignments_open": type_int,
    "answering_total": type_int,
    "answering_open": type_int,
    "answering_done": type_int,
    "joint_total": type_int,
    "joint_open": type_int,
    "joint_given": type_int,
    "returns_pending": type_int,
    "returns_approved": type_int,
    "contacts": type_int,
    "replies_delivered": type_int,
    "result": type_text,
    "result_meaning": type_text,
    "evaluations_total": type_int,
    "evaluations_open": type_int,
    "evaluations_given": type_int,
    "evaluations_silent": type_int,
    "evaluations_dissatisfied": type_int,
    "satisfaction": type_text,
    "ever_dissatisfied": type_bool,
    "commitments_total": type_int,
    "commitments_open": type_int,
    "commitments_kept": type_int,
    "commitments_unkept": type_int,
    "orders_total": type_int,
    "orders_open": type_int,
    "outcome_light": type_text,
    "extended": type_bool,
    "answered_late": type_bool,
}
"""Facts of the whole case."""

UNFINISHED_FACTS = frozenset(
    f"evaluations_{one}" for one in ("open", "given", "silent", "dissatisfied")
)
"""They tell of a round in which a rating is missing, as moves of the case must know."""

FIGURE_FACTS: Mapping[str, FactType] = {
    name: kind for name, kind in CASE_FACTS.items() if name not in UNFINISHED_FACTS
}
"""Facts that formulas may use: a rate is shown to everybody."""

SUBJECT_FACTS: Mapping[str, FactType] = {
    "unit": type_text,
    "assignment_kind": type_text,
    "assignment_state": type_text,
    "reply_result": type_text,
    "reply_meaning": type_text,
    "assignment_contacts": type_int,
    "extensions_pending": type_int,
    "extensions_approved": type_int,
    "handler_set": type_bool,
    "return_window_open": type_bool,
    "opinion_given": type_bool,
    "commitment_state": type_text,
    "order_state": type_text,
    "order_settled": type_bool,
    "overdue": type_bool,
    "actor": type_text,
    "by_clock": type_bool,
    "rung": type_text,
}
"""Facts of the subject of an action and of its actor; empty where there is none."""

FACTS: Mapping[str, FactType] = {**CASE_FACTS, **SUBJECT_FACTS}

_FORM_TYPES = {"integer": type_int, "boolean": type_bool}
_FORM_LISTS = {"assignments", "commitments", "indicators", "persons", "period"}


class Facts(Mapping[str, object]):
    """Facts that are worked out when the first of them is asked for, and given ones beside them.

    Most moves have no condition; working out what nobody asks would cost more than the move.
    """

    __slots__ = ("_given", "_known", "_make")

    def __init__(
        self, make: Callable[[], dict[str, object]], given: Mapping[str, object] | None = None
    ) -> None:
        self._make = make
        self._given = dict(given or {})
        self._known: dict[str, object] | None = None

    def with_given(self, given: Mapping[str, object]) -> Facts:
        """The same facts and some given ones."""
        return Facts(self._all, {**self._given, **given})

    def chosen(self, names: Iterable[str]) -> dict[str, object]:
        """The facts of these names, as a plain dict."""
        known = self._all()
        return {name: known[name] for name in names}

    def _all(self) -> dict[str, object]:
        if self._known is None:
            self._known = self._make()
            # Its maker holds the facts in turn: let go, or only Python's collector frees the two.
            self._make = dict
        return self._known

    def __getitem__(self, name: str) -> object:
        return self._given[name] if name in self._given else self._all()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._given or name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter({**self._all(), **self._given})

    def __len__(self) -> int:
        return len({**self._all(), **self._given})


def form_fact_types(action: Action) -> dict[str, FactType]:
    """The facts `form_<field>` that the conditions of an action may use besides FACTS."""
    return {
        f"form_{one.name}": _FORM_TYPES.get(one.type.value, type_text)
        for one in action.form
        if one.type.value not in _FORM_LISTS
    }


def form_facts(fields: tuple[FormField, ...], form: Mapping[str, object]) -> dict[str, object]:
    """Values of `form_<field>`; an absent one is empty of its kind."""
    empty: dict[FactType, object] = {type_int: 0, type_bool: False}
    values: dict[str, object] = {}
    for one in fields:
        if one.type.value in _FORM_LISTS:
            continue
        kind = _FORM_TYPES.get(one.type.value, type_text)
        given = form.get(one.name)
        if given is None:
            values[f"form_{one.name}"] = empty.get(kind, "")
        else:
            values[f"form_{one.name}"] = str(given) if kind is type_text else given
    return values


def case_facts(case: Case, profile: Profile) -> dict[str, object]:
    """CASE_FACTS of a case under its profile."""
    return {
        "state": case.state,
        "kind": case.kind,
        "field": case.field,
        "secrecy": case.secrecy,
        "is_key": case.topic is not None,
        "is_merged": case.merged_into is not None,
        "is_numbered": case.number is not None,
        "handed_over": case.handed_over_at is not None,
        "answered": case.answered_at is not None,
        "ended": case.ended_at is not None,
        "round": case.round,
        "title_length": len(case.title),
        "text_length": len(case.text),
        **_signing(case),
        **_sharing(case, profile),
        **_replying(case, profile),
        **rating_facts(case),
        **_promising(case, profile),
        **_supervising(case, profile),
    }


def _signing(case: Case) -> dict[str, object]:
    cosigners = [one for one in case.signatories if not one.lead]
    return {
        "cosigners_total": len(cosigners),
        "cosigners_pending": sum(one.state == "pending" for one in cosigners),
        "cosigners_confirmed": sum(one.state == "confirmed" for one in cosigners),
    }


def is_open_assignment(one: Assignment, profile: Profile) -> bool:
    """Whether the assignment still waits for somebody."""
    return not profile.machines["assignment"].states[one.state].final


def _sharing(case: Case, profile: Profile) -> dict[str, object]:
    opened = [one for one in case.assignments if is_open_assignment(one, profile)]
    answering = [one for one in case.assignments if one.kind != "joint"]
    delivered = {one.assignment for one in case.replies if one.state == "delivered"}
    joint = [one for one in case.assignments if one.kind == "joint"]
    return {
        "assignments_total": len(case.assignments),
        "assignments_open": len(opened),
        "answering_total": len(answering),
        "answering_open": sum(one.kind != "joint" for one in opened),
        "answering_done": sum(
            one.round == case.round and one.number in delivered for one in answering
        ),
        "joint_total": len(joint),
        "joint_open": sum(one.kind == "joint" for one in opened),
        "joint_given": sum(one.opinion_at is not None for one in joint),
        "returns_pending": sum(one.state == "pending" for one in case.returns),
        "returns_approved": sum(one.state == "approved" for one in case.returns),
        "contacts": len(case.contacts),
    }


def _replying(case: Case, profile: Profile) -> dict[str, object]:
    delivered = [one for one in case.replies if one.state == "delivered"]
    result = delivered[-1].result if delivered else ""
    code = profile.results.get(result)
    return {
        "replies_delivered": len(delivered),
        "result": result,
        "result_meaning": code.meaning.value if code else "",
        "extended": any(one.state == "approved" for one in case.extensions),
        "answered_late": any(one.late for one in case.clocks if one.kind in REPLY_CLOCKS),
    }


REPLY_CLOCKS = ("reply", "rehandling")


def _promising(case: Case, profile: Profile) -> dict[str, object]:
    states = profile.machines["commitment"].states
    opened = sum(not states[one.state].final for one in case.commitments)
    kept = sum(one.evidence is not None and states[one.state].final for one in case.commitments)
    return {
        "commitments_total": len(case.commitments),
        "commitments_open": opened,
        "commitments_kept": kept,
        "commitments_unkept": len(case.commitments) - opened - kept,
    }


def _supervising(case: Case, profile: Profile) -> dict[str, object]:
    return {
        "orders_total": len(case.orders),
        "orders_open": sum(
            not profile.machines["order"].states[one.state].final for one in case.orders
        ),
        "outcome_light": latest_light(case, profile),
    }


def subject_facts(
    case: Case, profile: Profile, subject: Subject | None, now: datetime
) -> dict[str, object]:
    """SUBJECT_FACTS of an assignment, commitment or order, without those of the actor."""
    values: dict[str, object] = {
        "unit": "",
        "assignment_kind": "",
        "assignment_state": "",
        "reply_result": "",
        "reply_meaning": "",
        "assignment_contacts": 0,
        "extensions_pending": 0,
        "extensions_approved": 0,
        "handler_set": False,
        "return_window_open": False,
        "opinion_given": False,
        "commitment_state": "",
        "order_state": "",
        "order_settled": False,
        "overdue": False,
    }
    if subject is None:
        return values | {"overdue": _is_overdue(case, "case", now)}
    values["unit"] = subject.unit or ""
    if isinstance(subject, Order):
        settled = is_settled(subject, case, profile)
        found = {"order_state": subject.state, "order_settled": settled}
        return values | found | {"overdue": _is_overdue(case, f"order:{subject.number}", now)}
    if isinstance(subject, Commitment):
        overdue = _is_overdue(case, f"commitment:{subject.number}", now)
        return values | {"commitment_state": subject.state, "overdue": overdue}
    return values | _assignment_facts(case, profile, subject, now)


def _is_overdue(case: Case, subject: str, now: datetime) -> bool:
    """Whether something that was to be done about the subject is late and still to be done."""
    return any(
        one.subject == subject and one.state == "running" and one.due_at <= now
        for one in case.clocks
    )


def is_settled(order: Order, case: Case, profile: Profile) -> bool:
    """Whether what was ordered has been done or has fallen away meanwhile.

    An order of the clock is settled by the end of that clock, one of a person by the end of the
    share or promise that it is about.
    """
    if order.clock:
        return not any(
            one.kind == order.clock
            and one.subject == order.subject
            and one.state in ("running", "paused")
            for one in case.clocks
        )
    machine, _, number = order.subject.partition(":")
    state = next(
        (one.state for one in case.subjects(machine) if str(one.number) == number), case.state
    )
    definition = profile.machines[machine if number else "suggestion"]
    return definition.states[state].final


def _assignment_facts(
    case: Case, profile: Profile, subject: Assignment, now: datetime
) -> dict[str, object]:
    number = subject.number
    replies = [one for one in case.replies if one.assignment == number and one.state != "rejected"]
    result = replies[-1].result if replies else ""
    code = profile.results.get(result)
    asked = [one for one in case.extensions if one.assignment == number]
    return {
        "assignment_kind": subject.kind,
        "assignment_state": subject.state,
        "reply_result": result,
        "reply_meaning": code.meaning.value if code else "",
        "assignment_contacts": sum(one.assignment == number for one in case.contacts),
        "extensions_pending": sum(one.state == "pending" for one in asked),
        "extensions_approved": sum(one.state == "approved" for one in asked),
        "handler_set": subject.handler is not None,
        "return_window_open": any(
            one.kind == "return_window"
            and one.subject == f"assignment:{number}"
            and one.state == "running"
            and now < one.due_at
            for one in case.clocks
        ),
        "opinion_given": subject.opinion_at is not None,
        "overdue": _is_overdue(case, f"assignment:{number}", now),
    }
