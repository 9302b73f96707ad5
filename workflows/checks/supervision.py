"""Supervision: roles, clocks and lists that it names exist, parties can judge, orders find a desk.

What it asks of machines beyond `supervision.yaml`: who judges may do so, and an order to a desk
comes from the clock of that desk.
"""

from __future__ import annotations

from engine.command import CLOCK
from engine.profile import Action, BulletinRule, OutcomeScheme, Profile
from workflows.checks.effects import clocks_used
from workflows.checks.grants import check_grants
from workflows.parts import Place
from workflows.problems import Report

BULLETIN = "bulletin"
"""The notice that tells of an issued bulletin."""


def check(profile: Profile, report: Report) -> None:
    """Check the rules of supervision, and the actions that carry them out."""
    place = Place(report, "supervision.yaml")
    for role in profile.supervision.urging.weights:
        if role not in profile.roles:
            place.at("urging", "weights", role).problem(
                f"没有角色“{role}”", f"unknown role “{role}”"
            )
    for kind in profile.supervision.lights.by_clock:
        if kind not in profile.clocks:
            place.at("lights", "clocks", kind).problem(
                f"没有期限“{kind}”", f"there is no clock “{kind}”"
            )
    _check_carried(profile, report)
    if profile.supervision.outcome is not None:
        _check_outcome(profile, profile.supervision.outcome, place.at("outcome"))
    if profile.supervision.bulletin is not None:
        _check_bulletin(profile, profile.supervision.bulletin, place.at("bulletin"))
    _check_actions(profile, report)


def _check_carried(profile: Profile, report: Report) -> None:
    """A state without owners of its own may have the clock of the outcome: the parties own it."""
    scheme = profile.supervision.outcome
    for state in profile.machines["suggestion"].states.values():
        place = Place(report, "suggestion.yaml", ("states", state.name, "clocks"))
        for index, clock in enumerate(state.clocks if state.carried else ()):
            if scheme is None or clock.kind != scheme.clock:
                place.at(index).problem(
                    f"carried 的状态不能有期限“{clock.kind}”:没有责任人",
                    f"a carried state has nobody to own clock “{clock.kind}”",
                )


def _check_outcome(profile: Profile, scheme: OutcomeScheme, place: Place) -> None:
    clock = profile.clocks.get(scheme.clock)
    if clock is None or not clock.repeats or scheme.clock not in clocks_used(profile, "suggestion"):
        place.at("clock").problem(
            f"“{scheme.clock}”应为建议的周期性期限(starts: recurring)",
            f"“{scheme.clock}” must be a recurring clock of the suggestion",
        )
    if scheme.lights not in profile.choices:
        place.at("lights").problem(
            f"没有选项表“{scheme.lights}”", f"there is no list of choices “{scheme.lights}”"
        )
    seen: set[str] = set()
    judging = {
        grant
        for action in profile.machines["suggestion"].actions.values()
        if _uses(action, "judge_outcome")
        for grant in action.by
    }
    for index, party in enumerate(scheme.parties):
        here = place.at("parties", index)
        if party.code in seen:
            here.at("code").problem(
                f"一方“{party.code}”重复", f"party “{party.code}” appears twice"
            )
        seen.add(party.code)
        check_grants(profile, party.by, "suggestion", here.at("by"))
        if not judging.issuperset(party.by):
            here.at("by").problem(
                f"“{party.code}”一方有人不能办理带 judge_outcome 的动作",
                f"somebody of party “{party.code}” may not do the action with judge_outcome",
            )


def _check_bulletin(profile: Profile, rule: BulletinRule, place: Place) -> None:
    """It is about no case: people are told by their roles alone."""
    check_grants(profile, rule.audience, "suggestion", place.at("audience"))
    for index, grant in enumerate(rule.audience):
        here = place.at("audience", index)
        if grant.relation != "any":
            here.at("relation").problem(
                "通报不属于任何建议,只能按身份通知,不能写关系",
                "a bulletin is about no case: name roles without a relation",
            )
        if grant.role == CLOCK:
            here.at("role").problem("不能通知 clock", "the clock cannot be told anything")
    if BULLETIN not in profile.notices:
        place.problem(
            f"notices.yaml 没有模板“{BULLETIN}”", f"there is no notice “{BULLETIN}” in notices.yaml"
        )


def _check_actions(profile: Profile, report: Report) -> None:
    for machine, definition in profile.machines.items():
        for action in definition.actions.values():
            place = Place(report, f"{machine}.yaml", ("actions", action.name))
            if _uses(action, "judge_outcome") and profile.supervision.outcome is None:
                place.problem(
                    "supervision.yaml 没有 outcome,不能用 judge_outcome",
                    "judge_outcome needs an outcome in supervision.yaml",
                )
            _check_order(action, place)


def _uses(action: Action, effect: str) -> bool:
    return any(one.name == effect for move in action.moves for one in move.then)


def _check_order(action: Action, place: Place) -> None:
    """To a unit there must be one; to a desk only the clock, which knows whose it was."""
    for at, move in enumerate(action.moves):
        for index, effect in enumerate(move.then):
            if effect.name != "open_order":
                continue
            here = place.at("moves", at, "then", index, "open_order", "of")
            of = effect.params.get("of")
            if of == "unit" and action.machine == "suggestion":
                here.problem("建议本身没有承办单位,应为 desk", "a suggestion has no unit: use desk")
            if of == "desk" and any(grant.role != CLOCK for grant in action.by):
                here.problem(
                    "只有 clock 能对岗位发督办单",
                    "only the clock orders a desk, by what it let pass",
                )
