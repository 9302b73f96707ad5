"""领办领导 and 督办领导: their topics and portfolio, what waits for them, and whom to press."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.profile import Text
from reports.agenda import AgendaFilter, Scope
from web.entrance import PageVisitor
from web.house import House
from web.pages.in_hand import (
    FIRST,
    Queue,
    Station,
    add_lists,
    by_state,
    by_unit,
    queue_counts,
)
from web.pages.outcomes import outcome_columns, picked_of
from web.pages.queues import everything, late, mine, orders, promises
from web.pages.shell import Place, Shell

ROLES = frozenset({"lead_official", "supervising_committee", "chairpersons"})

STATION = Station(
    path="/lead",
    title=Text(zh="领办督办", en="Leading and supervising"),
    roles=ROLES,
    queues=(
        mine(
            Text(
                zh="眼下没有等您办的，可看看上面的重点建议和分管单位。",
                en="Nothing waits for you; see the key topics and your units above.",
            )
        ),
        late(
            Scope.LED,
            title=Text(zh="超期的，可过问", en="Overdue: to ask about"),
            todo=Text(zh="您领办、督办和分管的没有超期。", en="Nothing of yours is overdue."),
        ),
        Queue(
            name="signing",
            title=Text(zh="答复稿待签发", en="Replies to be signed"),
            filters=AgendaFilter(effects=("sign_reply", "countersign_reply")),
            scope=Scope.LED,
            todo=Text(zh="没有待签发的答复。", en="No reply waits for a signature."),
        ),
        orders(Scope.LED),
        promises(Scope.LED),
        everything(
            "led",
            Text(zh="我领办、督办和分管的", en="What I lead and supervise"),
            Scope.LED,
            Text(
                zh="您名下还没有在办的建议。确定重点建议或交办后会出现在这里。",
                en="Nothing of yours is in hand yet.",
            ),
            press=True,
        ),
    ),
)
ON_THE_PAGE = ("mine", "signing", "late")
COUNTED = ("orders", "promises", "led")


def leader_routes(house: House, shell: Shell) -> APIRouter:
    """The leader's page and its lists."""
    router = APIRouter(include_in_schema=False)
    shell.offer(
        Place(path="/lead", label=Text(zh="领办督办", en="Leading"), roles=ROLES, start=True)
    )

    @router.get("/lead")
    def lead(request: Request, visitor: PageVisitor, topic: str = "", shown: str = "") -> Response:
        STATION.let_in(visitor)
        rows = {**dict.fromkeys(ON_THE_PAGE, FIRST), **dict.fromkeys(COUNTED, 0)}
        found = queue_counts(house, visitor, STATION, rows)
        led = found["led"].tallies
        own = house.topics(visitor, mine=True)
        columns = outcome_columns(house.profile(visitor))
        decides = not own and "chairpersons" in visitor.roles
        return shell.page(
            request,
            "leader.html",
            visitor,
            HTTPStatus.OK,
            topics=own,
            decides=decides,
            decided=house.topics(visitor, mine=False) if decides else (),
            columns=columns,
            picked=picked_of(own, columns, topic, shown),
            states=by_state(led, house.profile(visitor), "/lead/list/led"),
            units=by_unit(led, house.directory(visitor), "/lead/list/led"),
            queues=[found[one] for one in ON_THE_PAGE],
            others=[found[one] for one in COUNTED],
        )

    add_lists(router, house, shell, STATION)
    return router
