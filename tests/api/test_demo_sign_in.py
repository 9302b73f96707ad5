"""The demo lets in by one click a role; a database with one real congress in it lets in nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.demo.cast import load_cast
from app.demo.setup import prepare
from app.doctor import ReadinessOf
from app.enrolment import ADMINISTRATOR
from app.gate import GateOfRows
from app.house import HouseOfRows
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, opened
from engine.audit import verify
from engine.congress import Congress
from web.application import create_application


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Services]:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    prepare(url, load_cast(7)).store.database.dispose()
    with opened(Settings(database_url=url)) as services:
        yield services


@pytest.fixture
def browser(demo: Services) -> Iterator[TestClient]:
    application = create_application(
        FiguresOfRows(demo),
        ReadinessOf(demo),
        version="1",
        house=HouseOfRows(demo),
        gate=GateOfRows(demo),
    )
    with TestClient(application, follow_redirects=False) as client:
        yield client


def test_each_role_comes_in_by_one_click(demo: Services, browser: TestClient) -> None:
    offered = GateOfRows(demo).demo_accounts()
    roles = [one.role for one in offered]
    assert {"deputy", "committee_clerk", "unit_clerk", "government_clerk"} <= set(roles)
    assert len(set(roles)) == len(roles)
    page = browser.get("/sign-in").text
    for one in offered:
        assert f'value="{one.person}"' in page
        assert one.title.zh in page
        sent = browser.post("/sign-in/demo", data={"person": one.person, "next": "/inbox"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/inbox")
        inbox = browser.get("/inbox")
        assert inbox.status_code == 200
        assert one.name in inbox.text
    congress = demo.congress()
    entries, head = demo.trail.chain(congress)
    verify(tuple(entries), head=head)


def test_only_those_who_are_offered_come_in(browser: TestClient) -> None:
    for person in ("nobody", "", "system", "clock"):
        assert browser.post("/sign-in/demo", data={"person": person}).status_code == 401


def test_one_real_congress_in_the_database_closes_the_door(
    demo: Services, browser: TestClient
) -> None:
    (first, *_) = GateOfRows(demo).demo_accounts()
    known = demo.directory(demo.congress()).congress
    real = Congress(
        code="linxi",
        name="临溪县人民代表大会",
        level="county",
        profile=known.profile,
        profile_version=known.profile_version,
        session="",
    )
    demo.register.create_congress(real, actor=ADMINISTRATOR, reason="启用", now=demo.clock())
    assert GateOfRows(demo).demo_accounts() == ()
    assert browser.post("/sign-in/demo", data={"person": first.person}).status_code == 401
    assert "/sign-in/demo" not in browser.get("/sign-in").text
