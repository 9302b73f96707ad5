"""The inbox of a person: what they were told, and what waits for them, soonest due first.

Rights are not decided here: candidates come from rows, and the engine's relations say which of
them are really the person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from db.tables import assignments, commitments, notices, signatories, suggestions
from engine.congress import Directory
from engine.profile import Text
from reports.duties import Duty, Light, duties_of, light
from reports.names import Names
from reports.rows import CaseRow, Rules, read_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxNotice:
    """Something the person was told."""

    id: str
    case: str
    template: str
    facts: Mapping[str, str]
    urgent: bool
    decided_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxDuty:
    """Something that waits for the person."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Duties and the latest notices; `unread` and `waiting` count all, not only those shown."""

    person: str
    duties: tuple[InboxDuty, ...]
    waiting: int
    notices: tuple[InboxNotice, ...]
    unread: int


def inbox(
    connection: Connection,
    congress: str,
    person: str,
    *,
    rules: Rules,
    directory: Directory,
    today: date,
    limit: int = 50,
) -> Inbox:
    """At most `limit` duties and as many notices, the latest first."""
    duties = _duties(connection, congress, person, rules=rules, directory=directory, today=today)
    mine = (notices.c.congress == congress, notices.c.recipient == person)
    latest = (
        select(notices)
        .where(*mine)
        .order_by(notices.c.decided_at.desc(), notices.c.id)
        .limit(limit)
    )
    unread = select(func.count()).select_from(notices).where(*mine, notices.c.read_at.is_(None))
    return Inbox(
        person=person,
        duties=duties[:limit],
        waiting=len(duties),
        notices=tuple(
            InboxNotice(
                id=row.id,
                case=row.case_id,
                template=row.template,
                facts=row.facts,
                urgent=row.urgent,
                decided_at=row.decided_at,
                read_at=row.read_at,
            )
            for row in connection.execute(latest)
        ),
        unread=connection.execute(unread).scalar_one(),
    )


def _duties(
    connection: Connection,
    congress: str,
    person: str,
    *,
    rules: Rules,
    directory: Directory,
    today: date,
) -> tuple[InboxDuty, ...]:
    names = Names(directory)
    found = []
    for row in read_rows(connection, *_candidates(congress, person, directory)):
        profile = rules(row.case.profile, row.case.profile_version)
        for duty in duties_of(row.case, profile, directory):
            if person not in duty.owners:
                continue
            first = min(duty.clocks, key=lambda one: one.due_on, default=None)
            label = profile.clocks[first.kind].label if first else None
            found.append(_duty(row, duty, label, names.unit(duty.unit), today))
    return tuple(sorted(found, key=lambda one: one.due_on or date.max))


def _duty(row: CaseRow, duty: Duty, clock: Text | None, unit: str, today: date) -> InboxDuty:
    days_left = (duty.due_on - today).days if duty.due_on else None
    return InboxDuty(
        case=row.case.id,
        number=row.case.number,
        title=row.case.title,
        subject=duty.subject,
        state=duty.state,
        unit=unit,
        clock=clock,
        due_on=duty.due_on,
        days_left=days_left,
        light=None if days_left is None else light(days_left),
    )


def _candidates(congress: str, person: str, directory: Directory) -> list[ColumnElement[bool]]:
    """Cases that may wait for the person.

    Somebody who holds only roles of units or of a deputy is looked for by these; anybody else
    (a desk, an official) may own any case that has not ended or left a promise open.
    """
    here = suggestions.c
    promised = exists().where(commitments.c.case_id == here.id, commitments.c.ended_at.is_(None))
    opened = or_(here.ended_at.is_(None), promised)
    own = directory.people.get(person)
    appointments = own.appointments if own else ()
    if any(one.unit is None and one.role != "deputy" for one in appointments):
        return [here.congress == congress, opened]
    units = directory.units_of(person)
    return [
        here.congress == congress,
        opened,
        or_(
            exists().where(signatories.c.case_id == here.id, signatories.c.deputy == person),
            exists().where(assignments.c.case_id == here.id, assignments.c.unit.in_(units)),
            exists().where(assignments.c.case_id == here.id, assignments.c.handler == person),
            exists().where(commitments.c.case_id == here.id, commitments.c.unit.in_(units)),
        ),
    ]
