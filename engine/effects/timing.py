"""Effects on the subject's clocks beyond what entering and leaving states does by itself."""

from __future__ import annotations

from collections.abc import Mapping

from engine.effects.spec import EffectSpec
from engine.obligations import end_clock, pause_clock, rebase_clock, resume_clock, running_clock
from engine.work import Work

Params = Mapping[str, object]
EVERYWHERE = ("suggestion", "assignment", "commitment")


def meet_clock(work: Work, params: Params) -> None:
    """The obligation of the clock is fulfilled."""
    clock = running_clock(work, str(params["kind"]), work.subject_key)
    if clock is not None:
        end_clock(work, clock, met=True)


def stop_clock(work: Work, params: Params) -> None:
    """The clock no longer matters."""
    clock = running_clock(work, str(params["kind"]), work.subject_key)
    if clock is not None:
        end_clock(work, clock, met=False)


def restart_clock(work: Work, params: Params) -> None:
    """Count again from now."""
    clock = running_clock(work, str(params["kind"]), work.subject_key)
    if clock is not None:
        rebase_clock(work, clock)


def pause(work: Work, params: Params) -> None:
    """Stop counting for a while."""
    clock = running_clock(work, str(params["kind"]), work.subject_key)
    if clock is not None:
        pause_clock(work, clock)


def resume(work: Work, params: Params) -> None:
    """Count on after a pause."""
    clock = running_clock(work, str(params["kind"]), work.subject_key)
    if clock is not None:
        resume_clock(work, clock)


SPECS = tuple(
    EffectSpec(name=name, apply=apply, params={"kind": "clock"}, machines=EVERYWHERE)
    for name, apply in (
        ("meet_clock", meet_clock),
        ("stop_clock", stop_clock),
        ("restart_clock", restart_clock),
        ("pause_clock", pause),
        ("resume_clock", resume),
    )
)
