"""Every role at every route: let in or refused as the matrix says, and no case speaks out of turn.

What is expected comes from the profile's matrix by hand (tests/support/rights_matrix.py), not
from the engine and not from the web.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from httpx2 import Response

from engine.case import Case
from tests.support.databases import sqlite_url
from tests.support.rights import PEOPLE, RIGHTS, Rights, marks_in, open_rights
from tests.support.rights_matrix import Book
from tests.support.rights_routes import Rule, Whose, address, routes_of, rule_of
from tests.support.world import CONGRESS, shipped_profile

STRANGER = ""
ONCE = ("/sign-in", "/sign-out")
"""Not knocked at by everybody: who fails too often has to wait, and who leaves is gone."""
DOORS = pytest.mark.parametrize("door", ["page", "api"])
PUBLIC = {"open": {"标", "文"}, "author_hidden": {"标", "文"}, "summary": {"标"}}
"""What is published of a registered case."""
FORM = {"reason": "说明", "subject": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The congress, and what the matrix says of it."""

    rights: Rights
    book: Book

    def rows(self, *whose: Whose, door: str = "") -> list[tuple[str, str, Rule]]:
        """The routes of these kinds, of pages or of the API where a door is named."""
        found = []
        for method, path in routes_of(self.rights.application):
            rule = rule_of(method, path)
            through = not door or path.startswith("/api/") is (door == "api")
            if rule is not None and rule.whose in whose and through and path not in ONCE:
                found.append((method, path, rule))
        assert found
        return found

    def people(self, turn: int) -> list[str]:
        """One of each role; who holds the same ones comes by turns, as relations differ."""
        alike: dict[frozenset[str], list[str]] = {}
        for one in PEOPLE:
            alike.setdefault(self.book.roles(one), []).append(one)
        return [found[turn % len(found)] for found in alike.values()]

    def check(self, person: str, answer: Response, *, public: bool = False) -> None:
        """Nothing in the answer speaks of a case that this person may not see so much of."""
        for sign, name in marks_in(answer.text):
            case = self.rights.named(name)
            may = self.book.marks(person, case) if person else set()
            if public and case.registered_at is not None and case.congress == CONGRESS:
                may |= PUBLIC.get(case.secrecy, set())
            assert sign in may, (person, str(answer.request.url), sign, name)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    folder = tmp_path_factory.mktemp("rights")
    with (
        sqlite_url(folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as rights,
    ):
        yield Table(rights=rights, book=Book(directory=rights.services.directory(CONGRESS)))


def _unruled(application: FastAPI) -> set[str]:
    return {path for method, path in routes_of(application) if rule_of(method, path) is None}


def test_every_route_has_a_rule(table: Table) -> None:
    assert _unruled(table.rights.application) == set()
    assert len(set(routes_of(table.rights.application))) > 110


def test_a_route_that_nobody_thought_about_is_found() -> None:
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    application.add_api_route("/cases", lambda: None)
    application.add_api_route("/cases-of-all", lambda: None)
    assert _unruled(application) == {"/cases-of-all"}


def test_everybody_in_the_table_covers_every_role_of_the_profile(table: Table) -> None:
    held = {role for one in PEOPLE for role in table.book.roles(one)}
    assert held == {*shipped_profile().roles, "administrator"} - {"clock"}


def test_a_stranger_is_sent_to_sign_in(table: Table) -> None:
    for method, path, rule in table.rows(Whose.MEMBERS, Whose.OFFICE, Whose.READERS, Whose.FILES):
        at = address(path, rule, ref="case-1", reference="case-1")
        answer = table.rights.ask(STRANGER, at, method, json={} if "/api/" in path else None)
        if path.startswith("/api/") or answer.status_code == 401:
            assert answer.status_code == 401, (method, path)
        else:
            assert answer.headers["location"].startswith("/sign-in"), (method, path)
        assert not marks_in(answer.text), (method, path)


def test_what_is_open_to_everybody_tells_what_is_published(table: Table) -> None:
    for method, path, rule in table.rows(Whose.EVERYBODY, Whose.KEY):
        for person in (STRANGER, "clerk-finance"):
            answer = table.rights.ask(person, address(path, rule), method)
            assert answer.status_code != 500, (method, path)
            table.check(person, answer, public=True)
    for case in table.rights.here:
        answer = table.rights.ask(STRANGER, f"/public/{CONGRESS}/suggestions/{case.id}")
        published = case.registered_at is not None and case.secrecy in PUBLIC
        assert (answer.status_code == 200) is published, case.id
        table.check(STRANGER, answer, public=True)


@DOORS
def test_whoever_signed_in_is_told_what_the_matrix_lets_them(table: Table, door: str) -> None:
    for turn, (method, path, rule) in enumerate(table.rows(Whose.MEMBERS, door=door)):
        sent = _empty(method, path)
        for person in table.people(turn):
            answer = table.rights.ask(person, address(path, rule), method, **sent)
            # Not found: there is nothing of their own of that kind.
            assert answer.status_code in (200, 204, 303, 404, 422), (person, method, path)
            table.check(person, answer)


def test_lists_hold_everything_that_may_be_seen_and_nothing_else(table: Table) -> None:
    for person in PEOPLE:
        seen = {one.id for one in table.rights.here if table.book.visible(person, one)}
        listed = table.rights.ask(person, "/api/v1/suggestions?limit=200").json()
        assert {one["id"] for one in listed["items"]} == seen, person
        assert listed["total"] == len(seen)
        found = table.rights.ask(person, "/api/v1/search?text=标&limit=200").json()
        assert {one["id"] for one in found["items"]} <= seen, person
        page = table.rights.ask(person, "/cases").text
        assert {name for sign, name in marks_in(page) if sign == "标"} == seen, person


@DOORS
def test_an_office_opens_to_its_roles(table: Table, door: str) -> None:
    met: Counter[tuple[str, bool]] = Counter()
    for turn, (method, path, rule) in enumerate(table.rows(Whose.OFFICE, door=door)):
        for person in table.people(turn):
            answer = table.rights.ask(person, address(path, rule), method, **_empty(method, path))
            let_in = bool(table.book.roles(person) & rule.roles)
            refused = answer.status_code == 403
            assert refused is not let_in, (person, method, path, answer.status_code)
            assert answer.status_code < 500, (person, method, path)
            table.check(person, answer)
            met[path, let_in] += 1
    assert all(met[path, True] and met[path, False] for path, _ in met)


@DOORS
def test_a_route_of_a_case_is_there_for_whoever_may_read_it(table: Table, door: str) -> None:
    met: Counter[tuple[str, bool]] = Counter()
    for turn, row in enumerate(table.rows(Whose.READERS, Whose.FILES, door=door)):
        for place, person in enumerate(table.people(turn)):
            for case in _chosen(table, person, turn + place):
                _try_case(table, person, row, case)
                met[case.secrecy, table.book.visible(person, case)] += 1
    assert {secrecy for secrecy, seen in met if seen} >= {"open", "closed"}
    assert {secrecy for secrecy, seen in met if not seen} >= {"open", "closed"}
    assert sum(met.values()) > 150


def _chosen(table: Table, person: str, turn: int) -> Iterator[Case]:
    """One that the person sees and one that they do not, by turns all of both."""
    for wanted in (True, False):
        found = [one for one in table.rights.cases if table.book.visible(person, one) is wanted]
        if found:
            yield found[turn * 5 % len(found)]


def _try_case(table: Table, person: str, row: tuple[str, str, Rule], case: Case) -> None:
    method, path, rule = row
    number = "99" if method == "DELETE" or path.endswith("/remove") else "1"
    at = address(path, rule, ref=case.id, reference=case.id, number=number, action="close")
    answer = table.rights.ask(person, at, method, **_sent(method, path))
    where = (person, method, at, answer.status_code)
    assert answer.status_code < 500, where
    if not table.book.visible(person, case):
        assert answer.status_code == 404, where
        assert not marks_in(answer.text), where
        return
    if rule.whose is Whose.FILES and method == "GET":
        whole = table.book.whole(person, case)
        assert answer.status_code == (200 if whole else 404), where
    elif method == "GET" and "/act/" not in path:
        assert answer.status_code == 200, where
    else:
        # Whether it is done depends on more than reading: tests/api/test_rights_actions.py.
        assert answer.status_code in (200, 201, 303, 403, 409, 422, 404), where
        assert "unknown-case" not in answer.text, where
    table.check(person, answer)
    if not table.book.whole(person, case):
        assert not {"王芳", "wang-fang"} & {
            one for one in ("王芳", "wang-fang") if one in answer.text
        }


def _empty(method: str, path: str) -> dict[str, object]:
    """A body that says nothing, where one is needed at all."""
    return {"json": {}} if path.startswith("/api/") and method == "POST" else {}


def _sent(method: str, path: str) -> dict[str, object]:
    if method == "GET":
        return {}
    if path.endswith("/files"):
        return {"files": {"file": ("a.txt", b"a", "text/plain")}, "data": FORM}
    if method == "DELETE":
        return {"params": {"reason": "说明"}}
    return {"json": {}} if path.startswith("/api/") else {"data": FORM}
