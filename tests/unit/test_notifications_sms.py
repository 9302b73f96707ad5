"""Short messages against a real server that plays a gateway."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from notifications.calling import Calling
from notifications.channels import ChannelDown, DeliveryFailed
from notifications.sms import SmsChannel, SmsSettings
from tests.support.messages import a_message
from tests.support.web_server import Told, WebServer, web_server

KEY = "gateway-key-31"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        running.tells(Told(body=b'{"result": {"code": 0}}'))
        yield running


def settings(server: WebServer, **changes: object) -> SmsSettings:
    bare = SmsSettings(
        url=f"{server.url}/send",
        calling=Calling(channel="sms", private=True, timeout_seconds=5, secrets=(KEY,)),
        headers={"Authorization": f"Bearer {KEY}"},
        json={"to": ["{phone}"], "content": "【临溪】{text}", "ref": {"id": "{id}", "retry": True}},
        answer_field="result.code",
        answer_value="0",
    )
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names fields


def test_a_gateway_gets_its_document(server: WebServer) -> None:
    SmsChannel(settings(server)).send(a_message(address="+86 138-0000-0000", body='“{id}”"\n好'))
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/send")
    assert asked.json == {
        "to": ["+8613800000000"],
        "content": '【临溪】“{id}”"\n好',
        "ref": {"id": "0123abcd", "retry": True},
    }
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_a_gateway_gets_its_form(server: WebServer, method: str) -> None:
    form = {"mobile": "{phone}", "msg": "{subject}:{text}", "key": KEY}
    url = f"{server.url}/send?v=2"
    SmsChannel(settings(server, method=method, url=url, json=None, form=form)).send(a_message())
    (asked,) = server.asked
    query = parse_qs(urlsplit(asked.path).query)
    assert query["v"] == ["2"]
    given = query if method == "GET" else parse_qs(asked.body.decode())
    assert asked.method == method
    assert given["mobile"] == ["13800000000"]
    assert given["msg"] == ["请签收交办件:12:12《关于过街设施的建议》已交你单位办理,请及时签收。"]


def test_a_text_is_cut_to_what_a_gateway_takes(server: WebServer) -> None:
    SmsChannel(settings(server, longest=10)).send(a_message(body="长" * 500))
    assert server.asked[0].json["content"] == "【临溪】" + "长" * 9 + "…"


@pytest.mark.parametrize(
    ("told", "reason", "permanent"),
    [
        (Told(body=b'{"result": {"code": 1, "msg": "no credit"}}'), "result.code", False),
        (Told(body=b'{"result": {"code": false}}'), "result.code", False),
        (Told(body=b'{"result": 0}'), "result.code", False),
        (Told(body=b"OK"), "result.code", False),
        (Told(body=b""), "result.code", False),
        (Told(status=500, body=b"gateway-key-31 broken"), "HTTP 500 … broken", False),
        (Told(status=201, body=b'{"result": {"code": 0}}'), "HTTP 201", False),
        (Told(status=302, headers={"Location": "/other"}), "redirects", False),
        (Told(status=400, body=b"bad number"), "HTTP 400 bad number", True),
    ],
)
def test_a_refusal_is_told(server: WebServer, told: Told, reason: str, *, permanent: bool) -> None:
    server.tells(told)
    with pytest.raises(DeliveryFailed) as caught:
        SmsChannel(settings(server)).send(a_message())
    assert reason in caught.value.reason
    assert KEY not in caught.value.reason
    assert caught.value.permanent is permanent
    assert len(server.asked) == 1


@pytest.mark.parametrize("address", ["", "wang.fang@example.org", "12", "1380000000a", "1" * 30])
def test_what_is_no_number_is_not_even_asked(server: WebServer, address: str) -> None:
    with pytest.raises(DeliveryFailed, match="not a phone number") as caught:
        SmsChannel(settings(server)).send(a_message(address=address))
    assert caught.value.permanent
    assert server.asked == []


def test_a_gateway_that_is_silent_is_down(server: WebServer) -> None:
    server.tells(Told(before=lambda: time.sleep(1)))
    calling = Calling(channel="sms", private=True, timeout_seconds=0.3)
    with pytest.raises(ChannelDown):
        SmsChannel(settings(server, calling=calling)).send(a_message())


def test_a_gateway_inside_needs_the_setting(server: WebServer) -> None:
    calling = Calling(channel="sms")
    with pytest.raises(DeliveryFailed, match=r"may not connect to 127\.0\.0\.1"):
        SmsChannel(settings(server, calling=calling)).send(a_message())
    assert server.asked == []


def test_secrets_are_in_no_picture_of_the_settings(server: WebServer) -> None:
    assert KEY not in repr(settings(server))
