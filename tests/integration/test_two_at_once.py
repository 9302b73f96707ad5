"""Two people at one case in the same instant, and one who clicks twice: on both databases.

What the second one typed is still there, with what the first one did; nothing is done twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from httpx2 import Response

from app.settings import Settings
from app.wiring import unchecked
from tests.support.databases import KINDS, database_of
from tests.support.gates import Watch
from tests.support.hall import Hall, hall_over
from tests.support.played import sql_world
from tests.support.world import CONGRESS, local

FIRST, SECOND = "committee", "committee-head"
URGE = "urge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The two desks and a case that both may urge."""

    hall: Hall
    case: str

    def steps(self) -> int:
        told = self.hall.get(FIRST, f"/api/v1/suggestions/{self.case}/audit").json()
        return len(told["items"])

    def version(self) -> str:
        return self.hall.get(FIRST, f"/api/v1/suggestions/{self.case}").headers["etag"]


@pytest.fixture(params=KINDS)
def desks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desks]:
    with database_of(request.param, tmp_path_factory.mktemp("desks")) as url:
        settings = Settings(database_url=url, congress=CONGRESS)
        with unchecked(settings, clock=Watch(now=local("2026-03-02"))) as services:
            case = sql_world(services.database).handed_over("transport").case
            with hall_over(services, (FIRST, SECOND)) as hall:
                yield Desks(hall=hall, case=case)


def _at_once(*calls: Callable[[], Response]) -> list[Response]:
    gate = Barrier(len(calls))

    def go(call: Callable[[], Response]) -> Response:
        gate.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def _urged(
    desks: Desks, person: str, headers: dict[str, str], reason: str
) -> Callable[[], Response]:
    path = f"/suggestions/{desks.case}/actions/{URGE}"
    body = {"subject": 1, "form": {"note": reason}}
    return lambda: desks.hall.call(person, path, body, headers)


def test_of_two_programs_one_is_too_late_and_told_what_was_done(desks: Desks) -> None:
    before, seen = desks.steps(), {"If-Match": desks.version()}
    told = _at_once(_urged(desks, FIRST, seen, "请尽快"), _urged(desks, SECOND, seen, "请抓紧"))
    late = [one for one in told if one.status_code == 412]
    assert sorted(one.status_code for one in told) == [200, 412], [one.text for one in told]
    assert len(late[0].json()["now"]["changes"]) == 1
    assert desks.steps() == before + 1


def test_a_key_sent_twice_at_once_acts_once(desks: Desks) -> None:
    before, key = desks.steps(), {"Idempotency-Key": "once"}
    again = _urged(desks, FIRST, key, "请尽快")
    told = _at_once(again, again)
    assert [one.status_code for one in told] == [200, 200], [one.text for one in told]
    assert len({one.json()["audit_sequence"] for one in told}) == 1
    assert desks.steps() == before + 1


def test_of_two_at_their_pages_the_slower_keeps_what_was_typed(desks: Desks) -> None:
    path = f"/cases/{desks.case}/act/{URGE}"
    before, forms = desks.steps(), {}
    for person, reason in ((FIRST, "请尽快答复"), (SECOND, "请本周内面商")):
        page = desks.hall.get(person, f"{path}?subject=1").text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        forms[person] = {**hidden, "step": "do", "f-note": reason}
    told = _at_once(*(lambda who=who: desks.hall.post(who, path, **forms[who]) for who in forms))
    assert sorted(one.status_code for one in told) == [303, 409], [one.text for one in told]
    slower = next(one for one in told if one.status_code == 409)
    typed, name = ("请本周内面商", "何军") if slower is told[1] else ("请尽快答复", "邓华")
    assert typed in slower.text
    assert name in slower.text
    assert desks.steps() == before + 1


def test_a_double_click_at_a_page_acts_once(desks: Desks) -> None:
    path = f"/cases/{desks.case}/act/{URGE}"
    before, page = desks.steps(), desks.hall.get(FIRST, f"{path}?subject=1").text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    form = {**hidden, "step": "do", "f-note": "请尽快答复"}
    told = _at_once(*[lambda: desks.hall.post(FIRST, path, **form)] * 2)
    assert [one.status_code for one in told] == [303, 303], [one.text for one in told]
    assert told[0].headers["location"] == told[1].headers["location"]
    assert desks.steps() == before + 1
