"""`bihuan notice` from the command line: previews, real test messages, dead letters, webhooks."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import SettingInvalid
from app.settings import read_settings
from tests.support.command_line import Answer, Line, bare_line, line
from tests.support.mail_server import LocalServer, Postmaster
from tests.support.web_server import Told, WebServer, web_server

__all__ = ["bare_line", "line"]

SECRET = "correct horse battery staple"
FILE = """\
channels:
  - {name: hook, kind: webhook, url: "http://127.0.0.1:PORT/in", secret: "${HOOK_SECRET}"}
  - name: sms
    kind: sms
    only_urgent: true
    url: http://127.0.0.1:PORT/send
    json: {to: "{phone}", text: "{text}", key: "${HOOK_SECRET}"}
    success: {field: code, equals: "0"}
  - {name: robot, kind: apprise, reaches: code, url: "json://127.0.0.1:PORT/json/{address}"}
"""


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        running.tells(Told(body=b'{"code": 0}'))
        yield running


@pytest.fixture
def open_line(line: Line, server: WebServer, tmp_path: Path) -> Line:
    """A command line with three channels to the server of the test."""
    file = tmp_path / "channels.yaml"
    file.write_text(FILE.replace("PORT", str(server.port)), encoding="utf-8")
    line.environment |= {
        "BIHUAN_CHANNELS_FILE": str(file),
        "BIHUAN_ALLOW_PRIVATE_WEBHOOKS": "1",
        "HOOK_SECRET": SECRET,
    }
    return line


def good(answer: Answer) -> Answer:
    assert answer.code == 0, answer.out + answer.err
    assert SECRET not in answer.out + answer.err
    return answer


def refused(answer: Answer, code: int, name: str) -> Answer:
    assert answer.code == code, answer.out + answer.err
    assert name in answer.err + answer.out
    assert SECRET not in answer.out + answer.err
    return answer


def test_the_templates_in_force_are_listed(line: Line) -> None:
    found = good(line.run("notice", "templates", "--json")).json
    assert found["profile"] == "zhejiang-county/v1"
    assert "title" in found["names"]
    (one,) = (one for one in found["templates"] if one["name"] == "registered")
    assert one["subject"]["zh"] == "建议已立案：{{ number }}"
    assert "建议已立案" in good(line.run("notice", "templates")).out


def test_a_notice_is_previewed_in_both_languages(line: Line) -> None:
    found = good(line.run("notice", "preview", "registered", "--json")).json["previews"]
    assert [one["language"] for one in found] == ["zh", "en"]
    assert found[0]["subject"] == "建议已立案：5届2次第12号"
    assert found[1]["subject"].startswith("Registered: ")
    facts = '{"number": "{{ 7 }}号"}'
    one = good(line.run("notice", "preview", "registered", "--lang", "zh", "--facts", facts)).out
    assert "建议已立案：{{ 7 }}号" in one
    assert "[en]" not in one


@pytest.mark.parametrize(
    ("arguments", "code", "name"),
    [
        (("preview", "gone"), 3, "unknown-template"),
        (("preview", "registered", "--facts", "{"), 2, "option-invalid"),
        (("preview", "registered", "--facts", '{"password": "x"}'), 2, "option-invalid"),
        (("preview", "registered", "--facts", '{"number": 7}'), 2, "option-invalid"),
        (("preview", "registered", "--facts", "[]"), 2, "option-invalid"),
        (("test-send", "gone", "x"), 3, "unknown-channel"),
        (("test-send", "sms"), 2, "option-invalid"),
        (("resend",), 2, "option-invalid"),
        (("resend", "n1", "email", "--all"), 2, "option-invalid"),
        (("resend", "n1"), 2, "option-invalid"),
        (("resend", "n1", "email"), 3, "unknown-delivery"),
        (("replay", "gone"), 3, "unknown-attempt"),
    ],
)
def test_what_cannot_be_done_is_told(
    open_line: Line, arguments: tuple[str, ...], code: int, name: str
) -> None:
    refused(open_line.run("notice", *arguments), code, name)
    answer = refused(open_line.run("notice", *arguments, "--json"), code, name)
    assert answer.json["error"]["code"] == name


def test_channels_are_listed_without_their_secrets(open_line: Line, server: WebServer) -> None:
    found = good(open_line.run("notice", "channels", "--json", BIHUAN_CONSOLE_NOTICES="1")).json[
        "channels"
    ]
    assert [(one["name"], one["kind"], one["reaches"]) for one in found] == [
        ("console", "console", "code"),
        ("hook", "webhook", "fixed"),
        ("sms", "sms", "phone"),
        ("robot", "apprise", "code"),
    ]
    assert found[1]["by"] == f"http://127.0.0.1:{server.port}/…"
    assert found[2]["only_urgent"] is True
    assert "robot" in good(open_line.run("notice", "channels")).out


def test_a_test_message_goes_out_by_the_real_channel(open_line: Line, server: WebServer) -> None:
    good(open_line.run("notice", "test-send", "sms", "13800000000"))
    good(open_line.run("notice", "test-send", "robot", "zhao-min"))
    good(open_line.run("notice", "test-send", "hook"))
    sms, robot, hook = server.asked
    assert sms.json["to"] == "13800000000"
    assert "不是办理通知" in sms.json["text"]
    assert sms.json["key"] == SECRET
    assert robot.path == "/json/zhao-min"
    assert robot.json["title"].startswith("【测试】")
    signed = hook.headers["x-bihuan-timestamp"].encode() + b"." + hook.body
    code = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert hook.headers["x-bihuan-signature"] == f"v1={code}"


def test_a_dry_run_sends_nothing(open_line: Line, server: WebServer) -> None:
    found = good(
        open_line.run("notice", "test-send", "sms", "13800000000", "--dry-run", "--json")
    ).json
    assert found["sent"] is False
    assert found["subject"].startswith("【测试】")
    assert server.asked == []


def test_a_test_message_that_fails_is_told(open_line: Line, server: WebServer) -> None:
    server.tells(Told(body=b'{"code": 9}'))
    refused(open_line.run("notice", "test-send", "sms", "13800000000"), 1, "delivery-failed")
    refused(open_line.run("notice", "test-send", "sms", "nobody"), 1, "delivery-failed")
    server.tells(Told(status=500))
    refused(open_line.run("notice", "test-send", "robot", "x", "--json"), 1, "delivery-failed")


def test_a_mail_is_tried_out(line: Line) -> None:
    postmaster = Postmaster()
    running = LocalServer(postmaster, hostname="127.0.0.1", port=0)
    running.start()
    try:
        settings = {
            "BIHUAN_SMTP_HOST": "127.0.0.1",
            "BIHUAN_SMTP_PORT": str(running.port),
            "BIHUAN_SMTP_SENDER": "bihuan@linxi.example",
        }
        address = "zhao.min@linxi.example"
        good(line.run("notice", "test-send", "email", address, **settings))
    finally:
        running.stop()
    (mail,) = postmaster.mails
    assert mail["To"] == address
    assert mail["Subject"].startswith("【测试】")


def test_a_receiver_inside_the_house_needs_the_setting(
    open_line: Line, server: WebServer, tmp_path: Path
) -> None:
    closed = {"BIHUAN_ALLOW_PRIVATE_WEBHOOKS": "0"}
    answer = open_line.run("notice", "channels", **closed)
    refused(answer, 2, "channels-invalid")
    assert "channels.yaml:2:" in answer.err
    assert "BIHUAN_ALLOW_PRIVATE_WEBHOOKS=1" in answer.err
    named = tmp_path / "named.yaml"
    text = FILE.replace("127.0.0.1:PORT", f"ip6-localhost.example:{server.port}")
    named.write_text(text, encoding="utf-8")
    good(open_line.run("notice", "channels", BIHUAN_CHANNELS_FILE=str(named), **closed))
    assert server.asked == []


@pytest.mark.parametrize("command", [("case", "list"), ("notice", "channels"), ("doctor",)])
def test_a_wrong_channel_file_stops_every_command(
    line: Line, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text("channels:\n  - {name: hook, kind: pigeon}\n", encoding="utf-8")
    answer = line.run(*command, BIHUAN_CHANNELS_FILE=str(file))
    refused(answer, 2, "channels-invalid")
    assert "channels.yaml:2:" in answer.err
    missing = line.run(*command, BIHUAN_CHANNELS_FILE=str(tmp_path / "gone.yaml"))
    refused(missing, 2, "file-unreadable")


def test_webhooks_are_logged_and_replayed(open_line: Line, server: WebServer) -> None:
    server.tells(Told(status=503, body=b"later"), Told(status=204, body=b""))
    refused(open_line.run("notice", "test-send", "hook"), 1, "delivery-failed")
    (kept,) = good(open_line.run("notice", "webhooks", "--json", "--failed")).json["attempts"]
    assert (kept["channel"], kept["status"], kept["error"]) == ("hook", 503, "HTTP 503 later")
    shown = good(open_line.run("notice", "replay", kept["id"], "--dry-run", "--json")).json
    assert (shown["sent"], shown["body"], len(server.asked)) == (False, kept["body"], 1)
    good(open_line.run("notice", "replay", kept["id"]))
    first, again = server.asked
    assert first.body == again.body == kept["body"].encode()
    assert first.headers["x-bihuan-id"] == again.headers["x-bihuan-id"] == kept["message_id"]
    listed = good(open_line.run("notice", "webhooks", "--json", "--sort", "oldest")).json
    assert [one["status"] for one in listed["attempts"]] == [503, 204]
    page = good(open_line.run("notice", "webhooks", "--json", "--limit", "1")).json
    assert [one["status"] for one in page["attempts"]] == [204]
    after = ("--after", page["next_after"])
    rest = good(open_line.run("notice", "webhooks", "--json", *after)).json
    assert [one["status"] for one in rest["attempts"]] == [503]
    assert "HTTP 503 later" in good(open_line.run("notice", "webhooks")).out


def test_a_replay_by_a_channel_that_is_gone_is_refused(open_line: Line, server: WebServer) -> None:
    good(open_line.run("notice", "test-send", "hook"))
    (kept,) = good(open_line.run("notice", "webhooks", "--json")).json["attempts"]
    answer = open_line.run("notice", "replay", kept["id"], BIHUAN_CHANNELS_FILE="")
    refused(answer, 3, "unknown-channel")
    assert len(server.asked) == 1


@pytest.fixture
def line_with_dead(line: Line) -> Line:
    """The delivery of a notice to the reviewer by the console was given up."""
    line.environment["BIHUAN_CONSOLE_NOTICES"] = "1"
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T10:05", "--case", case)
    with closing(sqlite3.connect(line.file)) as opened, opened:
        values = "state = 'dead', attempts = 8, last_error = '550 gone'"
        changed = opened.execute(f"UPDATE outbox SET {values}")  # noqa: S608  # a constant of this test
        assert changed.rowcount == 1
    return line


def test_dead_letters_are_listed_and_sent_again(line_with_dead: Line) -> None:
    line = line_with_dead
    (letter,) = good(line.run("notice", "dead", "--json")).json["dead"]
    assert (letter["channel"], letter["recipient"], letter["last_error"]) == (
        *("console", "reviewer", "550 gone"),
    )
    assert "周莉" in good(line.run("notice", "dead")).out
    assert good(line.run("notice", "dead", "--channel", "email", "--json")).json["dead"] == []
    dry = good(line.run("notice", "resend", "--all", "--dry-run", "--json")).json
    assert dry["resent"] == [{"notice": letter["notice"], "channel": "console"}]
    assert len(good(line.run("notice", "dead", "--json")).json["dead"]) == 1
    good(line.run("notice", "resend", letter["notice"], "console"))
    assert good(line.run("notice", "dead", "--json")).json["dead"] == []
    refused(line.run("notice", "resend", letter["notice"], "console"), 3, "unknown-delivery")
    night = ("--at", "2026-01-21T22:00")
    assert good(line.run("worker", "--once", *night, "--json")).json["delivered"] == 0
    good(line.run("worker", "--once", "--at", "2026-01-22T09:00"))
    with closing(sqlite3.connect(line.file)) as opened:
        query = "SELECT state FROM outbox WHERE notice_id = ?"
        assert opened.execute(query, (letter["notice"],)).fetchall() == [("sent",)]


def test_all_dead_letters_of_a_channel_are_sent_again(line_with_dead: Line) -> None:
    line = line_with_dead
    none = good(line.run("notice", "resend", "--all", "--channel", "email", "--json")).json
    assert none["resent"] == []
    found = good(line.run("notice", "resend", "--all", "--channel", "console", "--json")).json
    assert len(found["resent"]) == 1
    assert good(line.run("notice", "resend", "--all", "--json")).json["resent"] == []


def test_the_settings_are_read() -> None:
    found = read_settings({"BIHUAN_CHANNELS_FILE": "c.yaml", "BIHUAN_ALLOW_PRIVATE_WEBHOOKS": "1"})
    assert (found.channels_file, found.allow_private_webhooks) == ("c.yaml", True)
    with pytest.raises(SettingInvalid, match="BIHUAN_ALLOW_PRIVATE_WEBHOOKS"):
        read_settings({"BIHUAN_ALLOW_PRIVATE_WEBHOOKS": "maybe"})
