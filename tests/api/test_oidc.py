"""Signing in by another provider: a real one, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from fastapi.testclient import TestClient
from httpx2 import Response

from app.log import _without_token
from tests.support.databases import KINDS, database_of, sqlite_url
from tests.support.doorstep import CSRF
from tests.support.gates import PASSWORD, WITH_ACCOUNT
from tests.support.provider import (
    CLIENT,
    HERE,
    RealProvider,
    Town,
    begin,
    come_back,
    free_port,
    give_address,
    last_entry,
    real_provider,
    refused,
    town_with,
)

SUBJECT = "wf-001"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealProvider]:
    with real_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture
def town(tmp_path: Path, provider: RealProvider) -> Iterator[Town]:
    with sqlite_url(tmp_path, prepared=WITH_ACCOUNT) as url, town_with(url, provider.url) as made:
        yield made


@pytest.fixture(params=KINDS)
def anywhere(
    request: pytest.FixtureRequest, tmp_path: Path, provider: RealProvider
) -> Iterator[Town]:
    """On either database."""
    with (
        database_of(request.param, tmp_path, prepared=WITH_ACCOUNT) as url,
        town_with(url, provider.url) as made,
    ):
        yield made


def _sign_in(
    browser: TestClient, provider: RealProvider, subject: str, next_: str = "/"
) -> Response:
    return come_back(browser, provider.consent(begin(browser, next_), subject))


def test_whoever_is_connected_comes_in_and_goes_where_they_wanted(
    anywhere: Town, provider: RealProvider
) -> None:
    anywhere.desk.connect("wang-fang", SUBJECT)
    browser = anywhere.browser()
    page = browser.get("/sign-in?next=/cases").text
    assert "统一身份认证" in page
    assert 'href="/sign-in/oidc?next=/cases"' in page
    there = _sign_in(browser, provider, SUBJECT, "/cases?late=yes")
    assert (there.status_code, there.headers["location"]) == (303, "/cases?late=yes")
    me = anywhere.visitor(browser)
    assert me is not None
    assert (me.person, me.must_change) == ("wang-fang", False)
    assert anywhere.outcomes()[0] == ("wangfang", "vouched")
    assert "__Host-bihuan-oidc" not in browser.cookies
    assert browser.get("/cases").status_code == 200


def test_what_is_asked_of_the_provider(town: Town, provider: RealProvider) -> None:
    browser = town.browser()
    sent = browser.get("/sign-in/oidc")
    where = urlsplit(sent.headers["location"])
    assert f"{where.scheme}://{where.netloc}" == provider.url
    asked = {name: found[0] for name, found in parse_qs(where.query).items()}
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == f"{HERE}/sign-in/oidc/back"
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-bihuan-oidc=")
    parts = {one.strip().lower() for one in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=lax", "path=/", "max-age=600"} <= parts
    again = parse_qs(urlsplit(begin(town.browser())).query)
    assert not {asked["state"], asked["nonce"]} & {again["state"][0], again["nonce"][0]}


def test_a_stranger_is_told_what_to_tell_an_administrator(
    town: Town, provider: RealProvider
) -> None:
    browser = town.browser()
    answer = _sign_in(browser, provider, "nobody-here")
    refused(town, browser, answer)
    assert "nobody-here" in answer.text
    assert town.outcomes()[0][1] == "not-vouched"
    assert town.desk.of("wang-fang").external_subject is None
    browser.cookies.set("bihuan-language", "en", domain="bihuan.example", path="/")
    assert "tell an administrator" in _sign_in(browser, provider, "nobody-here").text


def test_a_disabled_account_isrefused(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    town.desk.disable("wang-fang")
    browser = town.browser()
    answer = _sign_in(browser, provider, SUBJECT)
    refused(town, browser, answer)
    assert "不能使用" in answer.text
    assert town.outcomes()[0] == ("wangfang", "not-vouched")


def test_whoever_is_disconnected_stays_out_and_is_signed_out(
    town: Town, provider: RealProvider
) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    browser = town.browser()
    _sign_in(browser, provider, SUBJECT)
    assert town.visitor(browser) is not None
    town.desk.disconnect("wang-fang")
    assert town.visitor(browser) is None
    refused(town, browser, _sign_in(browser, provider, SUBJECT))


def test_a_code_counts_once(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    browser, thief = town.browser(), town.browser()
    back = provider.consent(begin(browser), SUBJECT)
    kept = browser.cookies["__Host-bihuan-oidc"]
    assert come_back(browser, back).status_code == 303
    again = come_back(browser, back)
    assert again.status_code == 401
    thief.cookies.set("__Host-bihuan-oidc", kept, domain="bihuan.example", path="/")
    stolen = come_back(thief, back)
    refused(town, thief, stolen)
    assert "已用过" in stolen.text
    assert town.visitor(browser) is not None


def test_an_answer_that_this_browser_did_not_ask_for_isrefused(
    town: Town, provider: RealProvider
) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    victim, attacker = town.browser(), town.browser()
    theirs = provider.consent(begin(attacker), SUBJECT)
    refused(town, victim, come_back(victim, theirs))
    begin(victim)
    refused(town, victim, come_back(victim, theirs))
    for path in ("", "?state=", "?code=x&state=x", "?code=x&state=%01%ff", "?state=王"):
        begin(victim)
        refused(town, victim, victim.get(f"/sign-in/oidc/back{path}"))
    # Nothing of it is counted: another site could keep a whole office waiting.
    assert town.outcomes() == []


def test_a_changed_cookie_is_another_sign_in(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    for change in (
        lambda one: one.replace(".", ".9", 1),
        lambda one: one.rpartition(".")[0] + ".L2V2aWw",
        lambda one: "x" + one,
        lambda one: one.partition(".")[2],
        lambda _: "",
    ):
        browser = town.browser()
        back = provider.consent(begin(browser), SUBJECT)
        kept = browser.cookies["__Host-bihuan-oidc"]
        browser.cookies.clear()
        browser.cookies.set("__Host-bihuan-oidc", change(kept), domain="bihuan.example", path="/")
        refused(town, browser, come_back(browser, back))


def test_whoever_says_no_there_is_not_let_in_here(town: Town, provider: RealProvider) -> None:
    browser = town.browser()
    address = begin(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    denied = f"{HERE}/sign-in/oidc/back?error=access_denied&state={state}"
    answer = come_back(browser, denied)
    refused(town, browser, answer)
    assert "没有放行" in answer.text
    del provider


def test_a_provider_that_is_down_is_told_and_not_counted(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with sqlite_url(tmp_path, prepared=WITH_ACCOUNT) as url, town_with(url, nowhere) as town:
        browser = town.browser()
        answer = browser.get("/sign-in/oidc", headers={"Accept": "text/html"})
        refused(town, browser, answer, 503)
        assert "用户名和密码" in answer.text
        assert nowhere not in answer.text
        entered = browser.post("/sign-in", data={"name": "wangfang", "password": PASSWORD})
        assert entered.status_code == 303


def test_a_second_factor_of_ours_is_asked_all_the_same(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    address = urlsplit(town.desk.ask_code("wang-fang").address)
    phone = pyotp.TOTP(parse_qs(address.query)["secret"][0])
    browser = town.browser()
    there = _sign_in(browser, provider, SUBJECT, "/mine")
    assert there.headers["location"] == "/sign-in/code?next=/mine"
    assert town.visitor(browser) is None
    assert town.outcomes()[0] == ("wangfang", "half")
    code = phone.at(town.watch.now)
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 303
    assert town.visitor(browser) is not None


def test_signing_out_ends_our_session(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    browser = town.browser()
    _sign_in(browser, provider, SUBJECT)
    me = town.visitor(browser)
    assert me is not None
    cookie = browser.cookies["__Host-bihuan"]
    assert browser.post("/sign-out", data={"csrf": me.csrf}).status_code == 303
    replayed = town.browser()
    replayed.cookies.set("__Host-bihuan", cookie, domain="bihuan.example", path="/")
    assert town.visitor(replayed) is None


def test_whoever_came_by_the_provider_is_shown_the_way_out_of_it(
    town: Town, provider: RealProvider
) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    browser = town.browser()
    cookie = _sign_in(browser, provider, SUBJECT).headers.get_list("set-cookie")
    (way,) = (one for one in cookie if one.startswith("__Host-bihuan-way="))
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= {
        one.strip().lower() for one in way.split(";")[1:]
    }
    me = town.visitor(browser)
    assert me is not None
    left = browser.post("/sign-out", data={"csrf": me.csrf})
    assert left.headers["location"] == "/sign-in?out=there"
    page = browser.get("/sign-in?out=there").text
    assert 'href="/sign-out/oidc"' in page
    there = browser.get("/sign-out/oidc")
    assert there.status_code == 303
    where = urlsplit(there.headers["location"])
    assert f"{where.scheme}://{where.netloc}" == provider.url
    asked = parse_qs(where.query)
    assert asked["client_id"] == [CLIENT]
    assert asked["post_logout_redirect_uri"] == [f"{HERE}/sign-in"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert "__Host-bihuan-way" not in browser.cookies
    assert requests.get(there.headers["location"], timeout=60).ok
    assert urlsplit(browser.get("/sign-out/oidc").headers["location"]).query.count("=") == 2


def test_whoever_came_by_a_password_is_not_sent_there(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    browser = town.browser()
    _sign_in(browser, provider, SUBJECT)
    town.desk.set_password("wang-fang", PASSWORD)
    assert browser.post("/sign-in", data={"name": "wangfang", "password": PASSWORD}).is_redirect
    assert "__Host-bihuan-way" not in browser.cookies
    csrf = CSRF.search(browser.get("/account/password").text)
    assert csrf is not None
    left = browser.post("/sign-out", data={"csrf": csrf[1]})
    assert left.headers["location"] == "/sign-in"


def test_next_leads_nowhere_else(town: Town, provider: RealProvider) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    for given in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        there = _sign_in(town.browser(), provider, SUBJECT, given)
        assert there.headers["location"] == "/"


def test_guesses_at_the_password_do_not_keep_the_provider_out(
    town: Town, provider: RealProvider
) -> None:
    town.desk.connect("wang-fang", SUBJECT)
    for _ in range(6):
        town.browser("203.0.113.9").post("/sign-in", data={"name": "wangfang", "password": "x"})
    browser = town.browser()
    assert _sign_in(browser, provider, SUBJECT).status_code == 303


def test_a_verified_address_connects_once_where_the_settings_say_so(
    tmp_path: Path, provider: RealProvider
) -> None:
    provider.know("by-mail", email="WangFang@linxi.example", email_verified=True)
    provider.know("unverified", email="wangfang@linxi.example", email_verified=False)
    provider.know("as-text", email="wangfang@linxi.example", email_verified="true")
    provider.know("second", email="wangfang@linxi.example", email_verified=True)
    told = {"oidc_link_by_email": True, "oidc_scopes": "openid email"}
    with (
        sqlite_url(tmp_path, prepared=WITH_ACCOUNT) as url,
        town_with(url, provider.url, **told) as town,
    ):
        give_address(town, "wang-fang", "wangfang@linxi.example")
        for subject in ("unverified", "as-text"):
            stranger = town.browser()
            refused(town, stranger, _sign_in(stranger, provider, subject))
        assert _sign_in(town.browser(), provider, "by-mail").status_code == 303
        assert town.desk.of("wang-fang").external_subject == "by-mail"
        assert last_entry(town)[0] == "wang-fang"
        assert "邮箱" in last_entry(town)[1]
        stranger = town.browser()
        refused(town, stranger, _sign_in(stranger, provider, "second"))


def test_a_verified_address_alone_connects_nobody(tmp_path: Path, provider: RealProvider) -> None:
    provider.know("by-mail-2", email="wangfang@linxi.example", email_verified=True)
    told = {"oidc_scopes": "openid email"}
    with (
        sqlite_url(tmp_path, prepared=WITH_ACCOUNT) as url,
        town_with(url, provider.url, **told) as town,
    ):
        give_address(town, "wang-fang", "wangfang@linxi.example")
        stranger = town.browser()
        refused(town, stranger, _sign_in(stranger, provider, "by-mail-2"))


def test_the_code_stays_out_of_the_access_log() -> None:
    shown = _without_token("/sign-in/oidc/back?code=c1&state=s1")
    assert "c1" not in str(shown)
