"""Grants: the role is declared, the relation exists and can find somebody at that place."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.command import CLOCK
from engine.profile import Grant, Profile
from engine.relations import RELATIONS
from workflows.parts import Place

_FOR_DEPUTIES = {"lead_deputy", "pending_cosigner", "signatory", "rater", "delegation"}
_FOR_UNITS = {
    "assignment_unit",
    "answering_unit",
    "unreceived_unit",
    "lead_unit",
    "handler",
    "commitment_unit",
    "case_unit",
    "order_unit",
    "unit",
}
_ONLY_OF = {
    "assignment_unit": "assignment",
    "handler": "assignment",
    "commitment_unit": "commitment",
    "order_unit": "order",
    "order_desk": "order",
    "order_follower": "order",
}


def check_grants(
    profile: Profile,
    grants: Iterable[Grant],
    machine: str | None,
    place: Place,
    relations: Collection[str] = tuple(RELATIONS),
) -> None:
    """Check each grant of a list that stands at the place, where these relations may be named.

    `machine`: whose subject they are about; None where it may be any.
    """
    for index, grant in enumerate(grants):
        here = place.at(index)
        if grant.role not in profile.roles:
            known = "、".join(profile.roles)
            here.at("role").problem(
                f"没有角色“{grant.role}”,已声明的有:{known}", f"unknown role “{grant.role}”"
            )
            continue
        for zh, en in _misfits(grant, machine, relations):
            here.at("relation").problem(zh, en)


def _misfits(
    grant: Grant, machine: str | None, relations: Collection[str]
) -> Iterable[tuple[str, str]]:
    role, relation = grant.role, grant.relation
    if relation not in relations:
        known = "、".join(relations)
        yield f"没有关系“{relation}”,可用的有:{known}", f"unknown relation “{relation}”"
        return
    if role == CLOCK and relation != "any":
        yield "clock 没有别的关系", "the clock stands in no relation"
    elif relation in _FOR_DEPUTIES and role != "deputy":
        yield (
            f"关系“{relation}”只用于角色 deputy",
            f"relation “{relation}” goes with role deputy",
        )
    elif relation in _FOR_UNITS and not role.startswith("unit_"):
        yield (
            f"关系“{relation}”只用于承办单位的角色(unit_…)",
            f"relation “{relation}” goes with a role of units (unit_…)",
        )
    if machine is not None and _ONLY_OF.get(relation, machine) != machine:
        yield (
            f"关系“{relation}”在 {machine} 中找不到任何人",
            f"relation “{relation}” finds nobody in machine {machine}",
        )
