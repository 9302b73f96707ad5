"""A profile with a wrong shape or a wrong state is refused with file, line and cause."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from engine.errors import ProfileInvalid
from tests.support.profile_edits import (
    ASSIGNMENT,
    CLOCKS,
    SHIPPED,
    SUGGESTION,
    Edit,
    assert_refused,
)
from workflows import check, load_files, read_files

FIRST_REVIEW = "    owners: [{role: reviewer}]\n    clocks: [{kind: first_review}]\n"
LOST = """  lost:
    label: {zh: 迷失, en: Lost}
    stage: raise
    owners: [{role: reviewer}]
    clocks: [{kind: first_review}]
"""
PASS = "      - from: [first_review]\n        to: second_review\n"

CASES = {
    "misspelt key": Edit(
        SUGGESTION,
        "    label: {zh: 待初审, en: In first review}\n    stage: raise\n    owners:",
        "    label: {zh: 待初审, en: In first review}\n    stage: raise\n    ownerz:",
        "未知的键“ownerz”,是否想写“owners”",
        "did you mean “owners”",
        "ownerz:",
    ),
    "missing key": Edit(
        SUGGESTION,
        "    label: {zh: 待初审, en: In first review}\n    stage: raise\n",
        "    label: {zh: 待初审, en: In first review}\n",
        "缺少“stage”",
        "“stage” is missing",
        "  first_review:",
    ),
    "unknown stage": Edit(
        SUGGESTION,
        "    label: {zh: 草稿, en: Draft}\n    stage: raise\n",
        "    label: {zh: 草稿, en: Draft}\n    stage: rise\n",
        "“rise”应为其中之一",
        "must be one of raise",
        "stage: rise",
    ),
    "number out of bounds": Edit(
        CLOCKS, "length: {days: 30}", "length: {days: 0}", "不得小于1", "not be less than 1"
    ),
    "two units in one period": Edit(
        CLOCKS,
        "length: {days: 30}",
        "length: {days: 30, months: 1}",
        "项数不得多于1",
        "more entries than 1",
    ),
    "name with capitals": Edit(
        SUGGESTION,
        "  revising:\n    label:",
        "  Revising:\n    label:",
        "名称“Revising”的写法不对",
        "no valid name",
        "  Revising:",
    ),
    "wrong kind of value": Edit(
        "profile.yaml", "version: 1", "version: one", "“one”应为整数", "must be integer"
    ),
    "duplicate key": Edit(
        SUGGESTION,
        "  first_review:\n    label: {zh: 待初审, en: In first review}\n",
        "  first_review:\n    label: {zh: 甲, en: A}\n"
        "    label: {zh: 待初审, en: In first review}\n",
        "重复的键“label”(第一次在第",
        "duplicate key “label”",
        "    label: {zh: 待初审, en: In first review}",
    ),
    "unreachable state": Edit(
        SUGGESTION,
        "  revising:\n",
        LOST + "  revising:\n",
        "状态“lost”从“draft”无法到达",
        "cannot be reached",
        "  lost:",
    ),
    "state without a way out": Edit(
        SUGGESTION,
        "      - from: [concluding]\n        to: closed\n",
        "      - from: [studying]\n        to: closed\n",
        "状态“concluding”没有出口",
        "“concluding” has no way out",
        "  concluding:",
    ),
    "open state without a clock": Edit(
        SUGGESTION,
        FIRST_REVIEW,
        "    owners: [{role: reviewer}]\n",
        "未结束的状态“first_review”没有期限",
        "open state “first_review” has no clock",
        "  first_review:",
    ),
    "open state without an owner": Edit(
        SUGGESTION,
        FIRST_REVIEW,
        "    clocks: [{kind: first_review}]\n",
        "未结束的状态“first_review”没有责任人",
        "has no owner",
        "  first_review:",
    ),
    "final state with a clock": Edit(
        SUGGESTION,
        "    label: {zh: 已办结, en: Closed}\n    stage: supervise\n    final: true\n",
        "    label: {zh: 已办结, en: Closed}\n    stage: supervise\n    final: true\n"
        "    clocks: [{kind: closing}, {kind: study}]\n",
        "终态“closed”不能有 clocks",
        "final state “closed” has clocks",
        "    clocks: [{kind: closing}, {kind: study}]",
    ),
    "way out of a final state": Edit(
        SUGGESTION,
        PASS,
        "      - from: [first_review, refused]\n        to: second_review\n",
        "终态“refused”不能有出口",
        "final state “refused” has a way out",
        "[first_review, refused]",
    ),
    "move to nowhere": Edit(
        SUGGESTION,
        PASS,
        "      - from: [first_review]\n        to: third_review\n",
        "没有状态“third_review”",
        "no state “third_review”",
        "to: third_review",
    ),
    "move from nowhere": Edit(
        SUGGESTION,
        "from: [draft, revising]",
        "from: [draft, rewriting]",
        "没有状态“rewriting”",
        "no state “rewriting”",
    ),
    "unknown initial state": Edit(
        ASSIGNMENT, "initial: issued", "initial: given", "没有状态“given”", "no state “given”"
    ),
}


@pytest.mark.parametrize("name", tuple(CASES))
def test_a_wrong_shape_or_state_is_refused_with_file_line_and_cause(name: str) -> None:
    assert_refused(CASES[name])


def test_all_problems_are_raised_together() -> None:
    files = CASES["open state without a clock"].apply()
    other = Edit(CLOCKS, "source: z8-2019", "source: z9-2020", "没有依据", "no source")
    files[other.file] = other.apply()[other.file]
    with pytest.raises(ProfileInvalid) as refusal:
        load_files(files)
    message = refusal.value.message()
    assert "zhejiang-county" in message
    assert "clocks.yaml:" in message
    assert "suggestion.yaml:" in message
    assert refusal.value.code == "profile-invalid"


def test_every_misspelt_file_is_named_not_only_the_first() -> None:
    files = CASES["misspelt key"].apply()
    other = CASES["number out of bounds"]
    files[other.file] = other.apply()[other.file]
    assert {one.file for one in check(files)[1]} == {"suggestion.yaml", "clocks.yaml"}


def test_a_missing_and_an_unknown_file_are_named() -> None:
    files = read_files(SHIPPED)
    del files["notices.yaml"]
    files["notes.yaml"] = "a: b"
    profile, problems = check(files)
    assert profile is None
    assert {(one.file, one.en) for one in problems} == {
        ("notices.yaml", "this file is missing"),
        ("notes.yaml", "unknown file"),
    }


def test_an_empty_file_is_refused() -> None:
    profile, problems = check(read_files(SHIPPED) | {"notices.yaml": ""})
    assert profile is None
    assert [(one.file, one.line) for one in problems] == [("notices.yaml", 1)]
    assert "键值表" in problems[0].zh


def test_a_folder_that_is_no_profile_has_every_file_missing(tmp_path: Path) -> None:
    profile, problems = check(read_files(tmp_path))
    assert profile is None
    assert len(problems) == 12


@pytest.mark.parametrize("seed", range(20))
def test_no_garbled_profile_makes_the_loader_fail(seed: int) -> None:
    """Whatever a line is turned into, the answer is a profile or problems with real lines."""
    draw = Random(seed)
    files = read_files(SHIPPED)
    file = draw.choice(sorted(files))
    lines = files[file].split("\n")
    place = draw.randrange(len(lines))
    word = draw.choice(["[]", "{}", "null", "true", "-1", "{n}", "*", "[[x]]", "clock", "'x"])
    lines[place] = draw.choice(
        ["", "  " + lines[place], lines[place].replace(": ", f": {word} ", 1), word]
    )
    files[file] = "\n".join(lines)
    profile, problems = check(files)
    assert (profile is None) == bool(problems)
    for one in problems:
        assert 1 <= one.line <= files[one.file].count("\n") + 2
