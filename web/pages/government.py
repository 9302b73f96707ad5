"""The government office 政府办(督查室): divide, returns, extensions, drafts to check, overdue."""

from __future__ import annotations

from http import HTTPStatus
from itertools import chain

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.profile import Text
from reports.agenda import AgendaFilter, Scope
from web.entrance import PageVisitor
from web.house import House
from web.pages.desk import HANDING_OVER
from web.pages.in_hand import FIRST, Count, Queue, Station, add_lists, queue_counts
from web.pages.queues import late, mine
from web.pages.shell import Place, Shell

ROLES = frozenset({"government_clerk", "government_leader"})

STATION = Station(
    path="/government",
    title=Text(zh="政府办工作台", en="Government office"),
    roles=ROLES,
    queues=(
        Queue(
            name="divide",
            title=Text(zh="待分办（含协调中）", en="To divide among units"),
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
            todo=Text(
                zh="没有单位申请退办。申请后会出现在这里，等待裁决。",
                en="No unit asks to return a case. What they ask appears here to be decided.",
            ),
        ),
        Queue(
            name="extensions",
            title=Text(zh="延期待审核", en="Extensions to decide"),
            filters=AgendaFilter(effects=("approve_extension",)),
            scope=Scope.SEEN,
            todo=Text(
                zh="没有单位申请延期。申请后会出现在这里，等待审核。",
                en="No unit asks for more time. What they ask appears here to be checked.",
            ),
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
        mine(),
        late(Scope.SEEN),
    ),
)
OWN = ("divide", "returns", "extensions", "replies")
ON_THE_PAGE = (*OWN, "mine", "late")


def government_routes(house: House, shell: Shell) -> APIRouter:
    """The office's page and its lists."""
    router = APIRouter(include_in_schema=False)
    shell.offer(
        Place(path="/government", label=Text(zh="政府办", en="Office"), roles=ROLES, start=True)
    )

    @router.get("/government")
    def office(request: Request, visitor: PageVisitor) -> Response:
        STATION.let_in(visitor)
        found = queue_counts(house, visitor, STATION, dict.fromkeys(ON_THE_PAGE, FIRST))
        return shell.page(
            request,
            "government.html",
            visitor,
            HTTPStatus.OK,
            queues=tuple(found.values()),
            may_divide=bool(visitor.roles & HANDING_OVER),
            repeated=_things(found["mine"]) <= {*chain(*map(_things, (found[one] for one in OWN)))},
        )

    add_lists(router, house, shell, STATION)
    return router


def _things(count: Count) -> set[tuple[str, str, int | None]]:
    """What the first rows of a queue are about."""
    return {(one.case, one.machine, one.subject) for one in count.lines}
