"""What is in hand: open suggestions, shares, promises and orders across cases, and key topics.

The lists of the desks' pages for programs. Refuses to know whose a thing is: the house does.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from engine.profile import Stage
from reports.agenda import AgendaFilter, AgendaSort, Scope
from reports.agenda_lists import MAX_SIZE, AskedList
from reports.duties import Light
from reports.topics_in_hand import TopicCase, TopicInHand
from web.api.access import Reader
from web.api.answers import (
    CODE_PATTERN,
    NO_CONTROL,
    After,
    Answer,
    Listed,
    Page,
    Words,
    link_next,
    made,
)
from web.api.figures import IndicatorOut
from web.api.mine import ClockedThing
from web.api.refusals import refusals
from web.house import House

Machine = Literal["suggestion", "assignment", "commitment", "order"]
Code = Annotated[str | None, Query(pattern=CODE_PATTERN)]


class ActionStepOut(Answer):
    """An action by which the visitor can move the thing, or press for it."""

    action: str = Field(description="动作代码 · code of the action")
    label: Words = Field(description="动作名称 · label")
    subject: int | None = Field(description="动作的 subject · its subject")
    onward: bool = Field(description="是否向办结推进 · whether it leads nearer to the end")


class ReasonOut(Answer):
    """Why it waits, in somebody's own words."""

    kind: str = Field(description="退办、延期、答复稿等 · return, extension, reply, order, promise")
    by: str = Field(description="谁说的 · who says so")
    text: str = Field(description="理由 · the words")


class InHandOut(ClockedThing):
    """An open thing: a suggestion, a unit's share, a promise or an order."""

    machine: Machine = Field(description="哪一种事项 · what kind of thing")
    subject: int | None = Field(description="序号,建议本身为 null · its number; null: the case")
    stage: Stage = Field(description="提交办督所处阶段 · stage of the loop")
    share: str = Field(description="主办、会办或分办 · lead, joint or separate, of a share")
    round: int = Field(description="轮次 · round")
    topic: int | None = Field(description="重点建议方面序号 · key topic")
    owners: list[str] = Field(description="应办人 · who must act")
    mine: bool = Field(description="是否等您办 · whether it waits for you")
    reason: ReasonOut | None = Field(description="等待的缘由 · why it waits, in words")
    steps: list[ActionStepOut] = Field(description="您现在可办的 · what you can do to move it")
    presses: list[ActionStepOut] = Field(description="您可催办、督办的 · how you can urge")


class TallyOut(Answer):
    """How many things of one kind, state, unit and light."""

    machine: Machine = Field(description="哪一种事项 · what kind of thing")
    state: str = Field(description="状态代码 · code of the state")
    unit: str | None = Field(description="单位代码 · unit, null of none")
    light: Light | None = Field(description="时间灯,无期限为 null · light, null without a clock")
    count: int = Field(description="件数 · how many")


class TopicCaseOut(Answer):
    """A key suggestion of a topic."""

    id: str = Field(description="内部号 · id")
    number: str | None = Field(description="编号 · number")
    title: str = Field(description="标题 · title")
    state: Words = Field(description="状态 · state")
    stage: Stage = Field(description="提交办督所处阶段 · stage of the loop")
    ended: bool = Field(description="是否已结束 · whether it is over")
    units: list[str] = Field(description="承办单位 · units")
    light: Light | None = Field(description="时间灯 · time light")
    outcome: str = Field(description="成效灯,未评定为空 · outcome light, empty before any")


class TopicProgressOut(Answer):
    """A key topic 重点建议方面 with its progress; counts are of what you may see."""

    number: int = Field(description="序号 · number")
    session: str = Field(description="会次 · session")
    title: str = Field(description="名称 · title")
    lead_official: str = Field(description="领办领导 · lead official")
    supervising_leader: str = Field(description="督办领导 · supervising leader")
    leads: bool = Field(description="是否由您领办 · whether you lead it")
    supervises: bool = Field(description="是否由您督办 · whether you supervise it")
    answered: int = Field(description="已全部答复的件数 · how many have all their replies")
    lights: dict[str, int] = Field(description="各时间灯件数 · how many have which light")
    outcomes: dict[str, int] = Field(description="各成效灯件数 · how many have which outcome")
    suggestions: list[TopicCaseOut] = Field(description="重点建议 · its suggestions")
    indicators: list[IndicatorOut] = Field(
        description="成效指标,不公开的建议除外 · measured results, but of what is not open"
    )
    kept_back: int = Field(description="不公开而有成效指标的件数 · how many have results kept back")


