"""Made-up cases and directories for tests of rights: anybody may be anything, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, Table, insert, select

from db.database import writing
from db.tables import assignments, commitments, orders, replies, signatories, suggestions
from engine.congress import Appointment, Directory, KeyTopic, Leave, Person
from tests.support.world import PEOPLE, SESSION, UNITS, shipped_profile, small_directory

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
DEPUTIES = ("wang-fang", "li-ming", "chen-jing")
SECRECY = ("open", "summary", "author_hidden", "closed", "undeclared")
STEPS = ("submitted_at", "registered_at", "handed_over_at")


def add_cases(database: Engine, template: str, count: int, rng: Random) -> None:
    """Cases like the one of that id, each signed and shared out as chance has it.

    The case may go no further than the engine would let it, but need not have gone that way.
    """
    with writing(database) as connection:
        row = connection.execute(select(suggestions).where(suggestions.c.id == template))
        known = dict(row.mappings().one())
        for number in range(count):
            identity = f"made-{number}"
            reached = rng.randrange(len(STEPS) + 1)
            steps = {name: NOW if at < reached else None for at, name in enumerate(STEPS)}
            changed: dict[str, Any] = {
                "id": identity,
                "number": None,
                "secrecy": rng.choice(SECRECY),
                "topic": rng.choice((None, 1)),
                "merged_into": None,
                **steps,
            }
            connection.execute(insert(suggestions).values(known | changed))
            for table, rows in _children(identity, rng):
                if rows:
                    connection.execute(insert(table), rows)


def _children(case: str, rng: Random) -> Iterable[tuple[Table, list[dict[str, Any]]]]:
    own = {"case_id": case, "congress": "linxi"}
    signed = rng.sample(DEPUTIES, rng.randint(1, 3))
    states = ("confirmed", "pending", "declined", "lapsed")
    yield (
        signatories,
        [
            {
                **own,
                "number": at + 1,
                "deputy": deputy,
                "lead": at == 0,
                "state": "confirmed" if at == 0 else rng.choice(states),
            }
            for at, deputy in enumerate(signed)
        ],
    )
    shares = [
        {
            **own,
            "number": at + 1,
            "unit": unit.code,
            "kind": rng.choice(("lead", "joint", "separate")),
            "state": "handling",
            "round": rng.randint(1, 2),
            "rule": "",
            "reason": "",
            "handed_over_at": NOW,
        }
        for at, unit in enumerate(rng.sample(UNITS, rng.randint(0, 3)))
    ]
    yield assignments, shares
    if not shares:
        return
    letter = {"assignment": 1, "round": 1, "state": "delivered", "result": "A", "text": ""}
    by = {"commitments": [], "drafted_by": "zhao", "drafted_at": NOW}
    yield replies, [{**own, "number": 1, **letter, **by}]
    promise = {"reply": 1, "text": "", "due_on": DAY, "state": "open"}
    yield commitments, [{**own, "number": 1, "unit": rng.choice(UNITS).code, **promise}]
    told = {"subject": "case", "clock": "", "rung": "", "assigned_to": "committee_head"}
    opened = {"reason": "", "opened_by": "clock", "opened_at": NOW, "state": "open"}
    unit = rng.choice((None, *(one.code for one in UNITS)))
    yield orders, [{**own, "number": 1, "unit": unit, **told, **opened}]


def made_up_directory(rng: Random) -> Directory:
    """The invented congress, its roles, delegations, leaves and topic shuffled among its people."""
    old = small_directory()
    codes = [one.code for one in PEOPLE]
    people = {one.code: _reappointed(one, rng) for one in old.people.values()}
    return Directory(
        congress=old.congress,
        sessions=old.sessions,
        units=old.units,
        people=people,
        topics={(SESSION.code, 1): _topic(codes, rng)},
        leaves=_leaves(codes, rng),
    )


def _reappointed(person: Person, rng: Random) -> Person:
    """Sometimes with an office more, or with none left."""
    kept: tuple[Appointment, ...] = person.appointments
    if rng.random() < 0.3:
        kept = (*kept, rng.choice(rng.choice(PEOPLE).appointments))
    if rng.random() < 0.2:
        portfolio = rng.choice(shipped_profile().portfolios).code
        kept = (*kept, Appointment(role="lead_official", portfolio=portfolio))
    if rng.random() < 0.05:
        kept = ()
    delegation = rng.choice(("", "城东", "城西"))
    return replace(person, appointments=kept, delegation=delegation)


def _topic(codes: Sequence[str], rng: Random) -> KeyTopic:
    return KeyTopic(
        number=1,
        session=SESSION.code,
        title="上学路上的安全",
        lead_official=rng.choice(codes),
        supervising_leader=rng.choice(codes),
        decided_on=DAY,
        decided_by="主任会议",
    )


def _leaves(codes: Sequence[str], rng: Random) -> list[Leave]:
    """Some are away, some of them on the day, and some delegates are away themselves."""
    found = []
    for person in rng.sample(codes, 8):
        first = DAY + timedelta(days=rng.randint(-3, 2))
        others = [one for one in codes if one != person]
        found.append(
            Leave(
                person=person,
                number=1,
                delegate=rng.choice(others),
                first_day=first,
                last_day=first + timedelta(days=rng.randint(0, 3)),
            )
        )
    return found
