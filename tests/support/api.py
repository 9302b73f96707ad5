"""The API over the small congress in a SQLite file: each person with a token, time set by the test.

Nothing is replaced: rows, gate and house are those that serve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.accounts import AccountDesk
from app.administration import AdministrationOfRows
from app.attachments import FilesOfHouse
from app.doctor import ReadinessOf
from app.feeds import FeedsOfRows
from app.gate import GateOfRows
from app.house import HouseOfRows
from app.measuring import MeasuresOfRows
from app.oversight import OversightOfRows
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from tests.support.command_line import TITLE, Line
from tests.support.gates import Watch
from tests.support.standing import standing

V1 = "/api/v1"
DAY_ONE = datetime(2026, 1, 21, 2, 0, tzinfo=UTC)
DRAFT: dict[str, object] = {
    "title": TITLE,
    "text": "上下学时段人车混行。建议增设人行过街设施。",
    "field": "transport",
    "kind": "session",
    "origin": "research",
}
HAND_OVER: dict[str, Any] = {
    "assignments": [{"unit": "transport", "kind": "lead", "reason": "职责所在"}]
}
CONTACT: dict[str, Any] = {
    "on": "2026-01-21",
    "form": "visit",
    "rank": "unit_head",
    "summary": "现场查看",
}


@dataclass(slots=True, kw_only=True)
class Api:
    """A client that speaks for whoever the test names."""

    client: TestClient
    application: FastAPI
    services: Services
    watch: Watch
    line: Line
    tokens: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)

    def token(self, person: str, *scopes: str) -> str:
        """A token of the person; one for reading and acting when no scope is named."""
        key = (person, scopes or ("read", "act"))
        if key not in self.tokens:
            desk = AccountDesk(self.services, "linxi", actor="system", reason="对接系统")
            made = desk.issue_token(person, label="测试", scopes=key[1], days=365)
            self.tokens[key] = made.token
        return self.tokens[key]

    def headers(self, person: str, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(person, *scopes)}"}

    def get(self, person: str, path: str, **params: object) -> Response:
        wanted = {name: str(value) for name, value in params.items()}
        return self.client.get(V1 + path, params=wanted, headers=self.headers(person))

    def read(self, person: str, path: str, **params: object) -> Any:  # noqa: ANN401  # whatever it answers
        found = self.get(person, path, **params)
        assert found.status_code == 200, found.text
        return found.json()

    def post(
        self, person: str, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> Response:
        given = {**self.headers(person), **(headers or {})}
        return self.client.post(V1 + path, json=body, headers=given)

    def act(
        self, person: str, case: str, action: str, *, subject: int | None = None, **form: object
    ) -> Any:  # noqa: ANN401  # a receipt
        """An action that must succeed, an hour after the one before."""
        self.watch.pass_by(hours=1)
        body = {"subject": subject, "form": form}
        done = self.post(person, f"/suggestions/{case}/actions/{action}", body)
        assert done.status_code == 200, done.text
        return done.json()

    def drafted(self, person: str = "wang-fang", **changed: object) -> str:
        made = self.post(person, "/suggestions", {"form": {**DRAFT, **changed}})
        assert made.status_code == 201, made.text
        return str(made.json()["case"])

    def handed_over(self, *cosigners: str) -> str:
        """A suggestion of 王芳 and others that 交通局 has to answer."""
        case = self.drafted(cosigners=list(cosigners))
        self.act("wang-fang", case, "submit")
        for one in cosigners:
            self.act(one, case, "confirm_signature")
        self.act("reviewer", case, "pass_first_review")
        self.act("committee", case, "register")
        self.act("committee", case, "hand_over", **HAND_OVER)
        return case

    def delivered(self, *cosigners: str) -> str:
        """The same with its reply delivered, so that those who signed have to rate it."""
        case = self.handed_over(*cosigners)
        self.act("zhao-min", case, "receive", subject=1)
        self.act("zhao-min", case, "record_contact", subject=1, **CONTACT)
        reply = {"result": "A", "text": "过街设施已建成。"}
        self.act("zhao-min", case, "draft_reply", subject=1, **reply)
        self.act("office", case, "check_reply", subject=1)
        self.act("head-transport", case, "sign_reply", subject=1, document_number="临交〔2026〕1号")
        self.act("zhao-min", case, "deliver_reply", subject=1)
        return case


@pytest.fixture
def api(line: Line) -> Iterator[Api]:
    """Nothing raised yet; it is the second day of the session."""
    with api_over(f"sqlite:///{line.file}", line) as found:
        yield found


@contextmanager
def api_over(database_url: str, line: Line) -> Iterator[Api]:
    """The same over a database in which the small congress has begun."""
    watch = Watch(now=DAY_ONE)
    folder = str(line.file.parent / "files")
    settings = Settings(database_url=database_url, files=folder)
    with unchecked(settings, clock=watch) as services:
        house = HouseOfRows(services)
        with (
            standing(
                figures=FiguresOfRows(services),
                readiness=ReadinessOf(services),
                feeds=FeedsOfRows(services),
                measures=MeasuresOfRows(services),
                house=house,
                gate=GateOfRows(services),
                files=FilesOfHouse(services, house),
                oversight=OversightOfRows(services),
                administration=AdministrationOfRows(services),
            ) as found,
            TestClient(found.application) as client,
        ):
            yield Api(
                client=client,
                application=found.application,
                services=services,
                watch=watch,
                line=line,
            )
