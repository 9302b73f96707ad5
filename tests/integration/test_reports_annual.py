"""The annual report against a year whose figures were counted by hand, on both databases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import Engine, update

from db.database import open_database, reading, writing
from db.tables import indicators, suggestions
from engine.errors import InvalidValue
from reports.annual import REAL, AnnualReport, Illustrative, Part, annual_report
from reports.figures import Figure
from reports.funnel import funnel
from reports.paper import paper_of
from reports.rates import rates
from reports.writers.docx import docx
from reports.writers.markdown import markdown
from tests.support.databases import KINDS, database_of
from tests.support.played import Played, sql_world
from tests.support.reported import small_year
from tests.support.world import CONGRESS, SESSION, World, shipped_profile

MIDSUMMER = date(2026, 6, 30)


@pytest.fixture(scope="module", params=KINDS)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for all tests that only read."""
    folder: Path = tmp_path_factory.mktemp("reports")
    with database_of(request.param, folder) as url:
        database = open_database(url)
        yield database
        database.dispose()


@pytest.fixture(scope="module")
def year(opened: Engine) -> Played:
    return small_year(opened)


def _report(database: Engine, world: World, illustrative: Illustrative = REAL) -> AnnualReport:
    with world.store.read(CONGRESS) as transaction:
        directory = transaction.directory()
    with reading(database) as connection:
        return annual_report(
            connection,
            CONGRESS,
            SESSION.code,
            profile=shipped_profile(),
            directory=directory,
            as_of=MIDSUMMER,
            illustrative=illustrative,
        )


@pytest.fixture(scope="module")
def report(opened: Engine, year: Played) -> AnnualReport:
    return _report(opened, year.world)


def _named(figure: Figure, year: Played) -> tuple[int, set[str]]:
    """The value, and the names of the cases behind it."""
    names = {case: name for name, case in year.ids.items()}
    return figure.value, {names[case] for case in figure.cases}


def test_headline_figures_are_those_counted_by_hand(report: AnnualReport, year: Played) -> None:
    head = report.headline
    registered = {"crossing", "canteen", "bus", "lamps", "pool"}
    answered = {"crossing", "canteen", "bus"}
    expected = {
        "total": (5, registered),
        "session": (4, registered - {"pool"}),
        "recess": (1, {"pool"}),
        "refused": (1, {"nephew"}),
        "withdrawn": (1, {"fence"}),
        "key": (1, {"crossing"}),
        "topics": (1, {"crossing"}),
        "merged": (0, set()),
        "cosigned": (1, {"crossing"}),
        "handed_over": (4, registered - {"pool"}),
        "answered": (3, answered),
        "key_answered": (1, {"crossing"}),
        "closed": (3, answered),
        "rehandled": (1, {"bus"}),
        "returns": (1, {"lamps"}),
        "returns_approved": (1, {"lamps"}),
        "extensions": (1, {"bus"}),
        "contacts": (4, answered),
        "reminders": (1, {"canteen"}),
        "orders": (1, {"canteen"}),
    }
    assert {name: _named(getattr(head, name), year) for name in expected} == expected


def test_promises_are_kept_open_and_late(report: AnnualReport) -> None:
    made = report.headline.promises
    figures = (made.total, made.kept, made.open, made.late, made.explained)
    assert [one.value for one in figures] == [2, 1, 1, 1, 0]


def test_results_and_grades_are_shares_of_the_answered(report: AnnualReport, year: Played) -> None:
    head = report.headline
    results = {one.code: (_named(one.figure, year), str(one.percent)) for one in head.results}
    assert results == {
        "done": ((2, {"crossing", "bus"}), "66.7"),
        "committed": ((1, {"canteen"}), "33.3"),
        "reference": ((0, set()), "0.0"),
    }
    grades = {one.code: _named(one.figure, year)[1] for one in head.satisfaction}
    assert grades == {
        "satisfied": {"crossing"},
        "basic": {"canteen"},
        "dissatisfied": {"bus"},
        "": set(),
    }
    assert [one.figure.value for one in head.key_satisfaction] == [1, 0, 0, 0]


def test_rates_come_with_formula_and_cases(opened: Engine, year: Played) -> None:
    with reading(opened) as connection:
        found = rates(connection, CONGRESS, SESSION.code, shipped_profile())
    counted = {one.name: (len(one.numerator), len(one.denominator)) for one in found}
    assert counted == {
        "answered": (3, 4),
        "on_time": (3, 3),
        "contact": (3, 3),
        "solved": (2, 3),
        "solved_or_planned": (3, 3),
        "satisfaction": (2, 3),
        "fully_satisfied": (1, 3),
        "commitments_kept": (0, 1),
    }
    answered = found[0]
    assert set(answered.denominator) - set(answered.numerator) == {year.ids["lamps"]}
    assert (answered.numerator_rule, str(answered.percent)) == ("answered", "75.0")


