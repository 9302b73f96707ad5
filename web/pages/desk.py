"""The congress desk 代表工委: today, review, key topics, supervision, second handling, all lists.

The hand-over workbench is `web.pages.workbench`. Refuses to know how things are counted.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.profile import Stage, Text
from reports.agenda import AgendaFilter, Scope
from reports.duties import Light
from web.entrance import PageVisitor
from web.gate import Visitor
from web.house import House
from web.pages.in_hand import (
    Asked,
    Queue,
    Station,
    Wanted,
    add_lists,
    by_state,
    by_unit,
    counted,
    list_facts,
    queue_counts,
)
from web.pages.outcomes import outcome_columns, outcome_counts, picked_of
from web.pages.queues import everything, late, mine, orders
from web.pages.shell import Place, Shell

DESK = frozenset({"committee_clerk", "committee_head", "reviewer"})
WATCHING = frozenset({*DESK, "supervising_committee", "chairpersons"})
CALM = Text(zh="有新的会出现在这里。", en="New ones appear here.")
MOST_STUCK = 8

QUEUES = (
    mine(),
    Queue(
        name="review",
        title=Text(zh="审查立案", en="Review and registration"),
        filters=AgendaFilter(machine="suggestion", stage=Stage.RAISE.value),
        scope=Scope.MINE,
        todo=Text(
            zh="没有待审查的建议。代表提交后会出现在这里。",
            en="Nothing to review. What deputies submit appears here.",
        ),
        path="/desk/review",
    ),
    Queue(
        name="hand-over",
        title=Text(zh="待交办", en="To be handed over"),
        filters=AgendaFilter(machine="suggestion", effects=("hand_over",)),
        scope=Scope.SEEN,
        todo=Text(
            zh="没有待交办的建议。立案后会出现在这里。",
            en="Nothing to hand over. What is registered appears here.",
        ),
        path="/desk/hand-over",
    ),
    Queue(
        name="decisions",
        title=Text(zh="退办、延期待决定", en="Returns and extensions to decide"),
        filters=AgendaFilter(effects=("settle_return", "approve_extension", "reassign")),
        scope=Scope.MINE,
        todo=CALM,
    ),
    Queue(
        name="second-round",
        title=Text(zh="不满意件：是否再次办理", en="Dissatisfied: a second round?"),
        filters=AgendaFilter(machine="suggestion", effects=("next_round",)),
        scope=Scope.SEEN,
        todo=Text(
            zh="没有待研究的不满意件。代表评价不满意后会出现在这里。",
            en="No dissatisfied case to decide. They appear here once rated.",
        ),
        path="/desk/second-round",
    ),
    orders(Scope.SEEN),
    late(Scope.SEEN),
    everything("all", Text(zh="全部在办", en="All in hand"), Scope.SEEN, CALM),
)
HANDING_OVER = frozenset({"committee_clerk", "committee_head", "government_clerk"})
"""Who finds the workbench open: nobody else is sent there."""
STATION = Station(
    path="/desk",
    title=Text(zh="代表工委工作台", en="Congress desk"),
    roles=DESK,
    queues=QUEUES,
)
BOARD = Station(
    path="/desk/supervision",
    title=Text(zh="督办台", en="Supervision board"),
    roles=WATCHING,
    # Under its own address: a list of the desk is closed to those who only watch.
    queues=tuple(replace(one, path="") for one in QUEUES),
    press=True,
)
PLACES = (
    Place(path="/desk", label=Text(zh="今日", en="Today"), roles=DESK, start=True),
    Place(path="/desk/review", label=Text(zh="审查", en="Review"), roles=DESK),
    Place(
        path="/desk/hand-over",
        label=Text(zh="交办", en="Hand over"),
        roles=HANDING_OVER,
    ),
    Place(path="/desk/topics", label=Text(zh="重点建议", en="Key topics"), roles=WATCHING),
    Place(path="/desk/supervision", label=Text(zh="督办", en="Supervision"), roles=WATCHING),
    Place(path="/desk/second-round", label=Text(zh="再次办理", en="Second round"), roles=DESK),
)


def desk_routes(house: House, shell: Shell) -> APIRouter:
    """The pages of the congress desk, but for the workbench."""
    router = APIRouter(include_in_schema=False)
    for place in PLACES:
        shell.offer(place)

    def listed(request: Request, visitor: Visitor, name: str, wanted: Asked) -> Response:
        facts = list_facts(house, visitor, STATION, STATION.open(visitor, name), wanted)
        return shell.page(request, "in_hand_list.html", visitor, HTTPStatus.OK, **facts)

    @router.get("/desk")
    def today(request: Request, visitor: PageVisitor) -> Response:
        STATION.let_in(visitor)
        return shell.page(request, "desk.html", visitor, HTTPStatus.OK, **_today(house, visitor))

    @router.get("/desk/review")
    def review(request: Request, visitor: PageVisitor, wanted: Wanted) -> Response:
        return listed(request, visitor, "review", wanted)

    @router.get("/desk/second-round")
    def second_round(request: Request, visitor: PageVisitor, wanted: Wanted) -> Response:
        return listed(request, visitor, "second-round", wanted)

    add_lists(router, house, shell, STATION)
    _add_board(router, house, shell)
    return router


def _add_board(router: APIRouter, house: House, shell: Shell) -> None:
    @router.get("/desk/topics")
    def topics(
        request: Request, visitor: PageVisitor, topic: str = "", shown: str = ""
    ) -> Response:
        BOARD.let_in(visitor)
        found = house.topics(visitor, mine=False)
        columns = outcome_columns(house.profile(visitor))
        return shell.page(
            request,
            "desk_topics.html",
            visitor,
            topics=found,
            columns=columns,
            picked=picked_of(found, columns, topic, shown),
        )

    @router.get("/desk/supervision")
    def board(
        request: Request, visitor: PageVisitor, unit: str = "", outcome: str = ""
    ) -> Response:
        BOARD.let_in(visitor)
        facts = _board(house, visitor, unit[:60], outcome)
        return shell.page(request, "desk_supervision.html", visitor, HTTPStatus.OK, **facts)

    add_lists(router, house, shell, BOARD)


def _today(house: House, visitor: Visitor) -> dict[str, object]:
    profile, directory = house.profile(visitor), house.directory(visitor)
    named = ("review", "hand-over", "decisions", "second-round", "orders")
    queues = tuple(one for one in named if one != "hand-over" or visitor.roles & HANDING_OVER)
    rows = {**dict.fromkeys(queues, 0), "mine": 6, "all": 0}
    found = queue_counts(house, visitor, STATION, rows)
    waiting, seen = found["mine"].tallies, found["all"].tallies
    overdue = [one for one in seen if one.light is Light.RED]
    return {
        "mine": counted(waiting, "/desk/list/mine", Text(zh="等我办的", en="Waiting for me")),
        "states": by_state(waiting, profile, "/desk/list/mine"),
        "queues": [found[one] for one in queues],
        "everything": counted(seen, "/desk/list/all", Text(zh="全部在办", en="All in hand")),
        "stuck": by_unit(overdue, directory, "/desk/list/late", most=MOST_STUCK),
        "adrift": by_state(
            [one for one in overdue if one.unit is None], profile, "/desk/list/late"
        ),
        "first": [found["mine"]],
    }


def _board(house: House, visitor: Visitor, unit: str, outcome: str) -> dict[str, object]:
    """A row a unit: its things by time light, its orders, and 成效灯 of its key suggestions."""
    found = queue_counts(house, visitor, BOARD, {"all": 0, "late": 10})
    seen = found["all"].tallies
    cases = [one for topic in house.topics(visitor, mine=False) for one in topic.cases]
    directory = house.directory(visitor)
    columns = outcome_columns(house.profile(visitor))
    where = "/desk/supervision/list/all"
    rows = []
    for one in by_unit(seen, directory, where):
        code = one.path.partition("?unit=")[2]
        name = one.label.zh if one.label else code
        own = (it.count for it in seen if it.unit == code and it.machine == "order")
        rows.append(
            {
                "name": name,
                "code": code,
                "count": one,
                "orders": sum(own),
                "outcomes": outcome_counts(it for it in cases if name in it.units),
            }
        )
    named = directory.units[unit].name if unit in directory.units else ""
    return {
        "rows": rows,
        "columns": columns,
        "total": counted([one for one in seen if one.unit], where),
        "outcomes": outcome_counts(cases),
        "unit": named,
        "shown": next((one for one in columns if one.code == outcome), None),
        "judged": [
            one
            for one in cases
            if outcome and one.outcome_code == outcome and (not named or named in one.units)
        ],
        "late": [found["late"]],
    }
