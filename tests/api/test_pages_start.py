"""The first page: explains itself, leads to the sign-in; in the demo one click is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.demo.cast import load_cast
from app.demo.setup import prepare
from app.doors import application_of
from app.settings import Settings
from app.wiring import opened, unchecked
from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]
NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
OFFERED = re.compile(r'<button type="submit" name="person" value="([^"]+)"><b>([^<]+)</b>')
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The congress of the demo as `make run` serves it, on the day before anything was raised."""
    folder: Path = tmp_path_factory.mktemp("start")
    url = f"sqlite:///{folder / 'demo.db'}"
    prepare(url, load_cast(7)).store.database.dispose()
    with opened(Settings(database_url=url)) as services:
        yield TestClient(application_of(services), headers=HTML, follow_redirects=False)


def test_the_demo_offers_every_role_on_its_first_page(demo: TestClient) -> None:
    text = demo.get("/").text
    roles = [role for _, role in OFFERED.findall(text)]
    assert {"代表", "代表工委经办人", "承办单位承办人", "领办领导", "系统管理员"} <= set(roles)
    assert len(roles) == len(set(roles)) >= 11
    assert "虚构数据的演示" in text


def test_one_click_leads_to_the_page_of_the_role(demo: TestClient) -> None:
    text = demo.get("/").text
    for person, role in OFFERED.findall(text):
        client = TestClient(demo.app, headers=HTML, follow_redirects=False)
        entered = client.post("/sign-in/demo", data={"person": person, "next": "/"})
        assert entered.status_code == 303, role
        begun = client.get("/")
        assert begun.status_code == 303, role
        page = client.get(begun.headers["location"])
        assert page.status_code == 200, role
        assert "退出" in page.text


def test_a_real_congress_offers_nobody_and_lets_nobody_in_by_a_click(line: Line) -> None:
    settings = Settings(database_url=f"sqlite:///{line.file}")
    with unchecked(settings, clock=lambda: NOW) as services:
        client = TestClient(application_of(services), headers=HTML, follow_redirects=False)
        text = client.get("/").text
        assert OFFERED.findall(text) == []
        assert "演示" not in text
        assert 'href="/sign-in"' in text
        refused = client.post("/sign-in/demo", data={"person": "wang-fang", "next": "/"})
        assert 400 <= refused.status_code < 500
        assert "set-cookie" not in refused.headers
