"""Effects on the subject's clocks beyond what entering and leaving states does by itself.

meet_clock: the obligation is fulfilled; a recurring one is due again on its next day.
stop_clock: it no longer matters. restart_clock: count again from now. pause_clock and
resume_clock: stop counting for a while, and count on. change_clock: another rule from the same
start, so that elapsed and paused time stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from engine.clocks import Clock
from engine.effects.spec import EVERYWHERE, Apply, EffectSpec
from engine.obligations import (
    change_clock_rule,
    end_clock,
    pause_clock,
    rebase_clock,
    repeat_clock,
    resume_clock,
    running_clock,
)
from engine.work import Work


def _on_live(operation: Callable[[Work, Clock], None]) -> Apply:
    """The operation on the subject's live clock of the kind; nothing when it has none."""

    def apply(work: Work, params: Mapping[str, object]) -> None:
        clock = running_clock(work, str(params["kind"]), work.subject_key)
        if clock is not None:
            operation(work, clock)

    return apply


def meet(work: Work, clock: Clock) -> None:
    """The obligation is fulfilled; a recurring one is due again on its next day."""
    end_clock(work, clock, met=True)
    repeat_clock(work, clock)


def change_clock(work: Work, params: Mapping[str, object]) -> None:
    """The subject's live clock goes on by the rule of another kind; nothing when it has none."""
    clock = running_clock(work, str(params["kind"]), work.subject_key)
    if clock is not None:
        change_clock_rule(work, clock, str(params["to"]))


_ON_ONE_CLOCK: Mapping[str, Callable[[Work, Clock], None]] = {
    "meet_clock": meet,
    "stop_clock": partial(end_clock, met=False),
    "restart_clock": rebase_clock,
    "pause_clock": pause_clock,
    "resume_clock": resume_clock,
}

SPECS = (
    *(
        EffectSpec(
            name=name,
            apply=_on_live(operation),
            params={"kind": "clock"},
            machines=EVERYWHERE,
        )
        for name, operation in _ON_ONE_CLOCK.items()
    ),
    EffectSpec(
        name="change_clock",
        apply=change_clock,
        params={"kind": "clock", "to": "rule"},
        machines=EVERYWHERE,
    ),
)
