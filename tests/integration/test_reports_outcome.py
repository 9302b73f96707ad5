"""The outcome lights of a month, counted from rows of either database; orders in lists of work."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from db.database import reading
from engine.congress import Directory
from engine.errors import InvalidValue
from engine.outcome import Accord
from engine.profile import Profile
from reports.case_view import case_lines
from reports.outcome import EVERYTHING, OutcomeFilter, OutcomePage, OutcomeSort, outcomes
from reports.waiting import waiting_for
from tests.support.in_hand import TOPIC, met
from tests.support.played import sql_world
from tests.support.world import CONGRESS, World, national_calendar, shipped_profile

PARTIES = {"unit": "clerk-{}", "government": "office", "committee": "committee"}


def _rules(_name: str, _version: int) -> Profile:
    return shipped_profile()


def _case(world: World, code: str, *, key: bool = True, **lights: str) -> str:
    """A suggestion with one unit, judged in February by the parties that are named."""
    world.at("2026-01-26").registered()
    if key:
        world.do("designate_key", "chairpersons", form=TOPIC)
    world.do("hand_over", "committee", assignments=[{"unit": code, "kind": "lead"}])
    for party, light in lights.items():
        actor = PARTIES[party].format(code)
        world.at("2026-02-10").do("judge_outcome", actor, light=light, month="2026-02")
    return world.case


@pytest.fixture
def world(database: Engine) -> World:
    """Agreed, disputed, pending, not yet judged, and an ordinary one that nobody asks about."""
    world = sql_world(database)
    _case(world, "transport", unit="blue", government="blue", committee="blue")
    _case(world, "transport", unit="green", committee="red")
    _case(world, "education", unit="yellow")
    _case(world, "housing", key=False, government="red")
    _case(world, "finance", key=False)
    return world


def _page(
    world: World,
    database: Engine,
    *,
    month: str = "2026-02",
    filters: OutcomeFilter = EVERYTHING,
    sort: OutcomeSort = OutcomeSort.NUMBER,
    after: str | None = None,
    limit: int = 50,
) -> OutcomePage:
    with world.store.read(CONGRESS) as transaction:
        directory = transaction.directory()
    with reading(database) as connection:
        return outcomes(
            connection,
            CONGRESS,
            month,
            rules=_rules,
            directory=directory,
            today=date(2026, 2, 26),
            filters=filters,
            sort=sort,
            after=after,
            limit=limit,
        )


def _numbers(page: OutcomePage) -> list[int]:
    return [int(str(one.number).removeprefix("5届2次第").removesuffix("号")) for one in page.lines]


def test_each_case_has_its_light_or_who_is_missing_or_who_said_what(
    world: World, database: Engine
) -> None:
    page = _page(world, database)
    assert [(one.accord, one.light) for one in page.lines] == [
        (Accord.AGREED, "blue"),
        (Accord.DISPUTED, None),
        (Accord.PENDING, None),
        (Accord.PENDING, None),
    ]
    agreed, disputed, pending, _ = page.lines
    assert (agreed.units, agreed.missing, agreed.topic) == (("交通局",), (), 1)
    assert disputed.said == {"unit": "green", "committee": "red"}
    assert (pending.said, pending.missing) == ({"unit": "yellow"}, ("government", "committee"))
    assert (page.month, page.total, page.after) == ("2026-02", 4, None)


def test_units_are_summed_up(world: World, database: Engine) -> None:
    page = _page(world, database, limit=1)
    sums = {one.unit: (dict(one.lights), one.pending, one.disputed) for one in page.units}
    assert sums == {
        "transport": ({"blue": 1}, 0, 1),
        "education": ({}, 1, 0),
        "housing": ({}, 1, 0),
    }


def test_a_month_that_was_due_and_that_nobody_judged_is_pending(
    world: World, database: Engine
) -> None:
    page = _page(world, database, month="2026-01")
    assert page.total == 0  # handed over the day after: the first day of judgement is in February
    with pytest.raises(InvalidValue, match="begun"):
        _page(world, database, month="2026-03")
    world.case = ""
    _case(world, "finance")
    line = _page(world, database, filters=OutcomeFilter(unit="finance")).lines[0]
    assert (line.accord, line.said) == (Accord.PENDING, {})
    assert line.missing == ("unit", "government", "committee")


def test_it_is_narrowed_sorted_and_paged(world: World, database: Engine) -> None:
    assert _numbers(_page(world, database, filters=OutcomeFilter(unit="transport"))) == [1, 2]
    assert _numbers(_page(world, database, filters=OutcomeFilter(light="blue"))) == [1]
    narrowed = OutcomeFilter(accord=Accord.PENDING)
    assert _numbers(_page(world, database, filters=narrowed)) == [3, 4]
    assert _numbers(_page(world, database, sort=OutcomeSort.ACCORD)) == [2, 3, 4, 1]
    units = [one.units[0] for one in _page(world, database, sort=OutcomeSort.UNIT).lines]
    assert units == sorted(units)
    first = _page(world, database, limit=3)
    assert (_numbers(first), first.total) == ([1, 2, 3], 4)
    second = _page(world, database, limit=3, after=first.after)
    assert (_numbers(second), second.after) == ([4], None)
    with pytest.raises(InvalidValue, match="cursor"):
        _page(world, database, after="case-99")
    with pytest.raises(InvalidValue, match="limit"):
        _page(world, database, limit=0)


def test_an_order_waits_for_its_unit_and_is_in_the_view_after_the_case_has_ended(
    database: Engine,
) -> None:
    world = met(sql_world(database).handed_over())
    world.at("2026-01-26").do("issue_order", "supervision", subject=1, note="请报告进展")
    world.do("draft_reply", "clerk-transport", subject=1, result="A", text="已办")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", "head-transport", subject=1, document_number="1")
    world.do("deliver_reply", "clerk-transport", subject=1)
    world.do("rate", "wang-fang", process="satisfied", result="satisfied")
    world.do("close", "committee")
    assert _subjects(world, database, "clerk-transport") == ["order:1"]
    assert _subjects(world, database, "supervision") == []
    world.do("answer_order", "head-transport", subject=1, answer="已答复")
    assert _subjects(world, database, "clerk-transport") == []
    assert _subjects(world, database, "supervision") == ["order:1"]
    view = case_lines(
        world.look(),
        (),
        profile=shipped_profile(),
        directory=_directory(world),
        calendar=national_calendar(),
        today=date(2026, 2, 2),
    )
    ((unit, order),) = view.orders
    assert (unit, order.state, order.answer) == ("交通局", "answered", "已答复")
    ((owner),) = view.owners
    assert (owner.subject, owner.state.zh) == ("order:1", "督办回复待审核")


def _directory(world: World) -> Directory:
    with world.store.read(CONGRESS) as transaction:
        return transaction.directory()


def _subjects(world: World, database: Engine, person: str) -> list[str]:
    with reading(database) as connection:
        found = waiting_for(
            connection,
            CONGRESS,
            person,
            rules=_rules,
            directory=_directory(world),
            calendar=national_calendar(),
            today=date(2026, 2, 2),
        )
    return [one.subject for one in found if one.case == world.case]
