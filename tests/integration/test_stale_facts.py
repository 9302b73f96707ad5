"""Facts that an earlier version stored too soon: an upgrade counts them anew, not the next act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select, update

from db.database import reading, writing
from db.schema import upgrade
from db.stale_facts import renew_facts
from db.tables import suggestions
from engine.facts import UNFINISHED_FACTS, case_facts
from reports.health import unsound
from reports.rates import rates_of
from reports.rows import read_rows
from tests.support.played import sql_world
from tests.support.world import (
    CONGRESS,
    World,
    national_calendar,
    shipped_profile,
    small_directory,
)

TOO_SOON = {"satisfaction": "dissatisfied", "ever_dissatisfied": True}
"""What one of two had said counted at once in earlier versions."""


def _half_rated(database: Engine) -> World:
    world = sql_world(database).handed_over(cosigners=("li-ming",)).replied()
    world.do("rate", "wang-fang", process="basic", result="dissatisfied", comment="仍无变化")
    with writing(database) as connection:
        here = suggestions.c.id == world.case
        facts = connection.execute(select(suggestions.c.facts).where(here)).scalar_one()
        connection.execute(update(suggestions).where(here).values(facts=facts | TOO_SOON))
    return world


def _faults(database: Engine, now: datetime) -> list[str]:
    with reading(database) as connection:
        rows = read_rows(connection, suggestions.c.congress == CONGRESS)
    return [
        fault.reason
        for row in rows
        for fault in unsound(
            row,
            profile=shipped_profile(),
            directory=small_directory(),
            calendar=national_calendar(),
            now=now,
        )
    ]


def _satisfaction(database: Engine) -> tuple[int, int]:
    with reading(database) as connection:
        rows = read_rows(connection, suggestions.c.congress == CONGRESS)
    rates = rates_of([(row.case.id, row.facts) for row in rows], shipped_profile())
    (rate,) = [one for one in rates if one.name == "satisfaction"]
    return len(rate.numerator), len(rate.denominator)


def test_what_was_counted_too_soon_is_counted_anew_by_an_upgrade(database: Engine) -> None:
    world = _half_rated(database)
    before = world.look()
    assert _satisfaction(database) == (0, 1)
    assert "satisfaction" in "".join(_faults(database, world.now))
    upgrade(database)
    assert _satisfaction(database) == (0, 0)
    assert _faults(database, world.now) == []
    assert world.look() == before, "no version of a case, no entry: nothing was done with it"
    with writing(database) as connection:
        assert renew_facts(connection) == 0
    world.do("rate", "li-ming", process="satisfied", result="satisfied")
    assert _satisfaction(database) == (0, 1)
    assert _faults(database, world.now) == []


def test_a_round_that_is_over_stays_counted_while_the_next_one_is_rated(database: Engine) -> None:
    world = _half_rated(database)
    world.do("rate", "li-ming", process="satisfied", result="satisfied")
    world.do("order_rehandling", "committee-head", reason="请说明时间")
    world.at("2026-02-02").replied(number=2)
    world.do("rate", "li-ming", process="satisfied", result="satisfied")
    assert _satisfaction(database) == (0, 1), "what the first round said"
    with writing(database) as connection:
        assert renew_facts(connection) == 0
    world.do("rate", "wang-fang", process="satisfied", result="basic")
    assert _satisfaction(database) == (1, 1)


def test_no_figure_may_look_at_a_round_that_is_not_over() -> None:
    profile = shipped_profile()
    asked = " ".join(f"{one.numerator.text} {one.denominator.text}" for one in profile.formulas)
    assert "satisfaction" in asked
    assert not {one for one in UNFINISHED_FACTS if one in asked}


def test_those_facts_are_facts(database: Engine) -> None:
    case = _half_rated(database).look()
    assert set(case_facts(case, shipped_profile())) > UNFINISHED_FACTS
