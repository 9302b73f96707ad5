"""Acting safely through the API: once for a key, only on what was seen, tried out, in bulk."""

from __future__ import annotations

import pytest

from tests.support.api import DRAFT, HAND_OVER, V1, Api, api
from tests.support.command_line import bare_line, line

__all__ = ["api", "bare_line", "line"]
KEY = {"Idempotency-Key": "wish-1"}


def test_a_repeated_key_gets_the_same_answer_and_acts_once(api: Api) -> None:
    first = api.post("wang-fang", "/suggestions", {"form": DRAFT}, KEY)
    api.watch.pass_by(minutes=5)
    again = api.post("wang-fang", "/suggestions", {"form": DRAFT}, KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert api.read("wang-fang", "/suggestions")["total"] == 1


def test_a_key_with_another_body_is_refused_and_a_key_is_a_persons_own(api: Api) -> None:
    api.post("wang-fang", "/suggestions", {"form": DRAFT}, KEY)
    other = {"form": {**DRAFT, "title": "关于另一件事的建议"}}
    refused = api.post("wang-fang", "/suggestions", other, KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, "request-key-reused")
    assert api.post("li-ming", "/suggestions", {"form": DRAFT}, KEY).status_code == 201


def test_a_repeated_action_is_answered_before_its_version_is_looked_at(api: Api) -> None:
    case = api.drafted()
    path = f"/suggestions/{case}/actions/submit"
    headers = {**KEY, "If-Match": '"1"'}
    first = api.post("wang-fang", path, {}, headers)
    again = api.post("wang-fang", path, {}, headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()


def test_who_saw_an_old_version_is_told_what_was_done_meanwhile(api: Api) -> None:
    case = api.drafted()
    seen = api.get("wang-fang", f"/suggestions/{case}")
    assert seen.headers["etag"] == '"1"'
    api.act("wang-fang", case, "edit", title="关于增设临溪中学东侧天桥的建议")
    path = f"/suggestions/{case}/actions/submit"
    stale = api.post("wang-fang", path, {}, {"If-Match": seen.headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-case")
    assert stale.headers["content-type"] == "application/problem+json"
    now = stale.json()["now"]
    assert (now["version"], now["etag"], now["state"]) == (2, '"2"', "draft")
    assert [(one["actor"], one["action"]["zh"]) for one in now["changes"]] == [("王芳", "修改文本")]
    assert api.post("wang-fang", path, {}, {"If-Match": now["etag"]}).status_code == 200


@pytest.mark.parametrize("match", ["7", '"x"', '"1", "2"', '"99999999999999999999"', "²"])
def test_an_etag_that_is_none_of_ours_is_refused(api: Api, match: str) -> None:
    case = api.drafted()
    path = f"{V1}/suggestions/{case}/actions/submit"
    given = {**api.headers("wang-fang"), "If-Match": match}
    headers = {name.encode(): value.encode() for name, value in given.items()}
    answer = api.client.post(path, json={}, headers=headers)
    expected = (412, "stale-case") if match == "7" else (422, "invalid-value")
    assert (answer.status_code, answer.json()["code"]) == expected


def test_a_dry_run_tells_and_writes_nothing(api: Api) -> None:
    case = api.drafted()
    token = api.token("wang-fang")
    before = api.line.dump()
    path = f"/suggestions/{case}/actions/submit?dry_run=true"
    tried = api.post("wang-fang", path, {}, KEY)
    assert tried.status_code == 200
    assert (tried.json()["state"], tried.json()["told"]) == ("first_review", ["周莉"])
    assert tried.json()["steps"][0]["source"] == "draft"
    begun = api.post("wang-fang", "/suggestions?dry_run=true", {"form": DRAFT})
    assert (begun.status_code, begun.json()["state"]) == (200, "draft")
    rows = {"rows": [{"case": case, "action": "submit"}, {"case": case, "action": "close"}]}
    verdicts = api.post("wang-fang", "/actions?dry_run=true", rows).json()
    assert (verdicts["done"], verdicts["refused"]) == (1, 1)
    assert verdicts["items"][0]["preview"]["state"] == "first_review"
    assert token
    assert api.line.dump() == before


def test_a_bulk_has_a_verdict_for_every_row(api: Api) -> None:
    cases = [api.drafted(title=f"关于第{number}件事的建议") for number in range(3)]
    for case in cases[:2]:
        api.act("wang-fang", case, "submit")
        api.act("reviewer", case, "pass_first_review")
        api.act("committee", case, "register")
    rows = [
        {"case": cases[0], "action": "hand_over", "form": HAND_OVER, "request_key": "a"},
        {"case": cases[2], "action": "hand_over", "form": HAND_OVER},
        {"case": cases[1], "action": "hand_over", "form": {"assignments": []}},
        {"case": "没有这件", "action": "hand_over", "form": HAND_OVER},
        {"case": cases[1], "action": "hand_over", "form": HAND_OVER, "expected_version": 1},
        {"case": cases[1], "action": "hand_over", "form": HAND_OVER},
    ]
    answer = api.post("committee", "/actions", {"rows": rows})
    assert answer.status_code == 200
    told = answer.json()
    assert [one["row"] for one in told["items"]] == list(range(6))
    codes = [(one["problem"] or {}).get("code") for one in told["items"]]
    assert codes[0] is None
    # Not yet submitted, the third is not there for the desk at all.
    assert codes[1] in {"not-allowed", "unknown-case"}
    assert codes[2:] == ["form-incomplete", "unknown-case", "stale-case", None]
    assert (told["done"], told["refused"]) == (2, 4)
    assert told["items"][4]["problem"]["status"] == 409
    states = [api.read("committee", f"/suggestions/{one}")["state"] for one in cases[:2]]
    assert states == ["handling", "handling"]
    again = api.post("committee", "/actions", {"rows": rows[:1]}).json()
    assert again["items"][0]["receipt"] == told["items"][0]["receipt"]


@pytest.mark.parametrize(
    ("person", "action", "body", "expected"),
    [
        ("zhao-min", "submit", {}, {(403, "not-authorized"), (404, "unknown-case")}),
        ("wang-fang", "close", {}, {(409, "not-allowed"), (403, "not-authorized")}),
        ("wang-fang", "edit", {"form": {"field": "nowhere"}}, {(422, "form-invalid")}),
        ("wang-fang", "edit", {"form": {"tilte": "x"}}, {(422, "form-invalid")}),
        ("wang-fang", "edit", {"forms": {}}, {(422, "malformed")}),
        ("wang-fang", "no_such", {}, {(404, "unknown-action")}),
        ("wang-fang", "invite_cosigners", {}, {(422, "form-incomplete")}),
    ],
)
def test_a_refusal_is_a_problem_with_a_stable_code(
    api: Api, person: str, action: str, body: object, expected: set[tuple[int, str]]
) -> None:
    case = api.drafted()
    answer = api.post(person, f"/suggestions/{case}/actions/{action}", body)
    told = answer.json()
    assert (answer.status_code, told["code"]) in expected
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == answer.status_code
    assert told["title"]
    assert told["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/suggestions/{case}/actions/edit", r'{"form": {"title": "half \ud800"}}'),
        ("/suggestions/{case}/actions/edit", r'{"form": {"\ud800": "x"}}'),
        ("/suggestions/{case}/actions/edit", r'{"\ud800": "x"}'),
        ("/suggestions", r'{"action": "\ud800"}'),
        ("/actions", r'{"rows": [{"action": "edit", "form": {"\ud800": "x"}}]}'),
        ("/actions?dry_run=true", r'{"rows": [{"action": "draft", "form": {"\ud800": "x"}}]}'),
    ],
)
def test_half_a_character_breaks_nothing(api: Api, path: str, body: str) -> None:
    url = V1 + path.format(case=api.drafted())
    headers = {**api.headers("wang-fang"), "Content-Type": "application/json"}
    answer = api.client.post(url, content=body.encode(), headers=headers)
    assert answer.status_code in {200, 422}
    assert answer.json()


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"form": NaN}'])
def test_a_body_that_is_no_json_is_refused(api: Api, body: bytes) -> None:
    headers = {**api.headers("wang-fang"), "Content-Type": "application/json"}
    answer = api.client.post(f"{V1}/suggestions", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize("empty", ["", None, []])
def test_what_is_left_out_stays_and_what_is_sent_empty_is_emptied(api: Api, empty: object) -> None:
    case = api.drafted()
    api.act("wang-fang", case, "edit", keywords="过街、校园")
    api.act("wang-fang", case, "edit", text="改过的正文。")
    assert api.read("wang-fang", f"/suggestions/{case}")["keywords"] == ["过街", "校园"]
    api.act("wang-fang", case, "edit", keywords=empty)
    assert api.read("wang-fang", f"/suggestions/{case}")["keywords"] == []
    path = f"/suggestions/{case}/actions/edit"
    refused = api.post("wang-fang", path, {"form": {"title": empty}})
    assert (refused.status_code, refused.json()["code"]) == (422, "form-invalid")
    assert "不能清空" in refused.json()["title"]
