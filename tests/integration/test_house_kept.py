"""What a house keeps between questions is never older than the rows, whoever changed them.

A change comes from another process with a connection of its own; the next answer has it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.house import HouseOfRows
from app.settings import Settings
from app.wiring import unchecked
from db.database import open_database
from db.register import Register, RegisterChanges
from engine.calendar import AdditionKind, CalendarAddition, local_day
from engine.congress import Directory
from reports.agenda import Scope
from reports.agenda_lists import AskedList, FoundList
from tests.support.databases import url_fixture
from tests.support.two_congresses import NOW, TWO_CONGRESSES, Town, open_town
from tests.support.world import CONGRESS
from web.gate import Visitor

database_url = url_fixture(TWO_CONGRESSES)
LISTS = tuple(AskedList(scope=one, size=20) for one in Scope)
Elsewhere = Callable[[RegisterChanges], None]


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with open_town(database_url) as opened:
        yield opened


@pytest.fixture
def elsewhere(database_url: str) -> Elsewhere:
    """Changes the register from another process."""

    def change(changes: RegisterChanges) -> None:
        child = multiprocessing.get_context("fork").Process(
            target=_apply, args=(database_url, changes)
        )
        child.start()
        child.join(60)
        assert child.exitcode == 0

    return change


def _apply(url: str, changes: RegisterChanges) -> None:
    database = open_database(url)
    made = Register(database).apply(CONGRESS, changes, actor="admin", reason="调整", now=NOW)
    database.dispose()
    assert made


def _anew(database_url: str, visitor: Visitor) -> tuple[FoundList, ...]:
    """What a house says that was opened this moment."""
    settings = Settings(database_url=database_url, congress=CONGRESS)
    with unchecked(settings, clock=lambda: NOW) as services:
        return HouseOfRows(services).lists(visitor, LISTS)


def _posts_of(directory: Directory, one: str, other: str) -> RegisterChanges:
    """The one person gets the posts of the other."""
    person = directory.people[one]
    posts = directory.people[other].appointments
    return RegisterChanges(people=(replace(person, appointments=posts),))


def test_who_is_moved_elsewhere_sees_another_desk_at_once(
    town: Town, elsewhere: Elsewhere, database_url: str
) -> None:
    directory = town.house.directory(town.visitor("committee"))
    looks = {
        one: town.house.lists(town.visitor(one), LISTS) for one in directory.holders("unit_clerk")
    }
    clerk, before = next((one, found) for one, found in looks.items() if found[1].page.total)
    visitor = town.visitor(clerk)
    assert town.house.lists(visitor, LISTS) == before
    elsewhere(_posts_of(directory, clerk, "reviewer"))
    after = town.house.lists(visitor, LISTS)
    assert after != before
    assert after == _anew(database_url, visitor)
    assert after[1].page.total == 0
    assert town.house.directory(visitor).roles_of(clerk) == ("reviewer",)


def test_days_off_elsewhere_count_at_once(
    town: Town, elsewhere: Elsewhere, database_url: str
) -> None:
    visitor = town.visitor("committee")
    calendar = town.house.calendar(visitor)
    town.house.lists(visitor, LISTS)
    today = local_day(NOW)
    off = tuple(
        CalendarAddition(
            day=today + timedelta(days=ahead), kind=AdditionKind.HOLIDAY, name="防汛", source="通知"
        )
        for ahead in range(1, 60)
        if calendar.is_working_day(today + timedelta(days=ahead))
    )
    elsewhere(RegisterChanges(calendar_additions=off))
    until = today + timedelta(days=60)
    assert calendar.working_days_between(today, until) > 0
    assert town.house.calendar(visitor).working_days_between(today, until) <= 1
    assert town.house.lists(visitor, LISTS) == _anew(database_url, visitor)


def test_what_did_not_change_is_not_read_again(town: Town) -> None:
    visitor = town.visitor("committee")
    assert town.house.directory(visitor) is town.house.directory(visitor)
    assert town.house.calendar(visitor) is town.house.calendar(visitor)
    assert town.house.profile(visitor) is town.house.profile(visitor)
