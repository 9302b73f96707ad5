"""A person's deadlines for a calendar program: one event a running clock that the person owns.

A paused clock is left out: its day will move. Refuses to know how a calendar is written: see
`reports.writers.ics`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from db.tables import audit_entries, suggestions
from db.types import instant_of
from engine.case import Case
from engine.clocks import Clock
from engine.congress import Directory
from engine.obligations import plan_of
from engine.profile import Text
from reports.duties import duties_of
from reports.names import Names
from reports.rows import Rules, read_rows
from reports.waiting import may_wait_for


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One clock. `uid` stays the same as long as the clock lives; `sequence` grows as it moves.

    `changed_at` is the instant at which something was last done with the case.
    """

    uid: str
    sequence: int
    changed_at: datetime
    due_on: date
    is_overdue: bool
    provisional: bool
    clock: Text
    number: str
    title: str
    unit: str
    state: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The deadlines of a person, the first due first."""

    congress: str
    person: str
    events: tuple[FeedEvent, ...]


def feed_of(
    connection: Connection,
    congress: str,
    person: str,
    *,
    rules: Rules,
    directory: Directory,
    today: date,
) -> Feed:
    """The running clocks of everything that waits for the person, now and as the rows are."""
    names = Names(directory)
    candidates = may_wait_for(congress, person, directory, today)
    changed = _last_changes(connection, candidates)
    events: list[FeedEvent] = []
    for row in read_rows(connection, *candidates):
        case = row.case
        profile = rules(case.profile, case.profile_version)
        for duty in duties_of(case, profile, directory, today):
            if person not in duty.owners:
                continue
            events += [
                _event(
                    case,
                    clock,
                    label=profile.clocks[clock.kind].label,
                    state=duty.state,
                    unit=names.unit(duty.unit),
                    changed_at=changed.get(case.id, case.created_at),
                    today=today,
                )
                for clock in duty.clocks
            ]
    # Rows come in order of number, and sorting keeps that order within a day.
    ordered = tuple(sorted(events, key=lambda one: one.due_on))
    return Feed(congress=directory.congress.name, person=names.person(person), events=ordered)


def _event(
    case: Case,
    clock: Clock,
    *,
    label: Text,
    state: Text,
    unit: str,
    changed_at: datetime,
    today: date,
) -> FeedEvent:
    return FeedEvent(
        uid=f"{case.id}-{clock.number}@{case.congress}.bihuan",
        sequence=plan_of(clock) - 1,
        changed_at=changed_at,
        due_on=clock.due_on,
        is_overdue=clock.due_on < today,
        provisional=clock.provisional,
        clock=label,
        number=case.number or "",
        title=case.title,
        unit=unit,
        state=state,
    )


def _last_changes(
    connection: Connection, candidates: Iterable[ColumnElement[bool]]
) -> Mapping[str, datetime]:
    """When something was last done with each case, from its audit entries."""
    here = audit_entries.c
    query = (
        select(here.case_id, func.max(here.at))
        .where(here.case_id.in_(select(suggestions.c.id).where(*candidates)))
        .group_by(here.case_id)
    )
    return {case: instant_of(at) for case, at in connection.execute(query)}
