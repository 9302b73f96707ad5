"""From an action at the Desk to a message outside, on both databases, with crashes between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from db.inbox import Inbox
from db.outbox import SqlOutbox
from db.store import SqlStore
from engine.congress import Directory
from engine.outbox import Message, OutboxItem
from engine.perform import Desk
from engine.profile import Profile
from notifications.channels import DeliveryFailed
from notifications.deliver import LEASE, DeliveryReport, deliver_notices
from notifications.inbox import read_inbox
from routing.desk_list import uncovered_cases
from tests.support.congress import fill
from tests.support.world import CONGRESS, World, local, national_calendar, small_directory
from worker.ticks import FireReport, fire_due_timers
from workflows import load_profile
from workflows.loader import PROFILES, load_files, read_files

MINUTE = timedelta(minutes=1)


class Postman:
    """Keeps messages; does not find the given people, until they are found."""

    def __init__(self, *unknown: str) -> None:
        self.unknown = set(unknown)
        self.carried: list[Message] = []

    def send(self, message: Message) -> None:
        if message.recipient in self.unknown:
            raise DeliveryFailed(channel="email", reason="451 later", permanent=False)
        self.carried.append(message)


class Crash(Exception):
    """The process ends here."""


class CrashingOutbox(SqlOutbox):
    """Ends after the message went out and before that is written down."""

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        raise Crash(item.id, now)


def reachable() -> Directory:
    """The invented congress, everybody with an e-mail address."""
    known = small_directory()
    people = {code: replace(one, email=f"{code}@example.org") for code, one in known.people.items()}
    return Directory(
        congress=known.congress,
        sessions=known.sessions,
        units=known.units,
        people=people,
        topics={},
    )


@pytest.fixture
def world(database: Engine) -> World:
    """The invented congress under the shipped rules, in rows."""
    fill(
        database,
        directory=reachable(),
        calendar=national_calendar(),
        files=read_files(PROFILES / "zhejiang-county" / "v1"),
        profile=load_profile("zhejiang-county", 1),
    )
    store = SqlStore(database, load_files)
    ids = iter(range(1, 100))
    return World(
        desk=Desk(store, lambda: f"case-{next(ids)}"), store=store, now=local("2026-01-21")
    )


def deliver(
    database: Engine, postman: Postman, now: datetime, *, box: SqlOutbox | None = None
) -> DeliveryReport:
    return deliver_notices(
        box or SqlOutbox(database), {"email": postman}, now, worker="w1", profile_of=load_profile
    )


def test_an_action_reaches_its_people_once(world: World, database: Engine) -> None:
    world.raised("li-ming", "chen-jing")
    postman = Postman()
    assert deliver(database, postman, world.now) == DeliveryReport(sent=2)
    assert deliver(database, postman, world.now + timedelta(days=1)) == DeliveryReport()
    assert {one.address for one in postman.carried} == {
        "li-ming@example.org",
        "chen-jing@example.org",
    }
    assert {one.subject for one in postman.carried} == {
        "请确认附议：关于增设临溪中学东侧人行过街设施的建议"
    }


def test_one_failing_recipient_waits_while_the_others_are_told(
    world: World, database: Engine
) -> None:
    world.raised("li-ming", "chen-jing")
    postman = Postman("li-ming")
    assert deliver(database, postman, world.now) == DeliveryReport(sent=1, waiting=1)
    postman.unknown.clear()
    assert deliver(database, postman, world.now + MINUTE) == DeliveryReport(sent=1)
    assert sorted(one.recipient for one in postman.carried) == ["chen-jing", "li-ming"]


def test_a_crash_between_sending_and_marking_sends_again_under_the_same_id(
    world: World, database: Engine
) -> None:
    world.raised("li-ming")
    postman = Postman()
    with pytest.raises(Crash):
        deliver(database, postman, world.now, box=CrashingOutbox(database))
    assert deliver(database, postman, world.now + MINUTE) == DeliveryReport()
    assert deliver(database, postman, world.now + LEASE) == DeliveryReport(sent=1)
    first, again = postman.carried
    assert first.id == again.id


def test_the_notice_lies_in_the_inbox_whatever_happens_outside(
    world: World, database: Engine
) -> None:
    world.raised("li-ming")
    page = read_inbox(
        Inbox(database),
        CONGRESS,
        "li-ming",
        rules_behind=lambda cases: dict.fromkeys(cases, load_profile("zhejiang-county", 1)),
    )
    assert page.unread == 1
    assert page.entries[0].subject.startswith("请确认附议")


def test_due_timers_fire_once_in_rows_and_tell_their_audience(
    world: World, database: Engine
) -> None:
    world.raised("li-ming")
    postman = Postman()
    deliver(database, postman, world.now)
    day = local("2026-03-02", 9)
    fired = fire_due_timers(world.desk, world.store, day)
    assert fired.fired >= 1
    assert (fired.refused, fired.broken) == (0, 0)
    while fire_due_timers(world.desk, world.store, day).fired:
        pass
    assert world.look().state == "first_review"
    assert fire_due_timers(world.desk, world.store, day) == FireReport()
    deliver(database, postman, day)
    assert len(postman.carried) > 1
    assert len({one.id for one in postman.carried}) == len(postman.carried)


def test_the_desks_list_has_what_no_rule_covers_until_it_is_handed_over(
    world: World, database: Engine
) -> None:
    world.registered()
    assert uncovered_cases(database, CONGRESS, profile_of=load_profile) == ()
    assert uncovered_cases(database, CONGRESS, profile_of=_without_routing)[0].id == world.case
    (one,) = uncovered_cases(database, CONGRESS, profile_of=_without_routing)
    assert one.number == world.look().number
    assert "交通运输" in one.reason.zh
    assert uncovered_cases(database, "dongshan", profile_of=_without_routing) == ()
    world.do("hand_over", "committee", assignments=[{"unit": "transport", "kind": "lead"}])
    assert uncovered_cases(database, CONGRESS, profile_of=_without_routing) == ()


def _without_routing(name: str, version: int) -> Profile:
    return replace(load_profile(name, version), routing=())
