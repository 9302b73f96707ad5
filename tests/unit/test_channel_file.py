"""The channel file: what it may say, and that each complaint has its line and no secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.channel_file import ChannelEntry, read_channel_file, where_to
from app.errors import ChannelsInvalid, FileUnreadable
from engine.outbox import ChannelRoute
from notifications.apprise_url import AppriseSettings
from notifications.email import EmailSettings
from notifications.sms import SmsSettings
from notifications.webhook import WebhookSettings

SECRETS = {
    "HOOK_SECRET": "correct horse battery staple",
    "DING_TOKEN": "0123456789abcdef",
    "MAIL_PASSWORD": "p@ss/word",
    "SMS_KEY": "gateway-key-31",
    "JSON_URL": "jsons://example.org/very/secret/path",
}
WHOLE = """\
channels:
  - name: group
    kind: apprise
    reaches: fixed
    url: dingtalk://${DING_TOKEN}/
    only_urgent: true
  - name: mention
    kind: apprise
    reaches: dingtalk
    url: dingtalk://${DING_TOKEN}/{address}/
  - name: outside
    kind: apprise
    reaches: email
    url: mailtos://bihuan:${MAIL_PASSWORD}@mail.example.org/?to={address}
  - name: robot
    kind: apprise
    reaches: code
    url: jsons://example.org/hook/{address}
  - name: whole
    kind: apprise
    reaches: fixed
    url: ${JSON_URL}
  - name: second-mail
    kind: email
    host: mail.example.org
    port: 587
    sender: bihuan@linxi.example
    user: bihuan
    password: ${MAIL_PASSWORD}
    starttls: true
  - name: hook
    kind: webhook
    url: https://hooks.example.org/in?key=${SMS_KEY}
    secret: ${HOOK_SECRET}
    timeout_seconds: 5
  - name: sms
    kind: sms
    only_urgent: true
    url: https://sms.example.org/send
    headers: {Authorization: "Bearer ${SMS_KEY}"}
    json: {to: ["{phone}"], text: "【临溪】{text}", retries: 2, ref: "{id}"}
    success: {status: [200, 202], field: result.code, equals: 0}
    longest: 140
  - name: sms-form
    kind: sms
    method: GET
    url: https://sms.example.org/send
    form: {m: "{phone}", c: "{text}", k: "${SMS_KEY}"}
  - name: screen
    kind: console
