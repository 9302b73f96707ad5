"""Delivery and delegation: hours in order, the digest within them, roles that may be delegated."""

from __future__ import annotations

from collections.abc import Iterator

from engine.command import CLOCK
from engine.profile import Grant, Profile
from engine.relations import OWN_ACTS
from workflows.parts import Place
from workflows.problems import Report

DEPUTY = "deputy"


def check(profile: Profile, report: Report) -> None:
    """Check the sections `delivery` and `delegation` of the rules of supervision."""
    place = Place(report, "supervision.yaml")
    _check_hours(profile, place.at("delivery"))
    personal = {DEPUTY, *(one.role for one in _grants(profile) if one.relation in OWN_ACTS)}
    for index, role in enumerate(profile.supervision.delegable):
        here = place.at("delegation", "roles", index)
        if role not in profile.roles or role == CLOCK:
            known = "、".join(one for one in profile.roles if one not in {*personal, CLOCK})
            here.problem(f"没有角色“{role}”,可用:{known}", f"unknown role “{role}”")
        elif role in personal:
            here.problem(
                f"角色“{role}”须由本人签名和评价,不能代理",
                f"role “{role}” signs and rates in person, nobody stands in",
            )


def _check_hours(profile: Profile, place: Place) -> None:
    rule = profile.supervision.delivery
    if rule.hours is None:
        return
    start, end = rule.hours.start, rule.hours.end
    if start >= end:
        place.at("hours", "to").problem(
            f"结束{end:%H:%M}应晚于开始{start:%H:%M}", f"{end:%H:%M} must be after {start:%H:%M}"
        )
    elif rule.digest_at is not None and not start <= rule.digest_at < end:
        place.at("digest", "at").problem(
            f"汇总时刻{rule.digest_at:%H:%M}应在{start:%H:%M}至{end:%H:%M}之间",
            f"the digest at {rule.digest_at:%H:%M} must be within {start:%H:%M} and {end:%H:%M}",
        )


def _grants(profile: Profile) -> Iterator[Grant]:
    for machine in profile.machines.values():
        for state in machine.states.values():
            yield from state.owners
        for action in machine.actions.values():
            yield from action.by
    for clock in profile.clocks.values():
        for rung in clock.ladder:
            yield from rung.audience
