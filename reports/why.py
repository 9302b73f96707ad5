"""“Why this date” for a case's clocks: rule, source, start, days passed over, extensions, rungs.

Pure: the words and days are those of the engine's own reckoning; only names are added here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.clocks import Clock, ClockState, Segment, SegmentKind, last_start
from engine.congress import Directory
from engine.obligations import fire_at_of, is_live
from engine.profile import ClockDefinition, Profile, Source, Text
from engine.uncounted import UncountedDay, made_up_days, uncounted_days
from engine.why import Explanation, Naming, explain, wording_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLine:
    """A pause; `until` None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionLine:
    """More time that was granted: how much, from when, by whom and why."""

    at: datetime
    period: Text
    total: bool
    approved_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLine:
    """A step of the ladder and its instant under the date as it is now."""

    label: Text
    at: datetime
    next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockAnswer:
    """Everything that made a date what it is. `words` tell it line by line."""

    number: int
    kind: str
    label: Text
    subject: str
    state: str
    due_on: date
    provisional: bool
    late: bool
    rule: str
    source: Source | None
    started_at: datetime
    words: tuple[Explanation, ...]
    uncounted: tuple[UncountedDay, ...]
    make_up_workdays: tuple[date, ...]
    pauses: tuple[PauseLine, ...]
    extensions: tuple[ExtensionLine, ...]
    rungs: tuple[RungLine, ...]


def why_dates(
    case: Case,
    *,
    profile: Profile,
    directory: Directory,
    calendar: WorkingCalendar,
    kind: str | None = None,
    ended: bool = False,
) -> tuple[ClockAnswer, ...]:
    """The case's clocks explained, live ones unless `ended` asks for all; first due first."""
    names = {code: one.name for code, one in directory.people.items()}
    naming = Naming(profile=profile, people=names)
    chosen = [
        one for one in case.clocks if (ended or is_live(one)) and (kind is None or one.kind == kind)
    ]
    chosen.sort(key=lambda one: (one.due_on, one.number))
    return tuple(_answer(case, one, calendar, naming, profile) for one in chosen)


def _answer(
    case: Case, clock: Clock, calendar: WorkingCalendar, naming: Naming, profile: Profile
) -> ClockAnswer:
    definition = profile.clocks.get(clock.kind)
    begun = last_start(clock)
    return ClockAnswer(
        number=clock.number,
        kind=clock.kind,
        label=definition.label if definition else Text(zh=clock.kind, en=clock.kind),
        subject=clock.subject,
        state=clock.state.value,
        due_on=clock.due_on,
        provisional=clock.provisional,
        late=clock.late,
        rule=next((one.rule for one in reversed(clock.segments) if one.rule), ""),
        source=_source(clock, profile),
        started_at=begun.at,
        words=explain(clock, calendar, naming),
        uncounted=uncounted_days(clock, calendar),
        make_up_workdays=tuple(day for day, _ in made_up_days(clock, calendar)),
        pauses=tuple(_pauses(clock)),
        extensions=tuple(_extensions(clock, naming)),
        rungs=tuple(_rungs(case, clock, definition, calendar)),
    )


def _source(clock: Clock, profile: Profile) -> Source | None:
    """The text that the rule in force comes from."""
    ruling = (SegmentKind.RULE, SegmentKind.START)
    noted = [one.note for one in clock.segments if one.kind in ruling]
    return profile.sources.get(noted[-1]) if noted else None


def _pauses(clock: Clock) -> Iterator[PauseLine]:
    begun: Segment | None = None
    for one in clock.segments:
        if one.kind is SegmentKind.PAUSE:
            begun = one
        elif one.kind is SegmentKind.RESUME and begun is not None:
            yield PauseLine(since=begun.at, until=one.at, reason=begun.note)
            begun = None
    if begun is not None:
        yield PauseLine(since=begun.at, until=None, reason=begun.note)


def _extensions(clock: Clock, naming: Naming) -> Iterator[ExtensionLine]:
    for one in clock.segments:
        if one.kind is SegmentKind.EXTEND and one.period is not None:
            zh, en = wording_of(one.period)
            approvers = [
                naming.people.get(entry.rpartition(":")[2], entry) for entry in one.by.split("、")
            ]
            yield ExtensionLine(
                at=one.at,
                period=Text(zh=zh, en=en),
                total=one.total,
                approved_by="、".join(approvers),
                reason=one.note,
            )


def _rungs(
    case: Case, clock: Clock, definition: ClockDefinition | None, calendar: WorkingCalendar
) -> Iterator[RungLine]:
    """The ladder of a running clock; the rung that is waited for is marked."""
    if definition is None or clock.state is not ClockState.RUNNING:
        return
    pending = {one.rung for one in case.timers if one.clock == clock.number}
    for rung in definition.ladder:
        at = fire_at_of(rung, clock.due_on, calendar)
        yield RungLine(label=rung.label, at=at, next=rung.name in pending)
