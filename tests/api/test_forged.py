"""Every address that changes something refuses what does not come from a page of this session.

The addresses are those that are served. What is refused leaves the history as it was; that no GET
changes it is looked at in test_headers.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from httpx2 import Response

from tests.support.databases import sqlite_url
from tests.support.rights import HTML, KEEPER, RIGHTS, Rights, open_rights
from tests.support.rights_routes import address, routes_of, rule_of
from tests.support.world import CONGRESS

PEOPLE = (KEEPER, "wang-fang", "committee-head", "clerk-transport", "committee")
BEFORE_ANYBODY = ("/sign-in", "/sign-in/code", "/sign-in/demo")
WITH_A_FILE = ("/admin/import", "/admin/calendar", "/files")
ELSEWHERE: tuple[dict[str, str], ...] = (
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver.elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.fixture(scope="module")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rights]:
    folder = tmp_path_factory.mktemp("forged")
    with (
        sqlite_url(folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as made,
    ):
        for person in PEOPLE:
            made.csrf(person)
            made.token(person)
        yield made


def _head(rights: Rights) -> tuple[int, int]:
    return tuple(rights.services.trail.head(one).sequence for one in (CONGRESS, "dongshan"))  # type: ignore[return-value]  # two of them


def _send(
    rights: Rights,
    person: str,
    where: str,
    method: str = "POST",
    *,
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    told = {**HTML, "Cookie": f"bihuan={rights.cookie(person)}", **(headers or {})}
    brought = {"file": ("a.csv", b"code,name\n")} if where.endswith(WITH_A_FILE) and form else None
    return rights.client.request(method, where, headers=told, data=form, files=brought)


def _posts(rights: Rights, *, api: bool) -> list[tuple[str, str]]:
    case = rights.here[0].id
    found = []
    for method, path in routes_of(rights.application):
        rule = rule_of(method, path)
        assert rule is not None, path
        if method not in ("GET", "OPTIONS") and path.startswith("/api/") is api:
            found.append((method, address(path, rule, ref=case, reference=case)))
    assert len(found) > 3
    return found


def test_no_page_takes_a_form_of_another_session(rights: Rights) -> None:
    before = _head(rights)
    for method, where in _posts(rights, api=False):
        if where in BEFORE_ANYBODY:
            continue
        for person in PEOPLE[:4]:
            for csrf in ("", rights.csrf("wang-fang" if person != "wang-fang" else KEEPER)):
                answer = _send(rights, person, where, method, form={"csrf": csrf, "reason": "说明"})
                # Not theirs at all, or nothing to do there: told before the form is looked at.
                allowed = (
                    (403, 404, 409, 422) if where.startswith(("/cases/", "/write/")) else (403, 404)
                )
                assert answer.status_code in allowed, (where, person, answer.status_code)
    assert _head(rights) == before
    assert all(rights.ask(one, "/inbox").status_code == 200 for one in PEOPLE)


def test_no_page_takes_a_form_of_another_site(rights: Rights) -> None:
    before = _head(rights)
    for method, where in _posts(rights, api=False):
        for headers in ELSEWHERE:
            for person in PEOPLE[:2]:
                form = {"csrf": rights.csrf(person), "reason": "说明"}
                answer = _send(rights, person, where, method, form=form, headers=headers)
                assert answer.status_code in (403, 404, 422), (where, person, headers)
                assert "set-cookie" not in answer.headers, where
    assert _head(rights) == before
    assert all(rights.ask(one, "/inbox").status_code == 200 for one in PEOPLE)


def test_a_cookie_alone_changes_nothing_at_any_address_of_the_api(rights: Rights) -> None:
    before = _head(rights)
    for method, where in _posts(rights, api=True):
        mine = {"X-CSRF-Token": rights.csrf("wang-fang")}
        other = {"X-CSRF-Token": rights.csrf("committee")}
        for headers in ({}, other, *({**mine, **one} for one in ELSEWHERE)):
            answer = _send(rights, "wang-fang", where, method, headers=headers)
            told = (answer.status_code, answer.json()["code"])
            assert told in ((403, "form-forged"), (422, "malformed")), (where, headers, told)
    assert _head(rights) == before


def test_a_deed_is_done_by_a_form_of_this_session_only(rights: Rights) -> None:
    case = next(
        one.id
        for one in rights.here
        if any(
            action["action"] == "urge"
            for action in rights.ask(
                "committee-head", f"/api/v1/suggestions/{one.id}/actions"
            ).json()["items"]
        )
    )
    where = f"/cases/{case}/act/urge"
    subject = next(
        str(one["subject"])
        for one in rights.ask("committee-head", f"/api/v1/suggestions/{case}/actions").json()[
            "items"
        ]
        if one["action"] == "urge"
    )
    form = {
        "step": "do",
        "subject": subject,
        "f-note": "请抓紧",
        "begun": "1",
        "sequence": "999999",
    }
    before = _head(rights)
    for csrf in ("", "x", rights.csrf("wang-fang")):
        forged = _send(rights, "committee-head", where, form={**form, "csrf": csrf})
        assert forged.status_code == 403
    mine = {**form, "csrf": rights.csrf("committee-head")}
    for headers in ELSEWHERE:
        assert _send(rights, "committee-head", where, form=mine, headers=headers).status_code == 403
    assert _head(rights) == before
    done = _send(rights, "committee-head", where, form=mine)
    assert done.status_code in (200, 303), done.text
    assert _head(rights) != before
