"""The doctor looks into all cases and the whole history, however many, some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from app.doctor import examine
from app.settings import Settings
from app.watch import Finding, Health
from app.wiring import Services, unchecked
from db.database import writing
from db.tables import suggestions
from tests.support.databases import url_fixture
from tests.support.reported import IN_SMALL_YEAR
from tests.support.world import CONGRESS, local

database_url = url_fixture(IN_SMALL_YEAR)
CASES, AUDIT = f"cases {CONGRESS}", f"audit {CONGRESS}"
FIRST, LAST = "case-1", "case-7"


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    settings = Settings(database_url=database_url)
    with unchecked(settings, clock=lambda: local("2026-07-01")) as opened:
        yield opened


def _examined(services: Services) -> tuple[Finding, list[tuple[int, int]]]:
    """What the doctor says of the cases, and how far it said to be meanwhile."""
    told = []

    def looked(check: str, done: int, of: int) -> None:
        if check == CASES:
            told.append((done, of))

    (found,) = (one for one in examine(services, looked) if one.check == CASES)
    return found, told


@pytest.mark.parametrize(
    ("at_once", "progress"),
    [
        (2, [(2, 7), (4, 7), (6, 7), (7, 7)]),
        (7, [(7, 7)]),
        (500, [(7, 7)]),
    ],
)
def test_every_case_is_looked_into_once(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
    progress: list[tuple[int, int]],
) -> None:
    monkeypatch.setattr("reports.health.AT_ONCE", at_once)
    found, told = _examined(services)
    assert (found.health, told) == (Health.WELL, progress)
    assert found.found.en == "all 7 have an owner and a clock"


def test_faults_of_all_portions_are_counted_and_the_first_named(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.health.AT_ONCE", 2)
    monkeypatch.setattr("app.doctor.SHOWN", 1)
    with writing(services.database) as connection:
        wrong = update(suggestions).values(facts={}, number=suggestions.c.id)
        connection.execute(wrong.where(suggestions.c.id.in_((FIRST, LAST))))
    found, _ = _examined(services)
    assert found.health is Health.ILL
    assert found.found.en.startswith(f"2 faults: {FIRST}: ")
    assert LAST not in found.found.en


def test_the_history_tells_how_far_it_is(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.doctor.TOLD_EVERY", 50)
    told = []

    def looked(check: str, done: int, of: int) -> None:
        if check == AUDIT:
            told.append((done, of))

    (found,) = (one for one in examine(services, looked) if one.check == AUDIT)
    (whole,) = {of for _, of in told}
    assert [done for done, _ in told] == list(range(50, whole + 1, 50))
    assert found.found.en == f"{whole} entries verify"
