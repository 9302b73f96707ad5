"""Lists of what is in hand, for every role page: queues, their counts, filters, sort and pages.

A queue is a name for a filter; its count and its list ask the house the same question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response

from engine.congress import Directory
from engine.profile import Profile, Text
from reports.agenda import AgendaFilter, AgendaSort, Scope, Tally
from reports.agenda_lists import AskedList
from reports.agenda_page import AgendaLine, AgendaPage
from reports.duties import Light
from web.entrance import PageVisitor
from web.errors import RoleMissing
from web.gate import Visitor
from web.house import House
from web.pages.shell import Shell

SIZE = 20
FIRST = 5
"""Rows of a queue that a page of many queues shows before its list is opened."""
LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)
KINDS = {
    "suggestion": Text(zh="建议", en="Suggestion"),
    "assignment": Text(zh="承办", en="Share"),
    "commitment": Text(zh="承诺", en="Promise"),
    "order": Text(zh="督办单", en="Order"),
}
Name = Annotated[str, InPath(pattern="^[a-z-]{1,30}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A list with a name. `todo`: what an empty one means for whoever sees it.

    `press`: it offers a word to whoever is slow instead of the next step.
    """

    name: str
    title: Text
    filters: AgendaFilter
    scope: Scope
    todo: Text
    path: str = ""
    press: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """The lists of one role page; `roles` open it. `press`: all of them are there to press."""

    path: str
    title: Text
    roles: frozenset[str]
    queues: tuple[Queue, ...]
    press: bool = False

    def let_in(self, visitor: Visitor) -> None:
        """RoleMissing for whoever holds none of the roles."""
        if not self.roles & visitor.roles:
            raise RoleMissing(page=self.title)

    def queue(self, name: str) -> Queue | None:
        """The queue of that name."""
        return next((one for one in self.queues if one.name == name), None)

    def open(self, visitor: Visitor, name: str) -> Queue:
        """The queue of that name for somebody who may; HTTP 404, or RoleMissing."""
        queue = self.queue(name)
        if queue is None:
            raise HTTPException(404)
        self.let_in(visitor)
        return queue

    def path_of(self, queue: Queue) -> str:
        """Where the list is."""
        return queue.path or f"{self.path}/list/{queue.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list was asked for in its address; what is not understood is left out."""

    light: Light | None = None
    unit: str = ""
    state: str = ""
    topic: int | None = None
    sort: AgendaSort = AgendaSort.DUE
    page: int = 1

    def narrowed(self, filters: AgendaFilter) -> AgendaFilter:
        """The queue's filter and these; what the queue fixes stays fixed."""
        machine, _, state = self.state.partition(".")
        return replace(
            filters,
            light=filters.light or self.light,
            unit=filters.unit or self.unit or None,
            machine=filters.machine or machine or None,
            state=filters.state or state or None,
            topic=filters.topic if filters.topic is not None else self.topic,
        )

    def address(self, path: str, **changes: object) -> str:
        """The same list with something changed."""
        told: dict[str, object] = {
            "light": self.light,
            "unit": self.unit,
            "state": self.state,
            "topic": self.topic,
            "sort": None if self.sort is AgendaSort.DUE else self.sort,
            "page": None if self.page == 1 else self.page,
            **changes,
        }
        query = urlencode({name: str(value) for name, value in told.items() if value})
        return f"{path}?{query}" if query else path


def asked(
    *,
    light: str = "",
    unit: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(max_length=80)] = "",
    topic: str = "",
    sort: str = "",
    page: str = "",
) -> Asked:
    """Reads the address of a list; as forms of filters send them, empty ones mean any."""
    return Asked(
        light=Light(light) if light in set(Light) else None,
        unit=unit,
        state=state,
        topic=_whole(topic),
        sort=AgendaSort(sort) if sort in set(AgendaSort) else AgendaSort.DUE,
        page=_whole(page) or 1,
    )


Wanted = Annotated[Asked, Depends(asked)]


