"""Cases as lists show them: lines of the report with the stage, and what the address asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from engine.calendar import WorkingCalendar
from engine.profile import Profile, Stage, Text
from reports.cases import CaseFilter, CaseLine, CaseSort, stage_states
from reports.duties import Light, light_of_day

FILTERS = ("stage", "state", "kind", "field", "unit", "key", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """A line with its state in words, time light and the clock that is due first."""

    line: CaseLine
    state: Text
    stage: Stage
    ended: bool
    light: Light | None
    clock: Text | None = None


def listed(
    line: CaseLine, rules: Profile, today: date, calendar: WorkingCalendar | None = None
) -> ListedCase:
    """A line of the report, for a page; a state of older rules keeps its name.

    Without a calendar, as in public, only what is overdue has a light.
    """
    state = rules.machines["suggestion"].states.get(line.state)
    return ListedCase(
        line=line,
        state=state.label if state else Text(zh=line.state, en=line.state),
        stage=state.stage if state else Stage.RAISE,
        ended=state.final if state else False,
        light=_light(line, rules, today, calendar),
        clock=rules.clocks[line.due_kind].label if line.due_kind in rules.clocks else None,
    )


def _light(
    line: CaseLine, rules: Profile, today: date, calendar: WorkingCalendar | None
) -> Light | None:
    if line.due_on is None:
        return None
    if calendar is None:
        return Light.RED if line.due_on < today else None
    return light_of_day(line.due_on, line.due_kind, rules, today=today, calendar=calendar)


def filter_of(asked: Mapping[str, str], rules: Profile, today: date) -> CaseFilter:
    """The filter that an address asks for; a word that means nothing narrows nothing."""
    states: tuple[str, ...] = ()
    if asked.get("stage") in {one.value for one in Stage}:
        states = stage_states(rules, Stage(asked["stage"]))
    if asked.get("state") in rules.machines["suggestion"].states:
        states = (asked["state"],)
    return CaseFilter(
        states=states,
        kind=asked.get("kind") or None,
        field=asked.get("field") or None,
        unit=asked.get("unit") or None,
        key=True if asked.get("key") == "yes" else None,
        late_on=today if asked.get("late") == "yes" else None,
    )


def sort_of(asked: Mapping[str, str]) -> CaseSort:
    """The order that an address asks for; by number when it names none."""
    known = {one.value for one in CaseSort}
    return CaseSort(asked["sort"]) if asked.get("sort") in known else CaseSort.NUMBER


def address(asked: Mapping[str, str], **changes: str) -> str:
    """The list's address with some of what it asks for changed; empty values are left out."""
    kept = {name: value for name, value in {**asked, **changes}.items() if value}
    return f"/cases?{urlencode(kept)}" if kept else "/cases"
