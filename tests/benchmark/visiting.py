"""Twenty people who read: each asks for pages one after the other, and thinks in between.

They follow what they are shown: the next page of a list, a case of it. Refuses to know how the
rows came to be and what an answer may cost.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape
from http import HTTPStatus
from random import Random
from time import perf_counter
from urllib.parse import quote, urlencode

from httpx2 import AsyncClient, Response


class Kind(StrEnum):
    """What somebody looks at."""

    LIST = "list"
    CASE = "case"
    OVERVIEW = "overview"
    SEARCH = "search"


class Door(StrEnum):
    """By which way."""

    PAGE = "page"
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who has signed in; `oversees`: the overview opens for them."""

    cookie: str
    oversees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answer and how long it took."""

    kind: Kind
    door: Door
    path: str
    status: int
    seconds: float


WORDS = ("学校", "低效工业用地", "停车", "交通", "农村饮水", "养老服务", "老旧小区", "五金", "医保")
"""What is searched for: two to six signs."""

LISTS: Sequence[Mapping[str, str]] = (
    {},
    {"sort": "due"},
    {"sort": "updated"},
    {"sort": "state"},
    {"state": "handling", "sort": "due"},
    {"unit": "education"},
    {"unit": "transport", "sort": "updated"},
    {"late": "yes"},
    {"key": "yes"},
    {"field": "education", "sort": "state"},
)
YES_OR_NO = frozenset({"key", "late"})
FIGURES = (
    "step.received",
    "step.answered",
    "open",
    "light.red",
    "age.31-60",
    "rate.on_time.part",
)
REPORTS = ("/api/v1/reports/funnel", "/api/v1/reports/rates")
NEXT = re.compile(r'href="(/cases\?[^"]*after=[^"]*)"')
CASE = re.compile(r'href="(/cases/[^"?#/]+)"')
SHARE_OF_PAGES = 0.7
"""The rest asks the API for the same."""


@dataclass(slots=True, kw_only=True)
class _Way:
    """Where one reader goes; the choices are drawn, the links are those of the last list."""

    reader: Reader
    draw: Random
    following: str = ""
    cases: list[str] = field(default_factory=list)

    def steps(self) -> Iterator[tuple[Kind, Door, str]]:
        kinds = [Kind.LIST, Kind.CASE, Kind.SEARCH]
        if self.reader.oversees:
            # Few may look at it, and they look at it often.
            kinds += [Kind.OVERVIEW, Kind.OVERVIEW]
        yield Kind.LIST, Door.PAGE, "/cases"
        while True:
            kind = self.draw.choice(kinds)
            door = Door.PAGE if self.draw.random() < SHARE_OF_PAGES else Door.API
            if kind is not Kind.CASE or self.cases:
                yield kind, door, self._path(kind, door)

    def _path(self, kind: Kind, door: Door) -> str:
        if kind is Kind.LIST:
            return self._list(door)
        if kind is Kind.CASE:
            path = self.draw.choice(self.cases)
            return path if door is Door.PAGE else f"/api/v1/suggestions/{path.rsplit('/')[-1]}"
        if kind is Kind.SEARCH:
            word = quote(self.draw.choice(WORDS))
            return f"/cases?q={word}" if door is Door.PAGE else f"/api/v1/search?text={word}"
        if door is Door.API:
            return self.draw.choice(REPORTS)
        figure = self.draw.choice(FIGURES)
        return self.draw.choice(("/overview", f"/overview/cases?figure={figure}"))

    def _list(self, door: Door) -> str:
        if door is Door.PAGE and self.following and self.draw.random() < 1 / 3:
            return self.following
        asked = self.draw.choice(LISTS)
        if door is Door.PAGE:
            return f"/cases?{urlencode(asked)}"
        told = {name: "true" if name in YES_OR_NO else one for name, one in asked.items()}
        return f"/api/v1/suggestions?{urlencode(told)}"

    def saw(self, kind: Kind, door: Door, answer: Response) -> None:
        """Remember the links of a list."""
        if kind is Kind.LIST and door is Door.PAGE and answer.status_code == HTTPStatus.OK:
            following = NEXT.search(answer.text)
            self.following = unescape(following.group(1)) if following else ""
            self.cases = CASE.findall(answer.text) or self.cases


async def _walk(
    client: AsyncClient, way: _Way, *, until: float, think: tuple[float, float]
) -> list[Seen]:
    seen = []
    await asyncio.sleep(way.draw.uniform(0, think[1]))
    for kind, door, path in way.steps():
        if perf_counter() >= until:
            break
        began = perf_counter()
        answer = await client.get(path, headers={"Cookie": f"bihuan={way.reader.cookie}"})
        took = perf_counter() - began
        way.saw(kind, door, answer)
        seen.append(Seen(kind=kind, door=door, path=path, status=answer.status_code, seconds=took))
        await asyncio.sleep(way.draw.uniform(*think))
    return seen


def visit(
    url: str, readers: Sequence[Reader], *, seconds: float, think: tuple[float, float], seed: int
) -> tuple[Seen, ...]:
    """What all of them see in so many seconds, each thinking between two bounds (seconds)."""

    async def everybody() -> list[list[Seen]]:
        async with AsyncClient(base_url=url, timeout=60) as client:
            until = perf_counter() + seconds
            return await asyncio.gather(
                *(
                    _walk(
                        client,
                        _Way(reader=one, draw=Random(f"{seed} {at}")),  # no secret
                        until=until,
                        think=think,
                    )
                    for at, one in enumerate(readers)
                )
            )

    return tuple(one for own in asyncio.run(everybody()) for one in own)
