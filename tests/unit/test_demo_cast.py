"""The cast of the Yongkang year: every figure and name of the published report is in it.

What the report says stands in `tests.support.published_report`, independently of the data.
"""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from app.demo.cast import load_cast
from app.demo.reading import DATA, DemoDataError
from app.demo.records import Bound, Cast, IndicatorPeriod, StaffRole, Topic
from tests.support.published_report import DEPUTIES, FIGURES, NAMES, OFFICIALS, SUBJECTS


@pytest.fixture(scope="module")
def cast() -> Cast:
    return load_cast()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def _topic(cast: Cast, number: int) -> Topic:
    return next(one for one in cast.topics if one.number == number)


def _change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_headline_figures(cast: Cast) -> None:
    assert (cast.headline.total, cast.headline.key, cast.headline.topics) == (397, 20, 10)
    assert cast.headline.key_satisfaction_percent == Decimal(100)
    assert cast.headline.ordinary == 377
    assert sum(one.ordinary for one in cast.fields) == 377
    assert (cast.congress.term, cast.congress.session, cast.congress.year) == (18, 3, 2024)


def test_topics_carry_the_subjects_in_order(cast: Cast) -> None:
    assert [one.number for one in cast.topics] == list(range(1, 11))
    for number, subject in SUBJECTS.items():
        assert subject in _topic(cast, number).title


def test_every_named_deputy_leads_one_key_suggestion(cast: Cast) -> None:
    names = {one.code: one.name for one in cast.deputies}
    led = {
        topic.number: tuple(names[one.lead_deputy] for one in topic.suggestions)
        for topic in cast.topics
    }
    assert led == DEPUTIES
    assert sum(len(row) for row in led.values()) == 20


def test_officials_stand_as_published_and_three_lead_two(cast: Cast) -> None:
    posts = {one.name: one.post for one in cast.officials}
    assert posts == {name: post for name, (post, _) in OFFICIALS.items()}
    codes = {one.name: one.code for one in cast.officials}
    led = {
        name: tuple(one.number for one in cast.topics if one.lead_official == codes[name])
        for name in OFFICIALS
    }
    assert led == {name: topics for name, (_, topics) in OFFICIALS.items()}
    assert sorted(name for name, topics in led.items() if len(topics) == 2) == [
        "何丽平",
        "吕建",
        "陈伟强",
    ]


@pytest.mark.parametrize(("topic", "quantity", "unit", "beside"), FIGURES)
def test_figure_of_the_report(
    cast: Cast, topic: int, quantity: str, unit: str, beside: str
) -> None:
    found = [
        one
        for one in _topic(cast, topic).indicators
        if one.quantity == Decimal(quantity)
        and one.unit == unit
        and beside in f"{one.label} {one.text}"
    ]
    assert len(found) == 1


def test_there_is_no_figure_that_the_report_does_not_print(cast: Cast) -> None:
    printed = sorted((number, Decimal(figure), unit) for number, figure, unit, _ in FIGURES)
    told = sorted(
        (topic.number, one.quantity, one.unit)
        for topic in cast.topics
        for one in topic.indicators
        if one.quantity is not None
    )
    assert told == printed


@pytest.mark.parametrize(
    ("topic", "name"), [(topic, name) for topic, names in NAMES.items() for name in names]
)
def test_name_of_the_report(cast: Cast, topic: int, name: str) -> None:
    assert any(name in f"{one.label} {one.text}" for one in _topic(cast, topic).indicators)


def test_more_than_is_not_told_as_exactly(cast: Cast) -> None:
    over = {
        (topic.number, str(one.quantity))
        for topic in cast.topics
        for one in topic.indicators
        if one.bound is Bound.OVER
    }
    assert over == {(4, "600"), (5, "7700"), (7, "1")}


def test_cumulative_figures_are_not_those_of_the_year(cast: Cast) -> None:
    period = {
        str(one.quantity): one.period
        for one in _topic(cast, 5).indicators
        if one.quantity is not None
    }
    for figure in ("9", "20", "28"):
        assert period[figure] is IndicatorPeriod.CUMULATIVE
    for figure in ("2", "8", "5"):
        assert period[figure] is IndicatorPeriod.YEAR


def test_the_rank_that_breaks_off_is_told_without_a_guess(cast: Cast) -> None:
    (rank,) = (one for one in _topic(cast, 1).indicators if "两大赛道" in one.label)
    assert rank.quantity is None
    assert "中断" in rank.note


