"""Accounts by pages: opened, given another password, connected; each with who and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from app.accounts import AccountDesk
from db.accounts import Accounts
from tests.support.databases import sqlite_url
from tests.support.gates import OTHER, begun
from tests.support.signed_in import Pages, pages_over
from web.errors import SignInRefused

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ADMIN = """\
  - code: admin
    name: 蒋安
    appointments: [{role: administrator, post: 信息科科长}]
"""
SHOWN = re.compile(r"<code>([^<]+)</code>")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with sqlite_url(tmp_path, prepared=begun(ADMIN)) as url:
        provider = {"oidc_issuer": "https://id.example", "oidc_client": "bihuan"}
        with pages_over(url, "linxi", NOW, **provider) as opened:
            yield opened


def _desk(pages: Pages) -> AccountDesk:
    return AccountDesk(pages.services, "linxi", actor="system", reason="看")


def _said(pages: Pages) -> tuple[str, str, str]:
    """Who made the last entry of the history, why, and all that it says."""
    head = pages.services.trail.head("linxi").sequence
    (entry,) = pages.services.trail.entries("linxi", after=head - 1)
    return entry.actor, str(entry.content.get("reason")), str(entry.content)


def test_an_account_is_opened_with_a_password_that_is_shown_once(pages: Pages) -> None:
    form = pages.get("admin", "/admin/accounts/new").text
    assert '<option value="zhao-min">赵敏</option>' in form
    assert '<option value="admin">' not in form
    shown = pages.post(
        "admin", "/admin/accounts/new", person="zhao-min", name="ZhaoMin", reason="到岗"
    )
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    password = unescape(SHOWN.findall(shown.text)[0])
    actor, reason, whole = _said(pages)
    assert (actor, reason) == ("admin", "到岗")
    assert password not in whole
    for path in ("/admin/accounts", "/admin/accounts/zhao-min", "/admin/audit"):
        assert password not in pages.get("admin", path).text
    cookie = pages.gate.sign_in("zhaomin", password, pages.arrival()).cookie
    found = pages.gate.visitor(cookie, pages.arrival())
    assert found is not None
    assert (found.person, found.must_change) == ("zhao-min", True)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"person": "nobody"}, "nobody"),
        ({"person": ""}, "没有"),
        ({"person": "admin"}, "已有账号"),
        ({"person": "zhao-min", "name": "admin"}, "已被使用"),
        ({"person": "zhao-min", "name": "a b"}, "不含空格"),
        ({"person": "zhao-min", "subject": "x" * 256}, "255"),
    ],
)
def test_what_cannot_be_opened_is_told_and_what_was_typed_stays(
    pages: Pages, form: dict[str, str], told: str
) -> None:
    refused = pages.post("admin", "/admin/accounts/new", **form, reason="试一试")
    assert 400 <= refused.status_code < 500
    assert told in refused.text
    assert 'value="试一试"' in refused.text
    assert [one.person for one in Accounts(pages.services.database).all("linxi")] == ["admin"]


def test_another_password_ends_the_old_one_and_every_session(pages: Pages) -> None:
    cookie = pages.cookie("zhao-min")
    shown = pages.post("admin", "/admin/accounts/zhao-min/password", reason="忘记密码")
    password = unescape(SHOWN.findall(shown.text)[0])
    assert _said(pages)[:2] == ("admin", "忘记密码")
    assert pages.gate.visitor(cookie, pages.arrival()) is None
    with pytest.raises(SignInRefused):
        pages.gate.sign_in("zhao-min", OTHER, pages.arrival())
    assert pages.gate.sign_in("zhao-min", password, pages.arrival()).cookie


def test_a_lost_telephone_is_no_obstacle(pages: Pages) -> None:
    pages.cookie("zhao-min")
    assert "no-code" not in pages.get("admin", "/admin/accounts/zhao-min").text
    _desk(pages).ask_code("zhao-min")
    assert "no-code" in pages.get("admin", "/admin/accounts/zhao-min").text
    done = pages.post("admin", "/admin/accounts/zhao-min/no-code", reason="手机丢失")
    assert done.headers["location"] == "/admin/accounts/zhao-min?done=no-code"
    (told,) = pages.services.inbox.page("linxi", "zhao-min").items
    assert (told.template, told.facts["reason"]) == ("second_factor_removed", "手机丢失")
    assert _desk(pages).of("zhao-min").totp_secret is None
    assert _said(pages)[:2] == ("admin", "手机丢失")


def test_an_account_is_connected_with_the_provider_and_no_more(pages: Pages) -> None:
    for person in ("zhao-min", "wang-fang"):
        pages.cookie(person)
    connect = "/admin/accounts/zhao-min/connect"
    assert pages.post("admin", connect, subject=" zm-1 ", reason="上线").status_code == 303
    assert _desk(pages).of("zhao-min").external_subject == "zm-1"
    assert _said(pages)[:2] == ("admin", "上线")
    assert "zm-1" in _said(pages)[2]
    assert "zm-1" in pages.get("admin", "/admin/accounts/zhao-min?done=connect").text
    taken = pages.post("admin", "/admin/accounts/wang-fang/connect", subject="zm-1", reason="错")
    assert taken.status_code == 422
    assert "另一账号" in taken.text
    pages.post("admin", "/admin/accounts/zhao-min/disconnect", reason="调离")
    assert _desk(pages).of("zhao-min").external_subject is None
    assert _said(pages)[:2] == ("admin", "调离")


def test_an_account_of_the_provider_only_has_no_password_to_show(pages: Pages) -> None:
    done = pages.post(
        "admin", "/admin/accounts/new", person="zhao-min", subject="zm-1", reason="到岗"
    )
    assert done.headers["location"] == "/admin/accounts/zhao-min?done=open"
    row = _desk(pages).of("zhao-min")
    assert (row.password, row.must_change, row.external_subject) == (None, False, "zm-1")


def test_signing_somebody_out_is_audited(pages: Pages) -> None:
    cookie = pages.cookie("zhao-min")
    pages.post("admin", "/admin/accounts/zhao-min/end-sessions", reason="公用电脑")
    assert pages.gate.visitor(cookie, pages.arrival()) is None
    actor, reason, whole = _said(pages)
    assert (actor, reason) == ("admin", "公用电脑")
    assert "account_sessions_ended" in whole


def test_an_account_that_is_not_there_is_told(pages: Pages) -> None:
    assert pages.get("admin", "/admin/accounts/wang-fang").status_code == 404
    assert pages.get("admin", "/admin/accounts/nobody").status_code == 404
