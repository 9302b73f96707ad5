"""A provider that forges, breaks off and says odd things: nobody comes in by it."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import RSAKey

from app import provider as provider_module
from app.clock import now
from tests.support.databases import sqlite_url
from tests.support.gates import WITH_ACCOUNT
from tests.support.provider import (
    CLIENT,
    HERE,
    Forger,
    Town,
    begin,
    come_back,
    forging,
    refused,
    town_with,
)
from tests.support.web_server import Told

SUBJECT = "wf-001"


@pytest.fixture
def forger() -> Iterator[Forger]:
    with forging() as made:
        yield made


@pytest.fixture
def forged(tmp_path: Path, forger: Forger) -> Iterator[Town]:
    """A town that trusts the forger, where 王芳 is connected."""
    with sqlite_url(tmp_path, prepared=WITH_ACCOUNT) as url, town_with(url, forger.issuer) as made:
        made.desk.connect("wang-fang", SUBJECT)
        yield made


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 401), (-5, 401)])
def test_the_way_back_takes_no_longer_than_ten_minutes(
    forged: Town, forger: Forger, seconds: int, status: int
) -> None:
    browser = forged.browser()
    back = forger.consent(begin(browser))
    forged.watch.pass_by(seconds=seconds)
    forger.claims = {"exp": int(now().timestamp()) + 3600}
    assert come_back(browser, back).status_code == status


def test_a_provider_that_goes_down_in_between(forged: Town, forger: Forger) -> None:
    browser = forged.browser()
    back = forger.consent(begin(browser))
    forger.server.answering = None
    forger.server.tells(Told(status=503, body=b"busy"))
    refused(forged, browser, come_back(browser, back), 503)
    assert forged.outcomes()[0][1] == "provider-down"


def test_a_provider_that_drips_is_given_up(
    tmp_path: Path, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "SECONDS", 0.5)
    forger.server.answering = None
    forger.server.tells(Told(body=b"{" + b" " * 200 + b"}", drip=0.1))
    with sqlite_url(tmp_path, prepared=WITH_ACCOUNT) as url, town_with(url, forger.issuer) as town:
        browser, before = town.browser(), now()
        refused(town, browser, browser.get("/sign-in/oidc"), 503)
        assert (now() - before).total_seconds() < 5


def test_a_way_back_counts_once_also_where_the_provider_takes_a_code_twice(
    forged: Town, forger: Forger
) -> None:
    browser, thief = forged.browser(), forged.browser()
    back = forger.consent(begin(browser))
    kept = browser.cookies["__Host-bihuan-oidc"]
    assert come_back(browser, back).status_code == 303
    for _ in range(2):
        thief.cookies.set("__Host-bihuan-oidc", kept, domain="bihuan.example", path="/")
        answer = come_back(thief, back)
        refused(forged, thief, answer)
        assert "已用过" in answer.text
    assert len(forger.exchanged) == 1
    assert forged.visitor(browser) is not None
    # Nor does it count as a failure: the office of whoever was robbed would have to wait.
    assert len(forged.outcomes()) == 1


def test_a_provider_without_a_way_out_is_not_offered(forged: Town, forger: Forger) -> None:
    browser = forged.browser()
    assert come_back(browser, forger.consent(begin(browser))).status_code == 303
    me = forged.visitor(browser)
    assert me is not None
    assert browser.post("/sign-out", data={"csrf": me.csrf}).headers["location"] == "/sign-in"
    assert browser.get("/sign-out/oidc").headers["location"] == "/sign-in"


@pytest.mark.parametrize("where", ["javascript:alert(1)", "http://elsewhere.example:x", 7, None])
def test_a_way_out_that_leads_astray_is_not_offered(
    forged: Town, forger: Forger, where: object
) -> None:
    forger.about["end_session_endpoint"] = where
    browser = forged.browser()
    assert come_back(browser, forger.consent(begin(browser))).status_code == 303
    there = browser.get("/sign-out/oidc").headers["location"]
    assert there == "/sign-in" or urlsplit(there).scheme == "http"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": [CLIENT, "another-client"]},
        {"azp": "another-client"},
        {"nonce": "replayed"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"at_hash": "x"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "wf-001\u0000"},
        {"sub": "w" * 256},
    ],
    ids=lambda one: json.dumps(one)[:40],
)
def test_a_token_that_is_not_for_this_sign_in_isrefused(
    forged: Town, forger: Forger, claims: dict[str, object]
) -> None:
    browser = forged.browser()
    back = forger.consent(begin(browser))
    forger.claims = claims
    answer = come_back(browser, back)
    refused(forged, browser, answer)
    assert "没有通过核验" in answer.text
    assert forged.outcomes()[0][1] == "not-vouched"


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _signed_by(forger: Forger, how: str) -> str:
    stranger = RSAKey.generate_key(2048, {"kid": "k1"})
    if how == "another key":
        return forger.signed(key=stranger)
    if how == "another key, its own in the header":
        forger.header = {"kid": "k2"}
        return forger.signed(key=stranger)
    if how == "the public key as a secret":
        head = _coded(json.dumps({"alg": "HS256", "kid": "k1"}).encode())
        told = f"{head}.{forger.signed().split('.')[1]}"
        public = forger.key.as_pem(private=False)
        return f"{told}.{_coded(hmac.digest(public, told.encode(), 'sha256'))}"
    head, body, signature = forger.signed().split(".")
    if how == "nothing":
        return f"eyJhbGciOiJub25lIn0.{body}."
    if how == "an empty signature":
        return f"{head}.{body}."
    if how == "a signature over something else":
        forger.claims = {"sub": "somebody-else"}
        other = forger.signed().split(".")[1]
        return f"{head}.{other}.{signature}"
    return how


@pytest.mark.parametrize(
    "how",
    [
        *("another key", "another key, its own in the header", "the public key as a secret"),
        *("nothing", "an empty signature", "a signature over something else"),
        *("not.a.token", "x", "e30.e30.e30", "....", "王"),
    ],
)
def test_a_token_that_the_provider_did_not_sign_isrefused(
    forged: Town, forger: Forger, how: str
) -> None:
    browser = forged.browser()
    back = forger.consent(begin(browser))
    forger.token = _signed_by(forger, how)
    answer = come_back(browser, back)
    refused(forged, browser, answer)
    assert "没有通过核验" in answer.text


def test_the_forger_would_be_believed_if_he_did_it_right(forged: Town, forger: Forger) -> None:
    """Otherwise the tests above would prove nothing."""
    browser = forged.browser()
    assert come_back(browser, forger.consent(begin(browser))).status_code == 303
    assert forged.visitor(browser) is not None
    (asked,) = forger.exchanged
    assert asked["grant_type"] == "authorization_code"
    assert asked["redirect_uri"] == f"{HERE}/sign-in/oidc/back"
    assert asked["authorization"].startswith("Basic ")
    assert "client_secret" not in asked


def test_a_code_without_its_verifier_is_worth_nothing(forged: Town, forger: Forger) -> None:
    browser = forged.browser()
    back = forger.consent(begin(browser))
    forger.challenge = "of-somebody-else"
    refused(forged, browser, come_back(browser, back))


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": 7},
    ],
)
def test_a_provider_that_says_odd_things_of_itself_is_not_used(
    forged: Town, forger: Forger, about: dict[str, object]
) -> None:
    forger.about = about
    browser = forged.browser()
    refused(forged, browser, browser.get("/sign-in/oidc"), 503)


def test_an_answer_in_the_name_of_another_issuer_isrefused(forged: Town, forger: Forger) -> None:
    browser = forged.browser()
    back = forger.consent(begin(browser)) + "&iss=https%3A%2F%2Felsewhere.example"
    refused(forged, browser, come_back(browser, back))
    assert forger.exchanged == []


def test_a_key_that_was_changed_is_known_at_once(forged: Town, forger: Forger) -> None:
    browser = forged.browser()
    assert come_back(browser, forger.consent(begin(browser))).status_code == 303
    forger.key = RSAKey.generate_key(2048, {"kid": "k2"})
    forger.header = {"kid": "k2"}
    other = forged.browser()
    assert come_back(other, forger.consent(begin(other))).status_code == 303
