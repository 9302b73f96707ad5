"""Lists, due days, what waits for whom and the view of a case, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from db.database import open_database, reading
from db.directory import read_directory
from db.select import read_congress
from engine.errors import InvalidValue
from engine.profile import Profile, Stage
from reports.case_view import CaseView, case_lines, read_history
from reports.cases import CaseFilter, CasePage, CaseSort, list_cases, stage_states
from reports.due import DueLine, due_lines
from reports.duties import Light
from reports.visible import SeenBy, seen_by
from reports.waiting import WaitingLine, waiting_for
from tests.support.databases import KINDS, database_of
from tests.support.played import Played
from tests.support.reported import small_year
from tests.support.world import CONGRESS, national_calendar, shipped_profile


@pytest.fixture(scope="module", params=KINDS)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for all tests: they only read."""
    with database_of(request.param, tmp_path_factory.mktemp("lists")) as url:
        database = open_database(url)
        yield database
        database.dispose()


@pytest.fixture(scope="module")
def year(opened: Engine) -> Played:
    return small_year(opened)


def _rules(_name: str, _version: int) -> Profile:
    return shipped_profile()


def _page(
    opened: Engine,
    filters: CaseFilter | None = None,
    sort: CaseSort = CaseSort.NUMBER,
    *,
    after: str | None = None,
    limit: int = 50,
    bounded: bool = False,
) -> CasePage:
    with reading(opened) as connection:
        return list_cases(
            connection,
            CONGRESS,
            filters=filters or CaseFilter(),
            sort=sort,
            after=after,
            limit=limit,
            bounded=bounded,
        )


def _names(page: CasePage, year: Played) -> list[str]:
    names = {case: name for name, case in year.ids.items()}
    return [names[one.id] for one in page.lines]


@pytest.mark.parametrize("sort", CaseSort)
def test_pages_follow_one_another_without_gap_or_repeat(
    opened: Engine, year: Played, sort: CaseSort
) -> None:
    whole = _names(_page(opened, sort=sort), year)
    found, after = [], None
    for _ in range(4):
        page = _page(opened, sort=sort, after=after, limit=2)
        assert page.total == 7
        found += _names(page, year)
        after = page.after
    assert after is None
    assert found == whole
    assert sorted(found) == sorted(year.ids)


def test_orders_of_the_list(opened: Engine, year: Played) -> None:
    by_number = _names(_page(opened), year)
    assert by_number[:5] == ["crossing", "canteen", "bus", "lamps", "pool"]
    by_due = _page(opened, sort=CaseSort.DUE)
    assert _names(by_due, year)[:3] == ["pool", "lamps", "canteen"]
    assert by_due.lines[0].due_on == date(2026, 1, 30)
    assert by_due.lines[-1].due_on is None
    assert _names(_page(opened, sort=CaseSort.UPDATED), year)[0] == "fence"
    states = [one.state for one in _page(opened, sort=CaseSort.STATE).lines]
    assert states == sorted(states)


