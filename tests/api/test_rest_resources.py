"""What is in hand, rules, units, overview and history in the API: complete, and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api, api
from tests.support.command_line import bare_line, line

__all__ = ["api", "bare_line", "line"]


def _in_hand(api: Api, person: str, **params: object) -> list[dict[str, Any]]:
    """Every line of what is in hand, by its own cursors."""
    page = api.read(person, "/in-hand", **params)
    found: list[dict[str, Any]] = list(page["items"])
    while page["next"]:
        page = api.read(person, "/in-hand", **{**params, "after": page["next"]})
        found += page["items"]
    assert page["total"] == len(found)
    return found


def test_what_is_in_hand_says_whom_it_waits_for_and_what_can_be_done(api: Api) -> None:
    case = api.handed_over()
    (share,) = _in_hand(api, "zhao-min", machine="assignment")
    assert (share["case"], share["subject"], share["unit"]) == (case, 1, "交通局")
    assert "receive" in {one["action"] for one in share["steps"]}
    assert share["mine"]
    assert share["clock"]["en"]
    api.act("zhao-min", case, "receive", subject=1)
    (after,) = _in_hand(api, "zhao-min", machine="assignment", scope="mine")
    assert after["state"] != share["state"]
    assert "receive" not in {one["action"] for one in after["steps"]}


def test_it_is_cut_into_pages_and_counted(api: Api) -> None:
    cases = [api.drafted(title=f"关于第{number}件事的建议") for number in range(5)]
    for sort in ("due", "number", "unit", "state"):
        found = _in_hand(api, "wang-fang", sort=sort, limit=2)
        assert sorted(one["case"] for one in found) == sorted(cases)
    (tally,) = api.read("wang-fang", "/in-hand/tallies")["items"]
    assert (tally["machine"], tally["state"], tally["count"]) == ("suggestion", "draft", 5)
    assert _in_hand(api, "zhao-min") == []
    assert api.read("zhao-min", "/in-hand/tallies")["items"] == []


def test_what_goes_before_a_cursor_moves_no_page(api: Api) -> None:
    cases = [api.drafted(title=f"关于第{number}件事的建议") for number in range(4)]
    for sort in ("due", "number", "unit", "state"):
        first = api.read("wang-fang", "/in-hand", sort=sort, limit=2)
        before, rest = [one["case"] for one in first["items"]], set(cases)
        rest -= set(before)
        api.act("wang-fang", before[0], "withdraw", reason="另行反映")
        second = api.read("wang-fang", "/in-hand", sort=sort, limit=2, after=first["next"])
        assert {one["case"] for one in second["items"]} == rest
        other = "number" if sort != "number" else "due"
        refused = api.get("wang-fang", "/in-hand", sort=other, after=first["next"])
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-value")
        cases = [one for one in cases if one != before[0]]
        cases.append(api.drafted(title="关于又一件事的建议"))


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJwYWdlIiwyLDld", "WyJwYWdlIiwtMSw1MF0"])
def test_a_cursor_of_another_list_is_refused(api: Api, cursor: str) -> None:
    answer = api.get("wang-fang", "/in-hand", after=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")


@pytest.mark.parametrize(
    ("path", "name"), [("/due", "until"), ("/replies", "since"), ("/commitments", "until")]
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_counted_from_is_refused(
    api: Api, path: str, name: str, day: str
) -> None:
    answer = api.get("committee", path, **{name: day})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_what_waits_and_what_is_due_comes_page_by_page(api: Api) -> None:
    cases = {api.handed_over() for _ in range(3)}
    for person, path, params in (
        ("zhao-min", "/waiting", {}),
        ("committee", "/due", {"until": "2027-12-31"}),
    ):
        whole = api.read(person, path, **params)
        assert {one["case"] for one in whole["items"]} == cases
        days = [one["due_on"] for one in whole["items"]]
        assert days == sorted(days)
        found, page = [], api.read(person, path, **params, limit=1)
        while True:
            found += page["items"]
            if page["next"] is None:
                break
            page = api.read(person, path, **params, limit=1, after=page["next"])
        assert found == whole["items"]
        assert whole["total"] == len(found) >= 3


def test_a_version_of_the_rules_says_what_its_suggestions_are_under(api: Api) -> None:
    case = api.handed_over()
    pinned = api.read("zhao-min", f"/suggestions/{case}")["profile"]
    listed = api.read("zhao-min", "/profiles")["items"]
    assert [f"{one['name']}/v{one['version']}" for one in listed] == [pinned]
    whole = api.read("zhao-min", f"/profiles/{pinned}")
    states = {one["name"]: one["states"] for one in whole["machines"]}
    assert "handling" in {one["name"] for one in states["suggestion"]}
    assert "receive" in {one["action"] for one in whole["actions"]}
    assert whole["clocks"] == api.read("zhao-min", "/profile/clocks")["items"]
    assert whole["codes"] == api.read("zhao-min", "/profile/codes")["items"]
    name = whole["name"]
    for other in (f"{name}/v9", "no-such/v1"):
        gone = api.get("zhao-min", f"/profiles/{other}")
        assert (gone.status_code, gone.json()["code"]) == (404, "unknown-profile")


def test_a_unit_names_its_people_and_portfolios(api: Api) -> None:
    unit = api.read("wang-fang", "/units/transport")
    assert {"zhao-min", "head-transport"} <= {one["code"] for one in unit["people"]}
    assert all("phone" not in one for one in unit["people"])
    assert unit["portfolios"]
    gone = api.get("wang-fang", "/units/nowhere")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown-unit")
    years = api.read("wang-fang", "/calendar/years")["items"]
    assert {2026} <= {one["year"] for one in years if one["published"]}


def test_the_overview_is_for_those_who_look_over_the_whole(api: Api) -> None:
    api.handed_over()
    found = api.read("committee", "/reports/overview")
    assert found["open_cases"] == 1
    assert {one["name"]: one["count"] for one in found["steps"]}["handed_over"] == 1
    assert all(isinstance(one["days"], str) for one in found["paces"])
    for person in ("zhao-min", "wang-fang"):
        refused = api.get(person, "/reports/overview")
        assert (refused.status_code, refused.json()["code"]) == (403, "role-missing")


def test_the_history_needs_the_scope_and_the_office(api: Api) -> None:
    api.handed_over()
    headers = api.headers("committee", "read")
    refused = api.client.get("/api/v1/audit", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
    headers = api.headers("committee", "admin")
    refused = api.client.get("/api/v1/audit", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "role-missing")
