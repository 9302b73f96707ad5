"""`/api/v1`: the public figures as JSON. Reading only; sign-in and writing come later."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from engine.profile import Stage
from web.figures import Figures, PublicFigures

Code = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="人大代码 · congress")]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, extra="forbid")


class Words(_Answer):
    """A wording in Chinese and English."""

    zh: str
    en: str


class FunnelStepOut(_Answer):
    """A step of the loop with the number of cases that reached it."""

    name: str
    stage: Stage
    label: Words
    count: int
    aside: bool


class RateOut(_Answer):
    """A rate; `percent` is a decimal number as text, null when there is nothing to look at."""

    name: str
    label: Words
    formula: Words
    percent: str | None
    numerator: int
    denominator: int


class SuggestionOut(_Answer):
    """A key suggestion."""

    number: str
    title: str


class IndicatorOut(_Answer):
    """A measured result; the quantity is a decimal number as text, empty for none."""

    label: str
    quantity: str
    unit: str
    text: str


class TopicOut(_Answer):
    """A key topic as the annual report prints it."""

    number: int
    title: str
    lead_deputies: list[str]
    lead_official: str
    lead_official_post: str
    suggestions: list[SuggestionOut]
    lead_units: list[str]
    joint_units: list[str]
    answered: int
    indicators: list[IndicatorOut]


class AboutOut(_Answer):
    """Whose figures these are, of which session and day, under which rules; `note` may warn."""

    congress: str
    name: str
    session: str
    as_of: date
    profile: str
    note: str


class FunnelOut(_Answer):
    """The funnel of the present session."""

    about: AboutOut
    steps: list[FunnelStepOut]


class RatesOut(_Answer):
    """The rates of the present session."""

    about: AboutOut
    rates: list[RateOut]


class TopicsOut(_Answer):
    """The key topics of the present session."""

    about: AboutOut
    topics: list[TopicOut]


def api_routes(figures: Figures) -> APIRouter:
    """The routes over these figures."""
    router = APIRouter(prefix="/api/v1/congresses/{code}", tags=["figures"])

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
