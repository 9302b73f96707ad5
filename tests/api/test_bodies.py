"""What is sent to us: too much, too slowly, too deep, twice, or not for this page; refused.

Nothing of it is stored, the refusal is a documented one, and the memory it takes is bounded.
"""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from tests.support.api import DRAFT, V1, Api, api
from tests.support.browsing import Browser, browser
from tests.support.command_line import bare_line, line
from web import bodies
from web.bodies import HEARD_OUT, LONGEST_BULK, LONGEST_FORM, LONGEST_JSON

__all__ = ["api", "bare_line", "browser", "line"]

AS_JSON = {"Content-Type": "application/json"}
PERSON = "wang-fang"
PART = 64 * 1024
MEGABYTE = 1024 * 1024


def _sent(api: Api, path: str, content: bytes) -> httpx2.Response:
    headers = {**api.headers(PERSON), **AS_JSON}
    return api.client.post(V1 + path, content=content, headers=headers)


def _ask(
    application: FastAPI, path: str, body: AsyncIterator[bytes], headers: dict[str, str]
) -> httpx2.Response:
    """Send a body part by part, as it is made."""

    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as sender:
            return await sender.post(path, content=body, headers=headers)

    return asyncio.run(ask())


def _entries(api: Api) -> int:
    """How long the history is, the token's own entry counted."""
    api.token(PERSON)
    return api.services.trail.head("linxi").sequence


@pytest.mark.parametrize(
    ("path", "longest"), [("/suggestions", LONGEST_JSON), ("/actions", LONGEST_BULK)]
)
def test_a_body_that_is_too_long_is_thrown_away_while_it_comes(
    api: Api, path: str, longest: int
) -> None:
    taken, before = 0, _entries(api)

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'{"form": {"text": "'
        while True:
            taken += PART
            assert taken < 2 * longest * HEARD_OUT
            yield b"x" * PART

    tracemalloc.start()
    try:
        answer = _ask(api.application, V1 + path, endless(), {**AS_JSON, **api.headers(PERSON)})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in answer.headers
    assert longest < taken <= longest * HEARD_OUT + 4 * PART
    assert peak < 3 * longest + 4 * MEGABYTE
    assert _entries(api) == before


def test_a_long_body_within_the_bound_is_taken(api: Api) -> None:
    rows = [{"action": "draft", "form": {**DRAFT, "text": "长" * 5000}} for _ in range(60)]
    content = json.dumps({"rows": rows}).encode()
    assert LONGEST_JSON < len(content) < LONGEST_BULK
    answer = _sent(api, "/actions", content)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["items"]) == 60


ODD = {
    "deep": b'{"form": {"title": ' + b"[" * 60 + b"]" * 60 + b"}}",
    "deeper than any stack": b'{"form": ' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "a name twice": b'{"form": {"title": "one", "title": "two"}}',
    "a name twice outside": b'{"action": "draft", "action": "submit", "form": {}}',
    "a number that is none": b'{"form": {"title": NaN}}',
    "no end of a number": b'{"form": {"title": -Infinity}}',
    "a number past all others": b'{"form": {"title": 1e999}}',
    "a number past every column": b'{"form": {"title": 9223372036854775808}}',
    "a number of many digits": b'{"form": {"title": ' + b"9" * 4_000 + b"}}",
    "many values": b'{"form": {"title": [' + b"1," * 250_000 + b"1]}}",
}


def test_json_that_means_nothing_to_us_is_malformed(api: Api) -> None:
    before = _entries(api)
    for what, body in ODD.items():
        for path in ("/suggestions", "/suggestions?dry_run=true", "/actions"):
            answer = _sent(api, path, body)
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), what
    assert _entries(api) == before


def test_a_number_too_long_for_any_reader_is_unreadable(api: Api) -> None:
    answer = _sent(api, "/suggestions", b'{"form": {"title": ' + b"9" * 6_000 + b"}}")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def _nothing_more() -> AsyncIterator[bytes]:
    """The beginning of a body, and then nothing for a long time."""
    yield b"--x\r\n"
    await asyncio.sleep(30)
    pytest.fail("it was waited for")


AWAITED = (
    (f"{V1}/suggestions", "application/json"),
    ("/sign-in", "application/x-www-form-urlencoded"),
    ("/sign-in", "multipart/form-data; boundary=x"),
    (f"{V1}/suggestions/1/files", "multipart/form-data; boundary=x"),
)


def test_a_body_that_does_not_come_is_not_waited_for(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.1)
    for path, content_type in AWAITED:
        headers = {**api.headers(PERSON), "Content-Type": content_type}
        answer = _ask(api.application, path, _nothing_more(), headers)
        assert (answer.status_code, answer.json()["code"]) == (408, "body-too-slow")
        assert "content-security-policy" in answer.headers


def test_a_form_that_is_too_long_is_refused_as_a_page(browser: Browser) -> None:
    form = browser.get("wang-fang", "/write/draft")
    long = {**form.form.values, "f-text": "x" * (LONGEST_FORM + 1), "step": "draft"}
    page = browser.post("wang-fang", form.path, long)
    assert page.status == 413
    assert "超过上限4000KB" in page.text
    assert browser.get("wang-fang", "/write/draft").form.values["f-text"] == ""
    assert browser.post(None, "/sign-in", {"name": "x" * (LONGEST_FORM + 1)}).status == 413


def test_a_form_with_a_file_for_a_page_that_takes_none_is_refused(browser: Browser) -> None:
    browser._be("wang-fang", "")
    for path in ("/sign-in", "/write/draft", "/sign-out"):
        answer = browser.client.post(
            path, files={"file": ("a.txt", b"x")}, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 400, path
        assert "不收的文件" in answer.text
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = browser.client.post("/sign-in", content=b"--x\r\nno", headers=broken)
    assert answer.status_code in (400, 401)
    many = "&".join(f"f-{one}=x" for one in range(3_000))
    plain = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.client.post("/write/draft", content=many, headers=plain)
    assert (answer.status_code, answer.json()["code"]) == (400, "form-unreadable")
