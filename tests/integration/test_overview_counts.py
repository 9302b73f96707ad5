"""The overview counts in SQL what reports count from whole cases, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, true

from db.database import open_database, reading
from db.tables import suggestions
from engine.calendar import local_day
from engine.case import Case
from engine.clocks import ClockState
from engine.errors import InvalidValue
from reports.duties import Light, light
from reports.funnel import funnel
from reports.named import AGES, NamedSets, age_names
from reports.overview import overview_of
from reports.rates import rates
from reports.rows import of_session, read_rows
from tests.support.databases import KINDS, database_of
from tests.support.played import Played
from tests.support.reported import small_year
from tests.support.world import CONGRESS, SESSION, shipped_profile

DAYS = (date(2026, 2, 10), date(2026, 5, 1), date(2026, 6, 30), date(2026, 12, 31))


@pytest.fixture(scope="module", params=KINDS)
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Played]]:
    """One database for all tests, which only read."""
    folder: Path = tmp_path_factory.mktemp("overview")
    with database_of(request.param, folder) as url:
        database = open_database(url)
        yield database, small_year(database)
        database.dispose()


def _sets(year: tuple[Engine, Played], connection: Connection, today: date) -> NamedSets:
    with year[1].world.store.read(CONGRESS) as transaction:
        calendar = transaction.calendar()
    return NamedSets(
        connection=connection,
        congress=CONGRESS,
        session=SESSION.code,
        profile=shipped_profile(),
        rules=lambda _name, _version: shipped_profile(),
        calendar=calendar,
        today=today,
        seen=true(),
    )


def _ids(sets: NamedSets, name: str) -> set[str]:
    query = select(suggestions.c.id).where(sets.whole, sets.condition(name))
    return set(sets.connection.execute(query).scalars())


def test_steps_are_those_of_the_funnel(year: tuple[Engine, Played]) -> None:
    with reading(year[0]) as connection:
        sets = _sets(year, connection, DAYS[2])
        counted = {one.name: one.count for one in overview_of(sets).steps}
        for step in funnel(connection, CONGRESS, SESSION.code):
            assert _ids(sets, f"step.{step.name}") == set(step.cases), step.name
            assert counted[step.name] == step.count


def test_rates_are_those_of_the_report(year: tuple[Engine, Played]) -> None:
    with reading(year[0]) as connection:
        sets = _sets(year, connection, DAYS[2])
        counted = {one.name: one for one in overview_of(sets).rates}
        known = rates(connection, CONGRESS, SESSION.code, shipped_profile())
        assert len(known) == len(counted) > 0
        assert any(one.numerator and one.numerator != one.denominator for one in known)
        for rate in known:
            assert _ids(sets, f"rate.{rate.name}.part") == set(rate.numerator), rate.name
            assert _ids(sets, f"rate.{rate.name}.whole") == set(rate.denominator), rate.name
            assert counted[rate.name].percent == rate.percent


def _worst(case: Case, unit: str, today: date, sets: NamedSets) -> Light | None:
    """The light of a unit in a case, from the whole case; None without an open share."""
    profile = shipped_profile()
    if case.ended_at is not None or case.handed_over_at is None:
        return None
    shares = [one for one in case.assignments if one.unit == unit and one.ended_at is None]
    if not shares:
        return None
    subjects = {f"assignment:{one.number}" for one in shares}
    found = {
        light(one, profile, today=today, calendar=sets.calendar)
        for one in case.clocks
        # The window for returns closes by itself and what others decide binds no unit.
        if one.subject in subjects
        and one.state is ClockState.RUNNING
        and one.kind not in ("return_window", "opinion_check", "arbitration", "drafting")
    }
    return next((one for one in Light if one in found), Light.GREEN)


@pytest.mark.parametrize("today", DAYS)
def test_lights_are_those_of_the_clocks(year: tuple[Engine, Played], today: date) -> None:
    with reading(year[0]) as connection:
        sets = _sets(year, connection, today)
        cases = [row.case for row in read_rows(connection, of_session(CONGRESS, SESSION.code))]
        units = {one.unit for case in cases for one in case.assignments}
        expected = {
            (unit, shown): {one.id for one in cases if _worst(one, unit, today, sets) is shown}
            for unit in units
            for shown in Light
        }
        assert any(expected.values())
        counted = {one.unit: one for one in overview_of(sets).lights}
        for (unit, shown), ids in expected.items():
            assert _ids(sets, f"light.{shown}.{unit}") == ids
            shining = getattr(counted[unit], shown) if unit in counted else 0
            assert shining == len(ids)
        for shown in Light:
            every = {one for (_, lit), ids in expected.items() if lit is shown for one in ids}
            assert _ids(sets, f"light.{shown}") == every
            assert getattr(counted[""], shown) == len(every)


def test_the_same_share_turns_from_green_over_yellow_to_red(
    year: tuple[Engine, Played],
) -> None:
    with reading(year[0]) as connection:
        ids = year[1].ids
        (row,) = read_rows(connection, suggestions.c.id == ids["lamps"])
        due = min(
            one.due_on
            for one in row.case.clocks
            if one.state is ClockState.RUNNING and one.kind in ("reply", "first_contact")
        )
        seen = []
        for offset in (-200, 0, 1):
            sets = _sets(year, connection, due + timedelta(days=offset))
            names = [one for one in Light if ids["lamps"] in _ids(sets, f"light.{one}")]
            seen.extend(names)
        assert seen == [Light.GREEN, Light.YELLOW, Light.RED]


@pytest.mark.parametrize("today", DAYS)
def test_every_open_case_is_of_one_age(year: tuple[Engine, Played], today: date) -> None:
    with reading(year[0]) as connection:
        sets = _sets(year, connection, today)
        found = overview_of(sets)
        assert sum(found.ages.values()) == found.open_cases == len(_ids(sets, "open")) > 0
        for name in age_names():
            assert found.ages[name] == len(_ids(sets, f"age.{name}"))


def test_a_case_grows_older_on_the_day_after_the_last_of_its_group(
    year: tuple[Engine, Played],
) -> None:
    with reading(year[0]) as connection:
        lamps = year[1].ids["lamps"]
        (row,) = read_rows(connection, suggestions.c.id == lamps)
        assert row.case.handed_over_at is not None
        handed = local_day(row.case.handed_over_at)
        for place, last in enumerate(AGES):
            for offset, group in ((0, place), (1, place + 1)):
                sets = _sets(year, connection, handed + timedelta(days=last + offset))
                assert lamps in _ids(sets, f"age.{age_names()[group]}")


def _days_by_unit(connection: Connection) -> dict[str, float]:
    """From hand-over to delivery, from whole cases."""
    taken: dict[str, list[float]] = {}
    for row in read_rows(connection, of_session(CONGRESS, SESSION.code)):
        for share in row.case.assignments:
            delivered = [
                one.delivered_at
                for one in row.case.replies
                if one.assignment == share.number and one.delivered_at is not None
            ]
            if share.kind != "joint" and delivered:
                lasted = min(delivered) - share.handed_over_at
                taken.setdefault(share.unit, []).append(lasted.total_seconds() / 86_400)
    return {unit: sum(days) / len(days) for unit, days in taken.items()}


def test_paces_count_what_a_unit_delivered(year: tuple[Engine, Played]) -> None:
    with reading(year[0]) as connection:
        sets = _sets(year, connection, DAYS[2])
        ids, found = year[1].ids, overview_of(sets).paces
        for one in found:
            assert one.answered == len(_ids(sets, f"pace.{one.unit}")) > 0
            assert one.late == len(_ids(sets, f"late.{one.unit}"))
        assert {one.unit: float(one.days) for one in found} == pytest.approx(
            _days_by_unit(connection), abs=0.051
        )
        assert _ids(sets, "pace.transport") == {ids["crossing"], ids["bus"]}
        assert _ids(sets, "pace.education") == {ids["canteen"]}


def test_what_may_not_be_seen_is_not_counted(year: tuple[Engine, Played]) -> None:
    with reading(year[0]) as connection:
        ids = year[1].ids
        sets = _sets(year, connection, DAYS[2])
        shut = NamedSets(
            connection=connection,
            congress=CONGRESS,
            session=SESSION.code,
            profile=shipped_profile(),
            rules=sets.rules,
            calendar=sets.calendar,
            today=sets.today,
            seen=suggestions.c.id == ids["lamps"],
        )
        found = overview_of(shut)
        assert {one.count for one in found.steps} == {0, 1}
        assert found.open_cases == 1
        assert found.lights[0].total == 1
        assert found.paces == ()


@pytest.mark.parametrize(
    "name",
    ["", "step", "step.none", "age.1-2", "light.blue", "rate.none.part", "rate.solved", "pace."],
)
def test_a_name_that_is_none_is_refused(year: tuple[Engine, Played], name: str) -> None:
    with reading(year[0]) as connection, pytest.raises(InvalidValue):
        _sets(year, connection, DAYS[0]).condition(name)


def test_nothing_is_counted_of_an_empty_session(year: tuple[Engine, Played]) -> None:
    with reading(year[0]) as connection:
        sets = _sets(year, connection, DAYS[2])
        empty = NamedSets(
            connection=connection,
            congress=CONGRESS,
            session="1-1",
            profile=shipped_profile(),
            rules=sets.rules,
            calendar=sets.calendar,
            today=sets.today,
            seen=true(),
        )
        found = overview_of(empty)
        assert (found.open_cases, found.paces, found.best, found.slowest) == (0, (), (), ())
        assert all(one.percent is None for one in found.rates)
        assert connection.execute(select(func.count()).where(empty.whole)).scalar_one() == 0
