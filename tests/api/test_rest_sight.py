"""What the API keeps from whom: other units' cases, drafts of others, ratings before their time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import DRAFT, Api, api
from tests.support.command_line import bare_line, line

__all__ = ["api", "bare_line", "line"]
PARTS = (
    "",
    *("/assignments", "/contacts", "/replies", "/evaluations", "/commitments", "/orders"),
    *("/clocks", "/audit", "/actions", "/files"),
)


@pytest.mark.parametrize("part", PARTS)
def test_a_draft_is_not_there_for_anybody_else(api: Api, part: str) -> None:
    case = api.drafted()
    assert api.get("wang-fang", f"/suggestions/{case}{part}").status_code == 200
    for person in ("li-ming", "zhao-min", "office"):
        answer = api.get(person, f"/suggestions/{case}{part}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-case")
        nowhere = api.get(person, f"/suggestions/nowhere{part}")
        assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown-case")


def test_what_is_not_seen_is_in_no_list_and_can_not_be_acted_on(api: Api) -> None:
    case = api.drafted()
    before = api.read("wang-fang", f"/suggestions/{case}")["version"]
    assert api.read("zhao-min", "/suggestions")["total"] == 0
    assert api.read("zhao-min", "/search", text="过街")["total"] == 0
    assert api.read("zhao-min", "/due", until="2026-12-31")["items"] == []
    for query in ("", "?dry_run=true"):
        done = api.post("zhao-min", f"/suggestions/{case}/actions/submit{query}", {})
        assert (done.status_code, done.json()["code"]) == (404, "unknown-case")
        stale = api.post(
            "zhao-min", f"/suggestions/{case}/actions/submit{query}", {}, {"If-Match": '"9"'}
        )
        assert (stale.status_code, stale.json()["code"]) == (404, "unknown-case")
        rows = {"rows": [{"case": case, "action": "submit"}]}
        (verdict,) = api.post("zhao-min", f"/actions{query}", rows).json()["items"]
        assert verdict["problem"]["code"] == "unknown-case"
    assert api.read("wang-fang", f"/suggestions/{case}")["version"] == before


def test_nobody_gets_the_answer_to_somebody_elses_key(api: Api) -> None:
    key = {"Idempotency-Key": "k"}
    case = api.post("wang-fang", "/suggestions", {"form": DRAFT}, key).json()["case"]
    other = api.post("li-ming", "/suggestions", {"form": DRAFT}, key).json()["case"]
    assert case != other


def test_a_unit_sees_no_rating_before_the_round_is_over(api: Api) -> None:
    case = api.delivered("li-ming")
    rating: dict[str, Any] = {
        "process": "dissatisfied",
        "result": "dissatisfied",
        "comment": "没有看到变化",
    }
    api.act("wang-fang", case, "rate", **rating)
    for part in PARTS:
        told = api.get("zhao-min", f"/suggestions/{case}{part}").text
        assert "dissatisfied" not in told
        assert "没有看到变化" not in told
    own = api.read("wang-fang", f"/suggestions/{case}/evaluations")["items"]
    assert any(one["result"] == "dissatisfied" for one in own)
