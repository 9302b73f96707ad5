"""What is seen: lists in SQL show exactly what the engine decides, and who may act can also see."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import ColumnElement, Connection, Engine, select

from db.database import reading
from db.tables import suggestions
from engine.access import Sight, public_sight, sight_of
from engine.calendar import local_day
from engine.case import Case
from engine.congress import Directory
from engine.decide import owners, possible_actions
from engine.rights import Showing
from reports.rows import read_rows
from reports.visible import SeenBy, seen_by, seen_by_public
from tests.support.played import sql_world
from tests.support.strangers import DAY, add_cases, made_up_directory
from tests.support.walking import new_walk
from tests.support.world import CONGRESS, PEOPLE, World, shipped_profile

CASES, DIRECTORIES = 50, 2
TOPIC: dict[str, object] = {
    "topic_number": 1,
    "topic_title": "上学路上的安全",
    "lead_official": "official",
    "supervising_leader": "supervision",
    "decided_on": "2026-01-24",
    "decided_by": "主任会议",
}


def _cases(database: Engine, world: World, rng: Random) -> tuple[Case, ...]:
    """Fifty that chance made, and one that was played."""
    world.registered("li-ming").do("designate_key", "chairpersons", form=TOPIC)
    add_cases(database, world.case, CASES, rng)
    with reading(database) as connection:
        return tuple(row.case for row in read_rows(connection, suggestions.c.congress == CONGRESS))


def _found(connection: Connection, condition: ColumnElement[bool]) -> set[str]:
    return set(connection.execute(select(suggestions.c.id).where(condition)).scalars())


def _check(connection: Connection, seen: SeenBy, sights: dict[str, Sight]) -> None:
    assert _found(connection, seen.visible) == {k for k, one in sights.items() if one.visible}
    assert _found(connection, seen.details) == {k for k, one in sights.items() if one.details}
    assert _found(connection, seen.author) == {k for k, one in sights.items() if one.author}


@pytest.mark.parametrize("seed", range(3))
def test_a_list_shows_exactly_what_the_engine_decides(database: Engine, seed: int) -> None:
    rng, profile = Random(seed), shipped_profile()
    cases = _cases(database, sql_world(database), rng)
    told: set[Showing] = set()
    with reading(database) as connection:
        for _ in range(DIRECTORIES):
            directory = made_up_directory(rng)
            for person in directory.people:
                sights = {one.id: sight_of(one, person, profile, directory, DAY) for one in cases}
                told |= {one.shows for one in sights.values()}
                _check(connection, seen_by(person, directory, [profile], DAY), sights)
        public = {one.id: public_sight(one, profile) for one in cases}
        _check(connection, seen_by_public(CONGRESS, [profile]), public)
    assert told == set(Showing)


def test_somebody_unknown_sees_nothing(database: Engine) -> None:
    profile = shipped_profile()
    cases = _cases(database, sql_world(database), Random(0))
    directory = made_up_directory(Random(0))
    seen = seen_by("nobody", directory, [profile], DAY)
    with reading(database) as connection:
        _check(connection, seen, {})
    assert not any(sight_of(one, "nobody", profile, directory, DAY).visible for one in cases)


def _blind(case: Case, directory: Directory, acting: set[str]) -> set[str]:
    """Of those who must or may act: who does not see the whole case."""
    sights = {
        one: sight_of(case, one, shipped_profile(), directory, local_day(case.created_at))
        for one in acting
    }
    return {one for one, sight in sights.items() if not sight.author}


@pytest.mark.parametrize("seed", range(6))
def test_whoever_may_act_on_a_case_sees_it_wherever_it_has_come_to(seed: int) -> None:
    rng = Random(seed)
    walk = new_walk(rng)
    looked = 0
    for _ in range(25):
        walk.perform(walk.anything(rng))
        case, at, _ = walk.desk.look(CONGRESS, walk.case, walk.now)
        acting = {
            person.code
            for person in PEOPLE
            if possible_actions(case, person.code, at, local_day(walk.now))
        }
        acting |= set(owners(case, at, walk.now)) - {"clock"}
        assert _blind(case, at.directory, acting) == set()
        looked += len(acting)
    assert looked
