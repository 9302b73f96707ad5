"""Whose a thing is, in SQL and by the engine: the same for everybody, on both databases.

Cases are walked through their lives and then looked at by congresses in which anybody may be
anything. Lists, their counts and what waits for somebody agree with what the engine decides.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, true

from db.database import open_database, reading
from db.store import SqlStore
from engine.access import sight_of
from engine.calendar import local_day
from engine.case import Case
from engine.command import Command
from engine.congress import Directory
from engine.errors import BihuanError
from engine.perform import Desk
from engine.relations import RELATIONS
from engine.work import subject_key, subject_of
from reports.agenda import EVERYTHING, OF_CASES, Looking, Scope, conditions, things
from reports.agenda_lists import AskedList, agenda_lists
from reports.agenda_whose import IN_SQL, whose
from reports.duties import Duty, duties_of, light
from reports.rows import read_rows
from reports.visible import EVERYBODY, SeenBy, seen_by
from reports.waiting import waiting_for
from tests.support.databases import KINDS, database_of
from tests.support.played import sql_world
from tests.support.strangers import made_up_directory
from tests.support.walking import new_walk
from tests.support.world import (
    CONGRESS,
    SESSION,
    local,
    national_calendar,
    shipped_profile,
    small_directory,
)
from workflows import load_files

WALKS, STEPS, STRANGERS = 10, 26, 1
SEEDS = (2, 3)
Thing = tuple[str, str]
"""A case and the subject of it that is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Cases wherever life has led them, and the day on which they are looked at."""

    cases: tuple[Case, ...]
    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.now)

    def duties(self, directory: Directory) -> dict[Thing, tuple[Case, Duty]]:
        return {
            (case.id, duty.subject): (case, duty)
            for case in self.cases
            for duty in duties_of(case, shipped_profile(), directory, self.today)
        }


@cache
def _walked(seed: str) -> tuple[Command, ...]:
    """What was done to two cases in a life of one, at times as they come."""
    rng = Random(seed)
    walk = new_walk(rng)
    for _ in range(STEPS):
        if rng.random() < 0.15:
            walk.pass_time(rng.choice((3, 20, 45)))
        onwards = walk.onwards(rng) if rng.random() < 0.6 else iter(())
        if all(walk.perform(one) is not None for one in onwards):
            walk.perform(walk.anything(rng))
    return tuple(walk.accepted)


def _anew(commands: Iterable[Command], walk: int) -> list[Command]:
    """The same on cases of this walk's own: their ids follow from the keys that begin them."""
    names: dict[str, str] = {}
    found = []
    for one in commands:
        key = f"walk-{walk}-{one.request_key}" if one.request_key else None
        if one.case is None and key is not None and one.request_key is not None:
            names[_id_for(one.request_key)] = _id_for(key)
        form = {name: _renamed(value, names) for name, value in one.form.items()}
        case = names.get(one.case, one.case) if one.case else None
        found.append(replace(one, case=case, form=form, request_key=key))
    return found


def _renamed(value: object, names: Mapping[str, str]) -> object:
    return names.get(value, value) if isinstance(value, str) else value


def _id_for(key: str) -> str:
    return hashlib.sha256(f"{CONGRESS}\n{key}".encode()).hexdigest()[:20]


