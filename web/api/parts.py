"""Turns what the house shows of a case into the answers of the API; adds and hides nothing."""

from __future__ import annotations

from engine.congress import Directory
from engine.profile import Profile, State
from reports.cases import CaseLine
from reports.names import Names
from web.api.answers import Words, words
from web.api.suggestion_models import (
    AssignmentOut,
    CommitmentOut,
    ContactOut,
    EvaluationOut,
    OrderOut,
    PlannedOut,
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
    return SuggestionLine(
        id=one.id,
        number=one.number,
        title=one.title,
        state=one.state,
        state_label=words(state.label) if state else Words(zh=one.state, en=one.state),
        stage=state.stage if state else None,
        kind=one.kind,
        field=one.field,
        topic=one.topic,
        round=one.round,
        lead_deputy=one.lead_deputy,
        units=list(one.units),
        due_on=one.due_on,
    )


def suggestion_out(seen: SeenCase, directory: Directory) -> Suggestion:
    """One suggestion as a whole."""
    case, names = seen.view.case, Names(directory)
    return Suggestion(
        id=case.id,
        number=case.number,
        version=case.version,
        title=case.title,
        text=case.text,
        state=case.state,
        state_label=words(seen.view.state),
        stage=seen.profile.machines["suggestion"].states[case.state].stage,
        session=case.session,
        profile=f"{case.profile}/v{case.profile_version}",
        kind=case.kind,
        field=case.field,
        keywords=list(case.keywords),
        origin=case.origin,
        secrecy=case.secrecy,
        topic=case.topic,
        round=case.round,
        merged_into=case.merged_into,
        refusal_ground=case.refusal_ground,
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        registered_at=case.registered_at,
        handed_over_at=case.handed_over_at,
        answered_at=case.answered_at,
        ended_at=case.ended_at,
        signatories=[
            SignatoryOut(
                number=one.number,
                deputy=one.deputy,
                name=names.person(one.deputy),
                lead=one.lead,
                state=one.state,
            )
            for one in case.signatories
        ],
        waiting_for=[
            WaitingFor(
                subject=one.subject,
                state=words(one.state),
                unit=one.unit,
                owners=list(one.owners),
            )
            for one in seen.view.owners
        ],
        hidden=sorted(seen.hidden),
    )


def assignments_out(seen: SeenCase, directory: Directory) -> list[AssignmentOut]:
    """The units' shares."""
    names = Names(directory)
    return [
        AssignmentOut(
            number=one.number,
            unit=one.unit,
            name=names.unit(one.unit),
            kind=one.kind,
            state=one.state,
            state_label=_label(_states(seen, "assignment").get(one.state), one.state),
            round=one.round,
            handler=names.person(one.handler),
            reason=one.reason,
            replaces=one.replaces,
            handed_over_at=one.handed_over_at,
            received_at=one.received_at,
            opinion=one.opinion,
            progress=one.progress,
            ended_at=one.ended_at,
        )
        for one in seen.view.case.assignments
    ]


def replies_out(seen: SeenCase) -> list[ReplyOut]:
    """The letters."""
    return [
        ReplyOut(
            number=one.number,
            assignment=one.assignment,
            unit=unit,
            round=one.round,
            state=one.state,
            result=one.result,
            text=one.text,
            commitments=[
                PlannedOut(text=each.text, due_on=each.due_on) for each in one.commitments
            ],
            document_number=one.document_number,
            drafted_at=one.drafted_at,
            signed_at=one.signed_at,
            delivered_at=one.delivered_at,
        )
        for unit, one in seen.view.replies
    ]


def evaluations_out(seen: SeenCase) -> list[EvaluationOut]:
    """The ratings."""
    return [
        EvaluationOut(
            number=one.number,
            deputy=deputy,
            round=one.round,
            state=one.state,
            process=one.process,
            result=one.result,
            comment=one.comment,
            at=one.at,
        )
        for deputy, one in seen.view.evaluations
    ]


def commitments_out(seen: SeenCase) -> list[CommitmentOut]:
    """The promises."""
    return [
        CommitmentOut(
            number=one.number,
            reply=one.reply,
            unit=one.unit,
            name=name,
            text=one.text,
            due_on=one.due_on,
            state=one.state,
            state_label=_label(_states(seen, "commitment").get(one.state), one.state),
            progress=one.progress,
            evidence=one.evidence,
            ended_at=one.ended_at,
        )
        for name, one in seen.view.commitments
    ]


def contacts_out(seen: SeenCase) -> list[ContactOut]:
    """Who was met."""
    return [
        ContactOut(
            number=one.number,
            assignment=one.assignment,
            deputy=deputy,
            on=one.on,
            form=one.form,
            rank=one.rank,
            summary=one.summary,
        )
        for deputy, one in seen.view.contacts
    ]


def orders_out(seen: SeenCase) -> list[OrderOut]:
    """The orders."""
    return [
        OrderOut(
            number=one.number,
            subject=one.subject,
            unit=unit,
            reason=one.reason,
            state=one.state,
            state_label=_label(_states(seen, "order").get(one.state), one.state),
            opened_at=one.opened_at,
            answer=one.answer,
            answered_at=one.answered_at,
            ended_at=one.ended_at,
        )
        for unit, one in seen.view.orders
    ]


def _states(seen: SeenCase, machine: str) -> dict[str, State]:
    return dict(seen.profile.machines[machine].states)


def _label(state: State | None, code: str) -> Words:
    return words(state.label) if state else Words(zh=code, en=code)