def test_of_many_cases_the_last_changed_are_found_stretch_by_stretch(
    opened: Engine, year: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = CaseFilter(states=("closed",))
    few = [
        _names(_page(opened, sort=CaseSort.UPDATED, filters=one), year) for one in (None, closed)
    ]
    monkeypatch.setattr("reports.cases.COUNTED", 0)
    monkeypatch.setattr("reports.case_order.STRETCH", 1)
    many = [
        _names(_page(opened, sort=CaseSort.UPDATED, filters=one), year) for one in (None, closed)
    ]
    assert many == few
    assert len(few[1]) < len(few[0]) == len(year.ids)


WANTED = (
    None,
    CaseFilter(late_on=date(2026, 2, 10)),
    CaseFilter(unit="transport"),
    CaseFilter(deputy="wang-fang"),
    CaseFilter(key=False, kind="session"),
)


def _walked(
    opened: Engine, year: Played, seen: SeenBy, sort: CaseSort, filters: CaseFilter | None
) -> list[tuple[str, date | None]]:
    """All pages of two, with what they say is due."""
    names = {case: name for name, case in year.ids.items()}
    found, after, more = [], None, True
    with reading(opened) as connection:
        while more:
            page = list_cases(
                connection,
                CONGRESS,
                filters=filters or CaseFilter(),
                sort=sort,
                after=after,
                limit=2,
                seen=seen,
            )
            found += [(names[one.id], one.due_on) for one in page.lines]
            after, more = page.after, page.after is not None
    assert page.total == len(found)
    return found


@pytest.mark.parametrize("sort", CaseSort)
def test_few_cases_that_are_found_at_once_are_those_that_a_walk_through_many_finds(
    opened: Engine, year: Played, sort: CaseSort, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(opened) as connection:
        directory = read_directory(connection, read_congress(connection, CONGRESS).congress)
    lengths = set()
    for person in sorted(directory.people):
        seen = seen_by(person, directory, [shipped_profile()], date(2026, 2, 10))
        at_once = [_walked(opened, year, seen, sort, one) for one in WANTED]
        with monkeypatch.context() as patched:
            patched.setattr("reports.cases.COUNTED", 0)
            assert [_walked(opened, year, seen, sort, one) for one in WANTED] == at_once, person
        lengths |= {len(one) for one in at_once}
    assert {0, 1, 7} <= lengths


def test_of_very_many_cases_some_are_counted(
    opened: Engine, year: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.cases.COUNTED", 2)
    exact = _page(opened, bounded=True)
    assert (exact.total, exact.more) == (len(year.ids), False)
    monkeypatch.setattr("reports.cases.MANY", 3)
    bounded = _page(opened, bounded=True, limit=1)
    assert (bounded.total, bounded.more) == (2, True)
    recess = _page(opened, bounded=True, filters=CaseFilter(kind="recess"))
    assert (recess.total, recess.more) == (1, False)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (CaseFilter(key=True), {"crossing"}),
        (CaseFilter(key=False, kind="session", states=("closed",)), {"canteen", "bus"}),
        (CaseFilter(kind="recess"), {"pool"}),
        (CaseFilter(field="city-management"), {"lamps", "fence"}),
        (CaseFilter(unit="housing"), {"crossing", "lamps"}),
        (CaseFilter(deputy="li-ming"), {"crossing"}),
        (CaseFilter(late_on=date(2026, 1, 30)), set()),
        (CaseFilter(late_on=date(2026, 1, 31)), {"pool"}),
        (CaseFilter(states=("refused", "withdrawn")), {"nephew", "fence"}),
        (CaseFilter(session="5-1"), set()),
    ],
)
def test_the_list_is_narrowed(
    opened: Engine, year: Played, filters: CaseFilter, expected: set[str]
) -> None:
    page = _page(opened, filters)
    assert set(_names(page, year)) == expected
    assert page.total == len(expected)


def test_a_line_has_names(opened: Engine, year: Played) -> None:
    lines = {one.id: one for one in _page(opened).lines}
    lamps = lines[year.ids["lamps"]]
    assert (lamps.lead_deputy, lamps.units) == ("王芳", ("教育局", "住建局"))


def test_a_stage_has_its_states() -> None:
    states = stage_states(shipped_profile(), Stage.SUPERVISE)
    assert states == ("rating", "studying", "concluding", "closed")


@pytest.mark.usefixtures("year")
def test_a_cursor_of_another_order_or_made_up_is_refused(opened: Engine) -> None:
    after = _page(opened, limit=1).after
    assert after is not None
    for sort, cursor in ((CaseSort.DUE, after), (CaseSort.NUMBER, "王芳"), (CaseSort.DUE, "W10")):
        with pytest.raises(InvalidValue, match=r"cursor|翻页"):
            _page(opened, sort=sort, after=cursor)
    with pytest.raises(InvalidValue, match="limit"):
        _page(opened, limit=0)


def _due(opened: Engine, year: Played, *, until: str, today: str) -> list[DueLine]:
    with year.world.store.read(CONGRESS) as transaction:
        directory = transaction.directory()
    with reading(opened) as connection:
        found = due_lines(
            connection,
            CONGRESS,
            rules=_rules,
            directory=directory,
            calendar=national_calendar(),
            until=date.fromisoformat(until),
            today=date.fromisoformat(today),
        )
    return list(found)


def test_what_falls_due_has_owners_and_lights(opened: Engine, year: Played) -> None:
    found = _due(opened, year, until="2026-04-30", today="2026-04-22")
    told = {(one.case, one.clock): one for one in found}
    pool = told[year.ids["pool"], "handover_recess"]
    assert (pool.days_left, pool.light, pool.owners) == (-82, Light.RED, ("何军", "马超群"))
    lamps = told[year.ids["lamps"], "reply"]
    assert (lamps.days_left, lamps.light, lamps.unit) == (4, Light.YELLOW, "住建局")
    assert lamps.owners == ("郑洁",)
    assert [one.due_on for one in found] == sorted(one.due_on for one in found)
    assert year.ids["canteen"] not in {one.case for one in found}
    later = _due(opened, year, until="2026-06-30", today="2026-04-22")
    promise = next(one for one in later if one.case == year.ids["canteen"])
    assert (promise.clock, promise.light, promise.subject) == (
        "promise",
        Light.GREEN,
        "commitment:1",
    )


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("clerk-housing", {("lamps", "assignment:2")}),
        ("clerk-education", {("canteen", "commitment:1"), ("canteen", "order:1")}),
        ("committee", {("pool", "case")}),
        ("wang-fang", set()),
        ("nobody", set()),
    ],
)
def test_what_waits_for_a_person(
    opened: Engine, year: Played, person: str, expected: set[tuple[str, str]]
) -> None:
    found = _waiting(opened, year, person)
    names = {case: name for name, case in year.ids.items()}
    assert {(names[one.case], one.subject) for one in found} == expected


