"""The working calendar as rows: national years, and the days that a place settles for itself.

Refuses to know who may change them and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, select

from db import tables
from engine.calendar import (
    AdditionKind,
    CalendarAddition,
    CalendarYear,
    WorkingCalendar,
    YearStatus,
)


def read_calendar(connection: Connection, congress: str, version: int) -> WorkingCalendar:
    """The calendar of the congress."""
    years = (
        CalendarYear(
            year=row["year"],
            status=YearStatus(row["status"]),
            source=row["source"],
            holidays=_days(row["holidays"]),
            workdays=_days(row["workdays"]),
        )
        for row in _rows(connection, tables.calendar_years, congress)
    )
    additions = (
        CalendarAddition(
            day=row["day"],
            kind=AdditionKind(row["kind"]),
            name=row["name"],
            source=row["source"],
        )
        for row in _rows(connection, tables.calendar_additions, congress)
    )
    return WorkingCalendar(
        name=congress,
        version=version,
        years={one.year: one for one in years},
        additions=additions,
    )


def _rows(connection: Connection, table: Table, congress: str) -> Sequence[RowMapping]:
    query = select(table).where(table.c.congress == congress).order_by(*table.primary_key.columns)
    return connection.execute(query).mappings().all()


def _days(value: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in sorted(value.items())}


def year_row(year: CalendarYear) -> dict[str, Any]:
    """A year as its row keeps it."""
    return {
        "year": year.year,
        "status": year.status.value,
        "source": year.source,
        "holidays": {day.isoformat(): name for day, name in year.holidays.items()},
        "workdays": {day.isoformat(): name for day, name in year.workdays.items()},
    }


def addition_row(addition: CalendarAddition) -> dict[str, Any]:
    """A day of the place as its row keeps it."""
    return {
        "day": addition.day,
        "kind": addition.kind.value,
        "name": addition.name,
        "source": addition.source,
    }


def remove_additions(
    connection: Connection, congress: str, known: Iterable[date], days: Iterable[date]
) -> list[str]:
    """The place no longer says anything of these days; those of which it did, as plain values."""
    gone = sorted(set(known) & set(days))
    if gone:
        table = tables.calendar_additions
        query = delete(table).where(table.c.congress == congress, table.c.day.in_(gone))
        connection.execute(query)
    return [day.isoformat() for day in gone]