def _live(database: Engine, seed: int) -> Town:
    """Several lives in one database; what others have made impossible there is left out."""
    sql_world(database)
    desk = Desk(SqlStore(database, load_files), lambda: "unused")
    done, last = 0, local("2026-01-21")
    for walk in range(WALKS):
        commands = _anew(_walked(f"{seed}-{walk}"), walk)
        for one in commands[: max(6, len(commands) * (walk + 1) // WALKS)]:
            try:
                desk.perform(one)
            except BihuanError:
                continue
            done, last = done + 1, max(last, one.now)
    assert done > WALKS * 8
    with reading(database) as connection:
        cases = tuple(row.case for row in read_rows(connection))
    return Town(cases=cases, now=last)


def _directories(town: Town, rng: Random) -> list[Directory]:
    """The one in which the cases were handled, and those in which anybody is anything."""
    numbers = sorted({one.topic for one in town.cases if one.topic is not None})
    found = [small_directory(), *(made_up_directory(rng) for _ in range(STRANGERS))]
    for place, one in enumerate(found):
        leaves = [
            replace(
                leave,
                first_day=town.today if rng.random() < 0.7 else leave.first_day,
                last_day=town.today,
            )
            for leave in one.leaves
            if leave.first_day <= town.today
        ]
        topics = {
            (SESSION.code, number): replace(
                _some_topic(),
                number=number,
                lead_official=rng.choice(sorted(one.people)),
                supervising_leader=rng.choice(sorted(one.people)),
            )
            for number in numbers
        }
        found[place] = Directory(
            congress=one.congress,
            sessions=one.sessions,
            units=one.units,
            people=one.people,
            topics=topics,
            leaves=leaves,
        )
    return found


def _some_topic() -> Any:  # noqa: ANN401  # a key topic, whatever it is about
    (topic,) = made_up_directory(Random(0)).topics.values()
    return topic


def _looking(town: Town, person: str, directory: Directory, seen: SeenBy | None) -> Looking:
    profile = shipped_profile()
    return Looking(
        congress=CONGRESS,
        person=person,
        directory=directory,
        calendar=national_calendar(),
        today=town.today,
        pins={(profile.name, profile.version): profile},
        seen=true() if seen is None else seen.author,
    )


def _listed(connection: Connection, looking: Looking, scope: Scope) -> set[Thing]:
    table = things(looking)
    here = table.c
    query = select(here.case_id, here.machine, here.own).where(
        *conditions(table, EVERYTHING, looking.pins), whose(table, looking, scope)
    )
    return {
        (row.case_id, subject_key(row.machine, None if row.machine == OF_CASES else row.own))
        for row in connection.execute(query)
    }


def _waiting(
    connection: Connection,
    town: Town,
    person: str,
    directory: Directory,
    seen: SeenBy = EVERYBODY,
) -> set[Thing]:
    lines = waiting_for(
        connection,
        CONGRESS,
        person,
        rules=lambda _name, _version: shipped_profile(),
        directory=directory,
        calendar=national_calendar(),
        today=town.today,
        seen=seen,
    )
    return {(one.case, one.subject) for one in lines}


def _is_led(case: Case, duty: Duty, person: str, directory: Directory) -> bool:
    """Of a topic that the person leads or supervises, or of a unit in the person's portfolios."""
    topic = directory.topics.get((case.session, case.topic or 0))
    if topic and person in (topic.lead_official, topic.supervising_leader):
        return True
    held = {
        one.portfolio
        for one in directory.people[person].appointments
        if one.role == "lead_official"
    }
    units = {unit for one in shipped_profile().portfolios if one.code in held for unit in one.units}
    answering = {
        one.unit for one in case.assignments if one.round == case.round and one.kind != "joint"
    }
    return bool(units & ({duty.unit} if duty.unit else answering))


def _counted(
    things_: Iterable[Thing], duties: Mapping[Thing, tuple[Case, Duty]], town: Town
) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for thing in things_:
        case, duty = duties[thing]
        own = subject_of(case, duty.machine, duty.number)
        first, profile = duty.first_clock, shipped_profile()
        lamp = (
            light(first, profile, today=town.today, calendar=national_calendar()) if first else None
        )
        found[duty.machine, own.state if own else case.state, duty.unit, lamp] += 1
    return found


@pytest.fixture(scope="module", params=[(kind, seed) for kind in KINDS for seed in SEEDS])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Town, Random]]:
    kind, seed = request.param
    with database_of(kind, tmp_path_factory.mktemp("agenda")) as url:
        database = open_database(url)
        yield database, _live(database, seed), Random(seed)
        database.dispose()


def test_what_is_somebodys_in_lists_is_what_the_engine_says(
    lived: tuple[Engine, Town, Random],
) -> None:
    database, town, rng = lived
    met: Counter[str] = Counter()
    with reading(database) as connection:
        for directory in _directories(town, rng):
            duties = town.duties(directory)
            for person in directory.people:
                everything = _looking(town, person, directory, None)
                mine = {thing for thing, (_, one) in duties.items() if person in one.owners}
                assert _listed(connection, everything, Scope.MINE) == mine, person
                assert _waiting(connection, town, person, directory) == mine, person
                met[person] += len(mine)
                theirs = {
                    thing
                    for thing, (_, one) in duties.items()
                    if one.unit in directory.units_of(person)
                }
                assert _listed(connection, everything, Scope.UNITS) == theirs, person
                led = {
                    thing
                    for thing, (case, one) in duties.items()
                    if _is_led(case, one, person, directory)
                }
                assert _listed(connection, everything, Scope.LED) == led, person
    assert sum(1 for one in met.values() if one) > 12, met


def test_what_is_seen_is_counted_as_it_is_listed(lived: tuple[Engine, Town, Random]) -> None:
    database, town, rng = lived
    profile = shipped_profile()
    scopes, total = tuple(Scope), 0
    with reading(database) as connection:
        for directory in _directories(town, rng)[1:]:
            duties = town.duties(directory)
            for person in directory.people:
                seen = seen_by(person, directory, [profile], town.today)
                looking = _looking(town, person, directory, seen)
                sights = {
                    one.id: sight_of(one, person, profile, directory, town.today)
                    for one in town.cases
                }
                asked = [AskedList(scope=one) for one in scopes]
                found = agenda_lists(connection, looking, asked, now=town.now)
                for scope, counted in zip(scopes, found, strict=True):
                    listed = _listed(connection, looking, scope)
                    assert all(sights[case].author for case, _ in listed)
                    tallied = Counter(
                        {
                            (one.machine, one.state, one.unit, one.light): one.count
                            for one in counted.tallies
                        }
                    )
                    assert tallied == _counted(listed, duties, town), (person, scope)
                    assert counted.page.total == len(listed)
                    total += len(listed)
                mine = _waiting(connection, town, person, directory, seen)
                assert _listed(connection, looking, Scope.MINE) == {
                    (case, subject) for case, subject in mine if sights[case].author
                }
    assert total > 200


def test_every_relation_by_which_somebody_may_own_has_its_words_in_sql() -> None:
    assert set(IN_SQL) == set(RELATIONS)
