"""When notices leave, by which channels and in whose company, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from engine.calendar import local_instant
from engine.command import Notice, RungKey
from engine.congress import Digest, Person, Preferences
from engine.delivery import DeliveryRule, Hours, when_to_send
from engine.outbox import ChannelRoute
from engine.sending import address_of, sending_of, ways_out
from tests.support.world import local, national_calendar

OFFICE = DeliveryRule(
    hours=Hours(start=time(8, 30), end=time(17, 30)),
    working_days_only=True,
    digest_at=time(9, 30),
)
EMAIL = ChannelRoute(name="email", reaches="email")
SMS = ChannelRoute(name="sms", reaches="phone", only_urgent=True)
ROBOT = ChannelRoute(name="robot", reaches="dingtalk")
GROUP = ChannelRoute(name="group", reaches="fixed", fixed="room-1")
SCREEN = ChannelRoute(name="screen", reaches="code")
ROUTES = (EMAIL, SMS, ROBOT, GROUP, SCREEN)
ZHAO = Person(
    code="zhao-min",
    name="赵敏",
    appointments=(),
    email="zhao@example.org",
    phone="13800000000",
    addresses={"dingtalk": "zm"},
)
CALM = Notice(key="k", recipient="zhao-min", template="handed_over", facts={})
REMINDER = replace(CALM, rung=RungKey(clock=1, plan=1, rung="before_5"))
URGENT = replace(REMINDER, urgent=True)
NOBODYS = Preferences(person="zhao-min")


def _instant(given: str) -> datetime:
    at = datetime.fromisoformat(given)
    return local_instant(at.date(), at.time())


@pytest.mark.parametrize(
    ("decided", "sent"),
    [
        ("2026-03-02T08:29", "2026-03-02T08:30"),  # Monday, before the doors open
        ("2026-03-02T10:00", "2026-03-02T10:00"),
        ("2026-03-02T17:29", "2026-03-02T17:29"),
        ("2026-03-02T17:30", "2026-03-03T08:30"),  # the doors are shut
        ("2026-03-06T18:00", "2026-03-09T08:30"),  # Friday evening
        ("2026-02-13T18:00", "2026-02-14T08:30"),  # Saturday, a make-up workday 调休
        ("2026-02-15T10:00", "2026-02-24T08:30"),  # Spring Festival
    ],
)
def test_an_ordinary_notice_waits_for_working_hours(decided: str, sent: str) -> None:
    found = when_to_send(
        OFFICE,
        urgent=False,
        digest=False,
        decided_at=_instant(decided),
        calendar=national_calendar(),
    )
    assert found == _instant(sent)


@pytest.mark.parametrize(
    ("decided", "sent"),
    [
        ("2026-03-02T09:00", "2026-03-02T09:30"),
        ("2026-03-02T09:30", "2026-03-02T09:30"),
        ("2026-03-02T09:31", "2026-03-03T09:30"),
        ("2026-03-06T12:00", "2026-03-09T09:30"),
        ("2026-02-15T10:00", "2026-02-24T09:30"),
    ],
)
def test_a_digest_waits_for_its_moment_on_a_working_day(decided: str, sent: str) -> None:
    found = when_to_send(
        OFFICE,
        urgent=False,
        digest=True,
        decided_at=_instant(decided),
        calendar=national_calendar(),
    )
    assert found == _instant(sent)


def test_the_urgent_leaves_at_night_unless_the_rule_says_otherwise() -> None:
    night = local("2026-02-15", 23)
    for rule, expected in (
        (OFFICE, night),
        (replace(OFFICE, urgent_at_once=False), local_instant(_day("2026-02-24"), time(8, 30))),
    ):
        found = when_to_send(
            rule, urgent=True, digest=False, decided_at=night, calendar=national_calendar()
        )
        assert found == expected


def _day(given: str) -> datetime:
    return datetime.fromisoformat(given)


def test_without_any_rule_everything_leaves_at_once_and_by_itself() -> None:
    for notice in (CALM, REMINDER, URGENT):
        sending = sending_of(
            notice,
            DeliveryRule(),
            NOBODYS,
            decided_at=local("2026-02-15", 3),
            calendar=national_calendar(),
        )
        assert (sending.not_before, sending.shared) == (local("2026-02-15", 3), False)


@pytest.mark.parametrize(
    ("notice", "wish", "shared", "sent"),
    [
        (CALM, None, False, "2026-03-02T10:00"),
        (REMINDER, None, True, "2026-03-03T09:30"),
        (URGENT, None, True, "2026-03-02T10:00"),
        (CALM, Digest.DAILY, True, "2026-03-03T09:30"),
        (REMINDER, Digest.AT_ONCE, False, "2026-03-02T10:00"),
        (URGENT, Digest.DAILY, True, "2026-03-02T10:00"),
        (URGENT, Digest.AT_ONCE, False, "2026-03-02T10:00"),
    ],
)
def test_what_waits_for_the_digest_by_rule_and_wish(
    notice: Notice, wish: Digest | None, sent: str, *, shared: bool
) -> None:
    sending = sending_of(
        notice,
        OFFICE,
        replace(NOBODYS, digest=wish),
        decided_at=local("2026-03-02", 10),
        calendar=national_calendar(),
    )
    assert (sending.shared, sending.not_before) == (shared, _instant(sent))


def test_who_wants_a_digest_where_the_rules_have_none_gets_it_in_the_morning() -> None:
    for rule, hour in (
        (DeliveryRule(), time(9, 0)),
        (replace(OFFICE, digest_at=None), time(8, 30)),
    ):
        found = when_to_send(
            rule,
            urgent=False,
            digest=True,
            decided_at=local("2026-03-02", 10),
            calendar=national_calendar(),
        )
        assert found == local_instant(_day("2026-03-03"), hour)


def _ways(notice: Notice, wishes: Preferences = NOBODYS, person: Person = ZHAO) -> dict[str, str]:
    return {route.name: address for route, address in ways_out(notice, person, wishes, ROUTES)}


def test_a_notice_goes_wherever_the_person_is_reached() -> None:
    everywhere = {"email": "zhao@example.org", "robot": "zm", "group": "room-1"}
    assert _ways(CALM) == {**everywhere, "screen": "zhao-min"}
    assert _ways(URGENT) == {**everywhere, "screen": "zhao-min", "sms": "13800000000"}
    bare = Person(code="li-ming", name="李明", appointments=())
    assert _ways(URGENT, person=bare) == {"group": "room-1", "screen": "li-ming"}


def test_a_wish_closes_ones_own_channels_only() -> None:
    wishes = replace(NOBODYS, channels=("email",))
    assert _ways(URGENT, wishes) == {"email": "zhao@example.org", "group": "room-1"}
    assert _ways(CALM, replace(NOBODYS, channels=("gone",))) == {"group": "room-1"}


def test_what_stays_in_goes_nowhere() -> None:
    assert _ways(replace(URGENT, stays_in=True)) == {}


def test_an_address_book_never_stands_in_for_a_fixed_place() -> None:
    sly = replace(ZHAO, email="", addresses={"email": "other@example.org", "fixed": "room-2"})
    assert address_of(EMAIL, sly) == ""
    assert address_of(GROUP, sly) == "room-1"