def test_every_key_suggestion_has_an_indicator_of_its_topic(cast: Cast) -> None:
    for topic in cast.topics:
        own = [one.code for one in topic.suggestions]
        assert sorted({one.suggestion for one in topic.indicators}) == sorted(own)


def test_what_the_report_does_not_say_is_marked(cast: Cast) -> None:
    assert all(one.illustrative for one in cast.units)
    assert all(one.illustrative for one in cast.supervisors)
    assert all(one.illustrative for one in cast.key_suggestions)
    assert cast.calendar.illustrative
    assert all("lead_unit" in one.illustrative for one in cast.topics)
    assert all(one.invented for one in cast.deputies[20:])
    assert not any(one.invented for one in cast.deputies[:20])


def test_nobody_invented_bears_a_published_name(cast: Cast) -> None:
    published = {name for names in DEPUTIES.values() for name in names} | set(OFFICIALS)
    invented = [one.name for one in cast.deputies if one.invented]
    invented += [one.name for one in cast.staff]
    assert not published & set(invented)
    assert len(set(invented)) == len(invented)
    assert len(published) == 27


def test_units_and_desks_are_staffed(cast: Cast) -> None:
    for unit in cast.units:
        assert cast.unit_staff(unit.code, StaffRole.UNIT_CLERK).code == f"clerk-{unit.code}"
        assert cast.unit_staff(unit.code, StaffRole.UNIT_HEAD).code == f"head-{unit.code}"
    assert len(cast.desk(StaffRole.COMMITTEE_CLERK)) == 1
    assert len(cast.desk(StaffRole.COMMITTEE_HEAD)) == 1
    assert len(cast.desk(StaffRole.CHAIRPERSONS)) == 1
    assert len(cast.desk(StaffRole.GOVERNMENT_CLERK)) == 2
    assert len(cast.desk(StaffRole.GOVERNMENT_LEADER)) == 1
    assert len(cast.desk(StaffRole.REVIEWER)) == 2
    assert len(cast.desk(StaffRole.SUPERVISING_COMMITTEE)) == 2


def test_the_lead_unit_of_a_topic_stands_below_its_lead_official(cast: Cast) -> None:
    portfolios = {one.code: one.portfolio for one in cast.officials}
    for topic in cast.topics:
        assert cast.portfolio_of(topic.lead_unit) == portfolios[topic.lead_official]


def test_the_seed_decides_the_invented_names_only() -> None:
    assert load_cast(1) == load_cast(1)
    one, other = load_cast(1), load_cast(2)
    assert one.topics == other.topics
    assert [each.name for each in one.staff] != [each.name for each in other.staff]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("units.yaml", "name: 市教育局", "nmae: 市教育局", "name"),
        ("units.yaml", "code: health", "code: education", "education"),
        ("congress.yaml", "term: 18", "term: 18\n  term: 19", "twice"),
        ("congress.yaml", "term: 18", "term: true", "term"),
        ("congress.yaml", "  session_cutoff: 2024-01-25\n", "", "session_cutoff"),
        ("congress.yaml", "total: 397", "total: 398", "ordinary"),
        ("officials.yaml", "[commerce, ", "[comerce, ", "comerce"),
        ("topics.yaml", "period: year}", "period: yaer}", "yaer"),
        ("topics.yaml", 'quantity: "1666"', 'quantity: "1666亩"', "quantity"),
        ("topics.yaml", "lead_deputy: 施祖堂", "lead_deputy: 应荣", "lead deputy twice"),
        ("topics.yaml", "lead_official: wei-bincong", "lead_official: nobody", "nobody"),
        ("people.yaml", "role: reviewer", "role: overseer", "overseer"),
    ],
)
def test_a_fault_in_the_data_is_refused(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    load_cast(folder=folder)
    _change(folder, name, old, new)
    with pytest.raises(DemoDataError, match=said):
        load_cast(folder=folder)


def test_a_duplicate_key_is_told_with_file_and_line(folder: Path) -> None:
    _change(folder, "fields.yaml", "illustrative: true", "illustrative: true\nillustrative: true")
    with pytest.raises(DemoDataError) as caught:
        load_cast(folder=folder)
    assert caught.value.where == "fields.yaml:5"
