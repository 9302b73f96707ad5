"""Draws what the ordinary suggestions are about: patterns and places, field by field.

Refuses to know people and dates.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from app.demo.material import ASK, PLACE, TOWN, Material, Place, Template
from app.demo.records import Field

PAIRS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One pattern at one place; a twin says the same in other words (并案)."""

    template: Template
    place: Place
    title: str
    body: str
    twin: bool = False

    @property
    def about(self) -> tuple[str, str]:
        """What twins share and nobody else."""
        return (self.template.code, self.place.name)

    @property
    def ask(self) -> str:
        """The request itself, without the word for asking."""
        return self.template.ask.removeprefix(ASK).rstrip("。")

    @property
    def lead_unit(self) -> str:
        return self._unit(self.template.lead)

    @property
    def joint_units(self) -> tuple[str, ...]:
        return tuple(self._unit(code) for code in self.template.joint)

    @property
    def rival_unit(self) -> str:
        return self._unit(self.template.rival)

    def _unit(self, code: str) -> str:
        return self.place.town or "" if code == TOWN else code


def draw_subjects(
    rng: random.Random, material: Material, fields: tuple[Field, ...]
) -> list[Subject]:
    """As many subjects a field as it asks for, in mixed order; eight pairs, each host first."""
    drawn: list[Subject] = []
    for field in fields:
        drawn += _of_field(rng, material, field)
    drawn = _with_twins(rng, material, drawn)
    rng.shuffle(drawn)
    return _hosts_first(drawn)


def _of_field(rng: random.Random, material: Material, field: Field) -> list[Subject]:
    """Deal the field's patterns in turn, each at a fresh place, until there are enough."""
    templates = [one for one in material.templates if one.field == field.code]
    rng.shuffle(templates)
    heaps = [(one, _shuffled(rng, material.places[one.place])) for one in templates]
    drawn: list[Subject] = []
    while len(drawn) < field.ordinary:
        heaps = [heap for heap in heaps if heap[1]]
        if not heaps:
            raise LookupError(f"too few patterns and places for the field {field.code}")
        for template, places in heaps[: field.ordinary - len(drawn)]:
            drawn.append(_subject(rng, material, template, places.pop()))
    return drawn


def _with_twins(rng: random.Random, material: Material, drawn: list[Subject]) -> list[Subject]:
    """Replace eight subjects by a second wording of another one of the same field."""
    pairs = [
        (host, other)
        for host, one in enumerate(drawn)
        for other, it in enumerate(drawn)
        if host != other
        and len(one.template.titles) > 1
        and one.template.field == it.template.field
        and one.template.code != it.template.code
    ]
    used: set[int] = set()
    result = list(drawn)
    while len(used) < 2 * PAIRS:
        host, other = rng.choice(pairs)
        if host in used or other in used:
            continue
        used.update((host, other))
        result[other] = _twin_of(rng, material, drawn[host])
    return result


def _hosts_first(drawn: list[Subject]) -> list[Subject]:
    ordered = list(drawn)
    for later, one in enumerate(drawn):
        if one.twin:
            host = next(
                place for place, it in enumerate(ordered) if it.about == one.about and not it.twin
            )
            if host > later:
                ordered[host], ordered[later] = ordered[later], ordered[host]
    return ordered


def _twin_of(rng: random.Random, material: Material, host: Subject) -> Subject:
    others = [
        title
        for title in host.template.titles
        if title.replace(PLACE, host.place.name) != host.title
    ]
    return Subject(
        template=host.template,
        place=host.place,
        title=rng.choice(others).replace(PLACE, host.place.name),
        body=_body(rng, material, host.template, host.place),
        twin=True,
    )


def _subject(rng: random.Random, material: Material, template: Template, place: Place) -> Subject:
    return Subject(
        template=template,
        place=place,
        title=rng.choice(template.titles).replace(PLACE, place.name),
        body=_body(rng, material, template, place),
    )


def _body(rng: random.Random, material: Material, template: Template, place: Place) -> str:
    """How it stands (现状), what is wrong (问题), what is asked for (建议)."""
    opening = rng.choice(material.openings[template.field])
    return f"{opening}{template.problem}{template.ask}".replace(PLACE, place.name)


def _shuffled(rng: random.Random, places: tuple[Place, ...]) -> list[Place]:
    mixed = list(places)
    rng.shuffle(mixed)
    return mixed
