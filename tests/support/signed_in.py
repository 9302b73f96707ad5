"""The pages over rows, for whoever the test names: each signs in at the real gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.accounts import AccountDesk
from app.administration import AdministrationOfRows
from app.doctor import ReadinessOf
from app.gate import GateOfRows
from app.house import HouseOfRows
from app.oversight import OversightOfRows
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from tests.support.gates import OTHER, PASSWORD, Watch
from tests.support.standing import standing
from web.entrance import Entrance
from web.gate import Arrival, Visitor

HTML = {"Accept": "text/html"}


@dataclass(slots=True, kw_only=True)
class Pages:
    """A browser for each person, on one application."""

    application: FastAPI
    services: Services
    watch: Watch
    congress: str
    cookies: dict[str, str] = field(default_factory=dict)
    gate: GateOfRows

    def arrival(self) -> Arrival:
        return Arrival(address="10.0.0.1", agent="test", at=self.watch.now)

    def cookie(self, person: str) -> str:
        """The session of the person, who has an account and has changed the first password."""
        if person not in self.cookies:
            desk = AccountDesk(self.services, self.congress, actor="system", reason="开通账号")
            desk.add(person, person, PASSWORD)
            cookie = self.gate.sign_in(person, PASSWORD, self.arrival()).cookie
            found = self.gate.visitor(cookie, self.arrival())
            assert found is not None
            self.gate.change_password(found, PASSWORD, OTHER, self.arrival())
            self.cookies[person] = cookie
        return self.cookies[person]

    def visitor(self, person: str) -> Visitor:
        found = self.gate.visitor(self.cookie(person), self.arrival())
        assert found is not None
        return found

    def client(self, person: str) -> TestClient:
        made = TestClient(self.application, follow_redirects=False, headers=HTML)
        if person:
            name = Entrance(self.gate, self.watch, https=False).cookie_name
            made.cookies.set(name, self.cookie(person))
        return made

    def get(self, person: str, path: str, /, **params: str) -> Response:
        return self.client(person).get(path, params=params or None)

    def post(self, person: str, path: str, /, **form: str) -> Response:
        """A form of a page of this session."""
        return self.client(person).post(path, data={"csrf": self.visitor(person).csrf, **form})

    def upload(self, person: str, path: str, name: str, content: bytes) -> Response:
        """A file handed in."""
        given = {"file": (name, content, "application/octet-stream")}
        told = {"csrf": self.visitor(person).csrf, "reason": "导入"}
        return self.client(person).post(path, files=given, data=told)


@contextmanager
def pages_over(database_url: str, congress: str, at: datetime, **settings: str) -> Iterator[Pages]:
    """Everything that serves, over rows that are there."""
    watch = Watch(now=at)
    told = Settings(database_url=database_url, **settings)  # type: ignore[arg-type]  # the test's own
    with unchecked(told, clock=watch) as services:
        gate = GateOfRows(services)
        with standing(
            figures=FiguresOfRows(services),
            readiness=ReadinessOf(services),
            house=HouseOfRows(services),
            gate=gate,
            oversight=OversightOfRows(services),
            administration=AdministrationOfRows(services),
        ) as found:
            yield Pages(
                application=found.application,
                services=services,
                watch=watch,
                congress=congress,
                gate=gate,
            )
