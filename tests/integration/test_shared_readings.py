"""More people at once than a pool usually has connections: nobody waits for anybody's second."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine

from app.settings import Settings
from app.wiring import Services, build
from db.database import AT_MOST, reading
from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]

AT_ONCE = 40
"""Threads in which a server answers."""


def _asks(services: Services, congress: str, everybody: Barrier) -> int:
    """As a page does: it holds a connection, and asks for the directory and the rules."""
    with services.reading():
        everybody.wait(20)
        rules = services.profile_of(congress)
        return len(services.directory(congress).people) + len(rules.machines)


def test_as_many_people_as_threads_are_answered_at_once(line: Line) -> None:
    services = build(Settings(database_url=f"sqlite:///{line.file}"))
    everybody = Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        asked = [threads.submit(_asks, services, "linxi", everybody) for _ in range(AT_ONCE)]
        found = {one.result(timeout=60) for one in asked}
    services.close()
    assert len(found) == 1
    assert AT_ONCE < AT_MOST


def test_what_is_asked_within_a_reading_sees_the_same_state(database: Engine) -> None:
    services = build(Settings(database_url=database.url.render_as_string(hide_password=False)))
    with services.reading() as outer:
        with services.reading() as inner, reading(services.database) as third:
            assert inner is outer
            assert third is outer
        with reading(database) as other:
            assert other is not outer
    with services.reading() as later, reading(services.database) as same:
        assert later is same
    services.close()
