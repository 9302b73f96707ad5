"""The shell around every page: layout, language, navigation, and the filters templates use.

Refuses to know what a page is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from engine.calendar import local_day
from engine.profile import Text
from web.entrance import LANGUAGE_COOKIE, LANGUAGES, PASSWORD
from web.gate import Visitor
from web.house import House
from web.pages.static_files import address_of
from web.pages.wording import PARTS, STAGES, Frame, chinese

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the navigation: for whoever holds one of the roles; none named: for all.

    `start`: it is the page with which such a person begins.
    """

    path: str
    label: Text
    roles: frozenset[str] = frozenset()
    start: bool = False

    def is_for(self, visitor: Visitor) -> bool:
        """Whether the visitor is offered it."""
        return not self.roles or bool(self.roles & visitor.roles)


class Shell:
    """Renders the templates of `web/templates` for a visitor.

    `own`: where the visitor's name in the head leads to.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._places: list[Place] = []
        self._beside: list[Place] = []
        self.own = PASSWORD
        self._templates = _environment()

    def offer(self, place: Place) -> None:
        """Put an entry into the navigation; routes do it for the pages they bring."""
        self._places.append(place)

    def offer_beside(self, place: Place) -> None:
        """Link to a page of each case from its own; its path goes on from the case's address."""
        self._beside.append(place)

    @property
    def beside(self) -> tuple[Place, ...]:
        """What hangs on every case."""
        return tuple(self._beside)

    def places(self, visitor: Visitor) -> tuple[Place, ...]:
        """The navigation of a visitor, where they begin first."""
        mine = [one for one in self._places if one.is_for(visitor)]
        return tuple(sorted(mine, key=lambda one: not one.start))

    def language(self, request: Request, visitor: Visitor | None) -> str:
        """As switched in this browser, or as the visitor wishes, or Chinese."""
        switched = request.cookies.get(LANGUAGE_COOKIE)
        if switched in LANGUAGES:
            return switched
        return visitor.language if visitor and visitor.language in LANGUAGES else "zh"

    def frame(self, request: Request, visitor: Visitor | None) -> Frame:
        """The words of this visitor on this day."""
        house = self._house
        return Frame(
            language=self.language(request, visitor),
            today=local_day(house.now()),
            find_calendar=None if visitor is None else lambda: house.calendar(visitor),
        )

    def page(  # the facts are what the template shows
        self,
        request: Request,
        template: str,
        visitor: Visitor | None,
        status: int = HTTPStatus.OK,
        /,
        **facts: object,
    ) -> HTMLResponse:
        """A template filled for a visitor; what belongs to one person is never kept by a cache."""
        frame = self.frame(request, visitor)
        places = self.places(visitor) if visitor else ()
        text = self._templates.get_template(template).render(
            frame=frame,
            say=frame.say,
            language=frame.language,
            visitor=visitor,
            csrf=visitor.csrf if visitor else "",
            places=places,
            own_place=self.own,
            here=request.url.path,
            section=_section(places, request.url.path),
            address=_own_address(request),
            **facts,
        )
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def _section(places: Sequence[Place], path: str) -> str:
    """The entry of the navigation under which a page lies; the longest that fits."""
    under = [one.path for one in places if f"{path}/".startswith(f"{one.path}/")]
    return max(under, key=len, default="")


def _own_address(request: Request) -> str:
    """Where to come back to after a switch of language."""
    path, query = quote(request.url.path, safe="/"), request.url.query
    return f"{path}?{query}" if query else path


@cache
def _environment() -> jinja2.Environment:
    """One in a process: its templates are compiled once, however many applications there are."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        # What serves has its templates from the beginning: none is looked at again for changes.
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=address_of, PARTS=PARTS, STAGES=STAGES)
    environment.filters.update(
        t=_framed(Frame.text),
        chinese=chinese,
        day=_framed(Frame.day),
        instant=_framed(Frame.instant),
        left=_framed(Frame.left),
        light=_framed(Frame.light_of),
    )
    return environment


def _framed(word: Callable[..., object]) -> Callable[..., object]:
    """A filter that speaks the words of the page's frame."""

    @jinja2.pass_context
    def framed(context: jinja2.runtime.Context, value: object) -> object:
        return word(context["frame"], value)

    return framed
