"""What falls due: running clocks up to a day, each with its case, unit, owners and light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, exists

from db.tables import clocks, suggestions
from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.clocks import ClockState
from engine.congress import Directory
from engine.profile import Text
from reports.duties import Light, duties_of, light
from reports.names import Names
from reports.rows import Rules, read_rows
from reports.visible import EVERYBODY, SeenBy


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """One running clock. `days_left` counts natural days; negative ones are overdue."""

    due_on: date
    days_left: int
    light: Light
    clock: str
    label: Text
    case: str
    number: str | None
    title: str
    subject: str
    state: Text
    unit: str
    owners: tuple[str, ...]
    provisional: bool


def due_lines(
    connection: Connection,
    congress: str,
    *,
    rules: Rules,
    directory: Directory,
    calendar: WorkingCalendar,
    until: date,
    today: date,
    seen: SeenBy = EVERYBODY,
    as_seen: Callable[[Case], Case] | None = None,
) -> tuple[DueLine, ...]:
    """Running clocks due on or before `until`, the most urgent first.

    Owners are names; a thing that waits for nobody has none. `as_seen` takes out of a case what
    is kept from whoever looks.
    """
    due = exists().where(
        clocks.c.case_id == suggestions.c.id,
        clocks.c.congress == congress,
        clocks.c.state == ClockState.RUNNING.value,
        clocks.c.due_on <= until,
    )
    names = Names(directory)
    lines = []
    for row in read_rows(connection, suggestions.c.congress == congress, seen.details, due):
        case = as_seen(row.case) if as_seen else row.case
        profile = rules(case.profile, case.profile_version)
        for duty in duties_of(case, profile, directory, today):
            for clock in duty.clocks:
                if clock.due_on > until:
                    continue
                days_left = (clock.due_on - today).days
                lines.append(
                    DueLine(
                        due_on=clock.due_on,
                        days_left=days_left,
                        light=light(clock, profile, today=today, calendar=calendar),
                        clock=clock.kind,
                        label=profile.clocks[clock.kind].label,
                        case=case.id,
                        number=case.number,
                        title=case.title,
                        subject=duty.subject,
                        state=duty.state,
                        unit=names.unit(duty.unit),
                        owners=names.people(duty.owners),
                        provisional=clock.provisional,
                    )
                )
    # Rows come in order of number, and sorting keeps that order within a day.
    return tuple(sorted(lines, key=lambda one: one.due_on))
