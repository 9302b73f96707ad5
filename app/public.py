"""The figures anybody may see: funnel, rates and topics, as the annual report has them.

Kept until something is written: the end of the audit chain tells.
"""

from __future__ import annotations

from datetime import date

from app.wiring import Services, is_made_up
from engine.calendar import local_day
from engine.congress import Directory
from engine.errors import InvalidValue
from reports.annual import REAL, Illustrative, Part, annual_report, quantity_text
from reports.health import congress_lines
from reports.paper import session_name
from reports.topics import TopicSection
from web.figures import (
    CongressName,
    FunnelFigure,
    IndicatorFigure,
    PublicFigures,
    RateFigure,
    TopicFigure,
)

MADE_UP = "演示数据:除公开报告载明的以外,均为演示而编。"


def illustrative_of(services: Services, congress: str) -> Illustrative:
    """What a report has to mark: nothing, or of the demo everything it may have made up."""
    if is_made_up(services, congress):
        return Illustrative(parts=frozenset(Part), note=MADE_UP)
    return REAL


class FiguresOfRows:
    """The public figures from the rows of a database (the port `web.figures.Figures`)."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: dict[str, tuple[tuple[str, date], PublicFigures]] = {}

    def congresses(self) -> tuple[CongressName, ...]:
        """Those that are there."""
        with self._services.reading() as connection:
            known = congress_lines(connection)
        return tuple(CongressName(code=one.code, name=one.name) for one in known)

    def figures(self, congress: str) -> PublicFigures:
        """The figures of the present session; UnknownCongress when there is no such congress."""
        end = self._services.trail.head(congress)
        as_of = local_day(self._services.clock())
        key = (end.digest, as_of)
        kept = self._kept.get(congress)
        if kept is None or kept[0] != key:
            kept = self._kept[congress] = (key, self._count(congress, as_of))
        return kept[1]

    def _count(self, congress: str, as_of: date) -> PublicFigures:
        services = self._services
        directory = services.directory(congress)
        with services.reading() as connection:
            report = annual_report(
                connection,
                congress,
                directory.congress.session,
                profile=services.profile_of(congress),
                directory=directory,
                as_of=as_of,
                illustrative=illustrative_of(services, congress),
            )
        return PublicFigures(
            code=congress,
            congress=report.congress,
            session=report.session.code,
            session_name=session_name(report.congress, report.session),
            as_of=report.as_of,
            profile=report.profile,
            note=report.illustrative.note,
            funnel=tuple(
                FunnelFigure(
                    name=one.name,
                    stage=one.stage,
                    label=one.label,
                    count=one.count,
                    aside=one.aside,
                )
                for one in report.funnel
            ),
            rates=tuple(
                RateFigure(
                    name=one.name,
                    label=one.label,
                    formula=one.wording,
                    percent=one.percent,
                    numerator=len(one.numerator),
                    denominator=len(one.denominator),
                )
                for one in report.headline.rates
            ),
            topics=tuple(topic_facts(one) for one in report.topics),
        )


def topic_facts(section: TopicSection) -> TopicFigure:
    """What the annual report prints of a topic."""
    return TopicFigure(
        number=section.number,
        title=section.title,
        lead_deputies=section.lead_deputies,
        lead_official=section.lead_official,
        lead_official_post=section.lead_official_post,
        suggestions=tuple((number, title) for _, number, title in section.suggestions),
        lead_units=section.lead_units,
        joint_units=section.joint_units,
        answered=section.answered.value,
        indicators=tuple(
            IndicatorFigure(
                label=one.label,
                quantity=quantity_text(one.quantity),
                unit=one.unit,
                text=one.text,
            )
            for one in section.indicators
        ),
    )


def known_session(directory: Directory, session: str) -> str:
    """The session that is meant: the one named, or the present one."""
    wanted = session or directory.congress.session
    if wanted not in directory.sessions:
        known = "、".join(sorted(directory.sessions)) or "—"
        raise InvalidValue(
            what="会次 / session",
            value=wanted,
            reason=f"没有这次会议,现有:{known} / unknown, there are: {known}",
        )
    return wanted
