"""What a recount of open clocks reads: cases with clocks, congresses behind, changes of calendars.

Refuses to count anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from db.tables import audit_entries, clocks, congresses
from engine.clocks import ClockState

LIVE = clocks.c.state.in_((ClockState.RUNNING.value, ClockState.PAUSED.value))
CALENDAR = ("calendar_years", "calendar_additions", "removed_additions")
"""What an entry of the register says that changed the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """Who changed the calendar last, and why."""

    actor: str
    reason: str


def open_cases(
    connection: Connection, congress: str, after: str | None, limit: int
) -> tuple[str, ...]:
    """Ids of cases with a live clock, in order, those after `after`."""
    query = (
        select(clocks.c.case_id)
        .where(clocks.c.congress == congress, LIVE, clocks.c.case_id > (after or ""))
        .distinct()
        .order_by(clocks.c.case_id)
        .limit(limit)
    )
    return tuple(connection.execute(query).scalars())


def mark_recounted(connection: Connection, congress: str, version: int) -> None:
    """Its open clocks are counted under that version of the calendar."""
    query = update(congresses).where(congresses.c.code == congress)
    connection.execute(query.values(recounted_version=version))


def mark_when_idle(connection: Connection, congress: str, version: int) -> None:
    """The same while no clock is live: there is nothing that could be counted anew."""
    live = select(clocks.c.number).where(clocks.c.congress == congress, LIVE)
    query = update(congresses).where(congresses.c.code == congress, ~live.exists())
    connection.execute(query.values(recounted_version=version))


def to_recount(connection: Connection) -> tuple[str, ...]:
    """Congresses whose calendar has moved on and which have open clocks."""
    live = select(clocks.c.number).where(clocks.c.congress == congresses.c.code, LIVE)
    query = (
        select(congresses.c.code)
        .where(congresses.c.recounted_version < congresses.c.calendar_version, live.exists())
        .order_by(congresses.c.code)
    )
    return tuple(connection.execute(query).scalars())


def last_change(connection: Connection, congress: str) -> CalendarChange | None:
    """Who changed the calendar of the congress last; None when nobody did."""
    here = audit_entries.c
    query = (
        select(here.actor, here.content)
        .where(here.congress == congress, here.case_id.is_(None))
        .order_by(here.sequence.desc())
    )
    for actor, content in connection.execute(query):
        if any(name in content for name in CALENDAR):
            return CalendarChange(actor=actor, reason=str(content.get("reason", "")))
    return None
