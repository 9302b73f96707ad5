"""The monthly bulletin counted from rows of both databases, every figure checked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, insert, update

from db.database import open_database, reading, writing
from db.shapes import CHILDREN
from db.tables import clocks, orders, suggestions
from engine.case import Case
from engine.clocks import Clock, pause
from engine.errors import InvalidValue
from engine.profile import Profile
from reports.arrears import bulletin_of
from reports.bulletin import (
    Bulletin,
    BulletinFilter,
    BulletinSort,
    OpenItem,
    OpenOrder,
    by_kind,
    narrowed,
    sorted_by,
)
from reports.bulletin_json import bulletin_from_json, bulletin_to_json
from reports.topics import HIDDEN_TITLE
from tests.support.databases import KINDS, database_of
from tests.support.overdue import late_spring
from tests.support.played import Played
from tests.support.world import CONGRESS, local, national_calendar, shipped_profile, small_directory

TODAY = date(2026, 7, 16)
Figures = list[tuple[str, int, list[tuple[str, str, str | None, int, str | None]]]]


@pytest.fixture(scope="module", params=KINDS)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for the tests that only read."""
    with database_of(request.param, tmp_path_factory.mktemp("bulletin")) as url:
        database = open_database(url)
        yield database
        database.dispose()


@pytest.fixture(scope="module")
def spring(opened: Engine) -> Played:
    return late_spring(opened)


def _rules(_name: str, _version: int) -> Profile:
    return shipped_profile()


def _bulletin(database: Engine, month: str, today: date = TODAY) -> Bulletin:
    with reading(database) as connection:
        return bulletin_of(
            connection,
            CONGRESS,
            month,
            rules=_rules,
            directory=small_directory(),
            calendar=national_calendar(),
            today=today,
        )


def _figures(bulletin: Bulletin) -> Figures:
    """Unit, things in hand, and each overdue clock with due day, day met, days, reminder."""
    return [
        (
            unit.unit,
            len(unit.open_items),
            [
                (
                    one.kind,
                    one.due_on.isoformat(),
                    one.met_on.isoformat() if one.met_on else None,
                    one.days,
                    one.first_reminded_on.isoformat() if one.first_reminded_on else None,
                )
                for one in unit.overdue
            ],
        )
        for unit in bulletin.units
    ]


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (
            "2026-01",
            [
                ("transport", 1, [("receipt", "2026-01-29", None, 2, "2026-01-30")]),
                *(("education", 1, []), ("finance", 1, []), ("housing", 1, [])),
            ],
        ),
        (
            "2026-02",
            [
                ("transport", 1, [("receipt", "2026-01-29", "2026-02-03", 5, "2026-01-30")]),
                *(("finance", 1, []), ("housing", 1, [])),
            ],
        ),
        ("2026-03", [("finance", 1, []), ("housing", 1, []), ("transport", 1, [])]),
        (
            # What was extended, withdrawn or answered in May was overdue in April all the same.
            "2026-04",
            [
                (unit, 1, [("reply", "2026-04-26", None, 4, "2026-04-27")])
                for unit in ("finance", "housing", "transport")
            ],
        ),
        (
            # The extended one runs until July, the withdrawn one fell away.
            "2026-05",
            [
                ("transport", 0, [("reply", "2026-04-26", "2026-05-06", 10, "2026-04-27")]),
                ("finance", 1, []),
            ],
        ),
    ],
)
def test_a_month_is_counted_as_it_stood_at_its_end(
    opened: Engine, month: str, expected: Figures
) -> None:
    bulletin = _bulletin(opened, month)
    assert _figures(bulletin) == expected
    assert bulletin.is_whole
    assert bulletin_from_json(bulletin_to_json(bulletin)) == bulletin


def test_every_figure_opens_to_its_cases(opened: Engine, spring: Played) -> None:
    bulletin = _bulletin(opened, "2026-02")
    transport, finance, _ = bulletin.units
    (item,) = transport.overdue
    assert (item.case, item.number, item.subject) == (
        spring.ids["transport"],
        "5届2次第1号",
        "assignment:1",
    )
    assert finance.open_items == (
        OpenItem(case=spring.ids["finance"], number="5届2次第4号", subject="assignment:1"),
    )
    assert [one.unit for one in bulletin.clear] == ["finance", "housing"]
    assert (transport.longest, transport.first_reminded_on) == (5, date(2026, 1, 30))
    ((label, items),) = by_kind(bulletin.overdue)
    assert (label.zh, items) == ("签收期限", (item,))


