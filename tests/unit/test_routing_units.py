"""Which units are proposed: by the profile's rules, with the evidence, and never by default."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.profile import Profile, RoutingRule, Text
from routing import Evidence, Proposal, propose
from routing.units import Place
from workflows import load_profile

BASE = load_profile("zhejiang-county", 1)


def rule(name: str, *keywords: str, **changes: object) -> RoutingRule:
    bare = RoutingRule(
        name=name,
        fields=("transport",),
        keywords=keywords,
        lead="transport",
        joint=(),
        priority=50,
        reason=Text(zh="由交通局负责", en="belongs to transport"),
    )
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names fields


def profile(*rules: RoutingRule) -> Profile:
    return replace(BASE, routing=rules)


def ask(
    rules: Profile, title: str = "关于增开公交线路的建议", text: str = "", *words: str
) -> Proposal:
    return propose(rules, field="transport", title=title, text=text, keywords=words)


def names(proposal: Proposal) -> list[str]:
    return [one.rule.name for one in proposal.matches]


def test_a_keyword_in_the_title_leads_to_the_units_of_its_rule() -> None:
    rules = profile(rule("buses", "公交线路", "候车亭", joint=("finance", "housing")))
    advice = ask(rules)
    assert [(one.unit, one.kind, one.rule) for one in advice.assignments] == [
        ("transport", "lead", "buses"),
        ("finance", "joint", "buses"),
        ("housing", "joint", "buses"),
    ]
    assert advice.matches[0].evidence == (Evidence(keyword="公交线路", place=Place.TITLE),)
    assert {one.reason for one in advice.assignments} == {"由交通局负责(标题有“公交线路”)"}
    assert advice.reason.en == "belongs to transport (“公交线路” in the title)"
    assert not advice.uncovered


def test_the_field_must_be_one_of_the_rules() -> None:
    rules = profile(rule("buses", "公交线路", fields=("education",)))
    assert ask(rules).uncovered
    assert names(ask(profile(rule("anywhere", "公交线路", fields=())))) == ["anywhere"]


def test_the_highest_priority_wins_and_the_others_are_told() -> None:
    rules = profile(rule("low", "公交", priority=10), rule("high", "线路", priority=20))
    assert names(ask(rules)) == ["high", "low"]
    assert ask(rules).assignments[0].rule == "high"


def test_of_equals_the_weightier_evidence_wins_then_the_name() -> None:
    one_hit, two_hits = rule("a", "公交"), rule("b", "公交", "线路")
    assert names(ask(profile(one_hit, two_hits))) == ["b", "a"]
    assert names(ask(profile(rule("d", "公交"), rule("c", "公交")))) == ["c", "d"]
    by_title, by_keyword = rule("z", "公交"), rule("y", "夜间")
    assert names(ask(profile(by_keyword, by_title), "关于公交的建议", "", "夜间")) == ["z", "y"]


def test_what_the_title_names_comes_before_what_the_text_mentions() -> None:
    rules = profile(rule("crossing", "交叉口", priority=90), rule("buses", "公交线路", priority=10))
    assert names(ask(rules, text="站点在交叉口旁。")) == ["buses", "crossing"]
    only_text = ask(rules, "关于方便出行的建议", "站点在交叉口旁。")
    assert names(only_text) == ["crossing"]
    assert only_text.assignments[0].reason.endswith("(正文有“交叉口”)")


def test_the_deputys_own_keywords_count() -> None:
    advice = ask(profile(rule("buses", "公交")), "关于方便出行的建议", "", "农村公交")
    assert advice.matches[0].evidence == (Evidence(keyword="公交", place=Place.KEYWORDS),)


def test_a_rule_without_keywords_covers_its_field_only() -> None:
    rules = profile(rule("usual", priority=10))
    assert ask(rules).assignments[0].reason == "由交通局负责"
    assert propose(rules, field="health", title="关于公交线路的建议").uncovered


def test_a_rule_for_everything_is_no_rule() -> None:
    assert ask(profile(rule("all", fields=()))).uncovered


def test_no_rule_means_no_unit_and_a_reason() -> None:
    advice = ask(profile(rule("schools", "学位", fields=("education",))))
    assert advice.assignments == ()
    assert advice.matches == ()
    assert "交通运输" in advice.reason.zh
    assert "hand-over desk" in advice.reason.en


def test_a_unit_named_twice_is_proposed_once_as_lead() -> None:
    advice = ask(profile(rule("buses", "公交", joint=("transport", "finance", "finance"))))
    assert [(one.unit, one.kind) for one in advice.assignments] == [
        ("transport", "lead"),
        ("finance", "joint"),
    ]


@pytest.mark.parametrize(
    ("field", "title", "lead"),
    [
        ("transport", "关于打通滨江路断头路的建议", "housing-construction"),
        ("education", "关于加强校园周边交通安全的建议", "public-security"),
        ("health", "关于提高医保报销比例的建议", "medical-insurance"),
        ("city-management", "关于文明养犬的建议", "urban-management"),
    ],
)
def test_the_shipped_rules_divide_the_work(field: str, title: str, lead: str) -> None:
    assert propose(BASE, field=field, title=title).assignments[0].unit == lead


def test_the_shipped_rules_leave_the_unknown_to_the_desk() -> None:
    assert propose(BASE, field="organisation-personnel", title="关于庆典的建议").uncovered
