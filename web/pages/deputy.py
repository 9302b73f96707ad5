"""The deputy's pages: my suggestions as a loop with what is mine to do, and promises to me."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.calendar import local_day
from engine.case import Commitment
from engine.profile import Stage, Text
from reports.cases import CaseFilter, CaseSort
from web.entrance import PageVisitor
from web.gate import Visitor
from web.house import ActionForm, House, SeenCase
from web.pages.case import Words
from web.pages.listed import ListedCase, listed
from web.pages.shell import Place, Shell
from web.pages.wording import NEXT

DEPUTY = frozenset({"deputy"})
MANY = 200
"""More than any deputy has in a term; the rest is in the list of all."""
AT_ONCE = 8
"""Waiting cases whose steps stand on the page itself; more would make it slow and long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise made to the deputy, still to be kept."""

    case: str
    number: str | None
    title: str
    unit: str
    promise: Commitment


def deputy_routes(house: House, shell: Shell) -> APIRouter:
    """`/mine` and `/mine/promises`."""
    router = APIRouter(include_in_schema=False)
    shell.offer(
        Place(
            path="/mine",
            label=Text(zh="我的建议", en="My suggestions"),
            roles=DEPUTY,
            start=True,
        )
    )
    shell.offer(
        Place(path="/mine/promises", label=Text(zh="对我的承诺", en="Promises"), roles=DEPUTY)
    )

    @router.get("/mine")
    def mine(request: Request, visitor: PageVisitor) -> Response:
        rows = _mine(house, visitor)
        stages = _by_stage(rows)
        waiting = house.waiting(visitor)
        first = tuple(dict.fromkeys(one.case for one in waiting[:AT_ONCE]))
        return shell.page(
            request,
            "mine.html",
            visitor,
            stages=stages,
            ended=tuple(one for one in rows if one.ended),
            waiting=waiting,
            owed={
                one.view.case.id: owed(one) for one in house.several(visitor, first, door="mine")
            },
            next=NEXT,
            starting=house.starting_actions(visitor),
            counts=_counts(rows),
            held=tuple(stages),
        )

    @router.get("/mine/promises")
    def promises(request: Request, visitor: PageVisitor) -> Response:
        found = _promises(house, visitor, _mine(house, visitor))
        return shell.page(
            request,
            "promises.html",
            visitor,
            running=[one for one in found if one.promise.ended_at is None],
            ended=[one for one in found if one.promise.ended_at is not None],
            words=Words(profile=house.profile(visitor)),
            today=local_day(house.now()),
        )

    return router


def owed(seen: SeenCase) -> tuple[ActionForm, ...]:
    """What the visitor may do as one of those for whom the case waits, and not by another right."""
    state = seen.profile.machines["suggestion"].states[seen.view.case.state]
    waited_for = set(state.owners)
    found = []
    for one in seen.actions:
        known = seen.profile.action(one.action)
        if known is not None and one.machine == "suggestion" and waited_for & set(known.by):
            found.append(one)
    return tuple(found)


def _mine(house: House, visitor: Visitor) -> tuple[ListedCase, ...]:
    rules, today = house.profile(visitor), local_day(house.now())
    page = house.cases(
        visitor,
        filters=CaseFilter(deputy=visitor.person),
        sort=CaseSort.UPDATED,
        after=None,
        limit=MANY,
    )
    calendar = house.calendar(visitor)
    return tuple(listed(one, rules, today, calendar) for one in page.lines)


def _by_stage(rows: Sequence[ListedCase]) -> dict[Stage, list[ListedCase]]:
    found: dict[Stage, list[ListedCase]] = defaultdict(list)
    for one in rows:
        if not one.ended:
            found[one.stage].append(one)
    return {stage: found[stage] for stage in Stage if found[stage]}


def _counts(rows: Sequence[ListedCase]) -> dict[Stage, Text]:
    """Under each stage of the loop: how many of mine are there."""
    counts = dict.fromkeys(Stage, 0)
    for one in rows:
        if not one.ended:
            counts[one.stage] += 1
    return {stage: Text(zh=f"{count}件", en=str(count)) for stage, count in counts.items()}


def _promises(house: House, visitor: Visitor, rows: Sequence[ListedCase]) -> tuple[Promise, ...]:
    """Of answered cases only: before a delivered reply nothing is promised."""
    answered = [one.line.id for one in rows if one.stage is Stage.SUPERVISE]
    found = [
        Promise(
            case=one.view.case.id,
            number=one.view.case.number,
            title=one.view.case.title,
            unit=unit,
            promise=promise,
        )
        for one in house.several(visitor, answered, door="mine")
        for unit, promise in one.view.commitments
    ]
    return tuple(sorted(found, key=lambda one: one.promise.due_on))
