"""The signed webhook against a real server: what it gets, how it checks, what is written down."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from notifications.calling import Calling
from notifications.channels import ChannelDown, DeliveryFailed
from notifications.webhook import WebhookAttempt, WebhookChannel, WebhookSettings, shown, sign
from tests.support.messages import a_message
from tests.support.web_server import Asked, Told, WebServer, web_server

SECRET = "correct horse battery staple"
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TOLERANCE = 300


class Log:
    """Attempts by id, as they stand."""

    def __init__(self) -> None:
        self.attempts: dict[str, WebhookAttempt] = {}

    def opened(self, attempt: WebhookAttempt) -> None:
        self.attempts[attempt.id] = attempt

    def closed(self, attempt: str, *, status: int | None, error: str | None) -> None:
        self.attempts[attempt] = replace(self.attempts[attempt], status=status, error=error)


class Receiver:
    """Checks as docs/api.md tells receivers to."""

    def __init__(self, secret: str = SECRET) -> None:
        self.seen: set[str] = set()
        self.secret = secret

    def takes(self, asked: Asked, now: datetime) -> str:
        timestamp = asked.headers["x-bihuan-timestamp"]
        signed = timestamp.encode() + b"." + asked.body
        expected = "v1=" + hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        given = asked.headers["x-bihuan-signature"].split(",")
        if not any(hmac.compare_digest(expected, one) for one in given):
            return "forged"
        if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
            return "old"
        if asked.headers["x-bihuan-id"] in self.seen:
            return "known"
        self.seen.add(asked.headers["x-bihuan-id"])
        return "taken"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


def channel(
    server: WebServer, log: Log, *, at: datetime = NOW, seconds: float = 5, previous: str = ""
) -> WebhookChannel:
    numbers = count(len(log.attempts) + 1)
    calling = Calling(channel="hook", private=True, timeout_seconds=seconds, secrets=(SECRET,))
    settings = WebhookSettings(
        url=f"{server.url}/hook?key=k", secret=SECRET, previous_secret=previous, calling=calling
    )
    return WebhookChannel(settings, log, clock=lambda: at, new_id=lambda: f"a{next(numbers)}")


def test_a_receiver_gets_the_notice_and_can_check_it(server: WebServer) -> None:
    log = Log()
    channel(server, log).send(a_message(attempts=2, urgent=True))
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/hook?key=k")
    assert asked.json == {
        "id": "0123abcd",
        "congress": "linxi",
        "case": "case-1",
        "template": "handed_over",
        "facts": {"number": "12", "title": "关于过街设施的建议"},
        "subject": "请签收交办件:12",
        "body": "12《关于过街设施的建议》已交你单位办理,请及时签收。",
        "urgent": True,
        "recipient": "zhao-min",
        "decided_at": "2026-03-02T01:30:00+00:00",
        "attempt": 3,
    }
    assert Receiver().takes(asked, NOW) == "taken"
    (attempt,) = log.attempts.values()
    assert attempt == WebhookAttempt(
        id="a1",
        congress="linxi",
        message_id="0123abcd",
        channel="hook",
        url=f"{server.url}/hook?…",
        at=NOW,
        status=200,
        body=asked.body.decode(),
    )


def test_a_receiver_refuses_what_was_changed_what_is_old_and_what_it_knows(
    server: WebServer,
) -> None:
    channel(server, Log()).send(a_message())
    (asked,) = server.asked
    receiver = Receiver()
    changed = replace(asked, body=asked.body.replace(b'"urgent":false', b'"urgent":true'))
    assert changed.body != asked.body
    assert receiver.takes(changed, NOW) == "forged"
    later = str(int(NOW.timestamp()) + 600)
    moved = replace(asked, headers={**asked.headers, "x-bihuan-timestamp": later})
    assert receiver.takes(moved, NOW + timedelta(minutes=10)) == "forged"
    assert receiver.takes(asked, NOW + timedelta(minutes=10)) == "old"
    assert receiver.takes(asked, NOW) == "taken"
    assert receiver.takes(asked, NOW) == "known"


def test_another_secret_signs_otherwise() -> None:
    assert sign("a", "1", b"{}") != sign("b", "1", b"{}")
    assert sign("a", "1", b"{}") != sign("a", "2", b"{}")
    assert sign("key", "1700000000", b"{}") == (
        "v1=" + hmac.new(b"key", b"1700000000.{}", hashlib.sha256).hexdigest()
    )


def test_while_a_secret_is_changed_receivers_with_either_take_it(server: WebServer) -> None:
    changing = channel(server, Log(), previous="the secret that everybody had")
    changing.send(a_message())
    (asked,) = server.asked
    assert Receiver().takes(asked, NOW) == "taken"
    assert Receiver("the secret that everybody had").takes(asked, NOW) == "taken"
    assert Receiver("some other secret").takes(asked, NOW) == "forged"
    channel(server, Log()).send(a_message())
    assert Receiver("the secret that everybody had").takes(server.asked[-1], NOW) == "forged"
    assert "everybody" not in repr(changing._settings)


def test_a_body_is_sent_again_under_its_id_and_a_new_signature(server: WebServer) -> None:
    log = Log()
    channel(server, log).send(a_message())
    (first,) = log.attempts.values()
    later = NOW + timedelta(days=3)
    channel(server, log, at=later).post(first.congress, first.message_id, first.body)
    before, after = server.asked
    assert after.body == before.body
    assert after.headers["x-bihuan-id"] == before.headers["x-bihuan-id"]
    assert after.headers["x-bihuan-signature"] != before.headers["x-bihuan-signature"]
    assert Receiver().takes(after, later) == "taken"
    assert [one.at for one in log.attempts.values()] == [NOW, later]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (500, False),
        (503, False),
        (404, False),
        (429, False),
        (302, False),
        (400, True),
        (422, True),
    ],
)
def test_a_refusal_is_told_and_written_down(
    server: WebServer, status: int, *, permanent: bool
) -> None:
    log = Log()
    server.tells(Told(status=status, body=f"no\nroom for {SECRET}".encode()))
    with pytest.raises(DeliveryFailed) as caught:
        channel(server, log).send(a_message())
    assert caught.value.permanent is permanent
    assert not isinstance(caught.value, ChannelDown)
    assert caught.value.reason.startswith(f"HTTP {status} no room for …")
    (attempt,) = log.attempts.values()
    assert (attempt.status, attempt.error) == (status, caught.value.reason)


def test_nobody_there_is_a_channel_that_is_down() -> None:
    log = Log()
    with web_server() as gone:
        pass
    with pytest.raises(ChannelDown) as caught:
        channel(gone, log).send(a_message())
    assert f"127.0.0.1:{gone.port}" in caught.value.reason
    (attempt,) = log.attempts.values()
    assert (attempt.status, attempt.error) == (None, caught.value.reason)


@pytest.mark.parametrize(
    "told",
    [
        Told(before=lambda: time.sleep(1.5)),
        Told(body=b"x" * 50, drip=0.1),
        Told(body=b"x" * 50, drip=0.1, headers={"Connection": "close"}),
    ],
    ids=["silent", "dripping", "dripping and closing"],
)
def test_a_slow_server_costs_the_time_limit_and_no_more(server: WebServer, told: Told) -> None:
    log = Log()
    server.tells(told)
    begun = time.monotonic()
    with pytest.raises(ChannelDown, match=r"no answer within 0\.5 s|timed out"):
        channel(server, log, seconds=0.5).send(a_message())
    assert time.monotonic() - begun < 1.4
    (attempt,) = log.attempts.values()
    assert attempt.status is None
    assert attempt.error


def test_an_attempt_is_written_down_before_it_goes_out(server: WebServer) -> None:
    log = Log()
    seen: list[WebhookAttempt] = []
    server.tells(Told(before=lambda: seen.extend(log.attempts.values())))
    channel(server, log).send(a_message())
    assert [(one.status, one.error) for one in seen] == [(None, None)]
    assert json.loads(seen[0].body)["id"] == "0123abcd"


def test_keys_in_a_url_are_not_shown() -> None:
    assert shown("https://example.org/a?key=1") == "https://example.org/a?…"
    assert shown("https://example.org/a") == "https://example.org/a"
