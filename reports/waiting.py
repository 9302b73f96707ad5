"""What waits for a person, soonest due first; what they were told is in `db.inbox`.

Rights are not decided here: candidates come from rows, and the engine's relations say which of
them are really the person's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, or_

from db.tables import assignments, commitments, orders, signatories, suggestions
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.congress import Directory
from engine.profile import Text
from reports.duties import Light, duties_of, light
from reports.names import Names
from reports.rows import Rules, read_rows
from reports.visible import EVERYBODY, SeenBy


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """Something that waits for the person, with its first clock; none where a clock is paused."""

    case: str
    number: str | None
    title: str
    subject: str
    state: Text
    unit: str
    clock: Text | None
    due_on: date | None
    days_left: int | None
    light: Light | None


def waiting_for(
    connection: Connection,
    congress: str,
    person: str,
    *,
    rules: Rules,
    directory: Directory,
    calendar: WorkingCalendar,
    today: date,
    seen: SeenBy = EVERYBODY,
    as_seen: Callable[[Case], Case] | None = None,
) -> tuple[WaitingLine, ...]:
    """Everything that the person must do, or may be the one to do."""
    names = Names(directory)
    found = []
    wanted = may_wait_for(congress, person, directory, today)
    for row in read_rows(connection, *wanted, seen.details):
        case = as_seen(row.case) if as_seen else row.case
        profile = rules(case.profile, case.profile_version)
        for duty in duties_of(case, profile, directory, today):
            if person not in duty.owners:
                continue
            first = duty.first_clock
            found.append(
                WaitingLine(
                    case=case.id,
                    number=case.number,
                    title=case.title,
                    subject=duty.subject,
                    state=duty.state,
                    unit=names.unit(duty.unit),
                    clock=profile.clocks[first.kind].label if first else None,
                    due_on=first.due_on if first else None,
                    days_left=(first.due_on - today).days if first else None,
                    light=light(first, profile, today=today, calendar=calendar) if first else None,
                )
            )
    return tuple(sorted(found, key=lambda one: one.due_on or date.max))


def may_wait_for(
    congress: str, person: str, directory: Directory, on: date
) -> list[ColumnElement[bool]]:
    """Cases that may wait for the person, or for somebody whom the person stands in for.

    Somebody who holds only roles of units or of a deputy is looked for by these; anybody else
    (a desk, an official) may own any case that has not ended or left a promise or order open.
    """
    here = suggestions.c
    promised = exists().where(commitments.c.case_id == here.id, commitments.c.ended_at.is_(None))
    ordered = exists().where(orders.c.case_id == here.id, orders.c.ended_at.is_(None))
    found: list[ColumnElement[bool]] = [
        here.congress == congress,
        or_(here.ended_at.is_(None), promised, ordered),
    ]
    everybody = (person, *directory.standing_in_for(person, on))
    known = [directory.people[one] for one in everybody if one in directory.people]
    if any(one.unit is None and one.role != "deputy" for who in known for one in who.appointments):
        return found
    units = {unit for one in everybody for unit in directory.units_of(one)}
    share = assignments.c.case_id == here.id
    mine = or_(
        exists().where(signatories.c.case_id == here.id, signatories.c.deputy.in_(everybody)),
        exists().where(share, assignments.c.unit.in_(units)),
        exists().where(share, assignments.c.handler.in_(everybody)),
        exists().where(commitments.c.case_id == here.id, commitments.c.unit.in_(units)),
        exists().where(orders.c.case_id == here.id, orders.c.unit.in_(units)),
    )
    return [*found, mine]