class Narrowing(Answer):
    """How what is in hand is narrowed."""

    scope: Scope
    filters: AgendaFilter


def _narrowing(
    *,
    scope: Annotated[
        Scope, Query(description="等我办的、本单位的、领办督办的或全部 · whose things")
    ] = Scope.SEEN,
    machine: Annotated[Machine | None, Query(description="哪一种事项 · what kind")] = None,
    state: Annotated[
        str | None, Query(max_length=60, pattern=NO_CONTROL, description="状态代码 · state")
    ] = None,
    unit: Annotated[Code, Query(description="单位代码 · unit")] = None,
    light: Annotated[Light | None, Query(description="时间灯 · time light")] = None,
    topic: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="重点建议方面序号 · key topic")
    ] = None,
    key: Annotated[bool | None, Query(description="是否重点 · of a key topic or not")] = None,
) -> Narrowing:
    filters = AgendaFilter(
        machine=machine, state=state, unit=unit, light=light, topic=topic, key=key
    )
    return Narrowing(scope=scope, filters=filters)


Narrowed = Annotated[Narrowing, Depends(_narrowing)]


def in_hand_routes(house: House) -> APIRouter:
    """Open things, their counts, and key topics."""
    router = APIRouter(prefix="/api/v1", tags=["in hand"])

    @router.get("/in-hand", summary="在办事项", responses=refusals("invalid-value"))
    def in_hand(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        narrowed: Narrowed,
        sort: Annotated[AgendaSort, Query(description="排序 · order")] = AgendaSort.DUE,
        after: After = None,
        limit: Annotated[int, Query(ge=1, le=MAX_SIZE, description="每页条数 · lines a page")] = 50,
    ) -> Page[InHandOut]:
        """Every open suggestion, share, promise and order that the visitor may see as a whole."""
        asked = AskedList(
            scope=narrowed.scope,
            filters=narrowed.filters,
            sort=sort,
            size=limit,
            after=after,
        )
        (listed,) = house.lists(visitor, (asked,))
        found = listed.page
        link_next(request, response, found.after)
        items = [InHandOut.model_validate(one) for one in found.lines]
        return Page(items=items, total=found.total, next=found.after)

    @router.get("/in-hand/tallies", summary="在办件数", responses=refusals())
    def tallies(visitor: Reader, narrowed: Narrowed) -> Listed[TallyOut]:
        """The counts of the same list, by kind, state, unit and light."""
        asked = AskedList(scope=narrowed.scope, filters=narrowed.filters)
        (counted,) = house.lists(visitor, (asked,))
        return Listed(items=[TallyOut.model_validate(one) for one in counted.tallies])

    @router.get("/topics", summary="重点建议进展", responses=refusals())
    def topics(
        *,
        visitor: Reader,
        mine: Annotated[
            bool, Query(description="只要我领办或督办的 · only those you lead or supervise")
        ] = False,
    ) -> Listed[TopicProgressOut]:
        """Key topics of the present session with lights, outcomes and measured results."""
        return Listed(items=[_topic_out(one) for one in house.topics(visitor, mine=mine)])

    return router


def _topic_out(one: TopicInHand) -> TopicProgressOut:
    return made(
        TopicProgressOut,
        one,
        suggestions=[_topic_case_out(each) for each in one.cases],
        indicators=[
            IndicatorOut(
                label=each.label,
                quantity="" if each.quantity is None else f"{each.quantity:f}",
                unit=each.unit,
                text=each.text,
            )
            for each in one.indicators
        ],
    )


def _topic_case_out(one: TopicCase) -> TopicCaseOut:
    return made(TopicCaseOut, one, outcome=one.outcome_code)
