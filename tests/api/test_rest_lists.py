"""Lists of the API: pages that are complete and stable, filters, orders, links."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import V1, Api, api
from tests.support.command_line import bare_line, line

__all__ = ["api", "bare_line", "line"]


def _all(api: Api, person: str, path: str, **params: object) -> list[dict[str, Any]]:
    """Every line of a list, by its own cursors."""
    found: list[dict[str, Any]] = []
    page = api.read(person, path, **params)
    while True:
        found += page["items"]
        if page["next"] is None:
            return found
        page = api.read(person, path, **{**params, "after": page["next"]})


@pytest.mark.parametrize("sort", ["number", "due", "updated", "state"])
def test_pages_hold_every_case_once_even_while_new_ones_come(api: Api, sort: str) -> None:
    cases = [api.drafted(title=f"关于第{number}件事的建议") for number in range(7)]
    first = api.read("wang-fang", "/suggestions", sort=sort, limit=3)
    assert (len(first["items"]), first["total"]) == (3, 7)
    seen = [one["id"] for one in first["items"]]
    if sort != "updated":
        api.drafted("li-ming", title="关于后来一件事的建议")
    rest = _all(api, "wang-fang", "/suggestions", sort=sort, limit=3, after=first["next"])
    seen += [one["id"] for one in rest if one["title"] != "关于后来一件事的建议"]
    assert sorted(seen) == sorted(cases)
    assert seen == list(dict.fromkeys(seen))


def test_the_next_page_is_linked_with_its_filters(api: Api) -> None:
    for number in range(3):
        api.drafted(title=f"关于第{number}件事的建议")
    first = api.get("wang-fang", "/suggestions", limit=2, sort="updated", kind="session")
    link = first.headers["link"]
    assert link.endswith('; rel="next"')
    address = link.partition(">")[0].removeprefix("<")
    second = api.client.get(address, headers=api.headers("wang-fang"))
    assert len(second.json()["items"]) == 1
    assert "link" not in second.headers


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"a", "b"}),
        ({"state": "draft"}, {"b"}),
        ({"stage": "handle"}, {"a"}),
        ({"stage": "handle", "state": "draft"}, set()),
        ({"unit": "transport"}, {"a"}),
        ({"unit": "education"}, set()),
        ({"deputy": "wang-fang"}, {"a", "b"}),
        ({"deputy": "li-ming"}, set()),
        ({"key": "true"}, set()),
        ({"late": "true"}, set()),
        ({"session": "5-2", "field": "transport"}, {"a", "b"}),
        ({"session": "5-1"}, set()),
    ],
)
def test_the_list_is_narrowed(api: Api, filters: dict[str, str], expected: set[str]) -> None:
    known = {api.handed_over(): "a", api.drafted(title="关于另一件事的建议"): "b"}
    found = api.read("wang-fang", "/suggestions", **filters)
    assert {known[one["id"]] for one in found["items"]} == expected
    assert found["total"] == len(expected)


def test_what_is_late_is_found_when_its_day_is_over(api: Api) -> None:
    case = api.handed_over()
    api.watch.pass_by(days=300)
    (one,) = api.read("committee", "/suggestions", late=True)["items"]
    assert one["id"] == case
    assert api.read("committee", "/due")["items"][0]["days_left"] < 0


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "sort=title", "after=%00", "unit=A%20B", "stage=end"],
)
def test_a_query_that_makes_no_sense_is_malformed(api: Api, query: str) -> None:
    answer = api.client.get(f"{V1}/suggestions?{query}", headers=api.headers("wang-fang"))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    for number in range(2):
        api.drafted(title=f"关于第{number}件事的建议")
    cursor = api.read("wang-fang", "/suggestions", limit=1)["next"]
    answer = api.get("wang-fang", "/suggestions", sort="due", after=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value")


def test_people_and_units_are_paged_and_narrowed(api: Api) -> None:
    people = _all(api, "wang-fang", "/people", limit=2)
    assert [one["code"] for one in people] == sorted(one["code"] for one in people)
    assert len(people) == 7
    assert {key for one in people for key in one} == {"code", "name", "delegation", "appointments"}
    deputies = api.read("wang-fang", "/people", role="deputy")
    assert [one["name"] for one in deputies["items"]] == ["李明", "王芳"]
    assert api.read("wang-fang", "/people", unit="transport", name="赵")["total"] == 1
    (unit,) = api.read("wang-fang", "/units", name="交通")["items"]
    assert (unit["code"], unit["system"]) == ("transport", "government")
    head = api.read("wang-fang", "/people/head-transport")
    assert head["appointments"][0]["unit_name"] == "交通局"
    missing = api.get("wang-fang", "/people/nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown-person")


def test_the_calendar_and_the_rules_can_be_read(api: Api) -> None:
    year = api.read("wang-fang", "/calendar/years/2026")
    assert year["published"]
    assert any(one["day"] == "2026-10-01" for one in year["holidays"])
    assert not api.read("wang-fang", "/calendar/years/2090")["known"]
    day = api.read("wang-fang", "/calendar/days/2026-10-01")
    assert (day["worked"], day["kind"]) == (False, "holiday")
    assert day["next_working_day"] > "2026-10-01"
    rules = api.read("wang-fang", "/profile")
    assert rules["name"] == "zhejiang-county"
    actions = {one["action"]: one for one in api.read("wang-fang", "/profile/actions")["items"]}
    assert actions["draft"]["by"] == [{"role": "deputy", "relation": "any"}]
    clocks = {one["kind"]: one for one in api.read("wang-fang", "/profile/clocks")["items"]}
    assert clocks["reply"]["source"]["title"]["zh"]
    codes = {one["name"]: one for one in api.read("wang-fang", "/profile/codes")["items"]}
    assert {one["code"] for one in codes["results"]["results"]} >= {"A", "B", "C"}


def test_reports_count_what_was_done(api: Api) -> None:
    api.delivered()
    steps = {one["name"]: one["count"] for one in api.read("committee", "/reports/funnel")["items"]}
    assert (steps["raised"], steps["answered"]) == (1, 1)
    rates = api.read("committee", "/reports/rates")["items"]
    assert all(one["formula"]["zh"] for one in rates)
    api.watch.pass_by(days=300)
    month = api.read("committee", "/reports/bulletin/2026-01")
    assert (month["month"], month["is_whole"]) == ("2026-01", True)
    assert api.read("committee", "/reports/outcome/2026-01")["items"] == []
    assert api.get("committee", "/reports/bulletin/2026-13").status_code == 422
    assert api.get("committee", "/reports/funnel", session="9-9").status_code == 422


def test_nobody_sees_another_congress(api: Api) -> None:
    (mine,) = api.read("wang-fang", "/congresses")["items"]
    assert (mine["code"], mine["sessions"][0]["code"]) == ("linxi", "5-2")
    assert api.read("wang-fang", "/congresses/linxi") == mine
    other = api.get("wang-fang", "/congresses/yongkang")
    assert (other.status_code, other.json()["code"]) == (404, "unknown-congress")
