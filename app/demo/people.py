"""Invents the people of the demo: 377 suggestions need deputies, units and desks need staff.

Refuses to give anybody a name that a person of the published report bears.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from app.demo.reading import Section
from app.demo.records import Delegation, Deputy, Staff, StaffRole, Unit

_UNIT_POSTS = (
    ("clerk", StaffRole.UNIT_CLERK, "承办人"),
    ("head", StaffRole.UNIT_HEAD, "主要负责人"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A seat that has to be filled with an invented person."""

    code: str
    role: StaffRole
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleMaterial:
    """What names are made of, and how many people are wanted."""

    deputies: int
    surnames: tuple[str, ...]
    given_first: tuple[str, ...]
    given_second: tuple[str, ...]
    delegations: tuple[Delegation, ...]
    desks: tuple[Desk, ...]


def read_people(file: Section) -> PeopleMaterial:
    """The material of people.yaml."""
    illustrative = file.flag("illustrative")
    material = PeopleMaterial(
        deputies=file.integer("deputies"),
        surnames=file.texts("surnames"),
        given_first=file.texts("given_first"),
        given_second=file.texts("given_second"),
        delegations=tuple(
            _delegation(row, illustrative=illustrative) for row in file.sections("delegations")
        ),
        desks=tuple(_desk(row) for row in file.sections("desks")),
    )
    file.done()
    return material


class NameMaker:
    """Draws names of three characters; no name twice, and none of those that are taken."""

    def __init__(
        self, rng: random.Random, material: PeopleMaterial, taken: tuple[str, ...]
    ) -> None:
        self._rng = rng
        self._material = material
        self._taken = set(taken)

    def name(self) -> str:
        while True:
            drawn = (
                self._rng.choice(self._material.surnames)
                + self._rng.choice(self._material.given_first)
                + self._rng.choice(self._material.given_second)
            )
            if drawn not in self._taken:
                self._taken.add(drawn)
                return drawn


def invent_deputies(
    names: NameMaker, material: PeopleMaterial, *, first_number: int
) -> tuple[Deputy, ...]:
    """The invented deputies, dealt over the delegations in turn."""
    return tuple(
        Deputy(
            code=f"d{first_number + place:03d}",
            name=names.name(),
            delegation=material.delegations[place % len(material.delegations)].code,
            invented=True,
        )
        for place in range(material.deputies)
    )


def invent_staff(
    names: NameMaker, material: PeopleMaterial, *, units: tuple[Unit, ...]
) -> tuple[Staff, ...]:
    """A clerk and a head for each unit, then the desks."""
    of_units = [
        Staff(code=f"{prefix}-{unit.code}", name=names.name(), role=role, post=post, unit=unit.code)
        for unit in units
        for prefix, role, post in _UNIT_POSTS
    ]
    of_desks = [
        Staff(code=desk.code, name=names.name(), role=desk.role, post=desk.post, unit=None)
        for desk in material.desks
    ]
    return (*of_units, *of_desks)


def _delegation(row: Section, *, illustrative: bool) -> Delegation:
    delegation = Delegation(
        code=row.text("code"),
        name=row.text("name"),
        town=row.text("town"),
        illustrative=illustrative,
    )
    row.done()
    return delegation


def _desk(row: Section) -> Desk:
    desk = Desk(code=row.text("code"), role=row.choice("role", StaffRole), post=row.text("post"))
    row.done()
    return desk
