"""What is a visitor's own, whatever the role: where they begin, what waits, their inbox."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from engine.profile import Text
from web.entrance import Entrance, PageVisitor
from web.gate import Visitor
from web.house import House
from web.pages.shell import Place, Shell
from web.pages.typed import typed_form

PAGE = 50
WAITING = "/waiting"
Sent = Annotated[dict[str, str], Depends(typed_form)]


def start_of(shell: Shell, visitor: Visitor) -> str:
    """The page with which the visitor begins: of their role where there is one."""
    starts = [one.path for one in shell.places(visitor) if one.start]
    return starts[0] if starts else WAITING


def home_of(entrance: Entrance, shell: Shell) -> Callable[[Request], str | None]:
    """Where whoever asks begins; None for somebody who has not signed in."""

    def home(request: Request) -> str | None:
        visitor = entrance.maybe(request)
        return None if visitor is None else start_of(shell, visitor)

    return home


def own_routes(house: House, entrance: Entrance, shell: Shell) -> APIRouter:
    """`/waiting` and `/inbox`."""
    router = APIRouter(include_in_schema=False)
    shell.offer(Place(path=WAITING, label=Text(zh="待我办理", en="Waiting for me")))
    shell.offer(Place(path="/inbox", label=Text(zh="收件箱", en="Inbox")))

    @router.get(WAITING)
    def waiting(request: Request, visitor: PageVisitor) -> Response:
        return shell.page(
            request,
            "waiting.html",
            visitor,
            waiting=house.waiting(visitor),
            starting=house.starting_actions(visitor),
        )

    @router.get("/inbox")
    def inbox(request: Request, visitor: PageVisitor) -> Response:
        asked = request.query_params
        unread = asked.get("unread") == "yes"
        page = house.inbox(
            visitor, unread_only=unread, after=asked.get("after") or None, limit=PAGE
        )
        return shell.page(request, "inbox.html", visitor, page=page, unread_only=unread)

    @router.post("/inbox")
    def read(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        house.mark_read(visitor, sent.get("notice", ""))
        back = "/inbox?unread=yes" if sent.get("unread") == "yes" else "/inbox"
        return RedirectResponse(back, HTTPStatus.SEE_OTHER)

    return router
