"""Cases as lists show them: lines of the report with the stage, and what the address asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from engine.profile import Profile, Stage, Text
from reports.cases import CaseFilter, CaseLine, CaseSort, stage_states
from reports.duties import Light

FILTERS = ("stage", "state", "kind", "field", "unit", "key", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """A line with its state in words; its light is red or not said, as no rule is known here."""

    line: CaseLine
    state: Text
    stage: Stage
    ended: bool
    light: Light | None


def listed(line: CaseLine, rules: Profile, today: date) -> ListedCase:
    """A line of the report, for a page; a state of older rules keeps its name."""
    state = rules.machines["suggestion"].states.get(line.state)
    late = line.due_on is not None and line.due_on < today
    return ListedCase(
        line=line,
        state=state.label if state else Text(zh=line.state, en=line.state),
        stage=state.stage if state else Stage.RAISE,
        ended=state.final if state else False,
        light=Light.RED if late else None,
    )


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
