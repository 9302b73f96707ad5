"""全年总览 `/overview`: the year on one screen for those who look over the whole.

Every number leads to the list of exactly the cases it counted. Refuses to count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from engine.calendar import local_day
from engine.profile import Text
from reports.cases import CaseSort
from reports.overview import Overview
from reports.paper import session_name
from reports.rates import percent, percent_text
from web.charts import Bar, Frame, Stack, column_chart, funnel_chart, stacked_chart
from web.entrance import PageVisitor
from web.house import House
from web.office import Oversight
from web.pages.figure_words import age_words, figure_words, rate_wording
from web.pages.listed import listed
from web.pages.shell import Place, Shell

ROLES = frozenset({"committee_clerk", "committee_head", "chairpersons", "supervising_committee"})
"""Who is offered the page in the navigation; who may open it is decided by the oversight."""
CHARTED = 12
"""Units in the chart of lights; the table has all."""
LIMIT = 50
Session = Annotated[str, Query(max_length=20)]
Figure = Annotated[str, Query(max_length=120)]
After = Annotated[str | None, Query(max_length=600)]


def overview_routes(house: House, oversight: Oversight, shell: Shell) -> APIRouter:
    """The overview, and the lists behind its numbers."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    shell.offer(Place(path="/overview", label=Text(zh="全年总览", en="Overview"), roles=ROLES))

    @router.get("/overview")
    def overview(request: Request, visitor: PageVisitor, session: Session = "") -> HTMLResponse:
        found = oversight.overview(visitor, session)
        directory = house.directory(visitor)
        say = shell.frame(request, visitor).say
        return shell.page(
            request,
            "overview.html",
            visitor,
            found=found,
            name=session_name(directory.congress.name, directory.sessions[found.session]),
            sessions=sorted(directory.sessions.values(), key=lambda one: one.opens_on),
            link=_linking(found.session),
            percent=percent,
            percent_text=percent_text,
            age_words=age_words,
            charts=_charts(found, say),
        )

    @router.get("/overview/cases")
    def behind(
        request: Request,
        visitor: PageVisitor,
        *,
        figure: Figure,
        session: Session = "",
        sort: CaseSort = CaseSort.NUMBER,
        after: After = None,
    ) -> HTMLResponse:
        asked = _Asked(figure=figure, session=session, sort=sort)
        page = oversight.behind(visitor, session, figure, sort=sort, after=after, limit=LIMIT)
        profile, directory = house.profile(visitor), house.directory(visitor)
        today, calendar = local_day(house.now()), house.calendar(visitor)
        return shell.page(
            request,
            "overview_cases.html",
            visitor,
            words=figure_words(figure, profile, directory),
            formula=rate_wording(figure, profile),
            page=page,
            rows=tuple(listed(one, profile, today, calendar) for one in page.lines),
            sort=sort.value,
            sorts={one.value: asked.address(sort=one.value) for one in CaseSort},
            first=asked.address() if after else "",
            next=asked.address(after=page.after) if page.after else "",
            session=session,
        )

    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A list as it was asked for."""

    figure: str
    session: str
    sort: CaseSort

    def address(self, **other: str) -> str:
        """The same list, in another order or from another place on."""
        asked = {"figure": self.figure, "session": self.session, "sort": self.sort.value} | other
        return f"/overview/cases?{urlencode({key: one for key, one in asked.items() if one})}"


def _linking(session: str) -> Callable[[str], str]:
    def link(figure: str) -> str:
        return f"/overview/cases?{urlencode({'figure': figure, 'session': session})}"

    return link


def _charts(found: Overview, say: Callable[[str, str], str]) -> Mapping[str, str]:
    unit = say("件", "")
    return {
        "funnel": _funnel(found, say, unit),
        "lights": _lights(found, say, unit),
        "ages": column_chart(
            Frame(
                name="ages",
                title=say("在办建议的时长", "Age of open cases"),
                desc=say("按交办后的天数分组的件数。", "Cases by days since hand-over."),
                unit=unit,
            ),
            [
                Bar(label=say(age_words(name).zh, name), value=count)
                for name, count in found.ages.items()
            ],
        ),
    }


def _funnel(found: Overview, say: Callable[[str, str], str], unit: str) -> str:
    steps = [one for one in found.steps if not one.aside]
    most = steps[0].count if steps else 0
    frame = Frame(
        name="loop",
        title=say("提交办督各步的件数", "Cases at each step of the loop"),
        desc=say("从提出到办结,走到每一步的件数。", "How many cases reached each step."),
        unit=unit,
    )
    return funnel_chart(
        frame,
        [
            Bar(
                label=say(one.label.zh, one.label.en),
                value=one.count,
                tone=one.stage.value,
                note=percent_text(percent(one.count, most)),
            )
            for one in steps
        ],
    )


def _lights(found: Overview, say: Callable[[str, str], str], unit: str) -> str:
    frame = Frame(
        name="lights",
        title=say("各单位在办建议的时间灯", "Time lights by unit"),
        desc=say(
            f"超期最多的{CHARTED}个单位;每条依次为超期、临期、正常。",
            f"The {CHARTED} units with most overdue: overdue, due soon, on time.",
        ),
        unit=unit,
    )
    return stacked_chart(
        frame,
        [
            Stack(
                label=one.name,
                parts=(
                    Bar(label=say("超期", "Overdue"), value=one.red, tone="late"),
                    Bar(label=say("临期", "Due soon"), value=one.yellow, tone="soon"),
                    Bar(label=say("正常", "On time"), value=one.green, tone="good"),
                ),
            )
            for one in found.lights[1 : 1 + CHARTED]
        ],
    )
