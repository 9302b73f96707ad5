"""Every address of the whole application over some rows, and a browser for whoever the test names.

Nothing is replaced: the doors are those that serve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response

from app.accounts import AccountDesk
from app.gate import GateOfRows
from app.wiring import Services
from tests.support.gates import OTHER, PASSWORD
from tests.support.standing import doors_standing
from tests.support.world import CONGRESS
from web.gate import Arrival

PARTS: Mapping[str, str] = {
    "number": "1",
    "action": "urge",
    "day": "2026-01-01",
    "year": "2026",
    "month": "2026-06",
    "code": "education",
    "person": "committee",
    "language": "zh",
    "digest": "x",
    "name": "look.css",
    "token": "x",
}
"""What stands for the parts of an address that name no case."""
NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """Who is let in, each with a browser and a token; `NOBODY` has neither."""

    services: Services
    application: FastAPI
    clients: Mapping[str, TestClient]
    tokens: Mapping[str, str]
    csrf: Mapping[str, str]

    def get(self, person: str, path: str, **params: str) -> Response:
        return self.clients[person].get(path, params=params or None)

    def post(self, person: str, path: str, **form: str) -> Response:
        """A form of a page of the person's session."""
        return self.clients[person].post(path, data={"csrf": self.csrf[person], **form})

    def call(
        self, person: str, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> Response:
        """A program in the name of the person."""
        bearer = {"Authorization": f"Bearer {self.tokens[person]}"}
        return self.clients[person].post(
            f"/api/v1{path}", json=body, headers=bearer | dict(headers or {})
        )

    def addresses(self, case: str, parts: Mapping[str, str] = PARTS) -> dict[str, str]:
        """Every route that is only looked at, and an address of it about the case."""
        found = {
            str(one.path): re.sub(r"{(\w+)}", lambda part: parts.get(part[1], case), str(one.path))
            for one in iter_route_contexts(self.application.routes)
            if "GET" in (one.methods or ())
        }
        assert len(found) > 60
        return found


@contextmanager
def hall_over(services: Services, persons: Iterable[str]) -> Iterator[Hall]:
    """The persons have accounts, have changed their first passwords and are signed in."""
    with doors_standing(services) as application:
        yield _hall(application, services, persons)


def _hall(application: FastAPI, services: Services, persons: Iterable[str]) -> Hall:
    gate = GateOfRows(services)
    arrival = Arrival(address="10.0.0.1", agent="test", at=services.clock())
    desk = AccountDesk(services, CONGRESS, actor="system", reason="开通")
    clients = {NOBODY: TestClient(application, follow_redirects=False)}
    tokens: dict[str, str] = {}
    csrf: dict[str, str] = {}
    for person in persons:
        desk.add(person, person, PASSWORD)
        cookie = gate.sign_in(person, PASSWORD, arrival).cookie
        found = gate.visitor(cookie, arrival)
        assert found is not None
        gate.change_password(found, PASSWORD, OTHER, arrival)
        clients[person] = TestClient(application, follow_redirects=False)
        clients[person].cookies.set("bihuan", cookie)
        csrf[person] = found.csrf
        made = desk.issue_token(person, label="测试", scopes=("read", "act"), days=9)
        tokens[person] = made.token
    return Hall(
        services=services, application=application, clients=clients, tokens=tokens, csrf=csrf
    )
