"""The log of reads: whatever address shows a case that is not open, it is written down once.

Every GET route of the whole application is asked, by everybody who sees the case, on both
databases; what quotes a case without writing it down fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from sqlalchemy import insert, select, update

from app.administration import AdministrationOfRows
from app.attachments import add_file
from app.feeds import issue_feed
from db.database import reading, writing
from db.reads import Read, Reads
from db.register import RegisterChanges
from db.searched import SearchIndex
from db.tables import commitments, indicators, notices, outbox, reads, replies, suggestions
from engine.congress import ADMINISTRATOR_ROLE, Appointment, Person
from engine.redaction import AUTHOR
from reports.audit_search import AuditHit, AuditQuestion
from tests.support.databases import KINDS, database_of
from tests.support.files import png
from tests.support.hall import NOBODY, Hall, hall_over
from tests.support.two_congresses import NOW, TWO_CONGRESSES, Town, open_town
from tests.support.world import CONGRESS
from web.attachments import Upload

ASKED, SECRET = "密室", "戊己庚辛之事"
"""Stand in text, reply and promise of the case, and in no title; only the first is asked for."""
PERSONS = ("wang-fang", "committee", "clerk-education", "head-education")
OF_THE_CASE = re.compile(r"^(/api/v1/suggestions|/cases)/{(ref|reference)}")
OWN_PAGES = {"/mine", "/mine/promises"}
"""They show what the deputy has to do, and promises, out of the deputy's own cases."""

LISTS_OF_PARTS = {
    f"/api/v1/{one}" for one in ("assignments", "replies", "evaluations", "commitments")
}
"""They show what the case itself would show; each case on a page is one reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The doors of the town, the case that is not open, and what was written down."""

    town: Town
    case: str
    hall: Hall

    def noted(self) -> list[tuple[str, str, str]]:
        """Case, person and door of each reading; they are forgotten by asking."""
        with writing(self.town.services.database) as connection:
            columns = (reads.c.case_id, reads.c.person, reads.c.door)
            found = [tuple(row) for row in connection.execute(select(*columns))]
            connection.execute(reads.delete())
        return [(case, person, door) for case, person, door in found]


def _prepare(town: Town) -> str:
    """The case that is looked at."""
    services, case = town.services, town.ids["canteen"]
    with writing(services.database) as connection:
        for table in (replies, commitments, suggestions):
            key = table.c.id if table is suggestions else table.c.case_id
            connection.execute(update(table).where(key == case).values(text=f"{ASKED}{SECRET}"))
        # A key suggestion, whose topic is on pages of its own with what replies to it reported.
        here = suggestions.c
        connection.execute(update(suggestions).where(here.id == case).values(topic=1))
        result = {"number": 1, "reply": 1, "label": SECRET, "unit": "", "text": SECRET}
        connection.execute(
            insert(indicators).values(case_id=case, congress=CONGRESS, quantity=None, **result)
        )
    for _ in SearchIndex(services.database).rebuild():
        pass
    with services.store.read(CONGRESS) as transaction:
        whole = transaction.case(case)
    upload = Upload(name="a.png", reason="现场", content=BytesIO(png()))
    add_file(services, whole, upload, actor="committee")
    return case


@pytest.fixture(scope="module", params=KINDS)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    folder = tmp_path_factory.mktemp("log")
    with (
        database_of(request.param, folder, prepared=TWO_CONGRESSES) as url,
        open_town(url, files=str(folder)) as town,
    ):
        case = _prepare(town)
        with hall_over(town.services, (*PERSONS, "official")) as hall:
            yield Log(town=town, case=case, hall=hall)


def _door(path: str) -> str:
    if path.endswith("/files/{number}"):
        return "file"
    if path.endswith("/files"):
        return "files"
    return "api" if path.startswith("/api/") else "page"


def test_each_address_of_the_case_is_one_reading_at_its_door(log: Log) -> None:
    log.noted()
    asked = 0
    for path, address in log.hall.addresses(log.case).items():
        if not OF_THE_CASE.match(path):
            continue
        for person in PERSONS:
            answer = log.hall.get(person, address)
            # Forbidden, or of a share that is not there: the case itself was looked at.
            assert answer.status_code in {200, 403, 404}, (path, person, answer.text)
            assert log.noted() == [(log.case, person, _door(path))], (path, person)
            asked += 1
    assert asked >= 15 * len(PERSONS)


