"""The government office 政府办(督查室): divide, returns, extensions, drafts to check, overdue."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import Response

from engine.profile import Text
from reports.agenda import AgendaFilter, Scope
from reports.duties import Light
from web.entrance import PageVisitor
from web.house import House
from web.pages.in_hand import FIRST, Asked, Queue, Station, asked, list_facts, queue_counts
from web.pages.shell import Place, Shell

Wanted = Annotated[Asked, Depends(asked)]
Name = Annotated[str, InPath(pattern="^[a-z-]{1,30}$")]
ROLES = frozenset({"government_clerk", "government_leader"})

STATION = Station(
    path="/government",
    title=Text(zh="政府办工作台", en="Government office"),
    roles=ROLES,
    queues=(
        Queue(
            name="divide",
            title=Text(zh="待分办(含协调中)", en="To divide among units"),
            filters=AgendaFilter(machine="suggestion", effects=("hand_over", "reassign")),
            scope=Scope.SEEN,
            todo=Text(
                zh="没有待分办的。人大立案后会出现在这里。",
                en="Nothing to divide. What the congress registers appears here.",
            ),
        ),
        Queue(
            name="returns",
            title=Text(zh="退办待裁决", en="Returns to arbitrate"),
            filters=AgendaFilter(effects=("settle_return",)),
            scope=Scope.SEEN,
            todo=Text(zh="没有单位申请退办。", en="No unit asks to return a case."),
        ),
        Queue(
            name="extensions",
            title=Text(zh="延期待审核", en="Extensions to decide"),
            filters=AgendaFilter(effects=("approve_extension",)),
            scope=Scope.SEEN,
            todo=Text(zh="没有单位申请延期。", en="No unit asks for more time."),
        ),
        Queue(
            name="replies",
            title=Text(zh="答复稿待审核", en="Drafts to check"),
            filters=AgendaFilter(effects=("check_reply",)),
            scope=Scope.SEEN,
            todo=Text(
                zh="没有待审核的答复稿。单位拟写后会出现在这里。",
                en="No draft to check. What units write appears here.",
            ),
        ),
        Queue(
            name="mine",
            title=Text(zh="等我办的", en="Waiting for me"),
            filters=AgendaFilter(),
            scope=Scope.MINE,
            todo=Text(zh="眼下没有等您办的。", en="Nothing waits for you now."),
        ),
        Queue(
            name="late",
            title=Text(zh="超期的", en="Overdue"),
            filters=AgendaFilter(light=Light.RED),
            scope=Scope.SEEN,
            todo=Text(zh="没有超期的。", en="Nothing is overdue."),
        ),
    ),
)
ON_THE_PAGE = ("divide", "returns", "extensions", "replies", "mine")
PRESSING = frozenset({"late"})


def government_routes(house: House, shell: Shell) -> APIRouter:
    """The office's page and its lists."""
    router = APIRouter(include_in_schema=False)
    shell.offer(
        Place(path="/government", label=Text(zh="政府办", en="Office"), roles=ROLES, start=True)
    )

    @router.get("/government")
    def office(request: Request, visitor: PageVisitor) -> Response:
        STATION.let_in(visitor)
        queues = queue_counts(house, visitor, STATION, ON_THE_PAGE, rows=FIRST)
        late = queue_counts(house, visitor, STATION, ("late",), rows=FIRST)
        return shell.page(
            request, "government.html", visitor, HTTPStatus.OK, queues=queues, late=late
        )

    @router.get("/government/list/{name}")
    def one_list(request: Request, visitor: PageVisitor, name: Name, wanted: Wanted) -> Response:
        queue = STATION.queue(name)
        if queue is None:
            raise HTTPException(404)
        STATION.let_in(visitor)
        facts = list_facts(house, visitor, STATION, queue, wanted)
        press = name in PRESSING
        return shell.page(
            request, "in_hand_list.html", visitor, HTTPStatus.OK, press=press, **facts
        )

    return router
