"""Effects on the subject's clocks beyond what entering and leaving states does by itself.

meet_clock: the obligation is fulfilled. stop_clock: it no longer matters. restart_clock: count
again from now. pause_clock and resume_clock: stop counting for a while, and count on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from engine.clocks import Clock
from engine.effects.spec import Apply, EffectSpec
from engine.obligations import end_clock, pause_clock, rebase_clock, resume_clock, running_clock
from engine.work import Work

EVERYWHERE = ("suggestion", "assignment", "commitment")


def _on_live(operation: Callable[[Work, Clock], None]) -> Apply:
    """The operation on the subject's live clock of the kind; nothing when it has none."""

    def apply(work: Work, params: Mapping[str, object]) -> None:
        clock = running_clock(work, str(params["kind"]), work.subject_key)
        if clock is not None:
            operation(work, clock)

    return apply


SPECS = tuple(
    EffectSpec(name=name, apply=_on_live(operation), params={"kind": "clock"}, machines=EVERYWHERE)
    for name, operation in (
        ("meet_clock", partial(end_clock, met=True)),
        ("stop_clock", partial(end_clock, met=False)),
        ("restart_clock", rebase_clock),
        ("pause_clock", pause_clock),
        ("resume_clock", resume_clock),
    )
)
