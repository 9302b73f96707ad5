"""A session that ends in mid-form: what was typed in any form is held, and files are told of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from httpx2 import Response

from tests.support.databases import sqlite_url
from tests.support.markup import forms_in
from tests.support.rights import HTML, KEEPER, RIGHTS, Rights, open_rights
from tests.support.rights_routes import address, routes_of, rule_of

OURS = {"Origin": "http://testserver"}
REASON = "一段已经写好的长理由"
BEFORE_ANYBODY = ("/sign-in", "/sign-in/code", "/sign-in/demo", "/sign-out")


@pytest.fixture(scope="module")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rights]:
    folder = tmp_path_factory.mktemp("held")
    with (
        sqlite_url(folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as made,
    ):
        yield made


def _send(rights: Rights, person: str, where: str, form: dict[str, str]) -> Response:
    cookie = {"Cookie": f"bihuan={rights.cookie(person)}"} if person else {}
    return rights.client.post(where, data=form, headers={**HTML, **OURS, **cookie})


def _held(answer: Response) -> dict[str, str]:
    forms = [one for one in forms_in(answer.text) if one[0] == "post" and one[1] != "/sign-out"]
    assert len(forms) == 1
    return forms[0][2]


def test_what_was_typed_comes_through_a_session_that_ended(rights: Rights) -> None:
    where = "/admin/accounts/new"
    typed = {"person": "wang-fang", "name": "fang", "subject": "", "reason": REASON}
    ended = _send(rights, "", where, {**typed, "csrf": "of-the-old-session"})
    assert ended.status_code == 401
    assert REASON in ended.text
    assert _held(ended) == typed
    renewed = _send(rights, KEEPER, where, _held(ended))
    assert renewed.status_code == 403
    assert "尚未提交" in renewed.text
    before = rights.services.trail.head("linxi").sequence
    assert _held(renewed) == {**typed, "csrf": rights.csrf(KEEPER)}
    done = _send(rights, KEEPER, where, _held(renewed))
    assert done.status_code in (200, 303), done.text
    assert rights.services.trail.head("linxi").sequence > before


def test_every_form_of_every_page_is_held(rights: Rights) -> None:
    met = 0
    for method, path in routes_of(rights.application):
        rule = rule_of(method, path)
        if method != "POST" or path.startswith("/api/") or path in BEFORE_ANYBODY or rule is None:
            continue
        where = address(path, rule, ref="case-1", reference="case-1")
        if where.endswith(("/files", "/import", "/calendar")):
            continue
        answer = _send(rights, "", where, {"reason": REASON, "f-reason": REASON})
        assert answer.status_code == 401, where
        assert REASON in answer.text, where
        met += 1
    assert met > 15


def test_a_file_that_came_too_late_is_told_of(rights: Rights) -> None:
    for where in ("/cases/case-1/files", "/admin/import", "/admin/calendar"):
        answer = rights.client.post(
            where,
            data={"reason": "照片"},
            files={"file": ("a.txt", b"x")},
            headers={**HTML, **OURS},
        )
        assert answer.status_code == 401, where
        assert "重新登录" in answer.text
        assert re.search("文件没有收到|重新选择", answer.text), where


def test_a_password_is_never_held(rights: Rights) -> None:
    form = {"old": "geheim-1-2-3", "new": "geheim-1-2-3", "again": "geheim-1-2-3", "next": "/"}
    for person in ("", KEEPER):
        answer = _send(rights, person, "/account/password", form)
        assert answer.status_code in (401, 403)
        assert "geheim" not in answer.text


def test_only_a_form_of_ours_is_held_for_somebody_who_is_signed_in(rights: Rights) -> None:
    for headers in ({"Origin": "https://elsewhere.example"}, {}):
        answer = rights.client.post(
            "/admin/accounts/new",
            data={"person": "li-ming", "reason": REASON},
            headers={**HTML, "Cookie": f"bihuan={rights.cookie(KEEPER)}", **headers},
        )
        assert answer.status_code == 403
        assert REASON not in answer.text
        assert rights.csrf(KEEPER) not in re.sub(
            r'<form method="post" action="/sign-out".*?</form>', "", answer.text, flags=re.DOTALL
        )
