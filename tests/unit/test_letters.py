"""答复模板: letters of the shipped profile, and what a letter may not say."""

from __future__ import annotations

import re

import pytest

from engine.wording import LETTER_NAMES
from notifications.templates import letter
from tests.support.world import shipped_profile
from workflows.loader import PROFILES, check, read_files

FACTS = {
    "number": "5届2次第1号",
    "title": "关于增设过街设施的建议",
    "congress": "临溪县人民代表大会",
    "deputies": "王芳、李明代表",
    "unit": "交通局",
    "today": "2026年3月2日",
    "contact": "2026年2月3日",
    "handler": "赵敏",
    "phone": "0579-12345678",
    "email": "zhao@linxi.example",
}
FILE = "notices.yaml"


def test_the_facts_are_all_that_a_letter_may_name() -> None:
    assert set(FACTS) == LETTER_NAMES


@pytest.mark.parametrize("name", list(shipped_profile().letters))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shipped_letter_names_whom_what_when_and_who_answers(name: str, language: str) -> None:
    text = letter(shipped_profile().letters[name], FACTS, language)
    for fact in ("number", "title", "deputies", "contact", "handler", "phone", "unit", "today"):
        assert FACTS[fact] in text
    assert not re.search(r"[{}]", text)
    assert [one.strip() for one in text.strip().splitlines()[-2:]] == ["交通局", "2026年3月2日"]


def test_without_a_meeting_and_a_telephone_it_says_so_and_makes_nothing_up() -> None:
    known = {name: said for name, said in FACTS.items() if name not in ("contact", "phone")}
    text = letter(shipped_profile().letters["solved"], known)
    assert "当面听取" not in text
    assert "（请填写）" in text


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("{{ reason }}", "没有“reason”可填"),
        ("{{ deputies.name }}", "属性"),
        ("{% for one in title %}{{ one }}{% endfor %}", "循环"),
        ("{title}", "单个花括号"),
    ],
)
def test_a_letter_outside_the_small_language_is_refused(said: str, complaint: str) -> None:
    files = read_files(PROFILES / "zhejiang-county" / "v1")
    text = files[FILE].replace("（写明核实的事实。）", said, 1)
    assert text != files[FILE]
    profile, problems = check(files | {FILE: text})
    assert profile is None
    assert any(complaint in one.zh for one in problems), problems
