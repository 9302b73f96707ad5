"""Effects of 满意度测评: per signatory and round, on two dimensions; silence is no rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.case import Evaluation
from engine.effects.handing import add_assignment
from engine.effects.spec import EffectSpec
from engine.work import Work

Params = Mapping[str, object]


def open_evaluations(work: Work, _params: Params) -> None:
    """Ask every confirmed signatory for a rating of this round."""
    for one in work.case.signatories:
        if one.state == "confirmed":
            work.put(
                "evaluations",
                Evaluation(
                    number=work.next_number("evaluations"),
                    deputy=one.deputy,
                    round=work.case.round,
                    state="open",
                    opened_at=work.now,
                ),
            )


def record_evaluation(work: Work, _params: Params) -> None:
    """The acting deputy's own rating; nobody can give another's."""
    for one in work.case.evaluations:
        if one.deputy == work.actor and one.state == "open":
            work.put(
                "evaluations",
                replace(
                    one,
                    state="given",
                    process=work.value("process"),
                    result=work.value("result"),
                    comment=work.value("comment"),
                    at=work.now,
                ),
            )


def lapse_evaluations(work: Work, _params: Params) -> None:
    """Who stayed silent is left out of the satisfaction figures."""
    for one in work.case.evaluations:
        if one.state == "open":
            work.put("evaluations", replace(one, state="silent", at=work.now))


def next_round(work: Work, _params: Params) -> None:
    """重办: the units that answered handle the case again, with a new clock."""
    ended = [
        one
        for one in work.case.assignments
        if one.round == work.case.round
        and any(r.assignment == one.number and r.state == "delivered" for r in work.case.replies)
    ]
    work.change(round=work.case.round + 1, answered_at=None)
    for one in ended:
        add_assignment(
            work,
            unit=one.unit,
            kind=one.kind,
            rule="rehandling",
            reason=work.value("reason", ""),
            replaces=one.number,
        )


SPECS = (
    EffectSpec(name="open_evaluations", apply=open_evaluations),
    EffectSpec(name="record_evaluation", apply=record_evaluation, needs=("process", "result")),
    EffectSpec(name="lapse_evaluations", apply=lapse_evaluations),
    EffectSpec(name="next_round", apply=next_round, needs=("reason",)),
)
