"""The bulletin of a profile: what is refused, and what is said of it on its page."""

from __future__ import annotations

import pytest

from engine.profile import Grant
from tests.support.profile_edits import SHIPPED, Edit, assert_refused
from tests.support.world import shipped_profile
from workflows import check, read_files
from workflows.describe import describe

SUPERVISION = "supervision.yaml"
LEADER = "    - {role: government_leader}\n"
CASES = {
    "a day that some months lack": Edit(
        SUPERVISION, "day: 5", "day: 29", "不得大于28", "more than 28"
    ),
    "no day of a month": Edit(SUPERVISION, "day: 5", "day: 0", "不得小于1", "less than 1"),
    "a day in words": Edit(SUPERVISION, "day: 5", "day: monday", "monday", "integer"),
    "something unknown": Edit(
        SUPERVISION, "  day: 5\n", "  day: 5\n  hour: 9\n", "hour", "hour", "hour: 9"
    ),
    "a role that is not there": Edit(
        SUPERVISION,
        LEADER,
        "    - {role: governor}\n",
        "没有角色“governor”",
        "unknown role “governor”",
    ),
    "a relation to a case": Edit(
        SUPERVISION,
        LEADER,
        "    - {role: lead_official, relation: topic_lead_official}\n",
        "只能按身份通知",
        "roles without a relation",
    ),
    "the clock": Edit(
        SUPERVISION, LEADER, "    - {role: clock}\n", "不能通知 clock", "cannot be told"
    ),
    "no words for it": Edit(
        "notices.yaml",
        "\n  bulletin:\n",
        "\n  gazette:\n",
        "没有模板“bulletin”",
        "no notice “bulletin”",
        "bulletin:",
        SUPERVISION,
    ),
}


@pytest.mark.parametrize("edit", CASES.values(), ids=CASES.keys())
def test_a_wrong_rule_is_refused_with_file_line_and_cause(edit: Edit) -> None:
    assert_refused(edit)


def test_the_shipped_rule_and_its_words() -> None:
    profile = shipped_profile()
    rule = profile.supervision.bulletin
    assert rule is not None
    assert rule.day == 5
    assert Grant(role="unit_head") in rule.audience
    page = describe(profile)
    assert "## 督办通报 Bulletin" in page
    assert "每月5日起的第一个工作日" in page


def test_without_the_section_it_is_issued_by_hand() -> None:
    files = read_files(SHIPPED)
    text = files[SUPERVISION]
    start, end = text.index("# 通报:"), text.index("# When notices leave")
    files[SUPERVISION] = text[:start] + text[end:]
    profile, problems = check(files)
    assert problems == ()
    assert profile is not None
    assert profile.supervision.bulletin is None
    assert "督办通报 Bulletin" not in describe(profile)
