"""Reports as JSON: funnel, rates, outcome lights and the monthly bulletin."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from engine.outcome import Accord
from reports.bulletin import Bulletin, UnitStanding
from reports.outcome import OutcomePage
from web.api.access import Reader
from web.api.answers import NO_CONTROL, After, Answer, Limit, Listed, Words, link_next, words
from web.api.figures import FunnelStepOut, RateOut
from web.api.refusals import refusals
from web.house import House

OfSession = Annotated[
    str,
    Query(
        max_length=60,
        pattern=NO_CONTROL,
        description="会次,默认现在的 · session, the present one by default",
    ),
]
Month = Annotated[
    str,
    Path(pattern=r"^[0-9]{4}-[0-9]{2}$", description="月份 · month", examples=["2026-05"]),
]


class OutcomeOut(Answer):
    """A case in a month: what the parties expect of its result."""

    case: str = Field(description="建议内部号 · suggestion")
    number: str | None = Field(description="编号 · number")
    title: str = Field(description="标题 · title")
    topic: int | None = Field(description="重点建议方面序号 · key topic")
    units: list[str] = Field(description="单位 · units")
    accord: Accord = Field(description="是否一致 · whether the parties agree")
    light: str | None = Field(description="一致的成效灯 · the agreed light")
    said: dict[str, str] = Field(description="各方评定 · light by party")
    missing: list[str] = Field(description="尚未评定的一方 · parties that have not judged")


class UnitOutcomeOut(Answer):
    """A unit's cases of the month, by light."""

    unit: str = Field(description="单位代码 · unit")
    name: str = Field(description="单位名称 · name")
    lights: dict[str, int] = Field(description="各灯件数 · cases in each agreed light")
    pending: int = Field(description="待评定 · pending")
    disputed: int = Field(description="不一致 · disputed")


class OutcomesOut(Answer):
    """Outcome lights 成效灯 of a month."""

    month: str = Field(description="月份 · month")
    items: list[OutcomeOut] = Field(description="可见的建议 · suggestions you may see")
    units: list[UnitOutcomeOut] = Field(description="按单位 · by unit, of all suggestions")
    total: int = Field(description="全部件数 · how many in all")
    next: str | None = Field(description="下一页的 after · `after` of the next page")


class OverdueOut(Answer):
    """A clock that was overdue in the month."""

    case: str = Field(description="建议内部号 · suggestion")
    number: str = Field(description="编号 · number")
    title: str = Field(description="标题 · title")
    subject: str = Field(description="事项 · what it is about")
    label: Words = Field(description="期限名称 · clock")
    due_on: date = Field(description="到期日 · due day")
    met_on: date | None = Field(description="完成日,未完成为 null · met on, null while open")
    days: int = Field(description="超期天数 · days overdue")


class StandingOut(Answer):
    """A unit at the end of the month."""

    unit: str = Field(description="单位代码 · unit")
    name: str = Field(description="单位名称 · name")
    open_items: int = Field(description="在办件数 · what it had in hand")
    orders: int = Field(description="未办结的督办单 · open orders")
    overdue_items: int = Field(description="超期件数 · overdue clocks")
    overdue: list[OverdueOut] = Field(description="其中可见的 · those that you may see")


class BulletinOut(Answer):
    """The monthly bulletin 督办通报."""

    congress: str = Field(description="人大名称 · congress")
    month: str = Field(description="月份 · month")
    until: date = Field(description="截至 · counted until")
    is_whole: bool = Field(description="该月是否已过 · whether the month is over")
    units: list[StandingOut] = Field(description="各单位 · units, most overdue first")


def reporting_routes(house: House) -> APIRouter:
    """The reports of the visitor's congress."""
    router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
    _add_figures(router, house)
    _add_months(router, house)
    return router


def _add_figures(router: APIRouter, house: House) -> None:
    @router.get("/funnel", summary="各环节件数", responses=refusals("invalid-value"))
    def funnel(visitor: Reader, session: OfSession = "") -> Listed[FunnelStepOut]:
        """How many suggestions of the whole congress came how far along the loop in a session."""
        found = house.funnel(visitor, session)
        return Listed(
            items=[
                FunnelStepOut(
                    name=one.name,
                    stage=one.stage,
                    label=words(one.label),
                    count=one.count,
                    aside=one.aside,
                )
                for one in found
            ]
        )

    @router.get("/rates", summary="各项比率及算法", responses=refusals("invalid-value"))
    def rates(visitor: Reader, session: OfSession = "") -> Listed[RateOut]:
        """The rates of the whole congress in a session; ratings count when their round is over."""
        found = house.rates(visitor, session)
        return Listed(
            items=[
                RateOut(
                    name=one.name,
                    label=words(one.label),
                    formula=words(one.wording),
                    percent=None if one.percent is None else f"{one.percent:f}",
                    numerator=one.part,
                    denominator=one.whole,
                )
                for one in found
            ]
        )


def _add_months(router: APIRouter, house: House) -> None:
    @router.get("/outcome/{month}", summary="成效灯", responses=refusals("invalid-value"))
    def outcome(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        month: Month,
        after: After = None,
        limit: Limit = 50,
    ) -> OutcomesOut:
        """What the three parties expect, case by case and unit by unit."""
        page = house.outcome(visitor, month, after=after, limit=limit)
        link_next(request, response, page.after)
        return _outcomes_out(page)

    @router.get("/bulletin/{month}", summary="督办通报", responses=refusals("invalid-value"))
    def bulletin(visitor: Reader, month: Month) -> BulletinOut:
        """The bulletin as it was issued, or as it stands now."""
        return _bulletin_out(house.bulletin(visitor, month))


def _outcomes_out(page: OutcomePage) -> OutcomesOut:
    return OutcomesOut(
        month=page.month,
        items=[
            OutcomeOut(
                case=one.case,
                number=one.number,
                title=one.title,
                topic=one.topic,
                units=list(one.units),
                accord=one.accord,
                light=one.light,
                said=dict(one.said),
                missing=list(one.missing),
            )
            for one in page.lines
        ],
        units=[
            UnitOutcomeOut(
                unit=one.unit,
                name=one.name,
                lights=dict(one.lights),
                pending=one.pending,
                disputed=one.disputed,
            )
            for one in page.units
        ],
        total=page.total,
        next=page.after,
    )


def _bulletin_out(found: Bulletin) -> BulletinOut:
    return BulletinOut(
        congress=found.congress,
        month=found.month,
        until=found.until,
        is_whole=found.is_whole,
        units=[_standing_out(one) for one in found.units],
    )


def _standing_out(unit: UnitStanding) -> StandingOut:
    return StandingOut(
        unit=unit.unit,
        name=unit.name,
        open_items=len(unit.open_items),
        orders=len(unit.orders),
        overdue_items=len(unit.overdue),
        overdue=[
            OverdueOut(
                case=one.case,
                number=one.number,
                title=one.title,
                subject=one.subject,
                label=words(one.label),
                due_on=one.due_on,
                met_on=one.met_on,
                days=one.days,
            )
            for one in unit.overdue
        ],
    )
