"""The whole year as one list of events in order, from the plan and the calendar alone.

Because no event depends on what the database says, a demo that was killed is continued by
playing the same list again: what was done is answered from its request key.
"""

from __future__ import annotations

import hashlib

from app.demo.cast import load_cast
from app.demo.draw import draw_key_suggestions, draw_suggestions
from app.demo.plan import PlannedSuggestion
from app.demo.records import Cast
from app.demo.storyline import tell_story
from app.demo.teller import Event, Teller
from engine.calendar import WorkingCalendar
from engine.profile import Profile


def case_id(congress: str, story: str) -> str:
    """The id that the Desk gives the case: it follows from the request key of its draft."""
    text = f"{congress}\ndemo:{story}:01-draft"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def load_plan(seed: int) -> tuple[Cast, tuple[PlannedSuggestion, ...]]:
    """Cast and planned suggestions of a seed: the key ones first."""
    cast = load_cast(seed)
    return cast, (*draw_key_suggestions(seed, cast), *draw_suggestions(seed, cast))


def build_schedule(
    cast: Cast,
    planned: tuple[PlannedSuggestion, ...],
    *,
    calendar: WorkingCalendar,
    profile: Profile,
) -> tuple[Event, ...]:
    """All events of the year in the order of their instants."""
    events: list[Event] = []
    for place, plan in enumerate(planned):
        main = plan.merged_into
        teller = Teller(
            plan=plan,
            cast=cast,
            calendar=calendar,
            profile=profile,
            place=place,
            main_id=None if main is None else case_id(cast.congress.code, main),
        )
        events += tell_story(teller)
    return tuple(sorted(events, key=lambda one: (one.at, one.story, one.step)))
