"""Every role × every action × every state, by the doors: what the matrix says, and nothing else.

What is expected comes from the profile's matrix and machines by hand
(tests/support/rights_matrix.py), not from the engine's own list of possible actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.case import Case
from engine.profile import Action
from tests.support.databases import sqlite_url
from tests.support.rights import PEOPLE, RIGHTS, Rights, open_rights
from tests.support.rights_filling import filled
from tests.support.rights_matrix import Book, Subject
from tests.support.world import CONGRESS, shipped_profile

PARTS = {"assignment": "assignments", "commitment": "commitments", "order": "orders"}
ACTIONS = tuple(
    action for machine in shipped_profile().machines.values() for action in machine.actions.values()
)
Cell = tuple[Action, Case, Subject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """The congress, and what the matrix lets its people do in it."""

    rights: Rights
    book: Book

    def cells(self) -> Iterator[Cell]:
        """Every action on everything there is of its kind."""
        for case in self.rights.cases:
            for action in ACTIONS:
                for subject in _subjects(action, case):
                    yield action, case, subject

    def may(self, person: str, action: Action, case: Case, subject: Subject) -> bool:
        """By role, relation and state."""
        return (
            not action.automatic
            and not action.creates
            and self.book.details(person, case)
            and _is_in_a_source(action, case, subject)
            and self.book.acts(action, person, case, subject)
        )

    def refusal(self, person: str, action: Action, case: Case, subject: Subject) -> str:
        """The code by which what may not be done is refused."""
        if not self.book.visible(person, case):
            return "unknown-case"
        if action.automatic:
            return "unknown-action"
        if not self.book.acts(action, person, case, subject):
            return "not-authorized"
        return "not-allowed"

    def refused(self, person: str, turn: int) -> Iterator[Cell]:
        """For every action something, by turns all, that the person may not do."""
        for action in ACTIONS:
            found = [
                (action, case, subject)
                for case in self.rights.cases
                for subject in _subjects(action, case)
                if not self.may(person, action, case, subject)
            ]
            if found:
                yield found[turn * 7 % len(found)]

    def versions(self) -> dict[str, int]:
        """Where every case stands."""
        return {one.id: self.rights.now_of(one.id).version for one in self.rights.here}

    def bulk(self, person: str, cells: list[Cell], *, dry: bool) -> list[dict[str, Any]]:
        """The verdicts of the API over many deeds."""
        rows = [
            {"case": case.id, "action": action.name, "subject": _number(subject)}
            for action, case, subject in cells
        ]
        at = f"/api/v1/actions{'?dry_run=true' if dry else ''}"
        answer = self.rights.ask(person, at, "POST", json={"rows": rows})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def listed(self, person: str, case: str) -> list[dict[str, Any]]:
        """What the API says the person may do."""
        answer = self.rights.ask(person, f"/api/v1/suggestions/{case}/actions")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def _subjects(action: Action, case: Case) -> tuple[Subject, ...]:
    if action.machine == "suggestion":
        return (None,)
    found: tuple[Subject, ...] = getattr(case, PARTS[action.machine])
    return found


def _number(subject: Subject) -> int | None:
    return None if subject is None else subject.number


def _is_in_a_source(action: Action, case: Case, subject: Subject) -> bool:
    state = case.state if subject is None else subject.state
    final = shipped_profile().machines[action.machine].states[state].final
    sources = {one for move in action.moves for one in move.sources}
    return state in sources or ("*" in sources and not final)


@pytest.fixture(scope="module")
def deeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deeds]:
    folder = tmp_path_factory.mktemp("rights")
    with (
        sqlite_url(folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as rights,
    ):
        yield Deeds(rights=rights, book=Book(directory=rights.services.directory(CONGRESS)))


def test_the_list_of_actions_is_what_matrix_and_state_allow(deeds: Deeds) -> None:
    met: set[str] = set()
    for person in PEOPLE:
        for case in deeds.rights.here:
            if not deeds.book.visible(person, case):
                continue
            expected = {
                (action.name, _number(subject))
                for action in ACTIONS
                for subject in _subjects(action, case)
                if deeds.may(person, action, case, subject)
            }
            listed = {(one["action"], one["subject"]) for one in deeds.listed(person, case.id)}
            assert listed == expected, (person, case.id)
            met |= {name for name, _ in expected}
    assert len(met) > 30


def test_whoever_a_case_waits_for_may_do_something_about_it(deeds: Deeds) -> None:
    people = deeds.book.directory.people
    asked = 0
    for case in deeds.rights.here:
        reader = next((one for one in PEOPLE if deeds.book.whole(one, case)), None)
        assert reader is not None, case.id
        shown = deeds.rights.ask(reader, f"/api/v1/suggestions/{case.id}").json()
        for thing in shown["waiting_for"]:
            number = int(thing["subject"].partition(":")[2] or 0) or None
            named = {one for one in PEOPLE if people[one].name in str(thing["owners"])}
            for person in named & {*PEOPLE}:
                may = [
                    action
                    for action, one, subject in deeds.cells()
                    if one.id == case.id and _number(subject) == number
                    if deeds.may(person, action, one, subject)
                ]
                assert may, (person, case.id, thing)
                asked += 1
    assert asked > 20


def test_what_may_not_be_done_is_refused_and_leaves_nothing(deeds: Deeds) -> None:
    before = deeds.versions()
    for person in PEOPLE:
        # Written down too, but not what is looked for here.
        assert deeds.rights.token(person)
    head = deeds.rights.services.trail.head(CONGRESS).sequence
    codes: set[str] = set()
    for turn, person in enumerate(PEOPLE):
        cells = list(deeds.refused(person, turn))
        for dry in (True, False):
            told = deeds.bulk(person, cells, dry=dry)
            for (action, case, subject), one in zip(cells, told, strict=True):
                assert one["receipt"] is None, (person, action.name, case.id)
                assert one["preview"] is None, (person, action.name, case.id)
                code = deeds.refusal(person, action, case, subject)
                assert one["problem"]["code"] == code, (person, action.name, case.id)
                codes.add(code)
    assert codes == {"unknown-case", "unknown-action", "not-authorized", "not-allowed"}
    assert deeds.versions() == before
    assert deeds.rights.services.trail.head(CONGRESS).sequence == head


@pytest.mark.parametrize("door", ["page", "api"])
def test_nor_by_the_door_of_a_single_deed(deeds: Deeds, door: str) -> None:
    before, statuses = deeds.versions(), set()
    for turn, person in enumerate(PEOPLE):
        for action, case, subject in list(deeds.refused(person, turn + 3))[turn % 9 :: 9]:
            if door == "api":
                at = f"/api/v1/suggestions/{case.id}/actions/{action.name}"
                answer = deeds.rights.ask(person, at, "POST", json={"subject": _number(subject)})
            else:
                at = f"/cases/{case.id}/act/{action.name}"
                form = {"subject": str(_number(subject) or ""), "step": "do"}
                form |= {"version": str(before.get(case.id, 1)), "f-reason": "因为", "f-note": "请"}
                answer = deeds.rights.ask(person, at, "POST", data=form)
                shown = deeds.rights.ask(person, f"{at}?subject={_number(subject) or ''}")
                assert shown.status_code == answer.status_code, (person, at)
                called = f"/api/v1/suggestions/{case.id}/actions/{action.name}"
                asked = {"subject": _number(subject)}
                told = deeds.rights.ask(person, called, "POST", json=asked)
                assert told.status_code == answer.status_code, (person, at, told.text)
            unseen = not deeds.book.visible(person, case)
            assert answer.status_code in ((404,) if unseen else (403, 404, 409)), (person, at)
            statuses.add(answer.status_code)
    assert statuses >= {403, 404}
    assert deeds.versions() == before


def _tried(deeds: Deeds, action: Action) -> bool:
    """Done by the first who may and whose case is ready for it; tried first, and as it was told."""
    tries = 0
    for shown in deeds.rights.here:
        case = deeds.rights.now_of(shown.id)
        for subject in _subjects(action, case):
            able = [one for one in PEOPLE if deeds.may(one, action, case, subject)]
            tries += bool(able)
            if able and _is_done(deeds, able[tries % len(able)], action, case, subject):
                return True
    return False


def _is_done(deeds: Deeds, person: str, action: Action, case: Case, subject: Subject) -> bool:
    number = _number(subject)
    (asked,) = [
        one
        for one in deeds.listed(person, case.id)
        if (one["action"], one["subject"]) == (action.name, number)
    ]
    body = {"subject": number, "form": filled(asked["fields"])}
    at = f"/api/v1/suggestions/{case.id}/actions/{action.name}"
    dry = deeds.rights.ask(person, f"{at}?dry_run=true", "POST", json=body)
    assert deeds.rights.now_of(case.id).version == case.version
    done = deeds.rights.ask(person, at, "POST", json=body)
    assert dry.status_code == done.status_code, (dry.text, done.text)
    after = deeds.rights.now_of(case.id)
    if done.status_code != 200:
        code = done.json()["code"]
        assert code not in {"not-authorized", "not-allowed", "unknown-case"}, done.text
        assert after.version == case.version
        return False
    assert (after.version, after.state) == (done.json()["version"], dry.json()["state"])
    (step,) = [one for one in dry.json()["steps"] if not one["automatic"]]
    targets = {move.target or step["source"] for move in action.moves}
    assert (step["action"], step["target"] in targets) == (action.name, True)
    return True


def test_whatever_may_be_done_is_done_by_whoever_the_matrix_names(deeds: Deeds) -> None:
    """Last: it changes what stands above. What comes late in a life is done first.

    A few ask for a step that another one has taken away; journeys perform those.
    """
    peoples = [one for one in ACTIONS if {grant.role for grant in one.by} - {"clock"}]
    done: set[str] = set()
    for action in (*reversed(peoples), *peoples):
        if action.creates or action.name in done:
            continue
        # A key topic may have been named meanwhile.
        now = Book(directory=deeds.rights.services.directory(CONGRESS))
        if _tried(replace(deeds, book=now), action):
            done.add(action.name)
    assert len(done) > 40, sorted(one.name for one in peoples if one.name not in done)
