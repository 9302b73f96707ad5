"""Delivery and delegation of a profile: what is refused, and what is said of it on its page."""

from __future__ import annotations

from datetime import time

import pytest

from engine.delivery import DeliveryRule, Hours
from tests.support.profile_edits import SHIPPED, Edit, assert_refused
from tests.support.world import shipped_profile
from workflows import check, read_files
from workflows.describe import describe

SUPERVISION = "supervision.yaml"
HOURS = 'hours: {from: "08:30", to: "17:30"}'
DIGEST = 'digest: {at: "09:30"}'
CASES = {
    "hours that end before they begin": Edit(
        SUPERVISION,
        HOURS,
        'hours: {from: "08:30", to: "08:00"}',
        "结束08:00应晚于开始08:30",
        "08:00 must be after 08:30",
    ),
    "a digest when the doors are shut": Edit(
        SUPERVISION, DIGEST, 'digest: {at: "17:30"}', "应在08:30至17:30之间", "must be within 08:30"
    ),
    "no time of day": Edit(SUPERVISION, DIGEST, 'digest: {at: "9:30"}', "写法不对", "must match"),
    "a digest that is a word": Edit(
        SUPERVISION, DIGEST, "digest: weekly", "写法不对", "must match"
    ),
    "a digest without a time": Edit(
        SUPERVISION, DIGEST, "digest: {}", "缺少“at”", "“at” is missing"
    ),
    "hours without an end": Edit(
        SUPERVISION, HOURS, 'hours: {from: "08:30"}', "缺少“to”", "“to” is missing"
    ),
    "a role that is not there": Edit(
        SUPERVISION,
        "    - government_clerk\n",
        "    - governor\n",
        "没有角色“governor”,可用:",
        "unknown role “governor”",
        "- governor",
    ),
    "the clock": Edit(
        SUPERVISION,
        "    - government_clerk\n",
        "    - clock\n",
        "没有角色“clock”",
        "unknown role “clock”",
        "- clock",
    ),
    "a deputy": Edit(
        SUPERVISION,
        "    - government_clerk\n",
        "    - deputy\n",
        "角色“deputy”须由本人签名和评价",
        "role “deputy” signs and rates in person",
        "- deputy",
    ),
}


@pytest.mark.parametrize("edit", CASES.values(), ids=CASES.keys())
def test_a_wrong_rule_is_refused_with_file_line_and_cause(edit: Edit) -> None:
    assert_refused(edit)


def test_the_shipped_rules_of_delivery() -> None:
    rules = shipped_profile().supervision
    assert rules.delivery == DeliveryRule(
        hours=Hours(start=time(8, 30), end=time(17, 30)),
        working_days_only=True,
        digest_at=time(9, 30),
        urgent_at_once=True,
    )
    assert "unit_clerk" in rules.delegable
    assert "deputy" not in rules.delegable


def test_without_the_sections_everything_leaves_at_once_and_nobody_stands_in() -> None:
    files = read_files(SHIPPED)
    text = files[SUPERVISION]
    files[SUPERVISION] = text[: text.index("# When notices leave")]
    profile, problems = check(files)
    assert problems == ()
    assert profile is not None
    assert profile.supervision.delivery == DeliveryRule()
    assert profile.supervision.delegable == ()
    page = describe(profile)
    assert "全天 at any hour" in page
    assert "不可代理 none" in page


def test_a_digest_may_be_none() -> None:
    files = read_files(SHIPPED)
    files[SUPERVISION] = files[SUPERVISION].replace(DIGEST, "digest: none")
    profile, problems = check(files)
    assert problems == ()
    assert profile is not None
    assert profile.supervision.delivery.digest_at is None
