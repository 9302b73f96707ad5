"""Coming in and going out through the pages, and everything by which somebody might slip in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from httpx2 import Response

from app import attempts
from tests.support.doorstep import HTTPS, Web, csrf_of, plain_web, sign_in, web
from tests.support.gates import OTHER, PASSWORD
from web.entrance import safe_next

__all__ = ["plain_web", "web"]
ELSEWHERE = "https://elsewhere.example"


def test_nobody_is_sent_to_sign_in_and_comes_back(web: Web) -> None:
    browser = web.browser()
    sent = browser.get("/probe/page?year=2026&x=%E7%8E%8B")
    assert sent.status_code == 303
    where = urlsplit(sent.headers["location"])
    assert where.path == "/sign-in"
    form = browser.get(sent.headers["location"])
    assert form.status_code == 200
    next_ = parse_qs(where.query)["next"][0]
    back = sign_in(browser, next=next_)
    assert back.headers["location"] == next_ == "/probe/page?year=2026&x=%E7%8E%8B"
    assert browser.get(next_).json()["person"] == "wang-fang"


def test_the_cookie_is_for_this_host_over_https_and_for_no_script(web: Web) -> None:
    given = sign_in(web.browser()).headers["set-cookie"]
    assert given.startswith("__Host-bihuan=")
    parts = {one.strip().lower() for one in given.split(";")[1:]}
    assert parts == {"httponly", "secure", "samesite=lax", "path=/"}


def test_without_https_the_cookie_is_as_strict_as_it_can_be(plain_web: Web) -> None:
    given = sign_in(plain_web.browser()).headers["set-cookie"]
    assert given.startswith("bihuan=")
    parts = {one.strip().lower() for one in given.split(";")[1:]}
    assert parts == {"httponly", "samesite=lax", "path=/"}
    assert "strict-transport-security" not in plain_web.browser().get("/sign-in").headers


def test_headers_of_what_is_for_one_person(web: Web) -> None:
    browser = web.signed_in()
    page = browser.get("/account/password")
    policy = page.headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert browser.get("/api/probe").headers["cache-control"] == "no-store"
    assert "<script" not in page.text.replace('<script src="', "")
    assert " style=" not in page.text


def test_whatever_is_wrong_is_told_in_the_same_words(web: Web) -> None:
    web.house.desk.add("li-ming", "liming", PASSWORD)
    web.house.desk.disable("li-ming")
    tried = [("wangfang", "wrong"), ("nobody", OTHER), ("liming", PASSWORD), ("", "")]
    answers = [sign_in(web.browser(), password, name) for name, password in tried]
    assert {one.status_code for one in answers} == {401}
    texts = {
        one.text.replace(f'value="{name}"', "")
        for one, (name, _) in zip(answers, tried, strict=True)
    }
    assert len(texts) == 1
    assert not any("set-cookie" in one.headers for one in answers)
    assert "wrong" not in answers[0].text


@pytest.mark.parametrize(
    "given",
    [
        *(ELSEWHERE, "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example"),
        *("https:elsewhere.example", "javascript:alert(1)", "/\t/elsewhere.example", ""),
        *("elsewhere.example", "///elsewhere.example", "/ok\r\nSet-Cookie: a=b", "/王", " /x"),
    ],
)
def test_next_leads_nowhere_else(web: Web, given: str) -> None:
    assert safe_next(given) == "/"
    answer = sign_in(web.browser(), next=given)
    assert answer.headers["location"] == "/"
    signed_in = web.signed_in()
    assert signed_in.get("/sign-in", params={"next": given}).headers["location"] == "/"


def test_next_may_be_any_page_of_ours() -> None:
    for one in ("/", "/cases?sort=due&x=%2F%2F", "/cases/5%2F2", "/a//b"):
        assert safe_next(one) == one


def test_a_session_that_somebody_planted_never_counts(web: Web) -> None:
    browser = web.browser()
    browser.cookies.set("__Host-bihuan", "planted", domain="bihuan.example", path="/")
    given = sign_in(browser).cookies["__Host-bihuan"]
    assert given != "planted"
    thief = web.browser()
    thief.cookies.set("__Host-bihuan", "planted", domain="bihuan.example", path="/")
    assert thief.get("/probe/page").status_code == 303
    # The attacker's own session, planted before, does not become the victim's either.
    web.house.desk.add("li-ming", "liming", PASSWORD)
    attackers = sign_in(web.browser(), PASSWORD, "liming").cookies["__Host-bihuan"]
    victim = web.browser()
    victim.cookies.set("__Host-bihuan", attackers, domain="bihuan.example", path="/")
    assert sign_in(victim).cookies["__Host-bihuan"] != attackers
    assert web.house.visitor(attackers) is None


def test_signing_out_ends_the_session_and_not_only_the_cookie(web: Web) -> None:
    browser, other = web.signed_in(), web.signed_in()
    cookie = browser.cookies["__Host-bihuan"]
    answer = browser.post("/sign-out", data={"csrf": csrf_of(browser)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    replayed = web.browser()
    replayed.cookies.set("__Host-bihuan", cookie, domain="bihuan.example", path="/")
    assert replayed.get("/probe/page").status_code == 303
    assert replayed.get("/api/probe").status_code == 401
    assert other.get("/probe/page").status_code == 200
    assert web.browser().post("/sign-out").status_code == 303


def test_a_session_ends_with_time(web: Web) -> None:
    browser = web.signed_in()
    web.house.watch.pass_by(minutes=59)
    assert browser.get("/probe/page").status_code == 200
    web.house.watch.pass_by(minutes=60)
    assert browser.get("/probe/page").status_code == 303


@pytest.mark.parametrize("csrf", ["", "x", None])
def test_a_forged_form_changes_nothing(web: Web, csrf: str | None) -> None:
    browser, stranger = web.signed_in(), web.signed_in()
    token = csrf_of(stranger) if csrf is None else csrf
    new = {"csrf": token, "old": OTHER, "new": PASSWORD, "again": PASSWORD}
    for path in ("/account/password", "/sign-out"):
        assert browser.post(path, data=new).status_code == 403
    assert browser.get("/probe/page").status_code == 200
    assert sign_in(web.browser()).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        *({"Origin": ELSEWHERE}, {"Origin": "null"}, {"Origin": HTTPS + ":444"}),
        *({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_another_site_cannot_send_our_forms(web: Web, headers: dict[str, str]) -> None:
    data = {"name": "wangfang", "password": OTHER, "person": "wang-fang", "code": "123456"}
    for path in ("/sign-in", "/sign-in/code", "/sign-in/demo"):
        answer = web.browser().post(path, data=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "form-forged")
        assert "set-cookie" not in answer.headers
    browser = web.signed_in()
    mine = {"csrf": csrf_of(browser)}
    assert browser.post("/sign-out", data=mine, headers=headers).status_code == 403
    own = {"Origin": HTTPS, "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/sign-out", data=mine, headers=own).status_code == 303


def test_a_cookie_alone_changes_nothing_through_the_api(web: Web) -> None:
    browser = web.signed_in()
    assert browser.get("/api/probe").status_code == 200
    refused = browser.post("/api/probe")
    assert (refused.status_code, refused.json()["code"]) == (403, "form-forged")
    mine = {"X-CSRF-Token": csrf_of(browser)}
    assert browser.post("/api/probe", headers=mine).status_code == 200


def test_a_token_opens_what_its_scopes_open_until_its_end(web: Web) -> None:
    made = web.house.desk.issue_token("wang-fang", label="OA", scopes=["read"], days=30)
    program = web.browser()
    shown = {"Authorization": f"Bearer {made.token}"}
    assert program.post("/api/probe", headers=shown).json()["person"] == "wang-fang"
    small = program.get("/api/probe/act", headers=shown)
    assert (small.status_code, small.json()["code"]) == (403, "scope-missing")
    assert program.get("/probe/page", headers=shown).status_code == 303
    web.house.watch.pass_by(days=30)
    over = program.get("/api/probe", headers=shown)
    assert (over.status_code, over.json()["code"]) == (401, "sign-in-required")
    assert over.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "shown", ["Bearer ", "Bearer x", "Basic d2FuZ2Zhbmc6eA==", "x", "Bearer \t"]
)
def test_what_is_no_token_opens_nothing_even_beside_a_cookie(web: Web, shown: str) -> None:
    browser = web.signed_in()
    assert browser.get("/api/probe", headers={"Authorization": shown}).status_code == 401


def test_a_revoked_token_is_refused_at_once(web: Web) -> None:
    made = web.house.desk.issue_token("wang-fang", label="OA", scopes=["act"], days=30)
    shown = {"Authorization": f"bearer {made.token}"}
    assert web.browser().post("/api/probe/act", headers=shown).status_code == 200
    web.house.desk.revoke_tokens([made.row.id])
    assert web.browser().post("/api/probe/act", headers=shown).status_code == 401


def test_a_lock_says_when_it_ends_and_ends_then(web: Web) -> None:
    for _ in range(5):
        assert sign_in(web.browser(), "wrong").status_code == 401
    locked = sign_in(web.browser())
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "60")
    assert "1分钟" in locked.text
    web.house.watch.pass_by(seconds=61)
    assert sign_in(web.browser()).status_code == 303


def test_an_address_that_tries_many_names_must_wait(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_FROM_ADDRESS", 6)
    for number in range(6):
        assert sign_in(web.browser("203.0.113.7"), "wrong", f"n{number}").status_code == 401
    assert sign_in(web.browser("203.0.113.7")).status_code == 429
    assert sign_in(web.browser("203.0.113.8")).status_code == 303


def test_a_first_password_must_be_changed_before_anything_else(web: Web) -> None:
    web.house.desk.add("li-ming", "liming", PASSWORD)
    browser = web.browser()
    assert sign_in(browser, PASSWORD, "liming").status_code == 303
    sent = browser.get("/probe/page")
    assert sent.headers["location"] == "/account/password?next=/probe/page"
    assert browser.get("/api/probe").status_code == 401
    csrf = csrf_of(browser)

    def change(new: str, again: str, old: str = PASSWORD) -> Response:
        data = {"csrf": csrf, "old": old, "new": new, "again": again, "next": "/probe/page"}
        return browser.post("/account/password", data=data)

    for new, again, old in (
        *((OTHER, OTHER + "x", PASSWORD), ("short", "short", PASSWORD)),
        *((OTHER, OTHER, "wrong"), (PASSWORD, PASSWORD, PASSWORD)),
    ):
        refused = change(new, again, old)
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    assert change(OTHER, OTHER).headers["location"] == "/probe/page"
    assert browser.get("/probe/page").json()["person"] == "li-ming"


def test_a_new_password_ends_the_other_sessions(web: Web) -> None:
    mine, other = web.signed_in(), web.signed_in()
    data = {"csrf": csrf_of(mine), "old": OTHER, "new": PASSWORD, "again": PASSWORD}
    assert mine.post("/account/password", data=data).status_code == 303
    assert mine.get("/probe/page").status_code == 200
    assert other.get("/probe/page").status_code == 303


def test_a_second_factor_stands_between_password_and_pages(web: Web) -> None:
    address = urlsplit(web.house.desk.ask_code("wang-fang").address)
    phone = pyotp.TOTP(parse_qs(address.query)["secret"][0])
    browser = web.browser()
    first = sign_in(browser, next="/probe/page")
    assert first.headers["location"] == "/sign-in/code?next=/probe/page"
    assert browser.get("/probe/page").status_code == 303
    assert browser.get("/api/probe").status_code == 401
    assert 'autocomplete="one-time-code"' in browser.get(first.headers["location"]).text
    code = phone.at(web.house.watch.now)
    for wrong in ("000000", "", code[:5]):
        assert browser.post("/sign-in/code", data={"code": wrong}).status_code == 401
    there = browser.post("/sign-in/code", data={"code": code, "next": "/probe/page"})
    assert (there.status_code, there.headers["location"]) == (303, "/probe/page")
    assert browser.get("/probe/page").status_code == 200
    thief = web.browser()
    sign_in(thief)
    assert thief.post("/sign-in/code", data={"code": code}).status_code == 401
    assert thief.get("/probe/page").status_code == 303
    assert web.browser().post("/sign-in/code", data={"code": code}).status_code == 401


def test_a_real_congress_offers_no_click_to_come_in(web: Web) -> None:
    assert "/sign-in/demo" not in web.browser().get("/sign-in").text
    forced = web.browser().post("/sign-in/demo", data={"person": "wang-fang"})
    assert forced.status_code == 401
    assert "set-cookie" not in forced.headers


def test_what_was_typed_is_shown_as_text(web: Web) -> None:
    answer = sign_in(web.browser(), "x", '"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_page_speaks_english_when_switched(web: Web) -> None:
    browser = web.browser()
    browser.cookies.set("bihuan-language", "en", domain="bihuan.example", path="/")
    assert "Sign in" in browser.get("/sign-in").text
    assert "Name, password or code is wrong" in sign_in(browser, "wrong").text
    sign_in(browser)
    assert browser.get("/probe/page").json()["language"] == "en"


def test_whoever_has_no_phone_comes_in_by_a_recovery_code_that_counts_once(web: Web) -> None:
    codes = web.house.desk.ask_code("wang-fang").codes
    browser = web.browser()
    sign_in(browser, next="/probe/page")
    assert "用恢复码登录" in browser.get("/sign-in/code").text
    there = browser.post("/sign-in/code", data={"code": codes[0], "next": "/probe/page"})
    where = "/account/second-factor?came=code&next=/probe/page"
    assert (there.status_code, there.headers["location"]) == (303, where)
    assert browser.get("/probe/page").status_code == 200
    thief = web.browser()
    sign_in(thief)
    replayed = thief.post("/sign-in/code", data={"code": codes[0]})
    assert replayed.status_code == 401
    assert 'href="#f-code"' in replayed.text
    assert thief.get("/probe/page").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        (PASSWORD, "spring rain tea", "spring rain tea", "old"),
        (OTHER, "short", "short", "new"),
        (OTHER, OTHER, OTHER, "new"),
        (OTHER, "spring rain tea", "spring rain teas", "again"),
    ],
)
def test_what_is_wrong_with_a_password_leads_to_its_field(
    web: Web, old: str, new: str, again: str, field: str
) -> None:
    browser = web.signed_in()
    data = {"csrf": csrf_of(browser), "old": old, "new": new, "again": again}
    answer = browser.post("/account/password", data=data)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert f'id="f-{field}-error"' in answer.text
