"""The list of the hand-over desk 交办会: cases waiting for a unit that no rule points to.

Reads rows and the rules each case is pinned to; proposes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Row, and_, false, or_, select

from db.database import reading
from db.tables import suggestions
from engine.profile import Profile, Text
from routing.units import propose

Profiles: TypeAlias = Mapping[tuple[str, int], Profile]

HANDING = "hand_over"
"""The effect by which cases get their first units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoveredCase:
    """A case for people to decide about, and what the table lacks."""

    id: str
    number: str | None
    title: str
    field: str
    registered_at: datetime | None
    reason: Text


def uncovered_cases(
    database: Engine, congress: str, *, profile_of: Callable[[str, int], Profile]
) -> tuple[UncoveredCase, ...]:
    """Cases in a state from which they can be handed over, by no rule covered, oldest first."""
    with reading(database) as connection:
        profiles = _profiles(connection, congress, profile_of)
        rows = _waiting(connection, congress, profiles)
    found = []
    for row in rows:
        advice = propose(
            profiles[row.profile, row.profile_version],
            field=row.field,
            title=row.title,
            text=row.text,
            keywords=row.keywords,
        )
        if advice.uncovered:
            one = UncoveredCase(
                id=row.id,
                number=row.number,
                title=row.title,
                field=row.field,
                registered_at=row.registered_at,
                reason=advice.reason,
            )
            found.append(one)
    return tuple(found)


def states_before_hand_over(profile: Profile) -> tuple[str, ...]:
    """States of a suggestion from which a move hands it over."""
    machine = profile.machines["suggestion"]
    states = {
        source
        for action in machine.actions.values()
        for move in action.moves
        if any(effect.name == HANDING for effect in move.then)
        for source in (machine.states if move.sources == ("*",) else move.sources)
    }
    return tuple(sorted(states))


def _profiles(
    connection: Connection, congress: str, profile_of: Callable[[str, int], Profile]
) -> Profiles:
    """The rules that cases of the congress are pinned to."""
    query = select(suggestions.c.profile, suggestions.c.profile_version)
    query = query.where(suggestions.c.congress == congress).distinct()
    return {
        (name, version): profile_of(name, version)
        for name, version in connection.execute(query).all()
    }


def _waiting(connection: Connection, congress: str, profiles: Profiles) -> Sequence[Row[Any]]:
    """Cases that wait for their units under the rules they are pinned to, oldest first."""
    table = suggestions
    waiting = [
        and_(
            table.c.profile == name,
            table.c.profile_version == version,
            table.c.state.in_(states_before_hand_over(profile)),
        )
        for (name, version), profile in profiles.items()
    ]
    columns = ("id", "number", "title", "text", "field", "keywords", "registered_at")
    query = (
        select(*(table.c[name] for name in (*columns, "profile", "profile_version")))
        .where(table.c.congress == congress, or_(false(), *waiting))
        .order_by(table.c.registered_at, table.c.id)
    )
    return connection.execute(query).all()