@pytest.mark.usefixtures("spring")
def test_a_running_month_is_a_look_and_what_is_due_today_is_not_overdue(opened: Engine) -> None:
    running = _bulletin(opened, "2026-04", date(2026, 4, 26))
    assert (running.until, running.is_whole) == (date(2026, 4, 26), False)
    assert [one.overdue for one in running.units] == [(), (), ()]
    assert not _bulletin(opened, "2026-04", date(2026, 4, 30)).is_whole
    assert len(_bulletin(opened, "2026-04", date(2026, 4, 27)).overdue) == 3


@pytest.mark.usefixtures("spring")
def test_before_anything_was_handed_over_there_is_nothing(opened: Engine) -> None:
    assert _bulletin(opened, "2025-12").units == ()


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "26-01", "2026-08", "", "２０２６-01"])
@pytest.mark.usefixtures("spring")
def test_a_month_that_is_none_or_to_come_is_refused(opened: Engine, month: str) -> None:
    with pytest.raises(InvalidValue, match="month"):
        _bulletin(opened, month)


@pytest.mark.usefixtures("spring")
def test_units_are_put_in_order_and_narrowed(opened: Engine) -> None:
    bulletin = _bulletin(opened, "2026-01")
    longest = replace(
        bulletin.units[1],
        overdue=(replace(bulletin.units[0].overdue[0], days=40, kind="reply"),),
    )
    mixed = replace(bulletin, units=(bulletin.units[0], longest, *bulletin.units[2:]))

    def names(found: Bulletin) -> list[str]:
        return [one.unit for one in found.units]

    assert names(sorted_by(BulletinSort.UNIT, mixed)) == [
        *("education", "finance", "housing", "transport")
    ]
    assert names(sorted_by(BulletinSort.DAYS, mixed))[:2] == ["education", "transport"]
    assert names(narrowed(BulletinFilter(unit="housing"), mixed)) == ["housing"]
    assert names(narrowed(BulletinFilter(kind="reply"), mixed)) == ["education"]
    assert names(narrowed(BulletinFilter(unit="housing", kind="reply"), mixed)) == []


def _write(database: Engine, case: Case, clock: Clock) -> None:
    shape = next(one for one in CHILDREN if one.attribute == "clocks")
    with writing(database) as connection:
        mine = (clocks.c.case_id == case.id, clocks.c.number == clock.number)
        connection.execute(update(clocks).where(*mine).values(shape.write(clock)))


@pytest.mark.parametrize(
    ("paused_at", "overdue"),
    [(local("2026-04-20"), 2), (local("2026-04-26"), 2), (local("2026-04-28"), 3)],
)
def test_a_clock_that_was_paused_in_time_is_not_overdue(
    database: Engine, paused_at: datetime, overdue: int
) -> None:
    spring = late_spring(database)
    spring.world.case = spring.ids["finance"]
    case = spring.world.look()
    reply = next(one for one in case.clocks if one.kind == "reply")
    begun = replace(reply, segments=reply.segments[:1], due_on=date(2026, 4, 26))
    paused = pause(begun, paused_at, "等待政策", national_calendar())
    _write(database, case, paused)
    assert len(_bulletin(database, "2026-04").overdue) == overdue


def test_an_order_counts_until_it_is_ended_and_a_hidden_title_stays_hidden(
    database: Engine,
) -> None:
    spring = late_spring(database)
    row = {
        "case_id": spring.ids["finance"],
        "congress": CONGRESS,
        "subject": "assignment:1",
        "clock": "",
        "rung": "",
        "assigned_to": "supervising_committee",
        "reason": "请抓紧",
        "opened_by": "committee",
        "state": "open",
        "answer": None,
        "answered_by": None,
        "answered_at": None,
    }
    with writing(database) as connection:
        for number, unit, opened, ended in (
            (1, "finance", local("2026-03-10"), None),
            (2, "finance", local("2026-03-31", 23), local("2026-04-02")),
            (3, "education", local("2026-04-01", 0), None),
            # To a desk: no unit's arrears, though it is about a unit's share.
            (4, None, local("2026-03-10"), None),
        ):
            times = {"opened_at": opened, "ended_at": ended}
            values = {**row, "number": number, "unit": unit, **times}
            connection.execute(insert(orders).values(values))
        connection.execute(update(suggestions).values(secrecy="closed"))
    march = {one.unit: one.orders for one in _bulletin(database, "2026-03").units}
    shared = {"case": spring.ids["finance"], "number": "5届2次第4号"}
    assert march["finance"] == (
        OpenOrder(**shared, order=1, opened_on=date(2026, 3, 10)),
        OpenOrder(**shared, order=2, opened_on=date(2026, 3, 31)),
    )
    assert "education" not in march
    april = _bulletin(database, "2026-04")
    assert {one.unit: len(one.orders) for one in april.units if one.orders} == {
        "finance": 1,
        "education": 1,
    }
    assert "education" in {one.unit for one in april.arrears}
    assert {one.title for one in april.overdue} == {HIDDEN_TITLE}
