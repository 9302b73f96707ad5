"""The unit 承办单位: its inbox by clock, from receiving to promises kept and orders answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import Response

from engine.profile import Text
from reports.agenda import AgendaFilter, Scope
from web.entrance import PageVisitor
from web.house import House
from web.pages.in_hand import (
    FIRST,
    Asked,
    Queue,
    Station,
    asked,
    counted,
    list_facts,
    queue_counts,
)
from web.pages.shell import Place, Shell

Wanted = Annotated[Asked, Depends(asked)]
Name = Annotated[str, InPath(pattern="^[a-z-]{1,30}$")]
ROLES = frozenset({"unit_clerk", "unit_head"})
ANSWERING = ("lead", "separate")
CHAIN = ("check_reply", "sign_reply", "deliver_reply")

STATION = Station(
    path="/unit",
    title=Text(zh="本单位承办", en="Our unit"),
    roles=ROLES,
    queues=(
        Queue(
            name="mine",
            title=Text(zh="等我办的", en="Waiting for me"),
            filters=AgendaFilter(),
            scope=Scope.MINE,
            todo=Text(zh="眼下没有等您办的。", en="Nothing waits for you now."),
        ),
        Queue(
            name="receive",
            title=Text(zh="待签收", en="To receive"),
            filters=AgendaFilter(machine="assignment", received=False),
            scope=Scope.UNITS,
            todo=Text(
                zh="没有待签收的。新交办的会出现在这里。",
                en="Nothing to sign for. What is handed over appears here.",
            ),
        ),
        Queue(
            name="in-hand",
            title=Text(zh="在办", en="In hand"),
            filters=AgendaFilter(
                machine="assignment", effects=("draft_reply",), shares=ANSWERING, received=True
            ),
            scope=Scope.UNITS,
            todo=Text(zh="没有在办的。", en="Nothing is in hand."),
        ),
        Queue(
            name="joint",
            title=Text(zh="请我们会办的", en="Joint opinions asked of us"),
            filters=AgendaFilter(machine="assignment", shares=("joint",)),
            scope=Scope.UNITS,
            todo=Text(zh="没有要提会办意见的。", en="No opinion is asked of us."),
        ),
        Queue(
            name="replies",
            title=Text(zh="答复稿:审核、签发、送达", en="Drafts: check, sign, deliver"),
            filters=AgendaFilter(machine="assignment", effects=CHAIN),
            scope=Scope.UNITS,
            todo=Text(
                zh="没有流转中的答复稿。拟写后会出现在这里。",
                en="No draft is on its way. They appear here once written.",
            ),
        ),
        Queue(
            name="asked",
            title=Text(zh="退办、延期等批复", en="Returns and extensions asked"),
            filters=AgendaFilter(
                machine="assignment", effects=("settle_return", "approve_extension")
            ),
            scope=Scope.UNITS,
            todo=Text(zh="没有待批复的申请。", en="We have asked for nothing."),
        ),
        Queue(
            name="promises",
            title=Text(zh="要兑现的承诺", en="Promises to keep"),
            filters=AgendaFilter(machine="commitment"),
            scope=Scope.UNITS,
            todo=Text(zh="没有未兑现的承诺。", en="No promise is open."),
        ),
        Queue(
            name="orders",
            title=Text(zh="督办单", en="Orders"),
            filters=AgendaFilter(machine="order"),
            scope=Scope.UNITS,
            todo=Text(zh="没有督办单。", en="No order is open."),
        ),
        Queue(
            name="all",
            title=Text(zh="本单位全部", en="All of our unit"),
            filters=AgendaFilter(),
            scope=Scope.UNITS,
            todo=Text(zh="本单位没有承办的建议。", en="Our unit has nothing in hand."),
        ),
    ),
)
PARTS = ("receive", "in-hand", "joint", "replies", "asked", "promises", "orders")


def unit_routes(house: House, shell: Shell) -> APIRouter:
    """The unit's page and its lists."""
    router = APIRouter(include_in_schema=False)
    shell.offer(
        Place(path="/unit", label=Text(zh="本单位", en="Our unit"), roles=ROLES, start=True)
    )

    @router.get("/unit")
    def inbox(request: Request, visitor: PageVisitor) -> Response:
        STATION.let_in(visitor)
        directory = house.directory(visitor)
        units = [directory.units[one].name for one in directory.units_of(visitor.person)]
        whole = house.tallies(visitor, scope=Scope.UNITS, filters=AgendaFilter())
        return shell.page(
            request,
            "unit.html",
            visitor,
            HTTPStatus.OK,
            units=units,
            whole=counted(whole, "/unit/list/all"),
            mine=queue_counts(house, visitor, STATION, ("mine",), rows=FIRST),
            parts=queue_counts(house, visitor, STATION, PARTS, rows=FIRST),
        )

    @router.get("/unit/list/{name}")
    def one_list(request: Request, visitor: PageVisitor, name: Name, wanted: Wanted) -> Response:
        queue = STATION.queue(name)
        if queue is None:
            raise HTTPException(404)
        STATION.let_in(visitor)
        facts = list_facts(house, visitor, STATION, queue, wanted)
        return shell.page(request, "in_hand_list.html", visitor, HTTPStatus.OK, **facts)

    return router
