"""Effects of the reply 答复: draft, check, sign, deliver to every signatory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from engine.calendar import local_day
from engine.case import Commitment, Delivery, Indicator, PlannedCommitment, Reply
from engine.effects.spec import EffectSpec
from engine.errors import FormIncomplete, FormInvalid
from engine.lifecycle import begin_subject
from engine.profile import Text
from engine.work import Work

Params = Mapping[str, object]
DRAFTING = Text(zh="拟写答复", en="Draft the reply")
ANSWERING = Text(zh="答复", en="Reply")
DRAFT = Text(zh="答复稿", en="draft")
PROMISES = Text(zh="承诺事项及期限(commitments)", en="promises with their due days (commitments)")


def draft_reply(work: Work, _params: Params) -> None:
    """A draft with its result code, promises and measured results; replaces an older draft."""
    _retire_draft(work)
    promises = tuple(
        PlannedCommitment(text=row["text"], due_on=row["due_on"])
        for row in work.value("commitments", [])
    )
    code = work.profile.results[work.value("result")]
    if code.needs_due_date and not promises:
        raise FormIncomplete(action=DRAFTING, fields=[PROMISES])
    today = local_day(work.now)
    if any(one.due_on < today for one in promises):
        raise FormInvalid(
            action=DRAFTING, field=PROMISES, reason="承诺期限已过 / a promised day has passed"
        )
    number = work.next_number("replies")
    work.put(
        "replies",
        Reply(
            number=number,
            assignment=work.assignment.number,
            round=work.case.round,
            state="draft",
            result=code.code,
            text=work.value("text"),
            commitments=promises,
            drafted_by=work.actor,
            drafted_at=work.now,
        ),
    )
    for row in cast("list[dict[str, object]]", work.value("indicators", [])):
        work.put(
            "indicators",
            Indicator(
                number=work.next_number("indicators"),
                reply=number,
                label=str(row["label"]),
                quantity=cast("Decimal | None", row["quantity"]),
                unit=str(row["unit"]),
                text=str(row["text"]),
            ),
        )


def _retire_draft(work: Work) -> None:
    for one in work.case.replies:
        if one.assignment == work.assignment.number and one.state in ("draft", "checked"):
            work.put("replies", replace(one, state="rejected"))


def _current(work: Work, *states: str) -> Reply:
    number = work.assignment.number
    for one in reversed(work.case.replies):
        if one.assignment == number and one.state in states:
            return one
    raise FormIncomplete(action=ANSWERING, fields=[DRAFT])


def check_reply(work: Work, _params: Params) -> None:
    """The checking office passes the draft; it may correct the result code."""
    draft = _current(work, "draft")
    work.refuse_emptied("核稿", "result")
    result = work.value("result", draft.result)
    if work.profile.results[result].needs_due_date and not draft.commitments:
        raise FormInvalid(
            action="核稿",
            field="result",
            reason="该类别需要承诺期限,请退回补充 / this code needs a promised day",
        )
    work.put("replies", replace(draft, state="checked", result=result, checked_by=work.actor))


def reject_reply(work: Work, _params: Params) -> None:
    """The draft, or the reply that is not delivered yet, goes back to the unit."""
    work.put("replies", replace(_current(work, "draft", "checked", "signed"), state="rejected"))


def sign_reply(work: Work, _params: Params) -> None:
    """The head of the unit signs; the letter gets its document number."""
    work.put(
        "replies",
        replace(
            _current(work, "checked"),
            state="signed",
            document_number=work.value("document_number"),
            signed_by=work.actor,
            signed_at=work.now,
        ),
    )


def countersign_reply(work: Work, _params: Params) -> None:
    """签发: the lead official signs after the head, and the letter bears the official's name."""
    signed = _current(work, "signed")
    work.put("replies", replace(signed, signed_by=work.actor, signed_at=work.now))


def deliver_reply(work: Work, _params: Params) -> None:
    """Deliver to every confirmed signatory; the promises become commitments."""
    reply = replace(_current(work, "signed"), state="delivered", delivered_at=work.now)
    work.put("replies", reply)
    work.change_subject(ended_at=work.now)
    for one in work.case.signatories:
        if one.state == "confirmed":
            number = work.next_number("deliveries")
            work.put(
                "deliveries",
                Delivery(number=number, reply=reply.number, deputy=one.deputy, at=work.now),
            )
    unit = work.assignment.unit
    initial = work.profile.machines["commitment"].initial
    for promise in reply.commitments:
        number = work.next_number("commitments")
        work.put(
            "commitments",
            Commitment(
                number=number,
                reply=reply.number,
                unit=unit,
                text=promise.text,
                due_on=promise.due_on,
                state=initial,
            ),
        )
        begin_subject(work, "commitment", number)


_ASSIGNMENT = ("assignment",)
SPECS = (
    EffectSpec(
        name="draft_reply", apply=draft_reply, needs=("result", "text"), machines=_ASSIGNMENT
    ),
    EffectSpec(name="check_reply", apply=check_reply, machines=_ASSIGNMENT),
    EffectSpec(name="reject_reply", apply=reject_reply, machines=_ASSIGNMENT),
    EffectSpec(
        name="sign_reply", apply=sign_reply, needs=("document_number",), machines=_ASSIGNMENT
    ),
    EffectSpec(name="countersign_reply", apply=countersign_reply, machines=_ASSIGNMENT),
    EffectSpec(name="deliver_reply", apply=deliver_reply, machines=_ASSIGNMENT),
)
