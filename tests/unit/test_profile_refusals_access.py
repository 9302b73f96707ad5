"""Reading rights of a profile: what is refused, and where."""

from __future__ import annotations

import pytest

from tests.support.profile_edits import SUGGESTION, Edit, assert_refused

ACCESS = "access.yaml"
DESKS = ("committee_clerk", "committee_head", "government_clerk", "government_leader")
BETWEEN = "\n" + "".join(f"      - {{role: {one}, relation: order_desk}}\n" for one in DESKS)
CASES = {
    "a reader of no known role": Edit(
        ACCESS,
        "    - {role: chairpersons, since: submitted}",
        "    - {role: governor, since: submitted}",
        "没有角色“governor”",
        "unknown role “governor”",
        marker="governor",
    ),
    "a relation that needs a subject": Edit(
        ACCESS,
        "    - {role: deputy, relation: pending_cosigner}",
        "    - {role: deputy, relation: rater}",
        "没有关系“rater”",
        "unknown relation “rater”",
        marker="rater",
    ),
    "a unit's relation for a deputy": Edit(
        ACCESS,
        "    - {role: deputy, relation: pending_cosigner}",
        "    - {role: deputy, relation: unit} # units",
        "只用于承办单位的角色",
        "goes with a role of units",
        marker="unit} # units",
    ),
    "the clock as a reader": Edit(
        ACCESS,
        "    - {role: deputy, since: registered}",
        "    - {role: clock}",
        "系统时钟不阅读",
        "the clock reads nothing",
        marker="clock",
    ),
    "a step that is none": Edit(
        ACCESS,
        "    - {role: deputy, since: registered}",
        "    - {role: deputy, since: closed}",
        "应为其中之一",
        "must be one of",
        marker="closed}",
    ),
    "unfinished ratings for a unit": Edit(
        ACCESS,
        "  ratings:\n",
        "  ratings:\n    - {role: unit_head, relation: unit} # no\n",
        "承办单位不得看到未定的评价",
        "a unit never sees ratings",
        marker="unit_head, relation: unit} # no",
    ),
    "a degree of secrecy that is not in the list": Edit(
        ACCESS,
        "  closed: nothing\n\n# Before",
        "  closed: nothing\n  secret: nothing\n\n# Before",
        "没有“secret”",
        "“secret” is not in the list",
        marker="secret",
    ),
    "more for the public than for deputies": Edit(
        ACCESS,
        "    closed: nothing\n",
        "    closed: summary\n",
        "对公众展示的不得多于",
        "may not show the public more",
        marker="closed: summary",
    ),
    "more for a search in the history than for deputies": Edit(
        ACCESS,
        "  closed: nothing\n\n# What the public",
        "  closed: author_hidden\n\n# What the public",
        "对检索办理记录的人展示的不得多于",
        "may not show who searches the history more",
        marker="closed: author_hidden",
    ),
    "a degree that a search in the history does not rule": Edit(
        ACCESS,
        "history:\n  open: whole\n",
        "history: # all but one\n",
        "没有说明“open”展示什么",
        "what “open” shows is not said",
        marker="history: # all but one",
    ),
    "instructions for whoever is asked to rate": Edit(
        ACCESS,
        "    - {role: unit_clerk, relation: assignment_unit}\n",
        "    - {role: deputy, relation: rater} # told\n",
        "没有关系“rater”",
        "unknown relation “rater”",
        marker="rater} # told",
    ),
    "a showing that is none": Edit(
        ACCESS,
        "\nsecrecy:\n  open: whole\n",
        "\nsecrecy:\n  open: all\n",
        "应为其中之一",
        "must be one of",
        marker="all\n",
    ),
    "a desk that acts and cannot read": Edit(
        ACCESS,
        "    - {role: reviewer, since: submitted}\n",
        "",
        "能办理却不在",
        "may act but is no reader",
        marker="- {role: reviewer, relation: order_desk}" + BETWEEN + "    form:",
        at="order.yaml",
    ),
    "a rating by somebody who was not asked for it": Edit(
        SUGGESTION,
        "by: [{role: deputy, relation: rater}]\n    form",
        "by: [{role: committee_clerk}] # rates\n    form",
        "评价只能由待评价的代表本人作出",
        "only a deputy who is asked",
        marker="{role: committee_clerk}] # rates",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_right_is_refused_where_it_stands(name: str) -> None:
    assert_refused(CASES[name])