"""


def read(
    text: str, folder: Path, *, taken: str = "", private: bool = False
) -> tuple[ChannelEntry, ...]:
    file = folder / "channels.yaml"
    file.write_text(text, encoding="utf-8")
    names = frozenset({taken}) if taken else frozenset()
    return read_channel_file(file, SECRETS, taken=names, private=private)


def test_every_kind_is_read(tmp_path: Path) -> None:
    found = {one.route.name: one for one in read(WHOLE, tmp_path)}
    assert [one.route for one in found.values()] == [
        ChannelRoute(name="group", reaches="fixed", fixed="group", only_urgent=True),
        ChannelRoute(name="mention", reaches="dingtalk"),
        ChannelRoute(name="outside", reaches="email"),
        ChannelRoute(name="robot", reaches="code"),
        ChannelRoute(name="whole", reaches="fixed", fixed="whole"),
        ChannelRoute(name="second-mail", reaches="email"),
        ChannelRoute(name="hook", reaches="fixed", fixed="hook"),
        ChannelRoute(name="sms", reaches="phone", only_urgent=True),
        ChannelRoute(name="sms-form", reaches="phone"),
        ChannelRoute(name="screen", reaches="code"),
    ]
    assert found["screen"].opening is None


def test_variables_are_filled_in_and_quoted_where_they_are_part_of_a_url(tmp_path: Path) -> None:
    found = {one.route.name: one.opening for one in read(WHOLE, tmp_path)}
    outside, whole, mail = found["outside"], found["whole"], found["second-mail"]
    hook, sms, form = found["hook"], found["sms"], found["sms-form"]
    assert isinstance(outside, AppriseSettings)
    assert ":p%40ss%2Fword@" in outside.url
    assert isinstance(whole, AppriseSettings)
    assert whole.url == SECRETS["JSON_URL"]
    assert isinstance(mail, EmailSettings)
    assert (mail.password, mail.port, mail.starttls) == ("p@ss/word", 587, True)
    assert isinstance(hook, WebhookSettings)
    assert hook.secret == SECRETS["HOOK_SECRET"]
    assert hook.calling.timeout_seconds == 5
    assert isinstance(sms, SmsSettings)
    assert sms.headers == {"Authorization": "Bearer gateway-key-31"}
    assert sms.json == {"to": ["{phone}"], "text": "【临溪】{text}", "retries": 2, "ref": "{id}"}
    assert (sms.statuses, sms.answer_field, sms.answer_value) == ((200, 202), "result.code", "0")
    assert (sms.longest, sms.method) == (140, "POST")
    assert "gateway-key-31" in sms.calling.secrets
    assert isinstance(form, SmsSettings)
    assert (form.method, form.form) == (
        "GET",
        {"m": "{phone}", "c": "{text}", "k": "gateway-key-31"},
    )


def test_nothing_shown_of_a_channel_is_a_secret(tmp_path: Path) -> None:
    found = read(WHOLE, tmp_path)
    shown = repr(found) + "".join(where_to(one) for one in found)
    for secret in (*SECRETS.values(), "p%40ss%2Fword", "very/secret"):
        assert secret not in shown
    assert [where_to(one) for one in found[:3]] == [
        "dingtalk://…",
        "dingtalk://…",
        "mailtos://mail.example.org/…",
    ]
    assert where_to(found[6]) == "https://hooks.example.org/…"


def entry(text: str) -> str:
    return f"channels:\n  - {text}\n"


SMS = "kind: sms, url: 'https://sms.example.org/'"
HOOK = "kind: webhook, secret: '${HOOK_SECRET}'"
FORM = "form: {m: '{phone}', t: '{text}'}"


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("channels: {}\n", 1, "must be a list"),
        ("chanels: []\n", 1, "unknown key"),
        ("- a\n", 1, "must be a mapping"),
        (entry("just a text"), 2, "must be a mapping"),
        (entry("{kind: console}"), 2, "name: missing"),
        (entry("{name: a}"), 2, "kind: missing"),
        (entry("{name: a, kind: pigeon}"), 2, "use one of apprise"),
        (entry("{name: A B, kind: console}"), 2, "must look like"),
        (entry("{name: a, kind: console, reaches: 'x y'}"), 2, "must look like"),
        (entry("{name: a, kind: console, colour: red}"), 2, "unknown key"),
        (entry("{name: a, kind: console, only_urgent: 1}"), 2, "true or false"),
        (entry("{name: a, kind: console, address: x}"), 2, "address goes with"),
        (entry("{name: a, kind: console}\n  - {name: a, kind: console}"), 3, "is taken"),
        (entry("{name: a, kind: email}"), 2, "host: missing"),
        (entry("{name: a, kind: email, host: h, sender: nobody}"), 2, "must look like"),
        (entry("{name: a, kind: email, host: h, sender: a@b, port: 0}"), 2, "from 1 to 65535"),
        (entry("{name: a, kind: apprise, reaches: fixed}"), 2, "url: missing"),
        (entry("{name: a, kind: apprise, url: 'feishu://x'}"), 2, "reaches: missing"),
        (entry("{name: a, kind: apprise, reaches: fixed, url: 'slack://x'}"), 2, "not among"),
        (entry("{name: a, kind: apprise, reaches: phone, url: 'feishu://x/'}"), 2, "go together"),
        (
            entry("{name: a, kind: apprise, reaches: fixed, url: 'dingtalk://x/{address}'}"),
            2,
            "go together",
        ),
        (entry("{name: a, kind: apprise, reaches: fixed, url: 'json://10.0.0.1/'}"), 2, "public"),
        (entry(f"{{name: a, {HOOK}}}"), 2, "url: missing"),
        (entry(f"{{name: a, {HOOK}, url: 'https://127.0.0.1/'}}"), 2, "no public address"),
        (entry(f"{{name: a, {HOOK}, url: 'http://0x7f.1/'}}"), 2, "four decimal parts"),
        (entry(f"{{name: a, {HOOK}, url: 'http://e.org', timeout_seconds: 16}}"), 2, "1 to 15"),
        (entry("{name: a, kind: webhook, url: 'http://e.org'}"), 2, "secret: missing"),
        (
            entry(f"{{name: a, {HOOK}, url: 'http://e.org', previous_secret: written-down-here}}"),
            2,
            "must come from ${VARIABLE}",
        ),
        (
            entry(f"{{name: a, {HOOK}, url: 'http://e.org', previous_secret: '${{SMS_KEY}}'}}"),
            2,
            "at least 16",
        ),
        (
            entry("{name: a, kind: webhook, url: 'http://e.org', secret: written-down-here-and}"),
            2,
            "must come from ${VARIABLE}",
        ),
        (
            entry("{name: a, kind: webhook, url: 'http://e.org', secret: '${NOWHERE}'}"),
            2,
            "NOWHERE is not set",
        ),
        (
            entry("{name: a, kind: webhook, url: 'http://e.org', secret: '${BIHUAN_X}'}"),
            2,
            "may not begin with BIHUAN_",
        ),
        (
            entry("{name: a, kind: webhook, url: 'http://e.org', secret: '${SMS_KEY}'}"),
            2,
            "at least 16",
        ),
        (entry(f"{{name: a, {SMS}}}"), 2, "form or json"),
        (entry(f"{{name: a, {SMS}, {FORM}, json: {{}}}}"), 2, "form or json"),
        (entry(f"{{name: a, {SMS}, method: GET, json: {{}}}}"), 2, "GET takes a form"),
        (entry(f"{{name: a, {SMS}, method: DELETE, {FORM}}}"), 2, "use one of POST"),
        (entry(f"{{name: a, {SMS}, form: {{m: '{{phone}}'}}}}"), 2, "{phone} or {text} is missing"),
        (
            entry(f"{{name: a, {SMS}, form: {{m: '{{phone}} {{text}} {{mobile}}'}}}}"),
            2,
            "there is no “{mobile}”",
        ),
        (entry(f"{{name: a, {SMS}, {FORM}, headers: {{Host: x}}}}"), 2, "may not be used"),
        (entry(f"{{name: a, {SMS}, {FORM}, headers: {{'X: 1': x}}}}"), 2, "may not be used"),
        (entry(f"{{name: a, {SMS}, {FORM}, success: {{status: 302}}}}"), 2, "from 200 to 299"),
        (entry(f"{{name: a, {SMS}, {FORM}, success: {{code: 1}}}}"), 2, "unknown key"),
        (entry("{name: a, kind: console, name: b}"), 2, "duplicate key"),
        ("channels: [\n", 2, "YAML"),
        ("channels: &x []\n", 1, "anchors"),
        ("", 1, "must be a"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, cause: str
) -> None:
    with pytest.raises(ChannelsInvalid) as caught:
        read(text, tmp_path)
    problems = str(caught.value.facts["problems"])
    assert re.search(rf"channels\.yaml:{line}: .*{re.escape(cause)}", problems), problems
    for secret in SECRETS.values():
        assert secret not in caught.value.message("zh")


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = "channels:\n  - {name: a, kind: x}\n  - {name: b, kind: y}\n"
    with pytest.raises(ChannelsInvalid) as caught:
        read(text, tmp_path)
    assert len(str(caught.value.facts["problems"]).splitlines()) == 2


def test_a_name_of_the_settings_is_taken(tmp_path: Path) -> None:
    with pytest.raises(ChannelsInvalid, match="taken"):
        read(entry("{name: email, kind: console}"), tmp_path, taken="email")


def test_an_inner_address_is_read_where_the_setting_allows_it(tmp_path: Path) -> None:
    text = entry(f"{{name: a, {HOOK}, url: 'http://127.0.0.1:8080/in'}}")
    (found,) = read(text, tmp_path, private=True)
    assert isinstance(found.opening, WebhookSettings)
    assert found.opening.calling.private


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"nowhere\.yaml"):
        read_channel_file(tmp_path / "nowhere.yaml", {}, taken=frozenset(), private=False)
    (tmp_path / "latin.yaml").write_bytes(b"channels: \xff")
    with pytest.raises(FileUnreadable, match="UTF-8"):
        read_channel_file(tmp_path / "latin.yaml", {}, taken=frozenset(), private=False)