def _whole(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= 6  # noqa: PLR2004  # digits of a page
    return int(text) if fits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many things a list holds, and how many of each light; `path` opens the list."""

    total: int
    lights: Mapping[str, int]
    path: str
    queue: Queue | None = None
    label: Text | None = None
    lines: Sequence[AgendaLine] = ()
    tallies: Sequence[Tally] = ()

    def of(self, light: str) -> str:
        """Where the ones of that light are listed."""
        mark = "&" if "?" in self.path else "?"
        return f"{self.path}{mark}light={light}"


def counted(tallies: Sequence[Tally], path: str, label: Text | None = None) -> Count:
    """The sum of tallies."""
    lights: dict[str, int] = {one.value: 0 for one in LIGHTS}
    for one in tallies:
        if one.light is not None:
            lights[one.light.value] += one.count
    return Count(total=sum(one.count for one in tallies), lights=lights, path=path, label=label)


def by_state(tallies: Sequence[Tally], profile: Profile, path: str) -> tuple[Count, ...]:
    """Counts by state, in the order of the rules; those of an older version come last.

    Where things of several kinds are counted, each says its kind: two may have one wording.
    """
    kinds = {one.machine for one in tallies}
    order = [(machine, state) for machine, one in profile.machines.items() for state in one.states]
    found = {(one.machine, one.state) for one in tallies}
    known = [one for one in order if one in found]
    return tuple(
        counted(
            [one for one in tallies if (one.machine, one.state) == place],
            f"{path}?state={place[0]}.{place[1]}",
            _of_kind(
                place[0] if len(kinds) > 1 else "",
                profile.machines[place[0]].states[place[1]].label
                if place in known
                else Text(zh=place[1], en=place[1]),
            ),
        )
        for place in (*known, *sorted(found - set(known)))
    )


def _of_kind(machine: str, state: Text) -> Text:
    kind = KINDS.get(machine)
    return state if kind is None else Text(zh=f"{kind.zh}·{state.zh}", en=f"{kind.en}: {state.en}")


def by_unit(
    tallies: Sequence[Tally], directory: Directory, path: str, *, most: int | None = None
) -> tuple[Count, ...]:
    """Counts by unit: most overdue first, then most due soon, then most in hand."""
    counts = []
    for code in {one.unit for one in tallies if one.unit}:
        known = directory.units.get(code)
        name = known.name if known else code
        own = [one for one in tallies if one.unit == code]
        counts.append(counted(own, f"{path}?unit={code}", Text(zh=name, en=name)))
    return tuple(sorted(counts, key=urgency)[:most])


def urgency(count: Count) -> tuple[int, int, int, str]:
    """A key to sort by: the worst first."""
    lights, label = count.lights, count.label
    return -lights["red"], -lights["yellow"], -count.total, label.zh if label else ""


def queue_counts(
    house: House, visitor: Visitor, station: Station, rows: Mapping[str, int]
) -> dict[str, Count]:
    """Queues by name, counted at once, each with so many of its first rows."""
    queues = [one for one in map(station.queue, rows) if one is not None]
    asked = [AskedList(scope=one.scope, filters=one.filters, size=rows[one.name]) for one in queues]
    found = zip(queues, house.lists(visitor, asked), strict=True)
    return {
        queue.name: replace(
            counted(one.tallies, station.path_of(queue)),
            queue=queue,
            lines=one.page.lines,
            tallies=one.tallies,
        )
        for queue, one in found
    }


def page_of(queue: Queue, wanted: Asked, *, size: int = SIZE) -> AskedList:
    """A page of the queue's list, to be asked for."""
    return AskedList(
        scope=queue.scope,
        filters=wanted.narrowed(queue.filters),
        sort=wanted.sort,
        page=wanted.page,
        size=size,
    )


def whole_and_page(
    house: House, visitor: Visitor, queue: Queue, wanted: Asked
) -> tuple[Sequence[Tally], AgendaPage]:
    """The counts of the whole queue, and a page of what was asked for of it."""
    whole = AskedList(scope=queue.scope, filters=queue.filters)
    counts, narrowed = house.lists(visitor, (whole, page_of(queue, wanted)))
    return counts.tallies, narrowed.page


def add_lists(router: APIRouter, house: House, shell: Shell, station: Station) -> None:
    """Each queue of the station as a list, under the station's own address."""

    @router.get(f"{station.path}/list/{{name}}")
    def one_list(request: Request, visitor: PageVisitor, name: Name, wanted: Wanted) -> Response:
        facts = list_facts(house, visitor, station, station.open(visitor, name), wanted)
        return shell.page(request, "in_hand_list.html", visitor, HTTPStatus.OK, **facts)


def list_facts(
    house: House, visitor: Visitor, station: Station, queue: Queue, wanted: Asked
) -> dict[str, object]:
    """All that the template of a list shows."""
    path = station.path_of(queue)
    whole, page = whole_and_page(house, visitor, queue, wanted)
    profile, directory = house.profile(visitor), house.directory(visitor)
    units = {one.unit for one in whole if one.unit}
    there: Callable[..., str] = wanted.address
    return {
        "station": station,
        "queue": queue,
        "press": station.press or queue.press,
        "page": page,
        "asked": wanted,
        "path": path,
        "lights": counted(whole, path),
        "states": by_state(whole, profile, path),
        "units": sorted(
            ((code, directory.units[code].name) for code in units if code in directory.units),
            key=lambda one: one[1],
        ),
        "sorts": {one.value: there(path, sort=one, page=None) for one in AgendaSort},
        "first": there(path, page=None) if page.page > 1 else "",
        "before": there(path, page=page.page - 1) if page.page > 1 else "",
        "next": there(path, page=page.page + 1) if page.page < page.pages else "",
    }
