"""The year on one screen for those who look over the whole, and the history for administrators.

Refuses to know who may: the ports behind it refuse whoever may not.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from engine.profile import Stage
from reports.audit_search import AuditQuestion
from reports.overview import Overview
from web.administration import Administration
from web.api.access import Keeper, Reader
from web.api.answers import NO_CONTROL, Answer, Limit, OnDay, Words, link_next, made, words
from web.api.figures import RateOut
from web.api.refusals import refusals
from web.api.reporting import OfSession
from web.office import Offices, Oversight

Word = Annotated[str, Query(max_length=80, pattern=NO_CONTROL)]


class StepCountOut(Answer):
    """How many suggestions reached a step of the loop."""

    name: str = Field(description="步骤代码 · step")
    stage: Stage = Field(description="提交办督所处阶段 · stage of the loop")
    label: Words = Field(description="名称 · label")
    count: int = Field(description="件数 · how many")
    aside: bool = Field(description="是否在此离开流程 · whether they left the loop there")


class UnitLightsOut(Answer):
    """Open suggestions of a unit by its worst light."""

    unit: str = Field(description="单位代码,空为全部 · unit; empty: all")
    name: str = Field(description="单位名称 · name of the unit")
    red: int = Field(description="超期 · overdue")
    yellow: int = Field(description="临期 · due soon")
    green: int = Field(description="正常 · in good time")


class UnitPaceOut(Answer):
    """How fast a unit answers."""

    unit: str = Field(description="单位代码 · unit")
    name: str = Field(description="单位名称 · name of the unit")
    answered: int = Field(description="已答复件数 · answered")
    late: int = Field(description="其中超期 · of them late")
    days: str = Field(description="平均办理天数,十进制文本 · mean days, a decimal number as text")


class OverviewOut(Answer):
    """The year on one screen 全年总览: what the visitor may see in detail."""

    session: str = Field(description="会次 · session")
    day: date = Field(description="统计日 · day of the figures")
    steps: list[StepCountOut] = Field(description="各环节件数 · steps of the loop")
    open_cases: int = Field(description="在办件数 · open suggestions")
    ages: dict[str, int] = Field(description="在办时长分布 · open ones by days since hand-over")
    lights: list[UnitLightsOut] = Field(description="各单位时间灯 · time lights by unit")
    rates: list[RateOut] = Field(description="各项比率 · rates")
    paces: list[UnitPaceOut] = Field(description="办理快慢,快的在前 · pace, the fastest first")


class AuditHitOut(Answer):
    """An entry of the history of the congress, without the text of any suggestion."""

    sequence: int = Field(description="链上序号 · place in the chain")
    at: datetime = Field(description="时间 · when")
    actor: str = Field(
        description="办理人代码,不显示的为空或“提出人” · who, empty or 提出人 when kept"
    )
    action: str = Field(description="动作代码,不显示的为空 · what, empty where it is kept back")
    case: str = Field(
        description="建议内部号,没有或不显示的为空 · suggestion, empty when none or kept"
    )
    number: str = Field(description="编号,没有或不显示的为空 · number, empty when none or kept")
    rule: str = Field(description="所依规则,不显示的为空 · rule applied, empty when kept")
    reason: str = Field(description="原因,不公开的为空 · reason, empty where it is kept back")
    digest: str = Field(description="摘要 · SHA-256 of the entry")


class AuditHitsOut(Answer):
    """A page of the history, the newest first."""

    items: list[AuditHitOut] = Field(description="办理记录 · entries")
    next: str | None = Field(description="下一页的 after · `after` of the next page")


def oversight_routes(offices: Offices) -> APIRouter:
    """What needs more than a case: an office that looks over all of them."""
    router = APIRouter(prefix="/api/v1")
    _add_overview(router, offices.oversight)
    _add_audit(router, offices.administration)
    return router


def _add_overview(router: APIRouter, oversight: Oversight) -> None:
    @router.get(
        "/reports/overview",
        tags=["reports"],
        summary="全年总览",
        responses=refusals("role-missing", "invalid-value"),
    )
    def overview(visitor: Reader, session: OfSession = "") -> OverviewOut:
        """Loop, lights by unit, rates, ages and pace of a session; not for units."""
        return _overview_out(oversight.overview(visitor, session))


def _add_audit(router: APIRouter, administration: Administration) -> None:
    @router.get(
        "/audit",
        tags=["administration"],
        summary="办理记录检索",
        responses=refusals("role-missing"),
    )
    def audit(
        *,
        request: Request,
        response: Response,
        visitor: Keeper,
        person: Annotated[Word, Query(description="办理人代码 · who")] = "",
        action: Annotated[Word, Query(description="动作代码 · what")] = "",
        case: Annotated[Word, Query(description="建议内部号或编号 · suggestion")] = "",
        since: Annotated[OnDay, Query(description="自哪一日 · from which day")] = None,
        until: Annotated[OnDay, Query(description="至哪一日 · up to which day")] = None,
        after: Annotated[
            int | None, Query(ge=1, le=2**53, description="上一页给出的 next · `next` of a page")
        ] = None,
        limit: Limit = 50,
    ) -> AuditHitsOut:
        """Who did what when, for administrators whose token has the scope `admin`."""
        question = AuditQuestion(person=person, action=action, case=case, since=since, until=until)
        found = administration.audit(visitor, question, before=after, limit=limit)
        following = None if found.before is None else str(found.before)
        link_next(request, response, following)
        items = [AuditHitOut.model_validate(one) for one in found.lines]
        return AuditHitsOut(items=items, next=following)


def _overview_out(found: Overview) -> OverviewOut:
    return made(
        OverviewOut,
        found,
        rates=[
            RateOut(
                name=one.name,
                label=words(one.label),
                formula=words(one.wording),
                percent=None if one.percent is None else f"{one.percent:f}",
                numerator=one.part,
                denominator=one.whole,
            )
            for one in found.rates
        ],
        paces=[made(UnitPaceOut, one, days=f"{one.days:f}") for one in found.paces],
    )
