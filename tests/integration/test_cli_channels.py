"""From an action to the real channels of a channel file: outbox, worker, web server."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import Line, bare_line, line
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
    json: {to: "{phone}", text: "{text}"}
    success: {field: code, equals: "0"}
  - {name: robot, kind: apprise, reaches: dingtalk, url: "json://127.0.0.1:PORT/json/{address}"}
"""
PEOPLE = """\
people:
  - code: zhao-min
    name: 赵敏
    phone: "138 0000 0000"
    addresses: {dingtalk: zm-7}
    appointments: [{role: unit_clerk, unit: transport}]
"""
IN_HOURS = ("--at", "2026-01-26T10:00")


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        running.tells(Told(body=b'{"code": 0}'))
        yield running


@pytest.fixture
def told_line(line: Line, server: WebServer, tmp_path: Path) -> Line:
    """赵敏 of 交通局, who can be reached by every channel, has been handed a suggestion."""
    channels, people = tmp_path / "channels.yaml", tmp_path / "people.yaml"
    channels.write_text(FILE.replace("PORT", str(server.port)), encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    assert line.run("import", str(people)).code == 0
    line.environment |= {
        "BIHUAN_CHANNELS_FILE": str(channels),
        "BIHUAN_ALLOW_PRIVATE_WEBHOOKS": "1",
        "HOOK_SECRET": SECRET,
    }
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-01-22T09:00", "--case", case)
    line.act("register", "committee", "2026-01-22T10:00", "--case", case)
    rows = 'assignments=[{"unit": "transport", "kind": "lead"}]'
    line.act("hand_over", "committee", "2026-01-23T10:00", "--case", case, "--set", rows)
    return line


def test_who_is_told_is_told_by_every_channel_that_reaches(
    told_line: Line, server: WebServer
) -> None:
    assert server.asked == []
    done = told_line.run("worker", "--once", *IN_HOURS, "--json")
    assert done.code == 0, done.out
    assert done.json["delivered"] == len(server.asked)
    robots = [one for one in server.asked if one.path == "/json/zm-7"]
    assert robots
    assert any("请签收交办件" in one.json["title"] for one in robots)
    hooks = [one for one in server.asked if one.path == "/in"]
    for one in hooks:
        signed = f"{one.headers['x-bihuan-timestamp']}.".encode() + one.body
        expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert one.headers["x-bihuan-signature"].endswith(expected)
    subjects = Counter(one.json["subject"] for one in hooks)
    assert any("请签收交办件" in subject for subject in subjects)
    assert not [one for one in server.asked if one.path == "/send"], "no notice was urgent"
    assert told_line.run("worker", "--once", *IN_HOURS, "--json").json["delivered"] == 0


def test_what_a_server_refuses_is_tried_again_later(told_line: Line, server: WebServer) -> None:
    server.tells(Told(status=503, body=b"later"))
    assert told_line.run("worker", "--once", *IN_HOURS, "--json").json["delivered"] == 0
    tried = len(server.asked)
    assert tried
    ids = {one.headers.get("x-bihuan-id") for one in server.asked if one.path == "/in"}
    server.tells(Told(body=b'{"code": 0}'))
    later = ("--at", "2026-01-26T14:00")
    assert told_line.run("worker", "--once", *later, "--json").json["delivered"] == tried
    again = server.asked[tried:]
    assert {one.headers.get("x-bihuan-id") for one in again if one.path == "/in"} == ids
    with closing(sqlite3.connect(told_line.file)) as opened:
        query = "SELECT DISTINCT state FROM outbox WHERE attempts > 0 OR state = 'dead'"
        assert opened.execute(query).fetchall() == [("sent",)]


def test_a_channel_that_a_person_does_not_want_is_closed_for_that_person(
    told_line: Line, server: WebServer
) -> None:
    told_line.run("worker", "--once", *IN_HOURS)
    assert told_line.run("person", "prefer", "zhao-min", "--channel", "sms").code == 0
    urge = ("--case", "5届2次第1号", "--subject", "1", "--set", "note=请抓紧办理")
    told_line.act("urge", "committee", "2026-01-27T10:00", *urge)
    before = len(server.asked)
    assert told_line.run("worker", "--once", "--at", "2026-01-27T14:00").code == 0
    told = {one.path for one in server.asked[before:] if "催办" in str(one.json)}
    assert told == {"/in"}, "the house's own systems are told whatever a person wishes"
    with closing(sqlite3.connect(told_line.file)) as opened:
        query = (
            "SELECT outbox.channel FROM outbox JOIN notices ON notices.id = outbox.notice_id "
            "WHERE outbox.recipient = 'zhao-min' AND notices.template = 'urged'"
        )
        assert opened.execute(query).fetchall() == [("hook",)]