def test_the_funnel_never_grows_along_the_way(opened: Engine, year: Played) -> None:
    with reading(opened) as connection:
        steps = funnel(connection, CONGRESS, SESSION.code)
    counts = {one.name: one.count for one in steps}
    assert counts == {
        "raised": 7,
        "submitted": 7,
        "refused": 1,
        "withdrawn": 1,
        "registered": 5,
        "handed_over": 4,
        "received": 4,
        "answered": 3,
        "rated": 3,
        "closed": 3,
    }
    within = [set(one.cases) for one in steps if not one.aside]
    assert all(later <= earlier for earlier, later in pairwise(within))
    assert year.ids["lamps"] in steps[6].cases


def test_a_topic_tells_who_led_who_handled_and_what_came_of_it(report: AnnualReport) -> None:
    (topic,) = report.topics
    assert (topic.number, topic.title) == (1, "上学路上的安全")
    assert topic.lead_deputies == ("王芳",)
    assert (topic.lead_official_post, topic.lead_official) == ("副县长", "杜衡")
    assert (topic.lead_units, topic.joint_units) == (("交通局",), ("住建局",))
    assert [(one.label, str(one.quantity), one.unit) for one in topic.indicators] == [
        ("过街设施", "2", "处"),
        ("护学岗", "None", ""),
    ]
    assert [(grade, figure.value) for grade, figure in topic.grades] == [("satisfied", 1)]


def test_fields_and_units_add_up(report: AnnualReport) -> None:
    fields = {one.label: one.value for one in report.headline.fields}
    assert fields == {"交通运输": 2, "教育": 1, "城市管理": 1, "文化旅游体育": 1}
    units = {one.unit: (one.lead.value, one.joint.value) for one in report.headline.units}
    assert units == {"交通局": (2, 0), "教育局": (1, 0), "住建局": (1, 1)}


def test_the_annex_lists_every_registered_case_in_order(report: AnnualReport) -> None:
    lines = [(one.serial, one.number, one.result, one.key) for one in report.suggestions]
    assert lines == [
        (1, "5届2次第1号", "A", True),
        (2, "5届2次第2号", "B", False),
        (3, "5届2次第3号", "A", False),
        (4, "5届2次第4号", "", False),
        (5, "5届2次闭会第1号", "", False),
    ]


def test_word_and_markdown_hold_the_figures(report: AnnualReport) -> None:
    document = Document(io.BytesIO(docx(paper_of(report))))
    told = "\n".join(one.text for one in document.paragraphs)
    assert "建议共5件，其中会议期间4件，占80%，闭会期间1件，占20%" in told
    assert "领办领导：副县长杜衡。" in told
    rows = [tuple(cell.text for cell in row.cells) for one in document.tables for row in one.rows]
    assert ("过街设施", "2", "处", "建成过街设施") in rows
    assert any(row[0] == "办复率" and row[2:] == ("3/4", "75%", "1/1", "100%") for row in rows)
    assert ("再次办理", "1件", "3") in rows
    text = markdown(paper_of(report))
    assert "| 护学岗 | — | — | 护学岗全覆盖 \\| 每日两班 |" in text
    assert "| 办复率 |" in text
    assert "（示意）" not in told + text


def test_illustrative_parts_are_marked(opened: Engine, year: Played) -> None:
    marked = Illustrative(parts=frozenset({Part.UNITS}), note="承办单位为演示而设。")
    text = markdown(paper_of(_report(opened, year.world, marked)))
    assert "**承办单位（示意）：** 主办交通局；会办住建局。" in text
    assert "> 示意说明：承办单位为演示而设。" in text
    assert "督办领导（示意）" not in text


def test_an_empty_congress_is_told_so(database: Engine) -> None:
    report = _report(database, sql_world(database))
    assert report.is_empty
    assert {one.percent for one in report.headline.rates} == {None}
    text = markdown(paper_of(report))
    assert "尚无立案的代表建议" in text
    assert "%" not in text
    assert len(Document(io.BytesIO(docx(paper_of(report)))).tables) == 0


def test_an_unknown_session_is_refused(opened: Engine, year: Played) -> None:
    with year.world.store.read(CONGRESS) as transaction:
        directory = transaction.directory()
    with reading(opened) as connection, pytest.raises(InvalidValue, match="5-2"):
        annual_report(
            connection,
            CONGRESS,
            "9-9",
            profile=shipped_profile(),
            directory=directory,
            as_of=MIDSUMMER,
        )


def test_what_is_not_public_is_not_named(database: Engine) -> None:
    year = small_year(database)
    here = suggestions.c.id == year.ids["crossing"]
    words = {"title": "关于增设人行过街设施的建议", "author": "王芳", "results": "护学岗全覆盖"}
    told = {}
    with writing(database) as connection:
        named = indicators.c.case_id == year.ids["crossing"]
        text = "护学岗全覆盖,王芳代表到场"
        connection.execute(update(indicators).where(named).values(text=text))
    for secrecy in ("open", "author_hidden", "summary", "closed"):
        with writing(database) as connection:
            connection.execute(update(suggestions).where(here).values(secrecy=secrecy))
        text = markdown(paper_of(_report(database, year.world)))
        told[secrecy] = {name for name, one in words.items() if one in text}
        assert ("（不公开提出人）" in text) is (secrecy != "open")
    assert told == {
        "open": {"title", "author", "results"},
        "author_hidden": {"title", "results"},
        "summary": {"title"},
        "closed": set(),
    }
