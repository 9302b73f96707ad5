"""SQLite's planner learns how many rows there are when the worker or the server looks."""

from __future__ import annotations

from sqlalchemy import Engine, text

from app.settings import Settings
from app.ticking import ticks_of
from app.wiring import unchecked
from db.database import reading
from db.statistics import refresh_statistics
from tests.support.databases import url_fixture
from tests.support.messages import AT
from tests.support.reported import IN_SMALL_YEAR
from worker.ticker import Pulse

database_url = url_fixture(IN_SMALL_YEAR)

KNOWN = text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'suggestions'")
TABLES = text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")


def _learned(database: Engine) -> int:
    if database.dialect.name == "postgresql":
        return 0
    with reading(database) as connection:
        if connection.execute(TABLES).scalar_one() == 0:
            return 0
        return int(connection.execute(KNOWN).scalar_one())


def test_it_is_learned_on_sqlite_only(database: Engine) -> None:
    assert _learned(database) == 0
    refresh_statistics(database)
    assert (_learned(database) > 0) == (database.dialect.name == "sqlite")


def test_the_worker_keeps_it_up(database: Engine, database_url: str) -> None:
    with unchecked(Settings(database_url=database_url)) as services:
        pulse = Pulse(worker="w", started_at=AT)
        tick = next(one for one in ticks_of(services, pulse, print) if one.name == "statistics")
        tick.run(AT)
    assert (_learned(database) > 0) == (database.dialect.name == "sqlite")
