"""NUL and half characters in whatever somebody can send: refused or cleaned, on both databases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from app.accounts import AccountDesk
from app.doors import application_of
from app.gate import GateOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from db.accounts import AccountRow, Accounts
from tests.support.api import DRAFT
from tests.support.command_line import Line, bare_line, line
from tests.support.databases import url_fixture
from tests.support.gates import OTHER, PASSWORD, Watch, begun
from web.gate import Arrival

__all__ = ["bare_line", "line"]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ADMIN = """\
  - code: admin
    name: 蒋安
    appointments:
      - {role: administrator, post: 信息科科长}
      - {role: deputy}
"""
FIELDS = (
    *("reason", "name", "text", "person", "subject", "code", "notice", "next", "title", "step"),
    *("old", "new", "again", "f-title", "f-text", "f-reason", "role-0", "post-0", "phone", "email"),
    *("case", "cases", "sequence", "version", "send:a\x00b/email", "unit:a\x00b"),
)
UNUSABLE = {"NUL": "学校\x00门口", "half": "学校\ud800门口"}


@dataclass(slots=True, kw_only=True)
class House:
    """All doors of the web over rows, and an administrator who is a deputy too."""

    services: Services
    client: TestClient
    csrf: str
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def routes(self, method: str, *, api: bool) -> list[str]:
        """Each address that takes the method, with something in place of its parameters."""
        found = {
            str(one.path)
            for one in iter_route_contexts(self.client.app.routes)  # type: ignore[attr-defined]  # it is ours
            if method in (one.methods or ())
        }
        chosen = sorted(one for one in found if one.startswith("/api/") is api)
        assert chosen
        return [re.sub(r"\{[^}]+\}", "1", one) for one in chosen if one != "/sign-out"]

    def account(self, person: str) -> AccountRow | None:
        return Accounts(self.services.database).of_person("linxi", person)

    def last_reason(self) -> str:
        head = self.services.trail.head("linxi").sequence
        (entry,) = self.services.trail.entries("linxi", after=head - 1)
        return str(entry.content.get("reason"))


database_url = url_fixture(begun(ADMIN))


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    settings = Settings(database_url=database_url, files=str(tmp_path / "files"), metrics=False)
    with unchecked(settings, clock=Watch(now=NOW)) as services:
        desk = AccountDesk(services, "linxi", actor="system", reason="开通账号")
        desk.add("admin", "admin", PASSWORD)
        gate, arrival = GateOfRows(services), Arrival(address="10.0.0.1", agent="test", at=NOW)
        cookie = gate.sign_in("admin", PASSWORD, arrival).cookie
        me = gate.visitor(cookie, arrival)
        assert me is not None
        gate.change_password(me, PASSWORD, OTHER, arrival)
        issued = desk.issue_token("admin", label="测试", scopes=("read", "act", "admin"), days=9)
        client = TestClient(
            application_of(services), follow_redirects=False, raise_server_exceptions=False
        )
        client.cookies.set("bihuan", cookie)
        yield House(services=services, client=client, csrf=me.csrf, token=issued.token)


def test_no_page_fails_over_what_a_form_holds(house: House) -> None:
    for path in house.routes("POST", api=False):
        form = {**dict.fromkeys(FIELDS, UNUSABLE["NUL"]), "csrf": house.csrf}
        answer = house.client.post(path, data=form)
        assert answer.status_code < 500, (path, answer.text)
        files = {"file": ("a\x00b.csv", b"code,name,system\nx\x00,y,government\n", "text/csv")}
        answer = house.client.post(path, data=form, files=files)
        assert answer.status_code < 500, (path, answer.text)
        for query in ("?next=%00", "?subject=%00", "?done=%00"):
            assert house.client.post(path + query, data=form).status_code == 422, path


def test_no_page_fails_over_what_an_address_holds(house: House) -> None:
    for path in house.routes("GET", api=False):
        for odd in (f"{path}?q=%00", f"{path}?x%00y=1", f"{path}%00"):
            answer = house.client.get(odd)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), odd
        assert house.client.get(f"{path}?q=%ED%A0%80").status_code != 500, path


def test_what_was_pasted_into_a_form_is_kept_without_it(house: House) -> None:
    form = {"csrf": house.csrf, "person": "zhao-min", "name": "zhao\x00min", "reason": "到\x00岗"}
    assert house.client.post("/admin/accounts/new", data=form).status_code == 200
    row = house.account("zhao-min")
    assert row is not None
    assert row.name == "zhaomin"
    assert house.last_reason() == "到岗"


def test_a_draft_is_kept_without_it(house: House) -> None:
    page = house.client.get("/write/draft").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    typed = {"f-title": "天\x00桥", "f-te\x00xt": "增设", "step": "draft"}
    kept = house.client.post("/write/draft", data={**hidden, **typed})
    assert kept.status_code in (200, 303), kept.text
    back = house.client.get("/write/draft").text
    assert 'value="天桥"' in back
    assert "增设" in back


@pytest.mark.parametrize("what", UNUSABLE)
def test_no_body_of_the_api_may_hold_it(house: House, what: str) -> None:
    text, sequence = UNUSABLE[what], house.services.trail.head("linxi").sequence
    for path in house.routes("POST", api=True):
        for body in ({"form": {**DRAFT, "title": text}}, {text: 1}, [{"a": [text]}], text):
            sent = json.dumps(body).encode()
            headers = {**house.bearer, "Content-Type": "application/json; charset=utf-8"}
            answer = house.client.post(path, content=sent, headers=headers)
            assert answer.status_code == 422, (path, answer.text)
            assert answer.json()["code"] == "malformed"
            assert "空字符" in answer.json()["title"]
    assert house.services.trail.head("linxi").sequence == sequence


def test_what_only_looks_like_it_is_let_through(house: House) -> None:
    """A backslash that was typed, and a sign that JSON writes as two halves."""
    for title in ("关于\\u0000的建议", "关于😀的建议"):
        body = json.dumps({"form": {**DRAFT, "title": title}}).encode()
        headers = {**house.bearer, "Content-Type": "application/json"}
        made = house.client.post("/api/v1/suggestions", content=body, headers=headers)
        assert made.status_code == 201, made.text


def test_no_key_and_no_query_of_the_api_may_hold_it(house: House) -> None:
    key = {**house.bearer, "Idempotency-Key": "a\x00b"}
    headers = {name.encode(): value.encode() for name, value in key.items()}
    answer = house.client.post("/api/v1/suggestions", json={"form": DRAFT}, headers=headers)
    assert answer.status_code == 422
    for path in house.routes("GET", api=True):
        answer = house.client.get(f"{path}?after=%00", headers=house.bearer)
        assert answer.status_code == 422, path


def test_the_command_line_holds_utf_8_only(line: Line) -> None:
    odd = "名\udcff"
    for arguments in (
        ("account", "disable", odd, "--json"),
        ("account", "add", "li-ming", "--name", odd),
        ("notice", "dead", "--person", odd),
        ("feed", "issue", "li-ming", "--label", odd),
    ):
        told = line.run(*arguments)
        assert told.code == 2, (arguments, told.out, told.err)
        assert "UTF-8" in told.out + told.err


@pytest.mark.parametrize("text", [r'{"title": "a\u0000b"}', r'{"title": "a\ud800b"}'])
def test_a_form_file_holds_nothing_that_cannot_be_kept(
    line: Line, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "form.json"
    file.write_text(text, encoding="utf-8")
    told = line.run("act", "draft", "--as", "wang-fang", "--form", str(file), "--json")
    assert (told.code, told.json["error"]["code"]) == (2, "file-unreadable")
