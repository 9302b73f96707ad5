"""Turns what the house shows of a case into the answers of the API; adds and hides nothing."""

from __future__ import annotations

from engine.congress import Directory
from engine.profile import Profile, State
from reports.cases import CaseLine
from reports.names import Names
from web.api.answers import Words, made, words
from web.api.suggestion_models import (
    AssignmentOut,
    CommitmentOut,
    ContactOut,
    EvaluationOut,
    OrderOut,
    ReplyOut,
    SignatoryOut,
    Suggestion,
    SuggestionLine,
    WaitingFor,
)
from web.house import SeenCase


def line_out(one: CaseLine, profile: Profile) -> SuggestionLine:
    """A line of a list, with the labels of the congress's present rules."""
    state = profile.machines["suggestion"].states.get(one.state)
    return made(
        SuggestionLine,
        one,
        state_label=_label(state, one.state),
        stage=state.stage if state else None,
    )


def suggestion_out(seen: SeenCase, directory: Directory) -> Suggestion:
    """One suggestion as a whole."""
    case, names = seen.view.case, Names(directory)
    return made(
        Suggestion,
        case,
        state_label=words(seen.view.state),
        stage=seen.profile.machines["suggestion"].states[case.state].stage,
        profile=f"{case.profile}/v{case.profile_version}",
        signatories=[
            made(SignatoryOut, one, name=names.person(one.deputy)) for one in case.signatories
        ],
        waiting_for=[WaitingFor.model_validate(one) for one in seen.view.owners],
        hidden=sorted(seen.hidden),
    )


def assignments_out(seen: SeenCase, directory: Directory) -> list[AssignmentOut]:
    """The units' shares."""
    names = Names(directory)
    return [
        made(
            AssignmentOut,
            one,
            name=names.unit(one.unit),
            state_label=_label(_states(seen, "assignment").get(one.state), one.state),
            handler=names.person(one.handler),
        )
        for one in seen.view.case.assignments
    ]


def replies_out(seen: SeenCase) -> list[ReplyOut]:
    """The letters."""
    return [made(ReplyOut, one, unit=unit) for unit, one in seen.view.replies]


def evaluations_out(seen: SeenCase) -> list[EvaluationOut]:
    """The ratings."""
    return [made(EvaluationOut, one, deputy=deputy) for deputy, one in seen.view.evaluations]


def commitments_out(seen: SeenCase) -> list[CommitmentOut]:
    """The promises."""
    states = _states(seen, "commitment")
    return [
        made(CommitmentOut, one, name=name, state_label=_label(states.get(one.state), one.state))
        for name, one in seen.view.commitments
    ]


def contacts_out(seen: SeenCase) -> list[ContactOut]:
    """Who was met."""
    return [made(ContactOut, one, deputy=deputy) for deputy, one in seen.view.contacts]


def orders_out(seen: SeenCase) -> list[OrderOut]:
    """The orders."""
    states = _states(seen, "order")
    return [
        made(OrderOut, one, unit=unit, state_label=_label(states.get(one.state), one.state))
        for unit, one in seen.view.orders
    ]


def _states(seen: SeenCase, machine: str) -> dict[str, State]:
    return dict(seen.profile.machines[machine].states)


def _label(state: State | None, code: str) -> Words:
    return words(state.label) if state else Words(zh=code, en=code)
