"""Tokens of programs: given out once, shown once, ended at once, and each of it in the history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from app.accounts import AccountDesk
from app.doors import application_of
from tests.support.databases import KINDS, database_of
from tests.support.gates import begun
from tests.support.signed_in import Pages, pages_over

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ADMIN = """\
  - code: admin
    name: 蒋安
    appointments: [{role: administrator, post: 信息科科长}]
"""
HERE = "/api/v1/tokens"
WANTED: dict[str, Any] = {
    "person": "zhao-min",
    "label": "政府办公系统",
    "scopes": ["read"],
    "days": 30,
    "reason": "系统对接",
}
FORM = {
    "person": "zhao-min",
    "label": "办公系统",
    "scope-read": "yes",
    "days": "30",
    "reason": "对接",
}
SHOWN = re.compile(r'id="token" readonly value="([^"]+)"')


@pytest.fixture(params=KINDS)
def pages(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pages]:
    with (
        database_of(request.param, tmp_path, prepared=begun(ADMIN)) as url,
        pages_over(url, "linxi", NOW) as opened,
    ):
        yield opened


def _given(pages: Pages, person: str, *scopes: str) -> str:
    desk = AccountDesk(pages.services, "linxi", actor="system", reason="对接")
    return desk.issue_token(person, label="测试", scopes=scopes, days=9).token


def _call(
    pages: Pages,
    token: str,
    method: str,
    path: str,
    key: str = "",
    **more: Any,  # noqa: ANN401  # as httpx takes it
) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    if key:
        headers["Idempotency-Key"] = key
    return pages.client("").request(method, path, headers=headers, **more)


def _said(pages: Pages) -> tuple[str, str, str]:
    """Who made the last entry of the history, why, and all that it says."""
    head = pages.services.trail.head("linxi").sequence
    (entry,) = pages.services.trail.entries("linxi", after=head - 1)
    return entry.actor, str(entry.content.get("reason")), str(entry.content)


def test_a_program_of_an_administrator_gives_tokens_out_and_ends_them(pages: Pages) -> None:
    keeper = _given(pages, "admin", "read", "admin")
    made = _call(pages, keeper, "POST", HERE, json=WANTED)
    told = made.json()
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    actor, reason, whole = _said(pages)
    assert (actor, reason) == ("admin", "系统对接")
    assert told["secret"] not in whole
    assert _call(pages, told["secret"], "GET", "/api/v1/notices").status_code == 200
    assert _call(pages, told["secret"], "POST", "/api/v1/actions", json={}).status_code == 403
    one = _call(pages, keeper, "GET", made.headers["location"])
    assert "secret" not in one.json()
    assert (one.json()["state"], one.json()["person_name"]) == ("open", "赵敏")
    assert one.json()["last_used_at"] is not None
    listed = _call(pages, keeper, "GET", f"{HERE}?person=zhao-min").json()
    assert listed["items"] == [one.json()]
    gone = made.headers["location"]
    assert _call(pages, keeper, "DELETE", f"{gone}?reason=停止对接").status_code == 204
    assert _said(pages)[:2] == ("admin", "停止对接")
    assert _call(pages, told["secret"], "GET", "/api/v1/notices").status_code == 401
    again = _call(pages, keeper, "DELETE", f"{gone}?reason=停止对接")
    assert (again.status_code, again.json()["code"]) == (404, "unknown-token")
    assert _call(pages, keeper, "GET", f"{HERE}?state=revoked").json()["total"] == 1


def test_a_key_gives_one_token_out_and_tells_its_secret_once(pages: Pages) -> None:
    keeper = _given(pages, "admin", "read", "admin")
    first = _call(pages, keeper, "POST", HERE, "wish", json=WANTED)
    second = _call(pages, keeper, "POST", HERE, "wish", json=WANTED)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == {**first.json(), "secret": None}
    other = _call(pages, keeper, "POST", HERE, "wish", json={**WANTED, "days": 31})
    assert (other.status_code, other.json()["code"]) == (422, "request-key-reused")
    assert _call(pages, keeper, "GET", HERE, params={"person": "zhao-min"}).json()["total"] == 1
    end = f"{first.headers['location']}?reason=停"
    ended = [_call(pages, keeper, "DELETE", end, "end").status_code for _ in range(2)]
    assert ended == [204, 204]


def test_nobody_else_gives_tokens_out_and_no_program_more_than_it_has(pages: Pages) -> None:
    keeper = _given(pages, "admin", "read", "admin")
    refused = {
        "scope-missing": (keeper, {**WANTED, "scopes": ["read", "act"]}),
        "unknown-person": (keeper, {**WANTED, "person": "nobody"}),
        "malformed": (keeper, {**WANTED, "days": 100_000}),
        "role-missing": (_given(pages, "zhao-min", "read", "admin"), WANTED),
    }
    for code, (token, sent) in refused.items():
        assert _call(pages, token, "POST", HERE, json=sent).json()["code"] == code
    reader = _given(pages, "admin", "read", "act")
    for method, path in (
        ("GET", HERE),
        ("POST", HERE),
        ("DELETE", f"{HERE}/0123456789ab?reason=x"),
    ):
        answer = _call(pages, reader, method, path, json=WANTED if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert _call(pages, keeper, "GET", f"{HERE}?person=zhao-min").json()["total"] == 1


def test_the_list_comes_by_pages_in_its_orders(pages: Pages) -> None:
    keeper = _given(pages, "admin", "read", "admin")
    for days in (5, 300, 40):
        pages.watch.pass_by(minutes=1)
        _call(pages, keeper, "POST", HERE, json={**WANTED, "days": days})
    for sort, name, backwards in (("newest", "created_at", True), ("expires", "expires_at", False)):
        found, after = [], ""
        while True:
            page = _call(pages, keeper, "GET", f"{HERE}?sort={sort}&limit=2{after}").json()
            found += page["items"]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert page["total"] == len(found) == 4
        values = [one[name] for one in found]
        assert values == sorted(values, reverse=backwards)
    for cursor in ("x", after.removeprefix("&after=")):
        answer = _call(pages, keeper, "GET", f"{HERE}?sort=newest&after={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")


def _form(pages: Pages, path: str) -> dict[str, str]:
    page = pages.get("admin", path).text
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_page_gives_one_token_out_and_a_second_click_shows_the_same(pages: Pages) -> None:
    form = _form(pages, "/admin/tokens/new") | FORM
    told = [pages.post("admin", "/admin/tokens/new", **form) for _ in range(2)]
    assert [one.status_code for one in told] == [200, 200]
    assert [one.headers["cache-control"] for one in told] == ["no-store", "no-store"]
    (secret,) = {unescape(SHOWN.findall(one.text)[0]) for one in told}
    assert _call(pages, secret, "GET", "/api/v1/notices").status_code == 200
    listed = pages.get("admin", "/admin/tokens").text
    assert listed.count("/end") == 1
    assert secret not in listed
    changed = pages.post("admin", "/admin/tokens/new", **{**form, "days": "31"})
    assert changed.status_code == 422
    for forged in ("", "short", "x" * 43 + "y"):
        answer = pages.post("admin", "/admin/tokens/new", **{**FORM, "seed": forged})
        assert forged == "" or answer.status_code == 422, forged


def test_a_form_says_what_it_lacks(pages: Pages) -> None:
    form = _form(pages, "/admin/tokens/new")
    page = pages.post("admin", "/admin/tokens/new", **form, person="", days="x")
    assert page.status_code == 422
    for name in ("person", "label", "scope-read", "days", "reason"):
        assert f'href="#f-{name}"' in page.text
        assert f'id="f-{name}"' in page.text
    unknown = pages.post("admin", "/admin/tokens/new", **{**form, **FORM, "person": "nobody"})
    assert (unknown.status_code, 'href="#f-person"' in unknown.text) == (404, True)
    assert pages.post("zhao-min", "/admin/tokens/new", **FORM).status_code == 403


def test_a_page_ends_a_token_once_and_asks_why(pages: Pages) -> None:
    form = _form(pages, "/admin/tokens/new") | FORM
    secret = unescape(SHOWN.findall(pages.post("admin", "/admin/tokens/new", **form).text)[0])
    (path,) = re.findall(
        r'action="(/admin/tokens/\w+/end)"', pages.get("admin", "/admin/tokens").text
    )
    assert pages.post("admin", path, reason=" ").status_code == 422
    ended = [pages.post("admin", path, reason="停止对接").headers["location"] for _ in range(2)]
    assert ended == ["/admin/tokens?done=ended"] * 2
    assert _said(pages)[:2] == ("admin", "停止对接")
    assert _call(pages, secret, "GET", "/api/v1/notices").status_code == 401


def test_whose_name_it_is_sees_it_and_can_end_it(pages: Pages) -> None:
    pages.application = application_of(pages.services)
    secret, other = _given(pages, "zhao-min", "read"), _given(pages, "wang-fang", "read")
    page = pages.get("zhao-min", "/account/preferences").text
    (token,) = re.findall(r'name="token" value="(\w+)"', page)
    assert secret not in page
    (foreign,) = re.findall(
        r'name="token" value="(\w+)"', pages.get("wang-fang", "/account/preferences").text
    )
    for named in (foreign, "none", token, token):
        done = pages.post("zhao-min", "/account/preferences/token/end", token=named)
        assert done.headers["location"].endswith("done=token-ended")
    assert _said(pages)[0] == "zhao-min"
    assert _call(pages, secret, "GET", "/api/v1/notices").status_code == 401
    assert _call(pages, other, "GET", "/api/v1/notices").status_code == 200
