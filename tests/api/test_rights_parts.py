"""Lists of parts across cases hold what each case would show, for everybody, on both databases.

What is expected comes from the engine's sight of each case; the lists are made in SQL. No filter
and no order may tell what the line does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from db.database import reading
from db.tables import reads
from engine.access import sight_of
from engine.calendar import local_day
from engine.case import Assignment, Case, Commitment, Reply
from engine.redaction import as_seen
from tests.support.databases import KINDS, database_of
from tests.support.rights import PEOPLE, RIGHTS, Rights, open_rights
from tests.support.two_congresses import NOW
from tests.support.world import CONGRESS, shipped_profile

Part = dict[str, Any]
Key = tuple[str, int]
LIMIT = 7
SOME = ("wang-fang", "li-ming", "committee", "clerk-transport", "clerk-education", "official")
"""In and out of each relation: whoever is asked with many filters."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "assignments": ("state", "kind", "round"),
    "replies": ("state", "result", "round"),
    "evaluations": ("state", "process", "result", "round"),
    "commitments": ("state",),
}
"""What each list may be narrowed by, besides units, deputies and days."""
ORDERS: Mapping[str, tuple[str, str]] = {
    "assignments": ("newest", "handed_over_at"),
    "replies": ("newest", "drafted_at"),
    "evaluations": ("newest", "at"),
    "commitments": ("due", "due_on"),
}
DAYS: Mapping[str, str] = {
    "assignments": "handed_over_at",
    "replies": "delivered_at",
    "evaluations": "at",
    "commitments": "due_on",
}


