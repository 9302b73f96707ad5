"""The log of reads: whatever address shows a case that is not open, it is written down once.

Every GET route of the whole application is asked, by everybody who sees the case, on both
databases; what quotes a case without writing it down fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select, update

from app.accounts import AccountDesk
from app.attachments import add_file
from app.doors import application_of
from app.feeds import issue_feed
from app.gate import GateOfRows
from db.database import reading, writing
from db.reads import Read, Reads
from db.searched import SearchIndex
from db.tables import commitments, reads, replies, suggestions
from tests.support.databases import KINDS, database_of
from tests.support.files import png
from tests.support.gates import OTHER, PASSWORD
from tests.support.two_congresses import NOW, Town, open_town
from tests.support.world import CONGRESS
from web.attachments import Upload
from web.gate import Arrival

ASKED, SECRET = "密室", "戊己庚辛之事"
"""Stand in text, reply and promise of the case, and in no title; only the first is asked for."""
PERSONS = ("wang-fang", "committee", "clerk-education", "head-education")
OF_THE_CASE = re.compile(r"^(/api/v1/suggestions|/cases)/{(ref|reference)}")
OWN_PAGES = {"/mine", "/mine/promises"}
"""They show what the deputy has to do, and promises, out of the deputy's own cases."""
PARTS = {
    "number": "1",
    "action": "urge",
    "day": "2026-01-01",
    "year": "2026",
    "month": "2026-06",
    "code": "education",
    "person": "committee",
    "language": "zh",
    "digest": "x",
    "name": "look.css",
    "token": "x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """All addresses of the town, and a browser for each of its people."""

    town: Town
    case: str
    clients: dict[str, TestClient]
    tokens: dict[str, str]
    csrf: dict[str, str]

    def get(self, person: str, path: str, **params: str) -> Response:
        return self.clients[person].get(path, params=params)

    def post(self, person: str, path: str, **form: str) -> Response:
        return self.clients[person].post(path, data={"csrf": self.csrf[person], **form})

    def call(self, person: str, path: str, body: object, headers: dict[str, str]) -> Response:
        bearer = {"Authorization": f"Bearer {self.tokens[person]}"}
        return self.clients[person].post(f"/api/v1{path}", json=body, headers=bearer | headers)

    def noted(self) -> list[tuple[str, str, str]]:
        """Case, person and door of each reading; they are forgotten by asking."""
        with writing(self.town.services.database) as connection:
            columns = (reads.c.case_id, reads.c.person, reads.c.door)
            found = [tuple(row) for row in connection.execute(select(*columns))]
            connection.execute(reads.delete())
        return [(case, person, door) for case, person, door in found]


def _open(town: Town, files: Path) -> Hall:
    services, case = town.services, town.ids["canteen"]
    with writing(services.database) as connection:
        for table in (replies, commitments, suggestions):
            key = table.c.id if table is suggestions else table.c.case_id
            connection.execute(update(table).where(key == case).values(text=f"{ASKED}{SECRET}"))
    for _ in SearchIndex(services.database).rebuild():
        pass
    with services.store.read(CONGRESS) as transaction:
        whole = transaction.case(case)
    upload = Upload(name="a.png", reason="现场", content=BytesIO(png()))
    add_file(services, whole, upload, actor="committee")
    application, gate = application_of(services), GateOfRows(services)
    arrival = Arrival(address="10.0.0.1", agent="test", at=NOW)
    desk = AccountDesk(services, CONGRESS, actor="system", reason="开通")
    clients, tokens, csrf = {}, {}, {}
    for person in PERSONS:
        desk.add(person, person, PASSWORD)
        cookie = gate.sign_in(person, PASSWORD, arrival).cookie
        found = gate.visitor(cookie, arrival)
        assert found is not None
        gate.change_password(found, PASSWORD, OTHER, arrival)
        client = TestClient(application, follow_redirects=False)
        client.cookies.set("bihuan", cookie)
        clients[person], csrf[person] = client, found.csrf
        made = desk.issue_token(person, label="测试", scopes=("read", "act"), days=9)
        tokens[person] = made.token
    assert files.exists()
    return Hall(town=town, case=case, clients=clients, tokens=tokens, csrf=csrf)


@pytest.fixture(scope="module", params=KINDS)
def hall(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    with (
        database_of(request.param, folder) as url,
        open_town(url, files=str(folder)) as town,
    ):
        yield _open(town, folder)


def _addresses(hall: Hall) -> dict[str, str]:
    """Every route that is only looked at, and an address of it about the case."""
    application = hall.clients["committee"].app
    found = {
        str(one.path): re.sub(r"{(\w+)}", lambda part: PARTS.get(part[1], hall.case), str(one.path))
        for one in iter_route_contexts(application.routes)  # type: ignore[attr-defined]  # FastAPI's
        if "GET" in (one.methods or ())
    }
    assert len(found) > 60
    return found


def _door(path: str) -> str:
    if path.endswith("/files/{number}"):
        return "file"
    if path.endswith("/files"):
        return "files"
    return "api" if path.startswith("/api/") else "page"


def test_each_address_of_the_case_is_one_reading_at_its_door(hall: Hall) -> None:
    hall.noted()
    asked = 0
    for path, address in _addresses(hall).items():
        if not OF_THE_CASE.match(path):
            continue
        for person in PERSONS:
            answer = hall.get(person, address)
            assert answer.status_code in {200, 409}, (path, person, answer.text)
            assert hall.noted() == [(hall.case, person, _door(path))], (path, person)
            asked += 1
    assert asked >= 15 * len(PERSONS)


def test_no_other_address_shows_anything_of_it(hall: Hall) -> None:
    hall.noted()
    lines = 0
    for path, address in _addresses(hall).items():
        if OF_THE_CASE.match(path) or path in OWN_PAGES:
            continue
        for person in PERSONS:
            answer = hall.get(person, address)
            assert SECRET not in answer.text, (path, person)
            assert hall.noted() == [], (path, person)
            lines += hall.case in answer.text
    assert lines, "not even a line of it: the case is nowhere to be seen"


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/api/v1/search", {"text": ASKED}),
        ("/cases", {"q": ASKED}),
        ("/similar", {"title": ASKED}),
    ],
)
def test_a_search_finds_it_and_quotes_nothing_of_it(
    hall: Hall, path: str, params: dict[str, str]
) -> None:
    hall.noted()
    for person in PERSONS:
        told = hall.get(person, path, **params).text
        if path.startswith("/api"):
            assert hall.case in told
            assert '"excerpt":null' in told
        assert SECRET not in told
        assert hall.noted() == []


def test_the_deputys_own_pages_are_one_reading_of_each_case_they_open(hall: Hall) -> None:
    hall.noted()
    for path in sorted(OWN_PAGES):
        assert hall.get("wang-fang", path).status_code == 200
        found = hall.noted()
        assert len(found) == len(set(found)), path
        assert {door for _, _, door in found} <= {"mine"}
    hall.get("wang-fang", "/mine/promises")
    assert (hall.case, "wang-fang", "mine") in hall.noted()


def test_a_dry_run_is_a_reading_and_a_refused_one_too(hall: Hall) -> None:
    hall.noted()
    body = {"subject": 1, "form": {"progress": "已招标"}}
    path = f"/suggestions/{hall.case}/actions/update_commitment?dry_run=true"
    for person in ("clerk-education", "committee"):
        hall.call(person, path, body, {})
        assert hall.noted() == [(hall.case, person, "api")]
    rows = {"rows": [{"case": hall.case, "action": "update_commitment", **body}] * 2}
    assert hall.call("clerk-education", "/actions?dry_run=true", rows, {}).status_code == 200
    assert hall.noted() == [(hall.case, "clerk-education", "api")]


def test_whoever_comes_too_late_has_read_it_once(hall: Hall) -> None:
    hall.noted()
    path = f"/suggestions/{hall.case}/actions/update_commitment"
    body = {"subject": 1, "form": {"progress": "已招标"}}
    answer = hall.call("clerk-education", path, body, {"If-Match": '"1"'})
    assert answer.status_code == 412
    assert answer.json()["now"]["changes"]
    assert hall.noted() == [(hall.case, "clerk-education", "api")]


def test_the_form_and_the_check_of_the_answers_are_each_one_reading(hall: Hall) -> None:
    hall.noted()
    path = f"/cases/{hall.case}/act/update_commitment"
    form = hall.get("clerk-education", f"{path}?subject=1")
    assert form.status_code == 200, form.text
    assert hall.noted() == [(hall.case, "clerk-education", "page")]
    version = re.search(r'name="version" value="(\d+)"', form.text)
    assert version is not None
    for seen in (version[1], "1"):
        answer = hall.post(
            "clerk-education",
            path,
            **{"subject": "1", "version": seen, "step": "check", "f-progress": "已招标"},
        )
        assert answer.status_code == (200 if seen == version[1] else 409)
        assert hall.noted() == [(hall.case, "clerk-education", "page")]


def test_a_feed_quotes_nothing(hall: Hall) -> None:
    hall.noted()
    services = hall.town.services
    feed = issue_feed(services, CONGRESS, "clerk-education", label="", actor="system", reason="x")
    address = "/feeds/" + feed.url.rpartition("/")[2]
    answer = hall.get("committee", address)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert hall.noted() == []


def test_who_may_not_see_it_leaves_no_reading_and_gets_none(hall: Hall) -> None:
    hall.noted()
    closed = hall.town.ids["abroad-draft"]
    for path, address in _addresses(hall).items():
        if OF_THE_CASE.match(path):
            answer = hall.get("committee", address.replace(hall.case, closed))
            assert answer.status_code == 404, path
    assert hall.noted() == []


def test_an_open_case_is_read_without_a_word(hall: Hall) -> None:
    hall.noted()
    opened = hall.town.ids["crossing"]
    for path, address in _addresses(hall).items():
        if OF_THE_CASE.match(path):
            hall.get("committee", address.replace(hall.case, opened))
    assert hall.noted() == []


def test_the_same_reading_is_kept_once(hall: Hall) -> None:
    log = Reads(hall.town.services.database)
    one = Read(congress=CONGRESS, case_id=hall.case, person="a", door="page", why="", at=NOW)
    log.note("twice", one)
    log.note("twice", one)
    with reading(hall.town.services.database) as connection:
        found = connection.execute(select(reads.c.id).where(reads.c.id == "twice")).all()
    assert len(found) == 1
