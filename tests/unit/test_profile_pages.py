"""The page of each shipped profile is current and tells what the profile holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.effects import EFFECTS
from engine.profile import FieldType, MeaningClass
from engine.relations import READING_ONLY, RELATIONS
from engine.wording import FILTERS, NAMES
from workflows import load_profile, shipped
from workflows.describe import describe
from workflows.schemas import SCHEMA_OF

DOCS = Path(__file__).parents[2] / "docs" / "profiles"


@pytest.mark.parametrize(("name", "version"), shipped())
def test_the_page_is_current(name: str, version: int) -> None:
    page = DOCS / f"{name}.md"
    expected = describe(load_profile(name, version))
    assert page.read_text(encoding="utf-8") == expected, (
        f"run: python -m workflows.describe {name} {version} > docs/profiles/{name}.md"
    )


def test_the_page_names_every_state_action_clock_and_rate() -> None:
    profile = load_profile("zhejiang-county", 1)
    page = describe(profile)
    for machine in profile.machines.values():
        for name in (*machine.states, *machine.actions):
            assert f"`{name}`" in page
    for name in (*profile.clocks, *profile.sources, *profile.choices):
        assert f"`{name}`" in page
    for formula in profile.formulas:
        assert formula.wording.zh in page


def test_the_page_says_that_numbers_wait_for_confirmation() -> None:
    assert "待人大确认" in describe(load_profile("zhejiang-county", 1))


def test_the_page_of_the_format_names_all_that_a_profile_may_use() -> None:
    page = (DOCS.parent / "profile-format.md").read_text(encoding="utf-8")
    for name in (*EFFECTS, *RELATIONS, *READING_ONLY, *FieldType, *SCHEMA_OF, *SCHEMA_OF.values()):
        assert f"`{name}`" in page, name
    for name in NAMES:
        assert f"{{{{ {name} }}}}" in page, name
    for name in FILTERS:
        assert f"`{name}" in page, name
    for meaning in MeaningClass:
        assert meaning.value in page
