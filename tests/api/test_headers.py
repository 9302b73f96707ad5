"""Every answer of every route carries what keeps browsers from running what is not ours.

The routes are those that are served, so that a new one is looked at by itself: pages, refusals,
files, redirects, and what nobody expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from httpx2 import Response

from db.drafts import FormDrafts
from tests.support.databases import sqlite_url
from tests.support.rights import KEEPER, RIGHTS, Rights, open_rights
from tests.support.rights_routes import address, routes_of, rule_of
from tests.support.two_congresses import OTHER
from tests.support.world import CONGRESS
from web.security import HEADERS, POLICY

PEOPLE = ("", KEEPER, "wang-fang", "committee", "clerk-transport", "official")
MADE_FOR_SOMEBODY = "no-store"
RUNS = ("onclick", "onload", "onerror", "style", "srcdoc")
SANDBOX = "sandbox; default-src 'none'"


@pytest.fixture(scope="module")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rights]:
    folder: Path = tmp_path_factory.mktemp("headers")
    with (
        sqlite_url(folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as made,
    ):
        yield made


class _Inline(HTMLParser):
    """What of a page would run or look otherwise without a file of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("style", "iframe", "object", "embed", "base") or (
            tag == "script" and "src" not in given
        ):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name in RUNS]
        for name in ("href", "src", "action", "formaction"):
            parts = urlsplit(given.get(name, ""))
            if parts.scheme not in ("", "mailto", "tel") or (tag != "a" and parts.netloc):
                self.found.append(f"{name}={given[name]}")


def _faults(answer: Response, *, personal: bool) -> list[str]:
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    faults = [
        name
        for name, value in HEADERS.items()
        if name != "Content-Security-Policy" and headers.get(name) != value
    ]
    if policy != POLICY and not policy.startswith(SANDBOX):
        faults.append(f"policy {policy}")
    if "unsafe" in policy:
        faults.append("policy unsafe")
    if personal and MADE_FOR_SOMEBODY not in headers.get("cache-control", ""):
        faults.append(f"kept: {headers.get('cache-control')}")
    kind = headers.get("content-type", "")
    if answer.content and not kind:
        faults.append("no type")
    if kind.startswith("text/") and "charset=utf-8" not in kind:
        faults.append(kind)
    if kind.startswith("text/html"):
        reader = _Inline()
        reader.feed(answer.text)
        faults += reader.found
    if policy.startswith(SANDBOX) and "attachment" not in headers.get("content-disposition", ""):
        faults.append("shown and not saved")
    return faults


@pytest.mark.parametrize("person", PEOPLE)
def test_every_answer_of_every_route_is_closed_to_what_is_not_ours(
    rights: Rights, person: str
) -> None:
    """And what browsers send for anybody, a GET, leaves the history as it was."""
    faults, statuses, case = [], set(), rights.here[0].id
    routes = [one for one in routes_of(rights.application) if one[1] != "/sign-out" or not person]
    assert len(routes) > 110
    if person:
        assert rights.ask(person, "/inbox").status_code == 200
        rights.token(person)  # its entry comes before all others
    before = [rights.services.trail.head(one) for one in (CONGRESS, OTHER)]
    for method, path in sorted(routes, key=lambda one: (one[0] != "GET", one)):
        if method != "GET" and before:
            assert [rights.services.trail.head(one) for one in (CONGRESS, OTHER)] == before
            before = []
        rule = rule_of(method, path)
        assert rule is not None, path
        where = address(path, rule, ref=case, reference=case)
        answer = rights.ask(person, where, method)
        shared = path.startswith(("/static/", "/site.css"))
        told = _faults(answer, personal=bool(person) and not shared)
        faults += [f"{method} {where}: {one}" for one in told]
        statuses.add(answer.status_code)
    assert faults == []
    assert statuses >= ({200, 303, 403, 404, 422} if person else {200, 303, 401, 403, 404})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("DELETE", "/cases"),
        ("GET", "/static/0/../../../etc/passwd"),
        ("GET", "/cases?q=%00"),
        ("POST", "/api/v1/suggestions"),
        ("TRACE", "/"),
        ("OPTIONS", "/cases"),
        ("HEAD", "/sign-in"),
    ],
)
def test_what_reaches_no_route_is_as_closed(rights: Rights, method: str, path: str) -> None:
    for person in ("", KEEPER):
        assert _faults(rights.ask(person, path, method), personal=bool(person)) == []


def test_what_nobody_expected_tells_nothing_and_is_as_closed(
    rights: Rights, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("secret-of-the-house")

    monkeypatch.setattr(FormDrafts, "find", breaks)
    page = rights.ask("wang-fang", "/write/draft")
    assert page.status_code == 500
    assert page.headers["content-type"].startswith("text/html")
    assert "系统内部出错" in page.text
    plain = rights.client.get(
        "/write/draft", headers={"Cookie": f"bihuan={rights.cookie('wang-fang')}"}
    )
    assert (plain.status_code, plain.json()["code"]) == (500, "unexpected")
    for answer in (page, plain):
        assert _faults(answer, personal=True) == []
        assert "secret-of-the-house" not in answer.text
        assert "Traceback" not in answer.text
