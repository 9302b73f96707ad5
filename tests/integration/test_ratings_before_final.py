"""A rating is nobody's business before its round is over: no door tells that or how one rated.

Every address of the application, with filters and sorts, answers those without the right the same
before and after one of two deputies has rated; after the second one has, all of it is seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.feeds import issue_feed
from app.public import illustrative_of
from app.settings import Settings
from app.wiring import Services, unchecked
from db.database import reading
from db.register import RegisterChanges
from db.tables import notices, outbox
from engine.congress import ADMINISTRATOR_ROLE, Appointment, Person
from engine.perform import plain
from reports.annual import annual_report
from tests.support.databases import KINDS, database_of
from tests.support.gates import Watch
from tests.support.hall import NOBODY, PARTS, Hall, hall_over
from tests.support.played import sql_world
from tests.support.world import CONGRESS, SESSION, World, local

pytestmark = pytest.mark.timeout(400)  # everything is asked twice before the first test
UNITS = ("keeper",)
"""Of the unit that answers, and administrator besides: a unit's account all the same."""
OTHERS = ("official", "office", "li-ming")
"""Who reads the case and, as the profile says, no rating that is not final; 李明 is yet to rate."""
OVERSEERS = ("committee",)
COMMENT = "路口仍无变化"
TOPIC: Mapping[str, object] = {
    "topic_number": 1,
    "topic_title": "上学路上的安全",
    "lead_official": "official",
    "supervising_leader": "supervision",
    "decided_on": "2026-01-24",
    "decided_by": "主任会议",
}
RATED = (
    *("state=given", "state=open", "process=basic", "result=dissatisfied", "deputy=wang-fang"),
    *("since=2026-01-01", "until=2026-12-31", "sort=newest", "sort=state", "round=1"),
)
"""How the ratings of all cases can be narrowed and sorted."""
QUERIES = (
    *(f"/api/v1/suggestions?sort={one}" for one in ("number", "due", "state")),
    *(f"/api/v1/suggestions?stage={one}" for one in ("raise", "hand_over", "handle", "supervise")),
    "/api/v1/suggestions?state=rating",
    "/api/v1/suggestions?state=studying",
    "/api/v1/suggestions?late=true",
    "/api/v1/suggestions?unit=transport&deputy=wang-fang&key=true",
    f"/api/v1/search?text={COMMENT}",
    *(f"/api/v1/evaluations?{one}" for one in RATED),
    "/api/v1/in-hand?scope=all&state=rating&machine=suggestion",
    "/api/v1/replies?sort=newest",
    "/api/v1/search?text=dissatisfied",
    "/api/v1/search?text=王芳",
    f"/cases?q={COMMENT}",
    "/cases?sort=state",
    "/cases?sort=due",
    "/overview/cases?figure=rate.satisfaction.part",
    "/overview/cases?figure=step.rated",
    "/lead/list/all",
    "/admin/audit?action=rate",
    "/admin/audit?person=wang-fang",
    *(f"/unit/list/{one}" for one in ("receive", "in-hand", "joint", "replies", "asked")),
)
OF_NO_CASE = re.compile(
    r"/(static|design|language|sign-in|account|openapi|healthz|readyz|metrics|site|write|done)"
    r"|/api/v1/(congresses(/education)?$|people|units|calendar|profile|actions|tokens)"
    r"|/admin(?!/audit)|/settings"
)
"""What knows of no case, and would only be asked for nothing."""
RATES, FUNNEL = "/api/v1/reports/rates", "/api/v1/reports/funnel"
Answers = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What each person got from each address: before anybody and after one has rated; both have."""

    hall: Hall
    case: str
    before: Answers
    between: Answers


def _answered(services: Services, watch: Watch) -> World:
    """A key suggestion of two deputies, answered; both are asked to rate."""
    world = sql_world(services.database)
    clerk = Appointment(role="unit_clerk", unit="transport")
    both = (clerk, Appointment(role=ADMINISTRATOR_ROLE))
    keeper = Person(code="keeper", name="蒋安", appointments=both)
    services.register.apply(
        CONGRESS, RegisterChanges(people=(keeper,)), actor="system", reason="到岗", now=world.now
    )
    world.registered("li-ming").do("designate_key", "chairpersons", form=TOPIC)
    world.at("2026-01-26")
    world.do("hand_over", "committee", assignments=[{"unit": "transport", "kind": "lead"}])
    promises = [{"text": "年内建成", "due_on": "2026-12-01"}]
    world.replied("transport", result="B", commitments=promises)
    watch.now = local("2026-03-02", 9)
    return world


def _steady(text: str) -> str:
    """Without version and time of change: that something was done is no secret, but what is."""
    text = re.sub(r'"version":\d+', '"version":0', text)
    text = re.sub(r"(DTSTAMP|LAST-MODIFIED):\w+", r"\1", text)
    return re.sub(r'(name="version" value=)"\d+"', r"\1", text)


def _asked(hall: Hall, case: str, feeds: Mapping[str, str]) -> Answers:
    known = hall.addresses(case, {**PARTS, "code": CONGRESS}).values()
    addresses = [*(one for one in known if not OF_NO_CASE.match(one)), *QUERIES]
    found = {}
    for person in (NOBODY, *UNITS, *OTHERS, *OVERSEERS):
        for one in addresses:
            found[person, one] = _steady(hall.get(person, one).text)
        if person:
            found[person, "/feeds"] = _steady(hall.get(NOBODY, feeds[person]).text)
    found |= _told(hall.services)
    return found


def _told(services: Services) -> dict[tuple[str, str], str]:
    """What was told whom, by which channel; and what a printed report would say."""
    directory = services.directory(CONGRESS)
    columns = (notices.c.recipient, notices.c.template, notices.c.facts)
    with services.reading() as connection:
        report = annual_report(
            connection,
            CONGRESS,
            SESSION.code,
            profile=services.profile_of(CONGRESS),
            directory=directory,
            as_of=services.today,
            illustrative=illustrative_of(services, CONGRESS),
        )
    with reading(services.database) as connection:
        rows = [tuple(row) for row in connection.execute(select(*columns))]
        sent = connection.execute(select(outbox.c.channel)).all()
    found = {
        (person, "notices"): str(sorted(str(row) for row in rows if row[0] == person))
        for person in (*UNITS, *OTHERS, *OVERSEERS)
    }
    return {**found, (NOBODY, "report"): str(plain(report)), (NOBODY, "outbox"): str(len(sent))}


def _rate(hall: Hall, person: str, case: str, **form: str) -> None:
    told = hall.call(person, f"/suggestions/{case}/actions/rate", {"form": form})
    assert told.status_code == 200, told.text


@pytest.fixture(scope="module", params=KINDS)
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    folder, watch = tmp_path_factory.mktemp("ratings"), Watch(now=local("2026-01-21"))
    with database_of(request.param, folder) as url:
        settings = Settings(database_url=url, congress=CONGRESS, portal=True, files=str(folder))
        with unchecked(settings, clock=watch) as services:
            case = _answered(services, watch).case
            persons = (*UNITS, *OTHERS, *OVERSEERS)
            with hall_over(services, (*persons, "wang-fang")) as hall:
                feeds = {one: _feed(services, one) for one in persons}
                before = _asked(hall, case, feeds)
                rating = {"process": "basic", "result": "dissatisfied", "comment": COMMENT}
                _rate(hall, "wang-fang", case, **rating)
                between = _asked(hall, case, feeds)
                _rate(hall, "li-ming", case, process="satisfied", result="satisfied")
                yield Story(hall=hall, case=case, before=before, between=between)


def _feed(services: Services, person: str) -> str:
    made = issue_feed(services, CONGRESS, person, label="", actor="system", reason="订阅")
    return "/feeds/" + made.url.rpartition("/")[2]


def test_no_door_tells_those_without_the_right_that_one_has_rated(story: Story) -> None:
    differing = {
        key
        for key, said in story.before.items()
        if key[0] not in OVERSEERS and story.between[key] != said
    }
    assert differing == set()
    assert len(story.before) > 300


def test_whoever_oversees_sees_it_at_once(story: Story) -> None:
    page = f"/cases/{story.case}"
    assert COMMENT not in story.before["committee", page]
    assert COMMENT in story.between["committee", page]
    assert COMMENT in story.between["committee", f"/api/v1/suggestions/{story.case}/evaluations"]


def test_when_both_have_rated_everybody_sees_it_who_sees_the_case(story: Story) -> None:
    get = story.hall.get
    for person in (*UNITS, *OTHERS):
        told = get(person, f"/api/v1/suggestions/{story.case}/evaluations").text
        assert COMMENT in told, person
        assert COMMENT in get(person, f"/cases/{story.case}").text
    rates = {one["name"]: one for one in get("keeper", RATES).json()["items"]}
    assert (rates["satisfaction"]["numerator"], rates["satisfaction"]["denominator"]) == (0, 1)
    between = {one["name"]: one for one in json.loads(story.between["keeper", RATES])["items"]}
    assert between["satisfaction"]["denominator"] == 0
    assert ">评价</th>" in get("keeper", "/admin/audit", action="rate").text
    steps = {one["name"]: one for one in get("keeper", FUNNEL).json()["items"]}
    assert steps["rated"]["count"] == 1


def test_figures_are_of_the_whole_congress_and_the_same_for_all(story: Story) -> None:
    for name in ("funnel", "rates"):
        public = story.hall.get(NOBODY, f"/api/v1/congresses/{CONGRESS}/{name}").json()
        shown = public["steps" if name == "funnel" else "rates"]
        for person in (*UNITS, *OTHERS, *OVERSEERS):
            assert story.hall.get(person, f"/api/v1/reports/{name}").json()["items"] == shown


def test_nobody_rates_in_the_place_of_a_deputy(story: Story) -> None:
    hall, case = story.hall, story.case
    rating = {"process": "satisfied", "result": "satisfied"}
    for person in (*UNITS, "official", "office", "committee"):
        for query in ("", "?dry_run=true"):
            told = hall.call(person, f"/suggestions/{case}/actions/rate{query}", {"form": rating})
            assert told.status_code in {403, 409}, (person, told.text)
        rows = {"rows": [{"case": case, "action": "rate", "form": rating}]}
        assert hall.call(person, "/actions", rows).json()["done"] == 0
        page = hall.get(person, f"/cases/{case}/act/rate")
        assert page.status_code == 403
        form = {"step": "do", "f-process": "satisfied", "f-result": "satisfied", "version": "99"}
        assert hall.post(person, f"/cases/{case}/act/rate", **form).status_code == 403
