"""Codes: lists the engine counts on, numbering, routing and portfolios."""

from __future__ import annotations

from string import Formatter

from engine.profile import Profile, RoutingRule
from workflows.parts import Place
from workflows.problems import Report

NUMBER_PLACEHOLDERS = frozenset({"term", "session", "year", "n"})
_EXPECTED = {
    "satisfaction": {"satisfied", "basic", "dissatisfied"},
    "kinds": {"session", "recess"},
}


def check(profile: Profile, report: Report) -> None:
    """Check codes, numbering, routing and portfolios."""
    _check_choices(profile, Place(report, "codes.yaml", ("choices",)))
    for series, pattern in profile.numbering.items():
        place = Place(report, "profile.yaml", ("numbering", series))
        _check_placeholders(pattern, NUMBER_PLACEHOLDERS, place)
        if "{n}" not in pattern:
            place.problem("编号里缺少 {n}", "a number needs {n}")
    place = Place(report, "routing.yaml")
    fields = {one.code for one in profile.choices.get("fields", ())}
    for rule in profile.routing:
        _check_rule(rule, fields, place.at("routing", rule.name))
    _check_portfolios(profile, place.at("portfolios"))


def _check_choices(profile: Profile, place: Place) -> None:
    for name, expected in _EXPECTED.items():
        given = {one.code for one in profile.choices.get(name, ())}
        if given != expected:
            listed = "、".join(sorted(expected))
            place.at(name).problem(
                f"选项表“{name}”应为:{listed}",
                f"list “{name}” must be {', '.join(sorted(expected))}",
            )


def _check_placeholders(pattern: str, known: frozenset[str], place: Place) -> None:
    """Only bare `{name}`: no attributes, indexes, conversions or formats."""
    try:
        parts = [part[1:] for part in Formatter().parse(pattern) if part[1] is not None]
    except ValueError as error:
        place.problem("花括号不成对", f"braces do not match: {error}")
        return
    for name, layout, conversion in parts:
        if name not in known or layout or conversion:
            listed = "、".join(sorted(known))
            place.problem(
                f"占位“{{{name}}}”不可用,可用的有:{listed}",
                f"placeholder “{{{name}}}” may not be used",
            )


def _check_rule(rule: RoutingRule, fields: set[str], place: Place) -> None:
    for index, field in enumerate(rule.fields):
        if field not in fields:
            place.at("fields", index).problem(
                f"类别表里没有“{field}”", f"there is no field “{field}” in codes.yaml"
            )
    if not rule.fields and not rule.keywords:
        place.problem(
            "没有类别也没有关键词的规则会成为默认单位", "a rule for everything is a default unit"
        )
    units = (rule.lead, *rule.joint)
    if len(set(units)) != len(units):
        place.at("joint").problem("同一单位只能出现一次", "a unit may appear only once")


def _check_portfolios(profile: Profile, place: Place) -> None:
    first: dict[str, str] = {}
    for portfolio in profile.portfolios:
        for index, unit in enumerate(portfolio.units):
            if unit in first:
                place.at(portfolio.code, "units", index).problem(
                    f"单位“{unit}”已归“{first[unit]}”分管",
                    f"unit “{unit}” is in portfolio “{first[unit]}” already",
                )
            first.setdefault(unit, portfolio.code)
