"""The whole loop through the API alone: raised, handed over, answered, rated, closed."""

from __future__ import annotations

from tests.support.api import CONTACT, Api, api
from tests.support.command_line import TITLE, bare_line, line

__all__ = ["api", "bare_line", "line"]


def _names(api: Api, person: str, case: str) -> set[str]:
    return {one["action"] for one in api.read(person, f"/suggestions/{case}/actions")["items"]}


def test_from_the_draft_to_the_closing(api: Api) -> None:
    (draft,) = api.read("wang-fang", "/actions")["items"]
    assert draft["action"] == "draft"
    assert {one["name"] for one in draft["fields"] if one["required"]} >= {"title", "text", "kind"}
    case = api.delivered()
    assert "rate" in _names(api, "wang-fang", case)
    assert _names(api, "zhao-min", case).isdisjoint({"rate", "draft_reply"})
    seen = api.read("wang-fang", f"/suggestions/{case}")
    assert (seen["title"], seen["stage"], seen["state_label"]["zh"]) == (
        TITLE,
        "supervise",
        "待评价",
    )
    api.act("wang-fang", case, "rate", process="satisfied", result="satisfied")
    done = api.act("committee", case, "close")
    assert done["state"] == "closed"
    ended = api.read("wang-fang", f"/suggestions/{seen['number']}")
    assert ended["ended_at"] is not None
    assert ended["waiting_for"] == []


def test_the_parts_of_a_case_are_lists_of_their_own(api: Api) -> None:
    case = api.delivered()

    def part(name: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = api.read("wang-fang", f"/suggestions/{case}/{name}")[
            "items"
        ]
        return found

    (share,) = part("assignments")
    assert (share["name"], share["kind"], share["reason"]) == ("交通局", "lead", "职责所在")
    (reply,) = part("replies")
    assert (reply["state"], reply["document_number"]) == ("delivered", "临交〔2026〕1号")
    (contact,) = part("contacts")
    assert contact["deputy"] == "王芳"
    (evaluation,) = part("evaluations")
    assert (evaluation["state"], evaluation["result"]) == ("open", None)
    assert part("commitments") == part("orders") == []
    clocks = part("clocks")
    assert {"reply", "evaluation"} <= {one["kind"] for one in clocks}
    assert all(one["explanation"] for one in clocks)


def test_the_audit_is_a_chain(api: Api) -> None:
    case = api.delivered()
    entries = api.read("wang-fang", f"/suggestions/{case}/audit")["items"]
    assert [one["version"] for one in entries] == list(range(1, len(entries) + 1))
    stored = {one.sequence: one for one in api.services.trail.entries("linxi")}
    for one in entries:
        assert one["digest"] == stored[one["sequence"]].digest
        assert one["previous"] == stored[one["sequence"] - 1].digest


def test_a_promise_of_the_reply_is_a_commitment(api: Api) -> None:
    case = api.handed_over()
    api.act("zhao-min", case, "receive", subject=1)
    promises = [{"text": "年内建成", "due_on": "2026-12-31"}]
    api.act("zhao-min", case, "record_contact", subject=1, **CONTACT)
    api.act(
        "zhao-min", case, "draft_reply", subject=1, result="B", text="已列入", commitments=promises
    )
    api.act("office", case, "check_reply", subject=1)
    api.act("head-transport", case, "sign_reply", subject=1, document_number="1号")
    api.act("zhao-min", case, "deliver_reply", subject=1)
    (promise,) = api.read("wang-fang", f"/suggestions/{case}/commitments")["items"]
    assert (promise["text"], promise["due_on"], promise["name"]) == (
        "年内建成",
        "2026-12-31",
        "交通局",
    )


def test_people_are_told_and_what_waits_for_them_is_listed(api: Api) -> None:
    case = api.handed_over()
    waiting = api.read("zhao-min", "/waiting")["items"]
    assert {one["case"] for one in waiting} == {case}
    inbox = api.read("zhao-min", "/notices", unread=True)
    assert inbox["unread"] == len(inbox["items"]) > 0
    first = inbox["items"][0]["id"]
    assert api.post("zhao-min", f"/notices/{first}/read", None).status_code == 204
    assert api.read("zhao-min", "/notices")["unread"] == inbox["unread"] - 1
    due = api.read("zhao-min", "/due", until="2026-12-31")["items"]
    assert {one["case"] for one in due} == {case}
    found = api.read("zhao-min", "/search", text="过街")
    assert (found["total"], found["items"][0]["id"]) == (1, case)
