"""Personal calendars through the running web, over rows of both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest
import vobject
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from app.accounts import AccountDesk
from app.doctor import ReadinessOf
from app.feeds import FeedsOfRows, NewFeed, issue_feed, revoke_feeds
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, build
from db.database import reading
from db.feeds import digest_of_token
from db.tables import feeds
from engine.audit import verify
from engine.errors import UnknownPerson
from tests.support.databases import url_fixture
from tests.support.gates import PASSWORD
from tests.support.played import Played
from tests.support.reported import IN_SMALL_YEAR, small_year_again
from tests.support.world import CONGRESS, local
from web.application import create_application

database_url = url_fixture(IN_SMALL_YEAR)
CLERK, COMMITTEE = "clerk-housing", "committee"


@dataclass(slots=True)
class Watch:
    """A clock that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A year in rows with the web over it."""

    year: Played
    services: Services
    watch: Watch
    client: TestClient

    def issue(self, person: str) -> NewFeed:
        return issue_feed(
            self.services, CONGRESS, person, label="手机", actor="committee", reason="本人申请"
        )

    def path(self, feed: NewFeed) -> str:
        return "/feeds/" + feed.url.rpartition("/")[2]

    def events(self, person: str) -> dict[str, Any]:
        answer = self.client.get(self.path(self.issue(person)))
        assert answer.status_code == 200
        calendar = vobject.readOne(answer.text)
        return {one.uid.value: one for one in getattr(calendar, "vevent_list", [])}


@pytest.fixture
def house(database: Engine, database_url: str) -> Iterator[House]:
    watch = Watch(local("2026-04-22"))
    services = build(Settings(database_url=database_url), clock=watch)
    year = small_year_again(database)
    web = create_application(
        FiguresOfRows(services),
        ReadinessOf(services),
        version="1",
        feeds=FeedsOfRows(services),
    )
    with TestClient(web) as client:
        yield House(year=year, services=services, watch=watch, client=client)
    services.close()


def test_a_person_gets_what_waits_for_them_and_nothing_else(house: House) -> None:
    lamps = house.year.ids["lamps"]
    found = house.events(CLERK)
    assert found
    assert {uid.rpartition("-")[0] for uid in found} == {lamps}
    reply = next(one for one in found.values() if one.summary.value.startswith("答复期限"))
    assert reply.dtstart.value == date(2026, 4, 26)
    assert "《关于安装路灯的建议》" in reply.description.value
    assert house.events("wang-fang") == {}
    pool = next(iter(house.events(COMMITTEE).values()))
    assert pool.summary.value.startswith("【已逾期】闭会期间建议交办期限：")


def test_who_is_let_in_no_longer_gets_no_calendar_either(house: House) -> None:
    desk = AccountDesk(house.services, CONGRESS, actor="system", reason="调离")
    desk.add(CLERK, CLERK, PASSWORD)
    address = house.path(house.issue(CLERK))
    assert house.client.get(address).status_code == 200
    desk.disable(CLERK)
    assert house.client.get(address).status_code == 404
    desk.enable(CLERK)
    assert house.client.get(address).status_code == 200


def test_an_event_keeps_its_name_and_counts_up_when_its_clock_moves(house: House) -> None:
    world = house.year.world
    world.case = house.year.ids["lamps"]
    before = {uid: one for uid, one in house.events(CLERK).items() if "答复" in one.summary.value}
    uid, reply = before.popitem()
    world.at("2026-04-23")
    asked = {"reason": "涉及面广", "clock": "reply"}
    world.do("request_extension", "head-housing", subject=2, form=asked)
    world.do("endorse_extension", "office", subject=2)
    world.do("approve_extension", "committee", subject=2)
    house.watch.now = local("2026-04-24")
    moved = house.events(CLERK)[uid]
    assert moved.dtstart.value == date(2026, 7, 26)
    assert int(moved.sequence.value) > int(reply.sequence.value)
    assert moved.dtstamp.value > reply.dtstamp.value


def test_the_same_state_gives_the_same_bytes_and_is_not_sent_twice(house: House) -> None:
    path = house.path(house.issue(CLERK))
    first = house.client.get(path)
    house.watch.now = local("2026-04-23", 9)
    again = house.client.get(path)
    assert first.content == again.content
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        known = house.client.get(path, headers={"If-None-Match": given})
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert house.client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    english = house.client.get(path, params={"lang": "en"})
    assert "Reply" in english.text
    assert english.headers["etag"] != tag
    assert house.client.get(path, params={"lang": "fr"}).status_code == 422


def test_a_revoked_address_stops_at_once_and_all_closed_doors_look_alike(house: House) -> None:
    first, second = house.issue(CLERK), house.issue(CLERK)
    for feed in (first, second):
        assert house.client.get(house.path(feed)).status_code == 200
    revoke_feeds(
        house.services, CONGRESS, ids=[first.feed.id], person="", actor="committee", reason="丢失"
    )
    revoked = house.client.get(house.path(first))
    assert house.client.get(house.path(second)).status_code == 200
    never = [house.client.get(f"/feeds/{one}.ics") for one in ("x", "A" * 43, "王芳", "%")]
    assert {(one.status_code, one.text) for one in (revoked, *never)} == {(404, revoked.text)}
    # NUL is refused before any door, whatever the address: that tells nothing of feeds.
    assert house.client.get("/feeds/%00.ics").status_code == 422
    assert house.path(first) not in revoked.text
    elsewhere = replace(
        house.services, settings=replace(house.services.settings, congress="dongshan")
    )
    token = house.path(second).removeprefix("/feeds/").removesuffix(".ics")
    assert FeedsOfRows(elsewhere).calendar(token, "zh") is None


def test_all_addresses_of_a_person_end_together(house: House) -> None:
    paths = [house.path(house.issue(CLERK)) for _ in range(3)]
    other = house.path(house.issue(COMMITTEE))
    ended = revoke_feeds(
        house.services, CONGRESS, ids=(), person=CLERK, actor="committee", reason="离职"
    )
    assert len(ended) == 3
    assert {house.client.get(one).status_code for one in paths} == {404}
    assert house.client.get(other).status_code == 200


def test_of_a_token_only_its_digest_is_kept_and_every_change_is_on_record(house: House) -> None:
    made = house.issue(CLERK)
    token = house.path(made).removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43
    with reading(house.services.database) as connection:
        (row,) = connection.execute(select(feeds)).mappings().all()
    assert token not in str(dict(row))
    assert row["token_digest"] == digest_of_token(token)
    revoke_feeds(
        house.services, CONGRESS, ids=[made.feed.id], person="", actor="committee", reason="丢失"
    )
    entries, head = house.services.trail.chain(CONGRESS)
    kept = tuple(entries)
    verify(kept, head=head)
    issued, revoked = kept[-2:]
    assert (issued.actor, issued.content["reason"]) == ("committee", "本人申请")
    assert issued.content["feed_issued"] == {
        "feed": made.feed.id,
        "person": CLERK,
        "label": "手机",
    }
    assert revoked.content["feeds_revoked"] == [{"feed": made.feed.id, "person": CLERK}]


def test_reading_is_noted_but_not_each_time(house: House) -> None:
    path = house.path(house.issue(CLERK))
    for hour in (10, 10, 12):
        house.watch.now = local("2026-04-22", hour)
        house.client.get(path)
    (row,) = house.services.feeds.issued(CONGRESS, CLERK)
    assert row.last_used_at == local("2026-04-22", 12)
    house.watch.now = local("2026-04-22", 12).replace(minute=30)
    house.client.get(path)
    (row,) = house.services.feeds.issued(CONGRESS, CLERK)
    assert row.last_used_at == local("2026-04-22", 12)


def test_nobody_unknown_gets_an_address(house: House) -> None:
    with pytest.raises(UnknownPerson):
        house.issue("nobody")
