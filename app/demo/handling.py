"""扎实办 and 及时督 of one storyline: returns, joint units, contact, reply, rating, promises.

Pure, like all of the storyline.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.following import follow_promise, judge_outcome, report_progress
from app.demo.plan import Outcome
from app.demo.records import Bound, Indicator
from app.demo.teller import Teller

RESULT_OF = {
    Outcome.DONE: "A",
    Outcome.PARTIAL: "B",
    Outcome.COMMITTED: "B",
    Outcome.DEFERRED: "C",
    Outcome.REFERENCE: "C",
}
"""Result codes of the profile zhejiang-county for the meaning drawn in the plan."""


def tell_handling(teller: Teller, handed: date) -> None:
    """扎实办 and 及时督, round by round."""
    plan = teller.plan
    joint = range(2, 2 + len(plan.joint_units))
    lead = 1
    started = handed
    if plan.wrong_unit is not None:
        started = _return(teller, handed)
        lead = 2 + len(plan.joint_units)
    received = _receive(teller, lead, plan.lead_unit, started)
    for number, unit in zip(joint, plan.joint_units, strict=True):
        _opinion(teller, number, unit, handed, received=teller.after(started, 3))
    if plan.needs_extension:
        _extend(teller, lead, started)
    answered = teller.worked(started + timedelta(days=plan.reply_after_days))
    report_progress(teller, lead, received, _drafted(teller, answered))
    _reply(teller, lead, answered, outcome=plan.outcome, text=plan.reply)
    judge_outcome(teller, handed, answered)
    if plan.dissatisfied_first_round:
        last = 1 + len(plan.joint_units) + (plan.wrong_unit is not None)
        answered = _rehandle(teller, last + 1, answered)
    _rate_and_close(teller, answered)


def _return(teller: Teller, handed: date) -> date:
    """退办: the first unit says whose it is; the government leader decides."""
    plan = teller.plan
    asked = teller.after(handed, 3)
    teller.tell(
        asked,
        "request_return",
        f"head-{plan.wrong_unit}",
        subject=1,
        reason="经研究，该事项不属于本单位职责",
        proposed_unit=plan.lead_unit,
    )
    decided = teller.after(asked, 2)
    teller.tell(
        decided,
        "approve_return",
        "government-leader",
        subject=1,
        reason="同意退办，由职能单位承办",
        unit=plan.lead_unit,
    )
    return decided


def _receive(teller: Teller, number: int, unit: str, started: date) -> date:
    """Receipt, handler and first contact; the day of receipt."""
    late = teller.plan.late_receipt
    day = teller.after(started, 6 if late else 1 + teller.place % 2)
    teller.tell(day, "receive", f"clerk-{unit}", subject=number, hour=11)
    teller.tell(
        day, "assign_handler", f"head-{unit}", subject=number, hour=11, handler=f"clerk-{unit}"
    )
    met = teller.after(day, 5 + teller.place % 8)
    _contact(teller, number, unit, met)
    return day


def _contact(teller: Teller, number: int, unit: str, day: date) -> None:
    plan = teller.plan
    ranks = ("deputy_head", "section_head", "unit_head")
    teller.tell(
        day,
        "record_contact",
        f"clerk-{unit}",
        subject=number,
        deputy=plan.lead_deputy,
        on=day.isoformat(),
        form=plan.contact_form.value,
        rank="unit_head" if plan.topic else ranks[teller.place % len(ranks)],
        summary="当面听取代表意见，介绍办理思路，代表对办理方向表示认可",
    )


def _opinion(teller: Teller, number: int, unit: str, handed: date, *, received: date) -> None:
    """会办: receipt, opinion, and the lead unit takes it."""
    teller.tell(teller.after(handed, 2), "receive", f"clerk-{unit}", subject=number, hour=11)
    given = max(teller.after(handed, 10 + teller.place % 5), received)
    teller.tell(
        given,
        "give_opinion",
        f"clerk-{unit}",
        subject=number,
        opinion="支持该建议，涉及本单位职责的部分将配合主办单位落实",
    )
    teller.tell(
        teller.after(given, 2),
        "accept_opinion",
        f"clerk-{teller.plan.lead_unit}",
        subject=number,
    )


def _extend(teller: Teller, number: int, started: date) -> None:
    """延期: asked by the unit, endorsed and approved by both offices."""
    unit = teller.plan.lead_unit
    asked = teller.worked(started + timedelta(days=66))
    teller.tell(
        asked,
        "request_extension",
        f"head-{unit}",
        subject=number,
        reason="涉及面广，需要协调多个部门并落实资金",
        clock="reply",
    )
    endorsed = teller.after(asked, 1)
    teller.tell(endorsed, "endorse_extension", "government-clerk-1", subject=number)
    approved = teller.after(endorsed, 1)
    teller.tell(approved, "approve_extension", "committee-clerk", subject=number)


def _reply(teller: Teller, number: int, answered: date, *, outcome: Outcome, text: str) -> None:
    """答复: draft, check, sign, deliver."""
    plan = teller.plan
    unit = plan.lead_unit
    form: dict[str, object] = {"result": RESULT_OF[outcome], "text": text}
    if plan.commitment is not None and form["result"] == "B":
        promise = plan.commitment
        form["commitments"] = [{"text": promise.text, "due_on": promise.due_on.isoformat()}]
    if plan.topic is not None:
        form["indicators"] = _indicators(teller)
    drafted = _drafted(teller, answered)
    teller.tell(drafted, "draft_reply", f"clerk-{unit}", subject=number, filled=form)
    checker = f"government-clerk-{teller.place % 2 + 1}"
    teller.tell(teller.after(answered, -2), "check_reply", checker, subject=number)
    teller.tell(
        teller.after(answered, -1),
        "sign_reply",
        f"head-{unit}",
        subject=number,
        document_number=_document_number(teller, number, answered),
    )
    teller.tell(answered, "deliver_reply", f"clerk-{unit}", subject=number)


def _document_number(teller: Teller, number: int, answered: date) -> str:
    """文号, as an office writes it; a second reply to the same suggestion gets one of its own."""
    name = next(one.name for one in teller.cast.units if one.code == teller.plan.lead_unit)
    again = "" if number == 1 else f"-{number}"
    return f"{name}议复〔{answered.year}〕{teller.place + 1}{again}号"


def _drafted(teller: Teller, answered: date) -> date:
    return teller.after(answered, -3)


def _indicators(teller: Teller) -> list[dict[str, object]]:
    topic = next(one for one in teller.cast.topics if one.number == teller.plan.topic)
    return [
        {
            "label": one.label,
            "quantity": None if one.quantity is None else str(one.quantity),
            "unit": one.unit,
            "text": _told(one),
        }
        for one in topic.indicators
        if one.suggestion == teller.plan.key
    ]


def _told(one: Indicator) -> str:
    """The text with what the figure alone does not say: that it is a lower bound, or a note."""
    bound = "；实际数超过所列数值" if one.bound is Bound.OVER else ""
    note = f"；{one.note}" if one.note else ""
    return f"{one.text}{bound}{note}"


def _rehandle(teller: Teller, number: int, answered: date) -> date:
    """不满意: the committee studies it and has it handled again."""
    plan = teller.plan
    rated = teller.after(answered, 4)
    for place, person in enumerate(teller.confirmed()):
        first = place == 0
        comment = {"comment": "没有说明下一步安排，希望明确时间和责任单位"} if first else {}
        teller.tell(
            rated,
            "rate",
            person,
            hour=14,
            process="satisfied",
            result="dissatisfied" if first else "basic",
            filled=comment,
        )
    ordered = teller.after(rated, 3)
    reason = "请会同有关单位与代表当面沟通，明确时间安排后再次答复"
    teller.tell(ordered, "order_rehandling", "committee-head", reason=reason)
    received = _receive(teller, number, plan.lead_unit, ordered)
    again = teller.after(ordered, 18)
    report_progress(teller, number, received, _drafted(teller, again))
    outcome = plan.rehandled_outcome or plan.outcome
    _reply(teller, number, again, outcome=outcome, text=plan.rehandled_reply)
    return again


def _rate_and_close(teller: Teller, answered: date) -> None:
    plan = teller.plan
    if plan.silent_deputy:
        closed = teller.after(answered, 24)
    else:
        rated = teller.after(answered, 3 + teller.place % 4)
        for person in teller.confirmed():
            teller.tell(
                rated,
                "rate",
                person,
                hour=14,
                process=plan.rated_process.value,
                result=plan.rated_result.value,
            )
        closed = teller.after(rated, 2)
    teller.tell(closed, "close", "committee-clerk", hour=15, note="办理程序完整，同意办结")
    promise = plan.commitment
    kept = None
    if promise is not None and promise.kept_on is not None:
        kept = max(teller.worked(promise.kept_on), teller.after(closed, 1))
    follow_promise(teller, closed, kept)
    if promise is not None and kept is not None:
        teller.tell(
            kept,
            "keep_commitment",
            f"clerk-{plan.lead_unit}",
            subject=1,
            evidence=f"承诺事项已完成：{promise.text}",
        )
