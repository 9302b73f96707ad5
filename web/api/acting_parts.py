"""Turns what the house says of actions into the answers of the API."""

from __future__ import annotations

from engine.command import Command, Decision, Receipt
from engine.errors import BihuanError
from reports.names import Names
from web.api.acting_models import (
    ActionOut,
    AnswerOut,
    ChoiceOut,
    FieldOut,
    Preview,
    ReceiptOut,
    RequiredWhenOut,
    StepOut,
    VerdictOut,
    Verdicts,
)
from web.api.answers import words
from web.api.refusals import Problem
from web.gate import Visitor
from web.house import ActionForm, House, RequiredWhen
from web.problems import status_of


def tried_out(
    house: House, visitor: Visitor, command: Command, names: Names, *, door: str
) -> tuple[Preview | None, BihuanError | None]:
    """What a command would do, or why it would be refused."""
    try:
        return preview_out(house.try_out(visitor, command, door=door), names), None
    except BihuanError as error:
        return None, error


def verdicts_out(
    rows: list[tuple[ReceiptOut | None, Preview | None, BihuanError | None]],
) -> Verdicts:
    """A verdict for each row, in their order."""
    refused = sum(error is not None for _, _, error in rows)
    return Verdicts(
        done=len(rows) - refused,
        refused=refused,
        items=[
            VerdictOut(
                row=place,
                receipt=receipt,
                preview=preview,
                problem=None if error is None else _problem_out(error),
            )
            for place, (receipt, preview, error) in enumerate(rows)
        ],
    )


def _problem_out(error: BihuanError) -> Problem:
    told = error.as_dict()
    return Problem.model_validate(
        {
            "type": "about:blank",
            "status": int(status_of(error)),
            "title": _whole(str(told["zh"])),
            "detail": _whole(str(told["en"])),
            "code": error.code,
        }
    )


def _whole(text: str) -> str:
    """Without half characters, which were sent and may not be answered."""
    return text.encode("utf-8", "replace").decode("utf-8")


def preview_out(decision: Decision, names: Names) -> Preview:
    """What an action would do."""
    told = sorted({one.recipient for one in decision.notices})
    return Preview(
        state=decision.after.state,
        version=decision.after.version,
        steps=[StepOut.model_validate(one) for one in decision.steps],
        told=[names.person(one) for one in told],
    )


def receipt_out(receipt: Receipt) -> ReceiptOut:
    """What was done; whether for the first time, a header tells."""
    return ReceiptOut(
        case=receipt.case,
        number=receipt.number,
        version=receipt.version,
        state=receipt.state,
        action=receipt.action,
        subject=receipt.subject,
        audit_sequence=receipt.audit_sequence,
    )


def action_out(one: ActionForm) -> ActionOut:
    """An action with its form."""
    return ActionOut(
        action=one.action,
        label=words(one.label),
        machine=one.machine,
        subject=one.subject,
        fields=[
            FieldOut(
                name=each.name,
                label=words(each.label),
                type=each.type,
                required=each.required,
                required_when=_required_when(each.required_when),
                max_length=each.max_length,
                choices=[
                    ChoiceOut(value=choice.value, label=words(choice.label))
                    for choice in each.choices
                ],
            )
            for each in one.fields
        ],
    )


def _required_when(one: RequiredWhen | None) -> RequiredWhenOut | None:
    if one is None:
        return None
    return RequiredWhenOut(
        condition=one.condition,
        answers=[
            AnswerOut(field=field, value=choice.value, label=words(choice.label))
            for field, choice in one.answers
        ],
    )