@pytest.fixture(scope="module", params=KINDS)
def rights(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rights]:
    folder = tmp_path_factory.mktemp("parts")
    with (
        database_of(request.param, folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as found,
    ):
        yield found


def _seen(rights: Rights, person: str) -> list[Case]:
    """Each case with what the person sees of it, those without details left out."""
    directory, profile = rights.services.directory(CONGRESS), shipped_profile()
    found = []
    for case in rights.here:
        sight = sight_of(case, person, profile, directory, local_day(NOW))
        if sight.details:
            found.append(as_seen(case, sight, person, directory))
    return found


def _expected(rights: Rights, person: str, kind: str) -> dict[Key, Part]:
    found: dict[Key, Part] = {}
    for case in _seen(rights, person):
        for one in getattr(case, kind):
            values = {name: getattr(one, name) for name in type(one).__slots__}
            found[case.id, one.number] = values
    return found


def _listed(
    rights: Rights, person: str, kind: str, query: str = "", *, limit: int = 200
) -> list[Part]:
    """All pages of the list."""
    lines: list[Part] = []
    after, pages = "", 0
    while True:
        path = f"/api/v1/{kind}?limit={limit}&{query}{after}"
        answer = rights.ask(person, path)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        lines += told["items"]
        if told["next"] is None:
            assert (told["total"], told["more"]) == (len(lines), False)
            assert "link" not in answer.headers
            return lines
        assert len(told["items"]) == limit
        assert 'rel="next"' in answer.headers["link"]
        after, pages = f"&after={told['next']}", pages + 1
        assert pages < 100


def _keys(lines: list[Part]) -> list[Key]:
    return [(one["case"], one["number"]) for one in lines]


@pytest.mark.parametrize("kind", COLUMNS)
def test_everybody_is_listed_what_the_cases_would_show_them(rights: Rights, kind: str) -> None:
    told = 0
    for person in PEOPLE:
        expected, lines = (
            _expected(rights, person, kind),
            _listed(rights, person, kind, limit=LIMIT),
        )
        assert sorted(_keys(lines)) == sorted(expected), person
        for one in lines:
            part = expected[one["case"], one["number"]]
            for name in COLUMNS[kind]:
                if name in part:
                    assert one.get(name) == part[name], (person, one, name)
        told += len(lines)
    assert told > 20 or kind == "commitments"


@pytest.mark.parametrize("kind", COLUMNS)
def test_no_filter_tells_what_the_lines_do_not(rights: Rights, kind: str) -> None:
    every = {person: _expected(rights, person, kind) for person in SOME}
    for name in COLUMNS[kind]:
        values = {one[name] for one in every["committee"].values()} - {None}
        for value in values:
            for person in SOME:
                wanted = [key for key, one in every[person].items() if one[name] == value]
                lines = _listed(rights, person, kind, f"{name}={value}")
                assert sorted(_keys(lines)) == sorted(wanted), (person, name, value)


def test_who_rates_is_found_only_where_the_author_is_seen(rights: Rights) -> None:
    directory, profile = rights.services.directory(CONGRESS), shipped_profile()
    for person in PEOPLE:
        for deputy in ("wang-fang", "li-ming"):
            wanted = [
                (case.id, one.number)
                for case in rights.here
                if sight_of(case, person, profile, directory, local_day(NOW)).author
                for one in case.evaluations
                if one.deputy == deputy
            ]
            lines = _listed(rights, person, "evaluations", f"deputy={deputy}")
            assert sorted(_keys(lines)) == sorted(wanted), (person, deputy)


@pytest.mark.parametrize("kind", ["assignments", "replies", "commitments"])
def test_a_list_is_narrowed_to_a_unit(rights: Rights, kind: str) -> None:
    for person in ("committee", "clerk-transport", "clerk-education"):
        for unit in ("transport", "education"):
            wanted = [
                (case.id, one.number)
                for case in _seen(rights, person)
                for one in getattr(case, kind)
                if _unit(case, one) == unit
            ]
            lines = _listed(rights, person, kind, f"unit={unit}")
            assert sorted(_keys(lines)) == sorted(wanted), (person, unit)


def _unit(case: Case, one: Assignment | Reply | Commitment) -> str:
    if not isinstance(one, Reply):
        return one.unit
    return next(each.unit for each in case.assignments if each.number == one.assignment)


@pytest.mark.parametrize("kind", ORDERS)
def test_orders_are_of_what_is_shown(rights: Rights, kind: str) -> None:
    sort, column = ORDERS[kind]
    for person in ("committee", "clerk-transport", "li-ming"):
        expected = _expected(rights, person, kind)
        keys = _keys(_listed(rights, person, kind, f"sort={sort}", limit=LIMIT))
        given = [expected[key][column] for key in keys]
        dated = [one for one in given if one is not None]
        assert dated == sorted(dated, reverse=sort == "newest"), person
        assert given[: len(dated)] == dated, person
        states = [
            expected[key]["state"]
            for key in _keys(_listed(rights, person, kind, "sort=state", limit=LIMIT))
        ]
        assert states == sorted(states), person
        assert len(states) == len(keys) == len(expected)


@pytest.mark.parametrize("kind", DAYS)
def test_days_are_those_of_the_place(rights: Rights, kind: str) -> None:
    for person in ("committee", "clerk-transport"):
        dated = {
            key: _day(one[DAYS[kind]])
            for key, one in _expected(rights, person, kind).items()
            if one[DAYS[kind]] is not None
        }
        for day in sorted(set(dated.values()))[:4]:
            _check_days(rights, person, kind, day, dated)


def _check_days(
    rights: Rights, person: str, kind: str, day: date, dated: Mapping[Key, date]
) -> None:
    holds: dict[str, Callable[[date], bool]] = {
        f"since={day}": lambda one: one >= day,
        f"until={day}": lambda one: one <= day,
    }
    for query, fits in holds.items():
        wanted = [key for key, one in dated.items() if fits(one)]
        assert sorted(_keys(_listed(rights, person, kind, query))) == sorted(wanted), query


def _day(value: date | datetime) -> date:
    return local_day(value) if isinstance(value, datetime) else value


def test_a_page_of_what_is_not_open_is_a_reading(rights: Rights) -> None:
    readers = {case.id: case.secrecy for case in _seen(rights, "committee")}
    assert set(readers.values()) > {"open"}
    before = _reads(rights)
    _listed(rights, "committee", "replies")
    after = _reads(rights) - before
    assert after
    assert all(readers[case] != "open" for case, *_ in after)


def _reads(rights: Rights) -> set[tuple[str, str, str]]:
    here = reads.c
    with reading(rights.services.database) as connection:
        query = select(here.case_id, here.person, here.id).where(here.door == "api")
        return {(one[0], one[1], one[2]) for one in connection.execute(query)}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_cursor_of_another_list_is_refused(rights: Rights, kind: str) -> None:
    other = "replies" if kind != "replies" else "assignments"
    given = rights.ask("committee", f"/api/v1/{other}?limit=1").json()["next"]
    assert given
    wrong = ("x", "WyJhIl0", given, "WyJyZXBsaWVzIiwibnVtYmVyIiwiXHUwMDAwIiwiYSIsMV0")
    for one in wrong:
        answer = rights.ask("committee", f"/api/v1/{kind}?after={one}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-value"), one
    days = rights.ask("committee", f"/api/v1/{kind}?until=9999-12-31")
    assert (days.status_code, days.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("sort", ["due", "number", "unit", "state"])
def test_what_is_in_hand_comes_by_cursors_as_at_once(rights: Rights, sort: str) -> None:
    for person in ("committee", "clerk-transport", "li-ming"):
        whole = rights.ask(person, f"/api/v1/in-hand?sort={sort}&limit=100").json()
        assert whole["next"] is None
        found: list[Part] = []
        after = ""
        while True:
            told = rights.ask(person, f"/api/v1/in-hand?sort={sort}&limit=4{after}").json()
            assert told["total"] == whole["total"]
            found += told["items"]
            if told["next"] is None:
                break
            assert len(told["items"]) == 4
            after = f"&after={told['next']}"
        assert found == whole["items"], (person, sort)
        assert len(found) > 1