def _waiting(opened: Engine, year: Played, person: str) -> tuple[WaitingLine, ...]:
    with year.world.store.read(CONGRESS) as transaction:
        directory = transaction.directory()
    with reading(opened) as connection:
        return waiting_for(
            connection,
            CONGRESS,
            person,
            rules=_rules,
            directory=directory,
            calendar=national_calendar(),
            today=date(2026, 6, 30),
        )


def test_what_waits_longest_comes_first_with_its_clock(opened: Engine, year: Played) -> None:
    promise, order = _waiting(opened, year, "clerk-education")
    assert (order.subject, order.unit) == ("order:1", "教育局")
    assert (promise.due_on, promise.days_left) == (date(2026, 5, 31), -30)
    assert promise.clock is not None
    assert (promise.clock.zh, promise.light) == ("承诺兑现期限", Light.RED)


def _view(opened: Engine, year: Played, name: str) -> CaseView:
    with year.world.store.read(CONGRESS) as transaction:
        directory, case = transaction.directory(), transaction.case(year.ids[name])
    with reading(opened) as connection:
        entries = read_history(connection, CONGRESS, case.id)
    return case_lines(
        case,
        entries,
        profile=shipped_profile(),
        directory=directory,
        calendar=national_calendar(),
        today=date(2026, 4, 22),
    )


def test_the_view_of_a_case_in_hand(opened: Engine, year: Played) -> None:
    view = _view(opened, year, "lamps")
    assert view.state.zh == "办理中"
    assert view.signatories == (("王芳", "confirmed"),)
    assert [(one.unit, one.owners) for one in view.owners] == [("住建局", ("郑洁",))]
    assert [(one.unit, one.state.zh) for one in view.shares] == [
        ("教育局", "已退办"),
        ("住建局", "办理中"),
    ]
    running = {one.label.zh: one.days_left for one in view.clocks if one.light is not None}
    assert running["答复期限"] == 4
    approved = next(one for one in view.history if one.action.zh == "同意退办")
    assert (approved.actor, approved.subject) == ("高远", 1)
    assert [one.zh for one in approved.to] == ["已退办"]


def test_the_view_of_a_closed_case_has_no_owner_and_tells_of_the_clock(
    opened: Engine, year: Played
) -> None:
    view = _view(opened, year, "bus")
    assert view.owners == ()
    assert [reply.round for _, reply in view.replies] == [1, 2]
    assert [one.state for _, one in view.evaluations] == ["given", "silent"]
    assert "系统时钟" in {one.actor for one in view.history}
    assert [one.sequence for one in view.history] == sorted(one.sequence for one in view.history)
