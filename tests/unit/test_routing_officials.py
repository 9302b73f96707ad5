"""The lead official follows from the portfolio of the units; nobody is guessed."""

from __future__ import annotations

from engine.congress import Appointment, Directory, Person
from routing import lead_official
from tests.support.world import small_directory
from workflows import load_profile

PROFILE = load_profile("zhejiang-county", 1)


def with_official(code: str, portfolio: str) -> Directory:
    known = small_directory()
    person = Person(
        code=code,
        name="洪亮",
        appointments=(Appointment(role="lead_official", post="副县长", portfolio=portfolio),),
    )
    return Directory(
        congress=known.congress,
        sessions=known.sessions,
        units=known.units,
        people={**known.people, code: person},
        topics={},
    )


def test_the_holder_of_the_units_portfolio_leads() -> None:
    found = lead_official(PROFILE, small_directory(), ["education"])
    assert found is not None
    assert (found.official, found.rule) == ("official", "portfolio-education-talent")
    assert found.reason.zh == "教育局属于分管范围“教育和人才”"
    assert found.others == ()


def test_the_first_unit_with_a_held_portfolio_decides() -> None:
    directory = with_official("hong-liang", "portfolio-executive-construction-transport")
    found = lead_official(PROFILE, directory, ["transport", "education"])
    assert found is not None
    assert found.official == "hong-liang"
    later = lead_official(PROFILE, directory, ["water", "education"])
    assert later is not None
    assert later.official == "official"


def test_two_holders_are_both_told() -> None:
    directory = with_official("a-second", "portfolio-education-talent")
    found = lead_official(PROFILE, directory, ["education"])
    assert found is not None
    assert (found.official, found.others) == ("a-second", ("official",))


def test_nobody_is_guessed() -> None:
    assert lead_official(PROFILE, small_directory(), ["water"]) is None
    assert lead_official(PROFILE, small_directory(), ["court"]) is None
    assert lead_official(PROFILE, small_directory(), []) is None
