"""Who may do what: every action and every reading right of a profile against every role.

Generated from the profile and from nothing else, so that it cannot say what the engine does not do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.command import CLOCK
from engine.profile import Profile, Text
from engine.relations import RELATION_LABELS
from engine.rights import Reader, Since
from workflows.describe_access import SINCE, access
from workflows.markdown import both, code, joined, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A right and in which relations each role has it; a role that is not there has it not."""

    name: str
    label: Text
    machine: str
    roles: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All rights of a profile, roles in the profile's order."""

    profile: str
    roles: tuple[str, ...]
    actions: tuple[Right, ...]
    reading: tuple[Right, ...]


def matrix_of(profile: Profile) -> Matrix:
    """The matrix of a profile."""
    return Matrix(
        profile=profile.reference,
        roles=tuple(profile.roles),
        actions=tuple(
            Right(
                name=action.name,
                label=action.label,
                machine=machine.name,
                roles=_by_role((one.role, one.relation) for one in action.by),
            )
            for machine in profile.machines.values()
            for action in machine.actions.values()
        ),
        reading=_reading(profile),
    )


def _reading(profile: Profile) -> tuple[Right, ...]:
    rules = profile.access
    kinds = (
        ("whole", Text(zh="读全文", en="read all of a case"), rules.whole),
        (
            "by_secrecy",
            Text(zh="按公开意向阅读", en="read what its secrecy shows"),
            rules.by_secrecy,
        ),
        ("replies", Text(zh="读未送达的答复", en="read undelivered replies"), rules.replies),
        ("ratings", Text(zh="读未定的评价", en="read unfinished ratings"), rules.ratings),
        (
            "instructions",
            Text(zh="读批示内容", en="read what an instruction says"),
            rules.instructions,
        ),
    )
    return tuple(
        Right(name=name, label=label, machine="", roles=_by_role(map(_relation, readers)))
        for name, label, readers in kinds
    )


def _relation(reader: Reader) -> tuple[str, str]:
    since = "" if reader.since is Since.DRAFTED else f"@{reader.since}"
    return reader.role, f"{reader.relation}{since}"


def _by_role(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for role, relation in pairs:
        found[role] = (*found.get(role, ()), relation)
    return found


def page_of(profile: Profile) -> str:
    """The matrix as a page in Markdown: one table a machine, and one of reading."""
    matrix = matrix_of(profile)
    roles = [one for one in matrix.roles if one != CLOCK]
    heads = ("权限 right", *(both(profile.roles[one]) for one in roles), "系统 by itself")
    parts = [f"# 权限表 Who may do what: {code(matrix.profile)}", _HOW]
    for machine in profile.machines:
        rows = [_row(one, roles) for one in matrix.actions if one.machine == machine]
        parts += [f"## {code(machine)}", table(heads, rows)]
    parts += [
        "## 阅读 Reading",
        table(heads[:-1], [_row(one, roles)[:-1] for one in matrix.reading]),
    ]
    return "\n\n".join([*parts, *access(profile)]) + "\n"


_HOW = (
    "“●”为具有该身份即可,文字为还须具备的关系,“—”为不可。 “●” stands for everybody who "
    "holds the role, words for the relation that is needed besides, a dash for no right."
)


def _row(right: Right, roles: Iterable[str]) -> tuple[str, ...]:
    cells = [joined(_cell(one) for one in right.roles.get(role, ())) for role in roles]
    itself = "●" if CLOCK in right.roles or not right.roles else "—"
    return (f"{both(right.label)} {code(right.name)}", *cells, itself)


def _cell(relation: str) -> str:
    name, _, since = relation.partition("@")
    label = "●" if name == "any" else both(RELATION_LABELS[name])
    return f"{label}(自{SINCE[Since(since)]})" if since else label
