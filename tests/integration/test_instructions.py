"""批示: that an instruction was given all who read the case are told; what it says, few.

Every address of the application is asked by everybody, and what is told and printed as well: the
words are found only by those whom `access.yaml` names. Which they are is said here by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.feeds import issue_feed
from app.public import illustrative_of
from app.settings import Settings
from app.wiring import unchecked
from db.database import reading
from db.tables import notices
from engine.perform import plain
from reports.annual import annual_report
from tests.support.databases import database_of
from tests.support.gates import Watch
from tests.support.hall import NOBODY, PARTS, Hall, hall_over
from tests.support.played import sql_world
from tests.support.world import CONGRESS, SESSION, local

WORDS = "请与学校一并研究月底前报方案"
AIMED_AT = ("clerk-transport", "head-transport")
READERS = (*AIMED_AT, "official", "supervision", "office", "leader", "committee", "committee-head")
OTHERS = (
    *("wang-fang", "li-ming", "chen-jing", "clerk-housing", "head-housing"),
    *("reviewer", "chairpersons"),
)
"""Who signed it, another deputy, the unit with a joint share, and desks that supervise nothing."""
TOPIC: Mapping[str, object] = {
    "topic_number": 1,
    "topic_title": "上学路上的安全",
    "lead_official": "official",
    "supervising_leader": "supervision",
    "decided_on": "2026-01-24",
    "decided_by": "主任会议",
}
LOOKED_FOR = (
    f"/api/v1/search?text={WORDS}",
    f"/cases?q={WORDS}",
    f"/similar?title={WORDS}",
    f"/site?q={WORDS}",
    "/unit/list/all",
    "/lead/list/all",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructed:
    """A key suggestion in whose lead share an instruction was given."""

    hall: Hall
    case: str


@pytest.fixture(scope="module")
def instructed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instructed]:
    folder, watch = tmp_path_factory.mktemp("instructed"), Watch(now=local("2026-01-21"))
    with database_of("sqlite", folder) as url:
        settings = Settings(database_url=url, congress=CONGRESS, portal=True, files=str(folder))
        with unchecked(settings, clock=watch) as services:
            world = sql_world(services.database)
            world.registered("li-ming").do("designate_key", "chairpersons", form=TOPIC)
            world.at("2026-01-26")
            units = [{"unit": "transport", "kind": "lead"}, {"unit": "housing", "kind": "joint"}]
            world.do("hand_over", "committee", assignments=units)
            watch.now = local("2026-01-27", 9)
            body = {"subject": 1, "form": {"note": WORDS}}
            with hall_over(services, (*READERS, *OTHERS)) as hall:
                told = hall.call("official", f"/suggestions/{world.case}/actions/instruct", body)
                assert told.status_code == 200, told.text
                yield Instructed(hall=hall, case=world.case)


def _addresses(instructed: Instructed) -> list[str]:
    known = instructed.hall.addresses(instructed.case, {**PARTS, "code": CONGRESS}).values()
    return [*(one for one in known if not one.startswith("/static")), *LOOKED_FOR]


@pytest.mark.parametrize("person", [NOBODY, "wang-fang", "clerk-housing", "reviewer"])
def test_no_address_tells_its_words_to_anybody_else(instructed: Instructed, person: str) -> None:
    for address in _addresses(instructed):
        text = instructed.hall.get(person, address).text
        # What was looked for stands in the field in which it was typed.
        assert WORDS not in text.replace(f'value="{WORDS}"', "").replace(f"“{WORDS}”", ""), address


@pytest.mark.parametrize("person", READERS)
def test_those_whom_it_is_for_read_it_on_the_page_and_by_the_api(
    instructed: Instructed, person: str
) -> None:
    page = instructed.hall.get(person, f"/cases/{instructed.case}").text
    assert page.partition('class="trail"')[2].count(WORDS) == 1
    told = instructed.hall.get(person, f"/api/v1/suggestions/{instructed.case}/audit").json()
    assert WORDS in [one["said"] for one in told["items"]]
    whole = instructed.hall.get(person, f"/api/v1/suggestions/{instructed.case}").json()
    assert "instructions" not in whole["hidden"]


@pytest.mark.parametrize("person", OTHERS)
def test_whoever_else_reads_the_case_is_told_that_one_was_given(
    instructed: Instructed, person: str
) -> None:
    page = instructed.hall.get(person, f"/cases/{instructed.case}").text
    history = page.partition('class="trail"')[2]
    assert "<b>批示</b>" in history
    assert "只供承办单位和督办方面阅读" in history
    told = instructed.hall.get(person, f"/api/v1/suggestions/{instructed.case}/audit").json()
    (line,) = [one for one in told["items"] if one["action"]["zh"] == "批示"]
    assert line["said"] is None
    whole = instructed.hall.get(person, f"/api/v1/suggestions/{instructed.case}").json()
    assert "instructions" in whole["hidden"]


@pytest.mark.parametrize("person", ["li-ming", "clerk-housing"])
def test_no_dry_run_tells_it(instructed: Instructed, person: str) -> None:
    action = "urge" if person == "li-ming" else "receive"
    path = f"/suggestions/{instructed.case}/actions/{action}?dry_run=true"
    assert WORDS not in instructed.hall.call(person, path, {"subject": 2, "form": {}}).text


def test_only_the_unit_is_written_to_and_no_report_or_calendar_prints_it(
    instructed: Instructed,
) -> None:
    services = instructed.hall.services
    with reading(services.database) as connection:
        rows = connection.execute(select(notices.c.recipient, notices.c.facts)).all()
    assert {one for one, facts in rows if WORDS in str(facts)} == set(AIMED_AT)
    with services.reading() as connection:
        report = annual_report(
            connection,
            CONGRESS,
            SESSION.code,
            profile=services.profile_of(CONGRESS),
            directory=services.directory(CONGRESS),
            as_of=services.today,
            illustrative=illustrative_of(services, CONGRESS),
        )
    assert WORDS not in str(plain(report))
    for person in ("clerk-housing", "li-ming"):
        made = issue_feed(services, CONGRESS, person, label="", actor="system", reason="订阅")
        feed = instructed.hall.get(NOBODY, "/feeds/" + made.url.rpartition("/")[2]).text
        assert "BEGIN:VCALENDAR" in feed
        assert WORDS not in feed.replace("\r\n ", "")