def test_no_other_address_shows_anything_of_it(log: Log) -> None:
    log.noted()
    lines = 0
    for path, address in log.hall.addresses(log.case).items():
        if OF_THE_CASE.match(path) or path in OWN_PAGES:
            continue
        for person in PERSONS:
            answer, noted = log.hall.get(person, address), log.noted()
            if path in LISTS_OF_PARTS and log.case in answer.text:
                assert (log.case, person, "api") in noted, (path, person)
                assert len(noted) == len(set(noted)), (path, person)
                continue
            assert SECRET not in answer.text, (path, person)
            assert path in LISTS_OF_PARTS or noted == [], (path, person)
            lines += log.case in answer.text
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
    log: Log, path: str, params: dict[str, str]
) -> None:
    log.noted()
    for person in PERSONS:
        told = log.hall.get(person, path, **params).text
        if path.startswith("/api"):
            assert log.case in told
            assert '"excerpt":null' in told
        assert SECRET not in told
        assert log.noted() == []


def test_the_deputys_own_pages_are_one_reading_of_each_case_they_open(log: Log) -> None:
    log.noted()
    for path in sorted(OWN_PAGES):
        assert log.hall.get("wang-fang", path).status_code == 200
        found = log.noted()
        assert len(found) == len(set(found)), path
        assert {door for _, _, door in found} <= {"mine"}
    log.hall.get("wang-fang", "/mine/promises")
    assert (log.case, "wang-fang", "mine") in log.noted()


def test_a_dry_run_is_a_reading_and_a_refused_one_too(log: Log) -> None:
    log.noted()
    body = {"subject": 1, "form": {"progress": "已招标"}}
    path = f"/suggestions/{log.case}/actions/update_commitment?dry_run=true"
    for person in ("clerk-education", "committee"):
        log.hall.call(person, path, body, {})
        assert log.noted() == [(log.case, person, "api")]
    rows = {"rows": [{"case": log.case, "action": "update_commitment", **body}] * 2}
    assert log.hall.call("clerk-education", "/actions?dry_run=true", rows, {}).status_code == 200
    assert log.noted() == [(log.case, "clerk-education", "api")]


def test_whoever_comes_too_late_has_read_it_once(log: Log) -> None:
    log.noted()
    path = f"/suggestions/{log.case}/actions/update_commitment"
    body = {"subject": 1, "form": {"progress": "已招标"}}
    answer = log.hall.call("clerk-education", path, body, {"If-Match": '"1"'})
    assert answer.status_code == 412
    assert answer.json()["now"]["changes"]
    assert log.noted() == [(log.case, "clerk-education", "api")]


def test_the_form_and_the_check_of_the_answers_are_each_one_reading(log: Log) -> None:
    log.noted()
    path = f"/cases/{log.case}/act/update_commitment"
    form = log.hall.get("clerk-education", f"{path}?subject=1")
    assert form.status_code == 200, form.text
    assert log.noted() == [(log.case, "clerk-education", "page")]
    version = re.search(r'name="version" value="(\d+)"', form.text)
    assert version is not None
    for seen in (version[1], "1"):
        answer = log.hall.post(
            "clerk-education",
            path,
            **{"subject": "1", "version": seen, "step": "check", "f-progress": "已招标"},
        )
        assert answer.status_code == (200 if seen == version[1] else 409)
        assert log.noted() == [(log.case, "clerk-education", "page")]


@pytest.mark.parametrize(
    ("person", "path"),
    [("committee", "/desk/topics"), ("official", "/lead"), ("official", "/api/v1/topics")],
)
def test_a_topic_says_how_many_results_it_keeps_back(log: Log, person: str, path: str) -> None:
    log.noted()
    text = log.hall.get(person, path).text
    assert SECRET not in text
    assert "过街设施" in text
    assert "另有1件不公开" in text or '"kept_back":1' in text
    assert log.noted() == []


def test_the_public_is_told_no_results_of_what_it_may_not_read(log: Log) -> None:
    for path in (f"/congresses/{CONGRESS}", f"/api/v1/congresses/{CONGRESS}/topics"):
        text = log.hall.get(NOBODY, path).text
        assert "过街设施" in text, path
        assert SECRET not in text, path


def test_a_feed_quotes_nothing(log: Log) -> None:
    log.noted()
    services = log.town.services
    feed = issue_feed(services, CONGRESS, "clerk-education", label="", actor="system", reason="x")
    address = "/feeds/" + feed.url.rpartition("/")[2]
    answer = log.hall.get("committee", address)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert log.noted() == []


def test_who_may_not_see_it_leaves_no_reading_and_gets_none(log: Log) -> None:
    log.noted()
    closed = log.town.ids["abroad-draft"]
    for path, address in log.hall.addresses(log.case).items():
        if OF_THE_CASE.match(path):
            answer = log.hall.get("committee", address.replace(log.case, closed))
            assert answer.status_code == 404, path
    assert log.noted() == []


