"""The application over a small congress, with browsers that come to its door."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx2 import Response

from app.doctor import ReadinessOf
from app.house import HouseOfRows
from app.public import FiguresOfRows
from tests.support.databases import sqlite_url
from tests.support.gates import OTHER, PASSWORD, WITH_ACCOUNT, GateHouse, house_over
from tests.support.standing import standing
from web.entrance import Entrance
from web.gate import Visitor

HTTPS = "https://bihuan.example"
HTTP = "http://bihuan.example"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(slots=True, kw_only=True)
class Web:
    """The application over a house, and a browser."""

    house: GateHouse
    application: FastAPI
    base: str

    @property
    def entrance(self) -> Entrance:
        found: Entrance = self.application.state.entrance
        return found

    def browser(self, address: str = "10.0.0.1") -> TestClient:
        return TestClient(
            self.application, base_url=self.base, follow_redirects=False, client=(address, 50_000)
        )

    def signed_in(self, password: str = OTHER) -> TestClient:
        """A browser of 王芳, who has changed her first password."""
        browser = self.browser()
        answer = sign_in(browser, password)
        assert answer.status_code == 303, answer.text
        return browser


def sign_in(
    browser: TestClient, password: str = OTHER, name: str = "wangfang", **more: str
) -> Response:
    return browser.post("/sign-in", data={"name": name, "password": password, **more})


def csrf_of(browser: TestClient) -> str:
    found = CSRF.search(browser.get("/account/password").text)
    assert found is not None
    return found[1]


@cache
def _prepared() -> Path:
    """A database in which 王芳 has an account and has changed her first password."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-gates-"))
    with sqlite_url(folder, prepared=WITH_ACCOUNT) as url, house_over(url) as house:
        cookie = house.sign_in("wangfang")
        me = house.visitor(cookie)
        assert me is not None
        house.gate.change_password(me, PASSWORD, OTHER, house.arrival())
        house.gate.sign_out(cookie, house.arrival())
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def _web(folder: Path, *, https: bool) -> Iterator[Web]:
    file = folder / "bihuan.db"
    shutil.copyfile(_prepared(), file)
    with house_over(f"sqlite:///{file}") as house:
        services = house.services
        with standing(
            figures=FiguresOfRows(services),
            readiness=ReadinessOf(services),
            house=HouseOfRows(services),
            gate=house.gate,
            https=https,
        ) as found:
            made = Web(house=house, application=found.application, base=HTTPS if https else HTTP)
            _add_probes(found.application, made.entrance)
            yield made


def _add_probes(application: FastAPI, entrance: Entrance) -> None:
    """Routes that do nothing but say who came in; an application that has them keeps them."""
    if getattr(application.state, "probed", False):
        return
    application.state.probed = True

    def who(visitor: Visitor) -> dict[str, str]:
        return {"person": visitor.person, "language": visitor.language}

    def page(request: Request) -> dict[str, str]:
        return who(entrance.page(request))

    def api(request: Request) -> dict[str, str]:
        return who(entrance.api(request))

    def act(request: Request) -> dict[str, str]:
        return who(entrance.scope("act")(request))

    application.add_api_route("/probe/page", page, methods=["GET", "POST"])
    application.add_api_route("/api/probe", api, methods=["GET", "POST"])
    application.add_api_route("/api/probe/act", act, methods=["GET", "POST"])


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with _web(tmp_path, https=True) as made:
        yield made


@pytest.fixture
def plain_web(tmp_path: Path) -> Iterator[Web]:
    with _web(tmp_path, https=False) as made:
        yield made
