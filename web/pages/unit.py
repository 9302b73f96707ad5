"""The unit 承办单位: its inbox by clock, from receiving to promises kept and orders answered."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.profile import Text
from reports.agenda import AgendaFilter, Scope
from web.entrance import PageVisitor
from web.house import House
from web.pages.in_hand import FIRST, Queue, Station, add_lists, queue_counts
from web.pages.queues import everything, mine, orders, promises
from web.pages.shell import Place, Shell

ROLES = frozenset({"unit_clerk", "unit_head"})
ANSWERING = ("lead", "separate")
CHAIN = ("check_reply", "sign_reply", "countersign_reply", "deliver_reply")

STATION = Station(
    path="/unit",
    title=Text(zh="本单位承办", en="Our unit"),
    roles=ROLES,
    queues=(
        mine(),
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
            todo=Text(
                zh="没有在办的。签收后会出现在这里。",
                en="Nothing is in hand. What is received appears here.",
            ),
        ),
        Queue(
            name="joint",
            title=Text(zh="请我们会办的", en="Joint opinions asked of us"),
            filters=AgendaFilter(machine="assignment", shares=("joint",)),
            scope=Scope.UNITS,
            todo=Text(
                zh="没有要提会办意见的。别的单位主办、请我们会办的会出现在这里。",
                en="No opinion is asked of us. What others lead and we join appears here.",
            ),
        ),
        Queue(
            name="replies",
            title=Text(zh="答复稿流转", en="Drafts on their way"),
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
            todo=Text(
                zh="没有待批复的申请。申请退办或延期后会出现在这里。",
                en="We have asked for nothing. What we ask for appears here.",
            ),
        ),
        promises(Scope.UNITS),
        orders(Scope.UNITS),
        everything(
            "all",
            Text(zh="本单位承办的", en="What our unit handles"),
            Scope.UNITS,
            Text(
                zh="本单位没有承办的建议。交办后会出现在这里。",
                en="Our unit has nothing in hand. What is handed over appears here.",
            ),
        ),
    ),
)
MINE = 8
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
        rows = {"all": 0, "mine": MINE, **dict.fromkeys(PARTS, FIRST)}
        found = queue_counts(house, visitor, STATION, rows)
        parts = [found[one] for one in PARTS]
        return shell.page(
            request,
            "unit.html",
            visitor,
            HTTPStatus.OK,
            units=units,
            whole=[found["all"]],
            mine=[found["mine"]],
            parts=parts,
            # What waits for me is above already; below stands what is with somebody else.
            others=[one for one in parts if any(not line.mine for line in one.lines)],
        )

    add_lists(router, house, shell, STATION)
    return router
