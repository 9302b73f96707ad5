"""领办领导 and 督办领导: their topics and portfolio, what waits for them, and whom to press."""

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
from web.pages.in_hand import (
    FIRST,
    Asked,
    Queue,
    Station,
    asked,
    by_state,
    counted,
    list_facts,
    queue_counts,
)
from web.pages.shell import Place, Shell

Wanted = Annotated[Asked, Depends(asked)]
Name = Annotated[str, InPath(pattern="^[a-z-]{1,30}$")]
ROLES = frozenset({"lead_official", "supervising_committee", "chairpersons"})

STATION = Station(
    path="/lead",
    title=Text(zh="领办督办", en="Leading and supervising"),
    roles=ROLES,
    queues=(
        Queue(
            name="mine",
            title=Text(zh="等我办的", en="Waiting for me"),
            filters=AgendaFilter(),
            scope=Scope.MINE,
            todo=Text(
                zh="眼下没有等您办的,可看看下面哪些超期。",
                en="Nothing waits for you; see below what is overdue.",
            ),
        ),
        Queue(
            name="late",
            title=Text(zh="超期的,可过问", en="Overdue: to ask about"),
            filters=AgendaFilter(light=Light.RED),
            scope=Scope.LED,
            todo=Text(zh="您领办、督办和分管的没有超期。", en="Nothing of yours is overdue."),
        ),
        Queue(
            name="signing",
            title=Text(zh="答复稿待签发", en="Replies to be signed"),
            filters=AgendaFilter(effects=("sign_reply",)),
            scope=Scope.LED,
            todo=Text(zh="没有待签发的答复。", en="No reply waits for a signature."),
        ),
        Queue(
            name="orders",
            title=Text(zh="督办单", en="Orders"),
            filters=AgendaFilter(machine="order"),
            scope=Scope.LED,
            todo=Text(zh="没有未办结的督办单。", en="No order is open."),
        ),
        Queue(
            name="promises",
            title=Text(zh="要兑现的承诺", en="Promises to keep"),
            filters=AgendaFilter(machine="commitment"),
            scope=Scope.LED,
            todo=Text(zh="没有未兑现的承诺。", en="No promise is open."),
        ),
        Queue(
            name="led",
            title=Text(zh="我领办、督办和分管的", en="What I lead and supervise"),
            filters=AgendaFilter(),
            scope=Scope.LED,
            todo=Text(
                zh="您名下还没有在办的建议。确定重点建议或交办后会出现在这里。",
                en="Nothing of yours is in hand yet.",
            ),
        ),
    ),
)
PRESSING = frozenset({"late", "led"})


def leader_routes(house: House, shell: Shell) -> APIRouter:
    """The leader's page and its lists."""
    router = APIRouter(include_in_schema=False)
    shell.offer(
        Place(path="/lead", label=Text(zh="领办督办", en="Leading"), roles=ROLES, start=True)
    )

    @router.get("/lead")
    def lead(request: Request, visitor: PageVisitor) -> Response:
        STATION.let_in(visitor)
        led = house.tallies(visitor, scope=Scope.LED, filters=AgendaFilter())
        return shell.page(
            request,
            "leader.html",
            visitor,
            HTTPStatus.OK,
            topics=house.topics(visitor, mine=True),
            led=counted(led, "/lead/list/led"),
            states=by_state(led, house.profile(visitor), "/lead/list/led"),
            mine=queue_counts(house, visitor, STATION, ("mine", "signing"), rows=FIRST),
            late=queue_counts(house, visitor, STATION, ("late",), rows=FIRST),
            others=queue_counts(house, visitor, STATION, ("orders", "promises"), rows=0),
        )

    @router.get("/lead/list/{name}")
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
