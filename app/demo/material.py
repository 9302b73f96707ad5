"""Loads what ordinary suggestions are made of: patterns 模板 and the places they speak of.

Refuses to know chance; app/demo/draw.py draws from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.demo.reading import DATA, DemoDataError, Section, read

TEMPLATE_FILES = ("templates-living.yaml", "templates-services.yaml")
PLACE = "<place>"
TOWN = "@town"
ASK = "建议"
NOWHERE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a suggestion is about; `town` is the unit of the town or street, if any."""

    name: str
    town: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A pattern of suggestions. `rival` is the unit wrongly asked first when a return is played."""

    code: str
    field: str
    place: str
    titles: tuple[str, ...]
    lead: str
    joint: tuple[str, ...]
    rival: str
    keywords: tuple[str, ...]
    problem: str
    ask: str

    @property
    def units(self) -> tuple[str, ...]:
        return (self.lead, *self.joint, self.rival)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDraft:
    """A draft that never becomes a suggestion: refused on a ground, or withdrawn (no ground)."""

    title: str
    body: str
    field: str
    ground: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All there is to draw from."""

    templates: tuple[Template, ...]
    openings: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[Place, ...]]
    extras: tuple[ExtraDraft, ...]


def load_material(folder: Path = DATA) -> Material:
    """The patterns and places of the data files."""
    places = _places(read("places.yaml", folder))
    openings: dict[str, tuple[str, ...]] = {}
    templates: list[Template] = []
    extras: list[ExtraDraft] = []
    for name in TEMPLATE_FILES:
        file = read(name, folder)
        file.flag("illustrative")
        openings.update(file.texts_by_key("openings"))
        templates += [
            _template(row, f"{name}[{number}]", places)
            for number, row in enumerate(file.sections("templates"))
        ]
        if file.has("extras"):
            extras += [_extra(row) for row in file.sections("extras")]
        file.done()
    return Material(
        templates=tuple(templates), openings=openings, places=places, extras=tuple(extras)
    )


def _places(file: Section) -> dict[str, tuple[Place, ...]]:
    file.flag("illustrative")
    towns = file.text_by_key("towns")
    kinds = file.section("kinds")
    places = {"town": tuple(Place(name=name, town=code) for code, name in towns.items())}
    for kind in kinds.keys_left():
        places[kind] = tuple(
            chain.from_iterable(
                _places_of(town, names, towns) for town, names in kinds.texts_by_key(kind).items()
            )
        )
    places[NOWHERE] = (Place(name="", town=None),)
    file.done()
    return places


def _places_of(town: str, names: tuple[str, ...], towns: Mapping[str, str]) -> tuple[Place, ...]:
    if not town:
        return tuple(Place(name=name, town=None) for name in names)
    return tuple(Place(name=towns[town] + name, town=town) for name in names)


def _template(row: Section, code: str, places: Mapping[str, tuple[Place, ...]]) -> Template:
    one = Template(
        code=code,
        field=row.text("field"),
        place=row.text("place"),
        titles=row.texts("titles"),
        lead=row.text("lead"),
        joint=row.texts("joint"),
        rival=row.text("rival"),
        keywords=row.texts("keywords"),
        problem=row.text("problem"),
        ask=row.text("ask"),
    )
    row.done()
    fault = _fault(one, places)
    if fault is not None:
        raise DemoDataError(
            where=code, chinese=f"{fault[0]}，请更正", english=f"{fault[1]}; mend it"
        )
    return one


def _fault(one: Template, places: Mapping[str, tuple[Place, ...]]) -> tuple[str, str] | None:
    """What is wrong with a template, in Chinese and English."""
    if one.place not in places:
        return f"未知的地点类别 {one.place}", f"unknown kind of place {one.place}"
    if any((PLACE in title) is (one.place == NOWHERE) for title in one.titles):
        return "标题与地点类别不符", "titles and kind of place disagree"
    if not one.ask.startswith(ASK):
        return f"ask 应以“{ASK}”开头", f"ask must begin with {ASK}"
    if one.rival == one.lead:
        return "rival 不能与 lead 相同", "rival must differ from lead"
    if TOWN in one.units and any(place.town is None for place in places[one.place]):
        return f"{TOWN} 需要属地", f"{TOWN} needs places that lie in a town"
    return None


def _extra(row: Section) -> ExtraDraft:
    withdrawn = row.has("withdrawn") and row.flag("withdrawn")
    one = ExtraDraft(
        title=row.text("title"),
        body=row.text("body"),
        field=row.text("field"),
        ground=None if withdrawn else row.text("ground"),
    )
    row.done()
    return one
