"""The house over two congresses in one database, with the same people and numbers in both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, func, select, update

from app.house import HouseOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from db.database import open_database, reading, writing
from db.register import Register, RegisterChanges
from db.searched import SearchIndex
from db.store import SqlStore
from db.tables import audit_entries, suggestions
from engine.access import Sight, sight_of
from engine.calendar import local_day
from engine.case import Case
from engine.command import Command
from engine.congress import Directory
from engine.perform import Desk
from reports.rows import read_rows
from tests.support.databases import KINDS, Prepared, database_of
from tests.support.reported import small_year, small_year_again
from tests.support.world import (
    CONGRESS,
    World,
    local,
    national_calendar,
    shipped_profile,
    small_directory,
)
from web.gate import Visitor
from workflows import load_files

OTHER = "dongshan"
SECRECY = {"canteen": "closed", "bus": "author_hidden", "pool": "summary"}
NOW = local("2026-07-01")


def _other_directory() -> Directory:
    """The same people and units, in another congress."""
    here = small_directory()
    sessions = {code: replace(one, congress=OTHER) for code, one in here.sessions.items()}
    return Directory(
        congress=replace(here.congress, code=OTHER, name="东山县人民代表大会"),
        sessions=sessions,
        units=here.units,
        people=here.people,
        topics={},
    )


def _begin_other(database: Engine) -> None:
    register, directory = Register(database), _other_directory()
    register.create_congress(directory.congress, actor="setup", reason="测试", now=NOW)
    changes = RegisterChanges(
        sessions=tuple(directory.sessions.values()),
        units=tuple(directory.units.values()),
        people=tuple(directory.people.values()),
        calendar_years=tuple(national_calendar().years.values()),
    )
    register.apply(OTHER, changes, actor="setup", reason="测试", now=NOW)


class _Abroad(World):
    """Does things in the other congress."""

    def command(self, action: str, actor: str, **said: object) -> Command:
        made = World.command(self, action, actor, **said)  # type: ignore[arg-type]  # as it came
        return replace(made, congress=OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The house, everything that is in it, and what each of its people sees of it."""

    services: Services
    house: HouseOfRows
    cases: tuple[Case, ...]
    ids: dict[str, str]

    def visitor(self, person: str, congress: str = CONGRESS) -> Visitor:
        return Visitor(
            congress=congress, person=person, name=person, roles=frozenset(), session="s"
        )

    def sights(self, visitor: Visitor) -> dict[str, Sight]:
        directory = self.services.directory(visitor.congress)
        return {
            one.id: sight_of(
                one, visitor.person, shipped_profile(), directory, local_day(self.house.now())
            )
            for one in self.cases
        }

    def unseen(self, visitor: Visitor) -> list[Case]:
        sights = self.sights(visitor)
        return [one for one in self.cases if not sights[one.id].visible]

    def entries(self) -> int:
        with reading(self.services.database) as connection:
            return connection.execute(select(func.count()).select_from(audit_entries)).scalar_one()


def _play(database_url: str) -> None:
    database = open_database(database_url)
    ids = dict(small_year(database).ids)
    _begin_other(database)
    numbers = iter(range(1, 100))
    store = SqlStore(database, load_files)
    desk = Desk(store, lambda: f"abroad-{next(numbers)}")
    abroad = _Abroad(desk=desk, store=store, now=local("2026-01-21"))
    ids["abroad-open"] = abroad.handed_over("transport", "housing").case
    ids["abroad-draft"] = abroad.at("2026-02-02").raised(by="li-ming").case
    assert ids == _ids(database)
    with writing(database) as connection:
        for name, secrecy in SECRECY.items():
            here = suggestions.c
            query = update(suggestions).where(here.id == ids[name]).values(secrecy=secrecy)
            connection.execute(query)
        marked = suggestions.c.title + "・印记 " + suggestions.c.id
        connection.execute(update(suggestions).values(title=marked))
    # Written past the store: the index does not know it yet.
    for _ in SearchIndex(database).rebuild():
        pass
    database.dispose()


def _ids(database: Engine) -> dict[str, str]:
    abroad = {"abroad-open": "abroad-1", "abroad-draft": "abroad-2"}
    return {**small_year_again(database).ids, **abroad}


TWO_CONGRESSES = Prepared(name="two_congresses", fill=_play)
"""A database with both in it, played once and copied for each test or module."""


@contextmanager
def open_town(database_url: str, files: str = "") -> Iterator[Town]:
    """The house over a copy of TWO_CONGRESSES; in an empty database it is played first."""
    settings = Settings(database_url=database_url, congress=CONGRESS, files=files)
    with unchecked(settings, clock=lambda: NOW) as services:
        database = services.database
        if not _cases(database):
            _play(database_url)
        yield Town(
            services=services,
            house=HouseOfRows(services),
            cases=_cases(database),
            ids=_ids(database),
        )


def _cases(database: Engine) -> tuple[Case, ...]:
    with reading(database) as connection:
        return tuple(row.case for row in read_rows(connection))


@pytest.fixture(scope="module", params=KINDS)
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """One on either database that is only looked at."""
    folder = tmp_path_factory.mktemp("town")
    with (
        database_of(request.param, folder, prepared=TWO_CONGRESSES) as url,
        open_town(url) as opened,
    ):
        yield opened