def _keeper(log: Log) -> Callable[[AuditQuestion], tuple[AuditHit, ...]]:
    """Searches the history of the congress as its administrator."""
    services = log.town.services
    keeper = Person(
        code="keeper", name="蒋安", appointments=(Appointment(role=ADMINISTRATOR_ROLE),)
    )
    changes = RegisterChanges(people=(keeper,))
    services.register.apply(CONGRESS, changes, actor="system", reason="到岗", now=NOW)
    office, visitor = AdministrationOfRows(services), log.town.visitor("keeper")
    return lambda question: office.audit(visitor, question, before=None, limit=200).lines


def _told_of(log: Log, case: str, secrecy: str) -> None:
    with writing(log.town.services.database) as connection:
        changed = update(suggestions).where(suggestions.c.id == case).values(secrecy=secrecy)
        connection.execute(changed)


def test_the_history_of_the_administrator_tells_what_the_rules_let_it(log: Log) -> None:
    case, search = log.town.ids["lamps"], _keeper(log)
    question, everything = AuditQuestion(case=case), AuditQuestion()
    found = {}
    for secrecy in ("open", "author_hidden", "summary", "closed"):
        _told_of(log, case, secrecy)
        log.noted()
        found[secrecy] = search(question)
        noted = [(case, "keeper", "history")] if secrecy == "author_hidden" else []
        assert log.noted() == noted, secrecy
    whole = found["open"]
    assert len({one.reason for one in whole}) > 1
    assert "wang-fang" in {one.actor for one in whole}
    hidden = found["author_hidden"]
    assert [one.action for one in hidden] == [one.action for one in whole]
    assert {one.reason for one in hidden} == {""}
    signed = [one.actor == "wang-fang" for one in whole]
    assert [one.actor == AUTHOR for one in hidden] == signed
    assert {one.actor for one in hidden} > {AUTHOR, "committee"}
    assert {one.actor for one in found["summary"]} == {""}
    assert [one.action for one in found["summary"]] == [one.action for one in whole]
    assert found["closed"] == ()
    # The chain has no gaps: of what is closed, only that there is an entry.
    kept = {one.sequence: one for one in search(everything)}
    for one in whole:
        line = kept[one.sequence]
        assert (line.actor, line.action, line.case, line.number, line.rule) == ("",) * 5
        assert line.digest == one.digest
    assert "到岗" in {one.reason for one in search(AuditQuestion(action="register"))}


def test_a_notice_given_up_does_not_tell_who_is_told_of_what_is_not_open(log: Log) -> None:
    case, services = log.town.ids["lamps"], log.town.services
    _keeper(log)
    with writing(services.database) as connection:
        asked = select(notices.c.id, notices.c.recipient).where(notices.c.case_id == case)
        dead = {"channel": "email", "congress": CONGRESS, "address": "a@b.cn", "digest": False}
        dead |= {"state": "dead", "attempts": 9, "not_before": NOW}
        for notice, recipient in connection.execute(asked).all():
            row = {"notice_id": notice, "recipient": recipient, **dead}
            connection.execute(insert(outbox).values(row))
    office, told = AdministrationOfRows(services), {}
    for secrecy in ("open", "author_hidden", "summary", "closed"):
        _told_of(log, case, secrecy)
        page = office.given_up(log.town.visitor("keeper"), after=None, limit=50)
        assert len(page.lines) > 3
        told[secrecy] = {bool(one.number) for one in page.lines}
    assert told.pop("open") == {True}
    assert set(map(frozenset, told.values())) == {frozenset({False})}


def test_nobody_finds_a_hidden_actor_by_asking_for_each(log: Log) -> None:
    case, search = log.town.ids["lamps"], _keeper(log)
    told = {}
    for secrecy in ("open", "author_hidden", "summary", "closed"):
        _told_of(log, case, secrecy)
        questions = {
            "deputy": AuditQuestion(case=case, person="wang-fang"),
            "desk": AuditQuestion(case=case, person="committee"),
            "action": AuditQuestion(case=case, action="hand_over"),
        }
        told[secrecy] = {name for name, one in questions.items() if search(one)}
    assert told == {
        "open": {"deputy", "desk", "action"},
        "author_hidden": {"desk", "action"},
        "summary": {"action"},
        "closed": set(),
    }
    log.noted()


def test_an_open_case_is_read_without_a_word(log: Log) -> None:
    log.noted()
    opened = log.town.ids["crossing"]
    for path, address in log.hall.addresses(log.case).items():
        if OF_THE_CASE.match(path):
            log.hall.get("committee", address.replace(log.case, opened))
    assert log.noted() == []


def test_the_same_reading_is_kept_once(log: Log) -> None:
    kept = Reads(log.town.services.database)
    one = Read(congress=CONGRESS, case_id=log.case, person="a", door="page", why="", at=NOW)
    kept.note("twice", one)
    kept.note("twice", one)
    with reading(log.town.services.database) as connection:
        found = connection.execute(select(reads.c.id).where(reads.c.id == "twice")).all()
    assert len(found) == 1
