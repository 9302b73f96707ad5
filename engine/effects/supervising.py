"""Effects of 及时督: reminders 催办 with their weight, instructions 批示, and orders 督办单."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from engine.calendar import local_day
from engine.case import INSTRUCTION, Order, Supervision
from engine.command import CLOCK
from engine.effects.spec import EVERYWHERE, EffectSpec
from engine.effects.telling import reached_rung
from engine.errors import OrderOpen, UrgedAlready
from engine.lifecycle import begin_subject
from engine.periods import CountingRule, due_day
from engine.relations import people
from engine.work import Work

Params = Mapping[str, object]


def remind(work: Work, _params: Params) -> None:
    """催办: by the clock with its rung, or by a person with a note and the weight of the role.

    A person is refused who repeats within the profile's period what somebody of no less weight,
    or the person, has said; a rung never is.
    """
    if work.actor != CLOCK:
        _check_no_repeat(work)
    _log(work, "reminder")


def instruct(work: Work, _params: Params) -> None:
    """批示: a leader's words on the subject; no reminder, so nothing is weighed or refused."""
    _log(work, INSTRUCTION)


def open_order(work: Work, params: Params) -> None:
    """督办单 to the subject's unit, or to the desk whose clock ran out; `to` follows it up.

    An order about the same subject and clock that is open still stands: a rung adds no second one,
    and a person is told.
    """
    reached = reached_rung(work)
    clock = reached[0].kind if reached else ""
    standing = _standing(work, clock)
    if standing is not None:
        if reached is None:
            raise OrderOpen(order=standing.number, on=local_day(standing.opened_at).isoformat())
        return
    subject = work.subject
    order = Order(
        number=work.next_number("orders"),
        subject=work.subject_key,
        clock=clock,
        rung=reached[1].name if reached else "",
        assigned_to=str(params["to"]),
        unit=subject.unit if subject is not None and params["of"] == "unit" else None,
        reason=work.value("note", reached[1].label.zh if reached else ""),
        opened_by=work.actor,
        opened_at=work.now,
        state=work.profile.machines["order"].initial,
    )
    _log(work, "order")
    work.put("orders", order)
    begin_subject(work, "order", order.number)


def answer_order(work: Work, _params: Params) -> None:
    """The ordered unit or desk reports what was done."""
    work.change_subject(answer=work.value("answer"), answered_by=work.actor, answered_at=work.now)


def clear_order_answer(work: Work, _params: Params) -> None:
    """The answer is not enough; the one that comes instead is the order's answer."""
    work.change_subject(answer=None, answered_by=None, answered_at=None)


def end_order(work: Work, _params: Params) -> None:
    """Note when the order ended."""
    work.change_subject(ended_at=work.now)


def _standing(work: Work, clock: str) -> Order | None:
    states = work.profile.machines["order"].states
    for one in work.case.orders:
        about = (one.subject, one.clock) == (work.subject_key, clock)
        if about and not states[one.state].final:
            return one
    return None


def _log(work: Work, kind: str) -> None:
    reached = reached_rung(work)
    work.put(
        "supervisions",
        Supervision(
            number=work.next_number("supervisions"),
            kind=kind,
            subject=work.subject_key,
            clock=reached[0].kind if reached else "",
            rung=reached[1].name if reached else "",
            by=work.actor,
            at=work.now,
            note=work.value("note", ""),
            weight=_weight(work),
        ),
    )


def _weight(work: Work) -> int:
    """The highest weight of the roles in which the actor may do this; 1 for the clock."""
    action = work.profile.action(work.command.action)
    grants = action.by if action else ()
    weights = work.profile.supervision.urging.weights
    mine = [one.role for one in grants if work.actor in people((one,), work.relating)]
    return max((weights.get(role, 1) for role in mine), default=1)


def _check_no_repeat(work: Work) -> None:
    period = work.profile.supervision.urging.no_repeat
    if period is None:
        return
    today, weight = local_day(work.now), _weight(work)
    for one in reversed(work.case.supervisions):
        if one.kind != "reminder" or one.subject != work.subject_key or one.by == CLOCK:
            continue
        on = local_day(one.at)
        last = due_day(CountingRule(period=period), on, work.at.calendar)
        if today > last or (one.by != work.actor and one.weight < weight):
            continue
        known = work.directory.people.get(one.by)
        raise UrgedAlready(
            case=work.case.number or work.case.id,
            by=known.name if known else one.by,
            on=on.isoformat(),
            weight=one.weight,
            again=(last + timedelta(days=1)).isoformat(),
        )


_ORDER = ("order",)
SPECS = (
    EffectSpec(name="remind", apply=remind, machines=EVERYWHERE),
    EffectSpec(name="instruct", apply=instruct, needs=("note",), machines=EVERYWHERE),
    EffectSpec(
        name="open_order",
        apply=open_order,
        params={"to": "role", "of": "unit|desk"},
        machines=("suggestion", "assignment", "commitment"),
    ),
    EffectSpec(name="answer_order", apply=answer_order, needs=("answer",), machines=_ORDER),
    EffectSpec(name="clear_order_answer", apply=clear_order_answer, machines=_ORDER),
    EffectSpec(name="end_order", apply=end_order, machines=_ORDER),
)
