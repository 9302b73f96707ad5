"""Finds the timers whose time has come and turns each into the command that its rung stands for.

Refuses to fire anything: that a timer fired is written by the command's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from db.tables import clocks, congresses, suggestions, timers
from engine.command import CLOCK, Command, RungKey
from engine.errors import InvalidValue, UnknownProfile
from engine.profile import Profile
from engine.work import machine_of_key

ProfileOf = Callable[[str, int], Profile]
PENDING = and_(timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None))


def due_congresses(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Congresses with timers due by `now`, the longest due first: one look at each one's first."""
    first = (
        select(func.min(timers.c.fire_at))
        .where(timers.c.congress == congresses.c.code, PENDING, timers.c.fire_at <= now)
        .scalar_subquery()
    )
    found = select(congresses.c.code, first.label("first")).subquery()
    query = (
        select(found.c.code).where(found.c.first.is_not(None)).order_by(found.c.first, found.c.code)
    )
    return tuple(connection.execute(query).scalars())


def due_commands(
    connection: Connection,
    now: datetime,
    limit: int,
    *,
    profile_of: ProfileOf,
    congress: str | None = None,
) -> tuple[Command, ...]:
    """Commands of the clock for the timers due by `now`, the longest due first.

    Of one congress they come in the order of the index: none is read that is not wanted.
    """
    query = (
        select(
            timers.c.congress,
            timers.c.case_id,
            timers.c.clock,
            timers.c.plan,
            timers.c.rung,
            clocks.c.kind,
            clocks.c.subject,
            suggestions.c.profile,
            suggestions.c.profile_version,
        )
        .join(clocks, and_(clocks.c.case_id == timers.c.case_id, clocks.c.number == timers.c.clock))
        .join(suggestions, suggestions.c.id == timers.c.case_id)
        .where(PENDING, timers.c.fire_at <= now)
        .order_by(timers.c.fire_at, timers.c.congress, timers.c.case_id, timers.c.clock)
        .limit(limit)
    )
    if congress is not None:
        query = query.where(timers.c.congress == congress)
    rows = connection.execute(query).all()
    return tuple(_command(row, now, profile_of) for row in rows)


def _command(row: Any, now: datetime, profile_of: ProfileOf) -> Command:  # noqa: ANN401  # a row of the query above
    _machine, subject = machine_of_key(row.subject)
    return Command(
        congress=row.congress,
        action=_action(row, profile_of),
        actor=CLOCK,
        now=now,
        case=row.case_id,
        subject=subject,
        rung=RungKey(clock=row.clock, plan=row.plan, rung=row.rung),
    )


def _action(row: Any, profile_of: ProfileOf) -> str:  # noqa: ANN401  # a row of the query above
    """The rung's action.

    One that is gone gets a name that no profile has: the Desk refuses that one command, its
    timer is put off, and all others go through.
    """
    try:
        profile = profile_of(row.profile, row.profile_version)
    except UnknownProfile:
        return f"{row.rung}?"
    ladder = profile.clocks[row.kind].ladder if row.kind in profile.clocks else ()
    return next((one.action for one in ladder if one.name == row.rung), f"{row.rung}?")


def postpone(connection: Connection, command: Command, until: datetime, error: str) -> None:
    """Put a pending timer off; nothing when it fired or was cancelled meanwhile."""
    key = command.rung
    if key is None:
        raise InvalidValue(
            what="命令 / command", value=command.action, reason="不是定时的 / not of a timer"
        )
    connection.execute(
        update(timers)
        .where(
            PENDING,
            timers.c.case_id == command.case,
            timers.c.clock == key.clock,
            timers.c.plan == key.plan,
            timers.c.rung == key.rung,
        )
        .values(fire_at=until, postponed=timers.c.postponed + 1, last_error=error)
    )
