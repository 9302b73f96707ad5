"""`/api/v1/congresses/{code}`: the public figures as JSON, for everybody. Reading only."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from engine.profile import Stage
from web.api.answers import Answer, Words
from web.api.refusals import MALFORMED, open_refusals
from web.figures import Figures, PublicFigures

Code = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="人大代码 · congress")]


class FunnelStepOut(Answer):
    """A step of the loop with the number of cases that reached it."""

    name: str = Field(description="环节代码 · code of the step")
    stage: Stage = Field(description="阶段 · stage of the loop")
    label: Words = Field(description="环节名称 · label")
    count: int = Field(description="件数 · number of cases")
    aside: bool = Field(description="是否在此离开闭环 · whether cases left the loop here")


class RateOut(Answer):
    """A rate; `percent` is a decimal number as text, null when there is nothing to look at."""

    name: str = Field(description="比率代码 · code of the rate")
    label: Words = Field(description="比率名称 · label")
    formula: Words = Field(description="算法 · formula in words")
    percent: str | None = Field(
        description="百分比,没有可比的为 null · decimal number as text, null of nothing"
    )
    numerator: int = Field(description="分子 · numerator")
    denominator: int = Field(description="分母 · denominator")


class SuggestionOut(Answer):
    """A key suggestion."""

    number: str = Field(description="建议编号 · number")
    title: str = Field(description="标题 · title")


class IndicatorOut(Answer):
    """A measured result; the quantity is a decimal number as text, empty for none."""

    label: str = Field(description="指标名称 · label")
    quantity: str = Field(description="数量,没有为空 · decimal number as text, empty for none")
    unit: str = Field(description="计量单位 · unit of measure")
    text: str = Field(description="说明 · remark")


class TopicOut(Answer):
    """A key topic as the annual report prints it."""

    number: int = Field(description="方面序号 · number of the topic")
    title: str = Field(description="名称 · title")
    lead_deputies: list[str] = Field(description="领衔代表 · lead deputies")
    lead_official: str = Field(description="领办领导 · lead official")
    lead_official_post: str = Field(description="领办领导职务 · post of the lead official")
    suggestions: list[SuggestionOut] = Field(description="重点建议 · key suggestions")
    lead_units: list[str] = Field(description="主办单位 · lead units")
    joint_units: list[str] = Field(description="会办单位 · joint units")
    answered: int = Field(description="已答复件数 · number answered")
    indicators: list[IndicatorOut] = Field(description="成效指标 · measured results")


class AboutOut(Answer):
    """Whose figures these are, of which session and day, under which rules; `note` may warn."""

    congress: str = Field(description="人大代码 · congress")
    name: str = Field(description="人大名称 · name")
    session: str = Field(description="会次 · session")
    as_of: date = Field(description="统计日 · day of the figures")
    profile: str = Field(description="规则版本 · profile version")
    note: str = Field(description="提示,可为空 · a warning, may be empty")


class FunnelOut(Answer):
    """The funnel of the present session."""

    about: AboutOut = Field(description="数据说明 · whose figures these are")
    steps: list[FunnelStepOut] = Field(description="各环节 · steps")


class RatesOut(Answer):
    """The rates of the present session."""

    about: AboutOut = Field(description="数据说明 · whose figures these are")
    rates: list[RateOut] = Field(description="各项比率 · rates")


class TopicsOut(Answer):
    """The key topics of the present session."""

    about: AboutOut = Field(description="数据说明 · whose figures these are")
    topics: list[TopicOut] = Field(description="重点建议方面 · topics")


def api_routes(figures: Figures) -> APIRouter:
    """The routes over these figures."""
    router = APIRouter(
        prefix="/api/v1/congresses/{code}",
        tags=["figures"],
        responses=open_refusals("unknown-congress", MALFORMED),
    )

    @router.get("/funnel", summary="各环节件数")
    def funnel(code: Code) -> FunnelOut:
        """How many cases came how far along the loop."""
        known = figures.figures(code)
        steps = [FunnelStepOut.model_validate(one) for one in known.funnel]
        return FunnelOut(about=_about(known), steps=steps)

    @router.get("/rates", summary="各项比率及算法")
    def rates(code: Code) -> RatesOut:
        """The rates with their formulas and both of their numbers."""
        known = figures.figures(code)
        found = [
            RateOut(
                name=one.name,
                label=Words.model_validate(one.label),
                formula=Words.model_validate(one.formula),
                percent=None if one.percent is None else f"{one.percent:f}",
                numerator=one.numerator,
                denominator=one.denominator,
            )
            for one in known.rates
        ]
        return RatesOut(about=_about(known), rates=found)

    @router.get("/topics", summary="重点建议方面")
    def topics(code: Code) -> TopicsOut:
        """The key topics with what came of them."""
        known = figures.figures(code)
        return TopicsOut(about=_about(known), topics=_topics(known))

    return router


def _about(known: PublicFigures) -> AboutOut:
    return AboutOut(
        congress=known.code,
        name=known.congress,
        session=known.session,
        as_of=known.as_of,
        profile=known.profile,
        note=known.note,
    )


def _topics(known: PublicFigures) -> list[TopicOut]:
    return [
        TopicOut(
            number=one.number,
            title=one.title,
            lead_deputies=list(one.lead_deputies),
            lead_official=one.lead_official,
            lead_official_post=one.lead_official_post,
            suggestions=[
                SuggestionOut(number=number, title=title) for number, title in one.suggestions
            ],
            lead_units=list(one.lead_units),
            joint_units=list(one.joint_units),
            answered=one.answered,
            indicators=[IndicatorOut.model_validate(each) for each in one.indicators],
        )
        for one in known.topics
    ]
