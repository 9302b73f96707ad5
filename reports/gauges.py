"""Figures for those who watch the installation: cheap enough to be asked every few seconds.

Each is one look into an index, and no count goes past `MOST`. Refuses to judge them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    func,
    literal,
    literal_column,
    select,
)

from db.tables import calendar_years, clocks, congresses, outbox, suggestions, timers
from db.types import instant_of
from engine.calendar import YearStatus
from engine.clocks import ClockState

MOST = 100_000
"""Where counting stops (for timers: in each congress): beyond it there are “very many”."""

TIMERS = (timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None))
# Written out, not bound: the database must see that its small index is enough.
OUTBOX = (outbox.c.state == literal_column("'pending'"),)
DEAD = (outbox.c.state == literal_column("'dead'"),)
LIVE = (ClockState.RUNNING.value, ClockState.PAUSED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Rows that wait: how many, how many of them are due, and since when the oldest is."""

    pending: int
    due: int
    oldest: datetime | None

    def lag(self, now: datetime) -> float:
        """Seconds since the oldest fell due; 0 when nothing is due."""
        return 0.0 if self.oldest is None else max((now - self.oldest).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressGauge:
    """Open cases of a congress, and its running clocks that were due before today."""

    congress: str
    open_cases: int
    overdue_clocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainYear:
    """A year for which live clocks are provisional, and how many.

    `status` is None when the calendar has no such year. A published one means that its clocks
    were not worked out again since.
    """

    year: int
    status: YearStatus | None
    clocks: int


def timer_queue(connection: Connection, now: datetime) -> Queue:
    """Timers that are neither fired nor cancelled; their index begins with the congress."""
    found = [
        _queue(connection, timers.c.fire_at, now, *TIMERS, timers.c.congress == code)
        for code in _codes(connection)
    ]
    return Queue(
        pending=sum(one.pending for one in found),
        due=sum(one.due for one in found),
        oldest=min((one.oldest for one in found if one.oldest), default=None),
    )


def outbox_queue(connection: Connection, now: datetime) -> Queue:
    """Notices on their way out; one that waits for its hour or for another attempt is not due."""
    return _queue(connection, outbox.c.not_before, now, *OUTBOX)


def dead_count(connection: Connection) -> int:
    """Notices that were given up."""
    return _count(connection, select(literal(1)).select_from(outbox).where(*DEAD))


def congress_gauges(connection: Connection, today: date) -> tuple[CongressGauge, ...]:
    """The figures of each congress, in order of code."""
    return tuple(
        CongressGauge(
            congress=code,
            open_cases=_count(
                connection,
                select(literal(1))
                .select_from(suggestions)
                .where(suggestions.c.congress == code, suggestions.c.ended_at.is_(None)),
            ),
            overdue_clocks=_count(
                connection,
                select(literal(1))
                .select_from(clocks)
                .where(
                    clocks.c.congress == code,
                    clocks.c.state == ClockState.RUNNING.value,
                    clocks.c.due_on < today,
                ),
            ),
        )
        for code in _codes(connection)
    )


def uncertain_years(connection: Connection, congress: str) -> tuple[UncertainYear, ...]:
    """Years that make live clocks provisional, the first year first.

    A clock counts for the year of its due day; where that one is published, for the year before,
    in which it began.
    """
    here = clocks.c
    days = connection.execute(
        select(here.due_on, func.count())
        .where(here.congress == congress, here.state.in_(LIVE), here.provisional)
        .group_by(here.due_on)
    ).all()
    known = _years(connection, congress)
    per_year: Counter[int] = Counter()
    for day, count in days:
        settled = known.get(day.year) is YearStatus.PUBLISHED
        earlier = known.get(day.year - 1) is not YearStatus.PUBLISHED
        per_year[day.year - 1 if settled and earlier else day.year] += count
    return tuple(
        UncertainYear(year=year, status=known.get(year), clocks=count)
        for year, count in sorted(per_year.items())
    )


def _years(connection: Connection, congress: str) -> Mapping[int, YearStatus]:
    here = calendar_years.c
    rows = connection.execute(select(here.year, here.status).where(here.congress == congress))
    return {year: YearStatus(status) for year, status in rows}


def _codes(connection: Connection) -> Sequence[str]:
    query = select(congresses.c.code).order_by(congresses.c.code)
    return connection.execute(query).scalars().all()


def _queue(
    connection: Connection,
    at: Column[datetime],
    now: datetime,
    *waiting: ColumnElement[bool],
) -> Queue:
    rows = select(literal(1)).select_from(at.table).where(*waiting)
    oldest = connection.execute(select(func.min(at)).where(*waiting, at <= now)).scalar()
    return Queue(
        pending=_count(connection, rows),
        due=_count(connection, rows.where(at <= now)),
        oldest=None if oldest is None else instant_of(oldest),
    )


def _count(connection: Connection, query: Select[int]) -> int:
    bounded = query.limit(MOST).subquery()
    return connection.execute(select(func.count()).select_from(bounded)).scalar_one()
