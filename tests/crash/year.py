"""A small part of the demo year: few suggestions, but with everything that can happen to one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from app.demo.plan import PlannedSuggestion
from app.demo.records import Cast
from app.demo.run import Progress, play
from app.demo.schedule import build_schedule, load_plan
from app.demo.setup import Stage, prepare

SEED = 20240108
LAST_DAY = date(2025, 1, 8)

Trait = Callable[[PlannedSuggestion], object]
TRAITS: tuple[Trait, ...] = (
    lambda one: one.topic is not None,
    lambda one: one.wrong_unit,
    lambda one: one.needs_extension,
    lambda one: one.dissatisfied_first_round,
    lambda one: one.silent_deputy and one.commitment,
    lambda one: one.merged_into,
    lambda one: one.sent_back_for_revision,
    lambda one: one.extra,
)
"""One suggestion of each is taken, and the main case of the merged one."""


def small_plan(planned: tuple[PlannedSuggestion, ...]) -> tuple[PlannedSuggestion, ...]:
    """The few suggestions, in the order of the plan."""
    chosen = {next(one.key for one in planned if trait(one)) for trait in TRAITS}
    chosen |= {one.merged_into for one in planned if one.key in chosen and one.merged_into}
    return tuple(one for one in planned if one.key in chosen)


@cache
def _plan() -> tuple[Cast, tuple[PlannedSuggestion, ...]]:
    cast, planned = load_plan(SEED)
    return cast, small_plan(planned)


def stage_on(url: str, checkpoint: Callable[[str], None] | None = None) -> Stage:
    """The stage of the demo on a database, set up if it was not."""
    cast, _planned = _plan()
    return prepare(url, cast, checkpoint=checkpoint)


def play_on(stage: Stage) -> Progress:
    """Play the small year to its end, from wherever an earlier run stopped."""
    cast, planned = _plan()
    events = build_schedule(cast, planned, calendar=stage.calendar, profile=stage.profile)
    return play(
        stage.desk, stage.store, stage.congress, events, until=LAST_DAY, told=lambda _: None
    )
