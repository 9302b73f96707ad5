"""The public portal: off unless switched on; shows what each degree of secrecy allows, no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.doors import application_of
from app.settings import Settings
from app.wiring import Services, unchecked
from db.database import open_database, writing
from db.tables import suggestions
from tests.support.databases import KINDS, database_of
from tests.support.played import Played
from tests.support.reported import small_year
from tests.support.world import CONGRESS

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
SECRECY = {"canteen": "summary", "bus": "author_hidden", "lamps": "closed"}
LIST = f"/public/{CONGRESS}/suggestions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A served year, and the ids of its cases."""

    client: TestClient
    services: Services
    year: Played

    def text(self, path: str) -> str:
        found = self.client.get(path)
        assert found.status_code == 200, path
        return found.text

    def case(self, name: str) -> str:
        return f"{LIST}/{self.year.ids[name]}"


def _client(services: Services) -> TestClient:
    return TestClient(
        application_of(services), headers={"Accept": "text/html"}, follow_redirects=False
    )


@pytest.fixture(scope="module", params=KINDS)
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("portal")
    with database_of(request.param, folder) as url:
        database = open_database(url)
        year = small_year(database)
        with writing(database) as connection:
            for name, secrecy in SECRECY.items():
                row = update(suggestions).where(suggestions.c.id == year.ids[name])
                connection.execute(row.values(secrecy=secrecy))
        database.dispose()
        told = Settings(database_url=url, portal=True)
        with unchecked(told, clock=lambda: NOW) as services:
            yield Town(client=_client(services), services=services, year=year)


def _title(town: Town, name: str) -> str:
    with town.services.store.read(CONGRESS) as transaction:
        return transaction.case(town.year.ids[name]).title


def test_it_is_not_there_unless_switched_on(town: Town) -> None:
    with unchecked(Settings(database_url=town.services.settings.database_url)) as services:
        shut = _client(services)
        for path in ("/public", f"/public/{CONGRESS}", LIST, town.case("crossing")):
            assert shut.get(path).status_code == 404


def test_nobody_signs_in(town: Town) -> None:
    sent = town.client.get("/public")
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/public/{CONGRESS}"
    text = town.text(f"/public/{CONGRESS}")
    assert "办复率" in text
    assert "已全部答复的建议 ÷ 已交办的建议" in text


def test_the_list_has_what_each_degree_allows(town: Town) -> None:
    text = town.text(LIST)
    shown = {name for name in town.year.ids if f'/suggestions/{town.year.ids[name]}"' in text}
    # Registered ones; not the refused and the withdrawn, and not the one that is not public.
    assert shown == {"crossing", "canteen", "bus", "pool"}
    assert _title(town, "lamps") not in text
    assert "王芳" in text


def test_an_open_one_is_shown_with_the_result_and_without_the_letter(town: Town) -> None:
    text = town.text(town.case("crossing"))
    with town.services.store.read(CONGRESS) as transaction:
        case = transaction.case(town.year.ids["crossing"])
    assert case.title in text
    assert "王芳" in text
    assert "A类" in text
    assert "交通局" in text
    assert case.replies
    assert all(one.text not in text for one in case.replies)
    for person in ("孙立", "吴越", "周莉", "何军"):
        assert person not in text


def test_of_a_summary_only_the_title_is_shown(town: Town) -> None:
    text = town.text(town.case("canteen"))
    assert _title(town, "canteen") in text
    assert "只公开标题" in text
    for kept in ("王芳", "教育局", "现状和建议各一段", "B类"):
        assert kept not in text


def test_a_hidden_author_is_hidden_everywhere(town: Town) -> None:
    text = town.text(town.case("bus"))
    assert "不公开提出人" in text
    assert "现状和建议各一段" in text
    for name in ("王芳", "李明", "陈静"):
        assert name not in text


@pytest.mark.parametrize("name", ["lamps", "nephew", "fence"])
def test_what_is_not_published_is_not_there(town: Town, name: str) -> None:
    refused = town.client.get(town.case(name))
    assert refused.status_code == 404
    assert _title(town, name) not in refused.text


def test_an_id_that_is_none_and_a_congress_that_is_none_are_not_there(town: Town) -> None:
    assert town.client.get(f"{LIST}/nothing").status_code == 404
    assert town.client.get("/public/elsewhere").status_code == 404
    assert town.client.get(f"/public/elsewhere/suggestions/{town.year.ids['bus']}").status_code == (
        404
    )
    assert town.client.get(f"{LIST}?after=x").status_code == 422


def test_the_overdue_list_has_no_case_that_is_not_public(town: Town) -> None:
    # 灯 of the street lamps ran out long ago, but its deputy wants nothing shown.
    text = town.text(f"/public/{CONGRESS}/overdue")
    assert _title(town, "lamps") not in text
    open_again = update(suggestions).where(suggestions.c.id == town.year.ids["lamps"])
    with writing(town.services.database) as connection:
        connection.execute(open_again.values(secrecy="open"))
    text = town.text(f"/public/{CONGRESS}/overdue")
    assert _title(town, "lamps") in text
    assert "已超期" in text
    with writing(town.services.database) as connection:
        connection.execute(open_again.values(secrecy="closed"))
