"""apprise with its own plugins and clients against servers on this machine.

The hosts of DingTalk, WeCom and Feishu are fixed in their plugins: only that constant is changed
here, so that the plugins' own code and HTTP client talk to the server of the test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from notifications.apprise_channel import PLUGINS, AppriseChannel
from notifications.apprise_url import SCHEMES, AppriseSettings, flaw_of_apprise
from notifications.calling import Calling
from notifications.channels import ChannelDown, DeliveryFailed
from tests.support.mail_server import LocalServer, Postmaster
from tests.support.messages import a_message
from tests.support.web_server import Told, WebServer, web_server

TOKEN = "0123456789abcdef0123456789abcdef"
TEXT = "请签收交办件:12\r\n12《关于过街设施的建议》已交你单位办理,请及时签收。"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with web_server() as running:
        ding = f"{running.url}/robot/send?access_token={{token}}"
        monkeypatch.setattr(NotifyDingTalk, "notify_url", ding)
        monkeypatch.setattr(NotifyWeComBot, "notify_url", f"{running.url}/webhook/send?key={{key}}")
        monkeypatch.setattr(NotifyFeishu, "notify_url", f"{running.url}/hook/{{token}}/")
        yield running


@pytest.fixture
def postmaster() -> Postmaster:
    return Postmaster()


@pytest.fixture
def mail_server(postmaster: Postmaster) -> Iterator[LocalServer]:
    running = LocalServer(postmaster, hostname="127.0.0.1", port=0)
    running.start()
    yield running
    running.stop()


def channel(url: str, *, private: bool = True, seconds: float = 5) -> AppriseChannel:
    calling = Calling(channel="robot", private=private, timeout_seconds=seconds, secrets=(TOKEN,))
    return AppriseChannel(AppriseSettings(url=url, calling=calling))


def refused_by(url: str, **changes: object) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        channel(url).send(a_message(**changes))
    assert TOKEN not in caught.value.reason
    return caught.value


def test_dingtalk_gets_a_signed_text_and_whom_to_call(server: WebServer) -> None:
    server.tells(Told(body=b'{"errcode": 0, "errmsg": "ok"}'))
    channel(f"dingtalk://SECsecret@{TOKEN}/{{address}}/").send(a_message())
    (asked,) = server.asked
    query = parse_qs(urlsplit(asked.path).query)
    assert query["access_token"] == [TOKEN]
    signed = f"{query['timestamp'][0]}\nSECsecret".encode()
    code = hmac.new(b"SECsecret", signed, hashlib.sha256).digest()
    # The plugin quotes the signature, and its client once more.
    assert base64.b64encode(code).decode() in query["sign"][0].replace("%2B", "+").replace(
        "%2F", "/"
    ).replace("%3D", "=")
    assert asked.json["text"] == {"content": TEXT}
    assert asked.json["at"]["atMobiles"] == ["13800000000"]


def test_wecom_gets_a_text(server: WebServer) -> None:
    server.tells(Told(body=b'{"errcode": 0, "errmsg": "ok"}'))
    channel(f"wecombot://{TOKEN}/").send(a_message())
    (asked,) = server.asked
    assert asked.path == f"/webhook/send?key={TOKEN}"
    assert asked.json["msgtype"] == "text"
    assert asked.json["text"]["content"] == TEXT


def test_feishu_gets_a_text(server: WebServer) -> None:
    server.tells(Told(body=b'{"code": 0, "msg": "success"}'))
    channel(f"feishu://{TOKEN}/").send(a_message())
    (asked,) = server.asked
    assert asked.path == f"/hook/{TOKEN}/"
    assert asked.json == {"msg_type": "text", "content": {"text": TEXT}}


def test_json_gets_the_message_under_its_id(server: WebServer) -> None:
    channel(f"json://127.0.0.1:{server.port}/hook/{{address}}").send(a_message(urgent=True))
    (asked,) = server.asked
    assert asked.path == "/hook/13800000000"
    assert asked.headers["x-bihuan-id"] == "0123abcd"
    assert (asked.json["title"], asked.json["type"]) == ("请签收交办件:12", "warning")
    assert asked.json["message"] == a_message().body


def test_what_is_written_is_sent_as_it_stands(server: WebServer) -> None:
    body = r"第一行\n:smile: {address} &amp; <b>**x**</b>"
    channel(f"json://127.0.0.1:{server.port}/").send(a_message(body=body))
    assert server.asked[0].json["message"] == body


def test_a_mail_arrives_under_its_id(mail_server: LocalServer, postmaster: Postmaster) -> None:
    url = f"mailto://127.0.0.1:{mail_server.port}/?from=bihuan@linxi.example&to={{address}}"
    robot = channel(f"{url}&format=text", private=False)
    robot.send(a_message(address="zhao.min@linxi.example"))
    (mail,) = postmaster.mails
    assert "zhao.min@linxi.example" in mail["To"]
    assert "bihuan@linxi.example" in mail["From"]
    assert mail["Subject"] == "请签收交办件:12"
    assert mail["X-Bihuan-Id"] == "0123abcd"
    assert mail.get_content().strip() == a_message().body


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such mailbox", True), ("451 later", 0)])
def test_a_mail_server_says_whether_it_may_pass(
    mail_server: LocalServer, postmaster: Postmaster, answer: str, *, permanent: bool
) -> None:
    postmaster.refused["zhao.min@linxi.example"] = answer
    url = f"mailto://127.0.0.1:{mail_server.port}/?from=bihuan@linxi.example&to={{address}}"
    error = refused_by(url, address="zhao.min@linxi.example")
    assert answer[:3] in error.reason
    assert error.permanent is bool(permanent)
    assert not isinstance(error, ChannelDown)


@pytest.mark.parametrize(
    ("url", "body", "reason"),
    [
        ("dingtalk://{token}/", b'{"errcode": 310000, "errmsg": "keywords"}', "310000 keywords"),
        ("wecombot://{token}/", b'{"errcode": 45009, "errmsg": "too fast"}', "45009 too fast"),
        ("feishu://{token}/", b'{"code": 9499, "msg": "Bad Request"}', "code=9499"),
    ],
)
def test_a_robot_that_refuses_with_status_200_is_heard(
    server: WebServer, url: str, body: bytes, reason: str
) -> None:
    server.tells(Told(body=body))
    error = refused_by(url.replace("{token}", TOKEN))
    assert reason in error.reason
    assert not error.permanent
    assert not isinstance(error, ChannelDown)


URLS = ["dingtalk://{token}/", "wecombot://{token}/", "feishu://{token}/", "json://{host}/"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize(("status", "permanent"), [(500, False), (302, False), (400, True)])
def test_a_failing_server_is_told_with_its_status(
    server: WebServer, url: str, status: int, *, permanent: bool
) -> None:
    server.tells(Told(status=status, headers={"Location": f"{server.url}/other"}))
    whole = url.replace("{token}", TOKEN).replace("{host}", f"127.0.0.1:{server.port}")
    error = refused_by(whole)
    assert f"error={status}" in error.reason
    assert error.permanent is permanent
    assert len(server.asked) == 1


@pytest.mark.parametrize("url", URLS)
def test_nobody_there_is_a_channel_that_is_down(
    server: WebServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server() as gone:
        pass
    for plugin in (NotifyDingTalk, NotifyWeComBot, NotifyFeishu):
        there = str(plugin.notify_url).replace(str(server.port), str(gone.port))
        monkeypatch.setattr(plugin, "notify_url", there)
    error = refused_by(url.replace("{token}", TOKEN).replace("{host}", f"127.0.0.1:{gone.port}"))
    assert isinstance(error, ChannelDown)
    assert "refused" in error.reason


def test_a_mail_server_that_is_not_there_is_down() -> None:
    with web_server() as gone:
        pass
    error = refused_by(
        f"mailto://127.0.0.1:{gone.port}/?from=b@linxi.example&to={{address}}", address="z@l.cn"
    )
    assert isinstance(error, ChannelDown)


@pytest.mark.parametrize(
    "told", [Told(before=lambda: time.sleep(2)), Told(body=b"x" * 60, drip=0.1)]
)
def test_a_slow_server_is_waited_for_no_longer_than_told(server: WebServer, told: Told) -> None:
    server.tells(told)
    begun = time.monotonic()
    with pytest.raises(ChannelDown):
        channel(f"json://127.0.0.1:{server.port}/", seconds=0.3).send(a_message())
    assert time.monotonic() - begun < 1.9


def test_a_json_server_inside_needs_the_setting(server: WebServer) -> None:
    with pytest.raises(DeliveryFailed, match=r"may not connect to 127\.0\.0\.1"):
        channel(f"json://127.0.0.1:{server.port}/", private=False).send(a_message())
    assert server.asked == []


def test_an_address_that_is_none_is_permanent(server: WebServer) -> None:
    error = refused_by("mailto://127.0.0.1/?from=b@linxi.example&to={address}", address="赵敏")
    assert error.permanent
    assert server.asked == []


def test_an_address_stays_in_its_place(server: WebServer) -> None:
    url = f"json://127.0.0.1:{server.port}/hook/{{address}}"
    channel(url).send(a_message(address="../x?a=1&+X-Evil=1#@evil.example/"))
    (asked,) = server.asked
    assert asked.path.startswith("/hook/")
    assert "x-evil" not in asked.headers
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("syslog://", "not among"),
        ("dbus://", "not among"),
        ("telegram://x", "not among"),
        ("https://oapi.dingtalk.com/robot/send?access_token=x", "not among"),
        ("json://{address}/", "where the host does"),
        ("json://example.org/?redirect=yes", "redirect"),
        ("json://127.0.0.1/", "public address"),
        ("jsons://user:password@[::1]/", "public address"),
        ("json://2130706433/", "four decimal parts"),
    ],
)
def test_a_url_that_is_not_opened_is_refused(url: str, cause: str) -> None:
    assert cause in flaw_of_apprise(url, private=False)


@pytest.mark.parametrize("url", ["json:///", "dingtalk://", "feishu://"])
def test_a_url_that_apprise_cannot_use_is_refused(url: str) -> None:
    assert flaw_of_apprise(url, private=True) == "" or url == "json:///"
    with pytest.raises(ValueError, match="does not understand"):
        channel(url)


def test_every_kind_of_url_that_is_opened_has_its_plugin() -> None:
    assert set(PLUGINS) == SCHEMES


def test_nothing_is_written_to_disk_and_nothing_to_the_log(
    server: WebServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    said = StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(said)
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.addHandler(handler)
    try:
        channel(f"dingtalk://{TOKEN}/").send(a_message())
        server.tells(Told(status=500))
        refused_by(f"dingtalk://{TOKEN}/")
    finally:
        root.removeHandler(handler)
    assert len(server.asked) == 2
    assert list(tmp_path.rglob("*")) == []
    written = capsys.readouterr()
    assert TOKEN not in said.getvalue() + written.out + written.err
