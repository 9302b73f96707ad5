"""Effects on commitments 承诺: progress (of shares too), kept with evidence, or explained."""

from __future__ import annotations

from collections.abc import Mapping

from engine.effects.spec import EffectSpec
from engine.work import Work

Params = Mapping[str, object]


def report_progress(work: Work, _params: Params) -> None:
    """Say how far it is."""
    work.change_subject(progress=work.value("progress"))


def keep_commitment(work: Work, _params: Params) -> None:
    """The promise is kept: the evidence is the second reply to the deputies."""
    work.change_subject(evidence=work.value("evidence"), ended_at=work.now)


def explain_commitment(work: Work, _params: Params) -> None:
    """The promise will not be kept; the explanation goes to the deputies."""
    work.change_subject(progress=work.value("reason"), ended_at=work.now)


_COMMITMENT = ("commitment",)
SPECS = (
    EffectSpec(
        name="report_progress",
        apply=report_progress,
        needs=("progress",),
        machines=("assignment", "commitment"),
    ),
    EffectSpec(
        name="keep_commitment", apply=keep_commitment, needs=("evidence",), machines=_COMMITMENT
    ),
    EffectSpec(
        name="explain_commitment",
        apply=explain_commitment,
        needs=("reason",),
        machines=_COMMITMENT,
    ),
)
