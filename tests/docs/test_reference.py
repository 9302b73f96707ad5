"""The reference pages name every error, table, setting and action that the code has."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields

import app.cli  # noqa: F401  # brings in every door, and with it every error there is
from app.settings import Settings
from db.tables import metadata
from engine.errors import BihuanError, EngineError, all_error_types
from tests.docs.pages import page, unnamed
from workflows import load_profile


def facts_named(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def mute(kinds: Iterable[type[BihuanError]]) -> list[str]:
    """Errors that do not speak both languages, or tell one reader less than the other."""
    return [
        kind.__name__
        for kind in kinds
        if not any("\u4e00" <= sign <= "\u9fff" for sign in kind.zh)
        or not kind.en
        or facts_named(kind.zh) != facts_named(kind.en)
    ]


def test_every_error_code_is_explained() -> None:
    codes = [kind.code for kind in all_error_types()]
    assert "stale-case" in codes
    assert unnamed(page("docs/errors.md"), codes) == []


def test_every_error_has_a_code_of_its_own() -> None:
    shared = Counter(kind.code for kind in all_error_types())
    assert [code for code, times in shared.items() if times > 1] == []


def test_every_error_says_the_same_in_both_languages() -> None:
    assert mute(all_error_types()) == []


def test_an_error_that_tells_one_reader_less_is_seen() -> None:
    english_only = type("EnglishOnly", (BihuanError,), {"zh": "wrong", "en": "wrong"})
    shorter = type("Shorter", (BihuanError,), {"zh": "建议{case}出错", "en": "wrong"})
    assert mute([english_only, shorter, EngineError]) == ["EnglishOnly", "Shorter"]


def test_every_table_is_described() -> None:
    tables = sorted(metadata.tables)
    assert tables
    assert unnamed(page("docs/tables.md"), tables) == []


def test_every_setting_is_described() -> None:
    names = [field.name for field in fields(Settings)]
    assert names
    assert unnamed(page("docs/settings.md"), names) == []


def test_every_action_and_clock_of_the_shipped_profile_is_described() -> None:
    profile = load_profile("zhejiang-county", 1)
    actions = [name for machine in profile.machines.values() for name in machine.actions]
    assert {"suggestion", "assignment", "commitment"} <= set(profile.machines)
    text = page("docs/profiles/zhejiang-county.md")
    assert unnamed(text, [*actions, *profile.clocks]) == []


def test_a_forgotten_word_is_seen() -> None:
    assert unnamed("`stale-case` and `hand over`", ["stale-case", "hand", "case"]) == [
        "hand",
        "case",
    ]
