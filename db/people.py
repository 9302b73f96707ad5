"""How people want to be told and when they are away, as rows: a part of each register change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete

from db import tables
from engine.congress import Directory, Leave, Person, Preferences
from engine.errors import UnknownLeave
from engine.leaves import by_key, check_leaves, check_preferences
from engine.perform import plain


def person_row(person: Person) -> dict[str, Any]:
    """A person as a row; the appointments have rows of their own."""
    return {
        "code": person.code,
        "name": person.name,
        "delegation": person.delegation,
        "email": person.email,
        "phone": person.phone,
        "addresses": dict(person.addresses),
    }


def preferences_row(wishes: Preferences) -> dict[str, Any]:
    """How a person wants to be told, as a row."""
    return {
        "person": wishes.person,
        "channels": list(wishes.channels),
        "digest": wishes.digest.value if wishes.digest else None,
        "language": wishes.language,
    }


def cancel_leaves(
    connection: Connection, known: Directory, cancelled: Iterable[tuple[str, int]]
) -> list[object]:
    """Take back leaves that were never taken; what they were, for the audit entry."""
    told: list[object] = []
    there = by_key(known.leaves)
    table = tables.leaves
    for person, number in cancelled:
        if (person, number) not in there:
            raise UnknownLeave(person=person, number=number)
        connection.execute(
            delete(table).where(
                table.c.congress == known.congress.code,
                table.c.person == person,
                table.c.number == number,
            )
        )
        told.append(plain(asdict(there[person, number])))
    return told


def check_people(
    known: Directory,
    *,
    people: Iterable[Person],
    preferences: Iterable[Preferences],
    leaves: Iterable[Leave],
    cancelled: Iterable[tuple[str, int]],
) -> None:
    """Hold what is to be written against the directory as it would become."""
    leaves, gone = tuple(leaves), set(cancelled)
    kept = {key: one for key, one in by_key(known.leaves).items() if key not in gone}
    becoming = Directory(
        congress=known.congress,
        sessions=known.sessions,
        units=known.units,
        people={**known.people, **{one.code: one for one in people}},
        topics=known.topics,
        leaves=({**kept, **by_key(leaves)}).values(),
    )
    check_preferences(becoming, preferences)
    check_leaves(becoming, leaves)
