"""Stories that are played through the Desk once, and copied with their rows for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import Engine

from db.database import open_database
from db.store import SqlStore
from engine.perform import Desk
from tests.support.congress import fill
from tests.support.databases import Prepared
from tests.support.world import World, local, national_calendar, shipped_profile, small_directory
from workflows import load_files, read_files
from workflows.loader import PROFILES


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The world when its story is told, and the ids of its cases by the story's names."""

    world: World
    ids: Mapping[str, str]


def sql_world(database: Engine, day: str = "2026-01-21") -> World:
    """The invented congress with the shipped profile, over an empty database."""
    profile = shipped_profile()
    fill(
        database,
        directory=small_directory(),
        calendar=national_calendar(),
        files=read_files(PROFILES / profile.name / f"v{profile.version}"),
        profile=profile,
    )
    return _world(database, local(day), numbers_from=1)


def recalled(database: Engine, names: Iterable[str], *, now: datetime, hand: str) -> Played:
    """A copied story: its cases in the order of their drafts, and the one last in hand."""
    ids = {name: f"case-{number}" for number, name in enumerate(names, 1)}
    world = _world(database, now, numbers_from=1_000)
    world.case = ids[hand]
    return Played(world=world, ids=ids)


def played_once(
    name: str, play: Callable[[Engine], Played], again: Callable[[Engine], Played]
) -> Prepared:
    """Rows of a story; `again` must give of a copy what `play` gave."""

    def fill_it(database_url: str) -> None:
        database = open_database(database_url)
        assert _told(play(database)) == _told(again(database))
        database.dispose()

    return Prepared(name=name, fill=fill_it)


def _world(database: Engine, now: datetime, *, numbers_from: int) -> World:
    store = SqlStore(database, load_files)
    ids = count(numbers_from)
    return World(desk=Desk(store, lambda: f"case-{next(ids)}"), store=store, now=now)


def _told(played: Played) -> tuple[Mapping[str, str], str, datetime]:
    return played.ids, played.world.case, played.world.now
