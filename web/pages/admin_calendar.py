"""工作日历 `/admin/calendar`: a year with status and source; a file is tried before it is kept."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from engine.calendar import CalendarAddition, DayKind, WorkingCalendar, local_day
from engine.errors import BihuanError
from web.administration import Administration, CalendarOutcome, FileText
from web.entrance import Entrance, PageVisitor
from web.gate import Visitor
from web.house import House
from web.pages.admin_register import NOTHING, handed_in, status_of_form
from web.pages.lacking import WHY, lacking
from web.pages.shell import Shell
from web.pages.typed import typed_form

Year = Annotated[int | None, Query(ge=1949, le=2199)]
Sent = Annotated[dict[str, str], Depends(typed_form)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDay:
    """A day in its month; None stands for the place of another month's day."""

    day: date
    kind: DayKind
    regional: bool


def weeks_of(calendar: WorkingCalendar, year: int, month: int) -> Iterator[list[ShownDay | None]]:
    """The weeks of a month, from Monday on."""
    for week in months.Calendar().monthdatescalendar(year, month):
        yield [
            ShownDay(day=one, kind=calendar.describe(one), regional=one in calendar.additions)
            if one.month == month
            else None
            for one in week
        ]


def _once_more(
    administration: Administration, visitor: Visitor, file: FileText, sent: Mapping[str, str]
) -> dict[str, object]:
    """The dry run as it was shown, so that file and reason need not be given again."""
    try:
        trial = administration.try_calendar(visitor, file)
    except BihuanError:
        return {}
    return {"trial": trial, "file": file, "reason": sent.get("reason", "")}


def _year_of(outcome: CalendarOutcome) -> int | None:
    """The year to be shown: that of the first day that changes."""
    return outcome.days[0].day.year if outcome.days else None


def _own_of(calendar: WorkingCalendar, year: int) -> list[CalendarAddition]:
    """What the place settled for itself in the year."""
    found = (one for one in calendar.additions.values() if one.day.year == year)
    return sorted(found, key=lambda one: one.day)


def admin_calendar_routes(
    house: House, administration: Administration, entrance: Entrance, shell: Shell
) -> APIRouter:
    """The year, the dry run of a file, and its import."""
    router = APIRouter(include_in_schema=False)
    again = partial(_once_more, administration)

    def page(
        request: Request,
        visitor: Visitor,
        year: int | None = None,
        error: BihuanError | None = None,
        again: Mapping[str, object] | None = None,
        **facts: object,
    ) -> Response:
        administration.directory(visitor)
        calendar = house.calendar(visitor)
        shown = year or local_day(house.now()).year
        return shell.page(
            request,
            "admin_calendar.html",
            visitor,
            status_of_form(error, facts.get("lacks")),
            year=shown,
            known=calendar.years.get(shown),
            years=sorted(calendar.years.values(), key=lambda one: one.year),
            months=[(month, list(weeks_of(calendar, shown, month))) for month in range(1, 13)],
            own=_own_of(calendar, shown),
            error=error and error.message(shell.language(request, visitor)),
            told={"trial": None, "file": None, "done": None, **NOTHING, **facts, **(again or {})},
        )

    @router.get("/admin/calendar")
    def asked(request: Request, visitor: PageVisitor, year: Year = None) -> Response:
        return page(request, visitor, year)

    @router.post("/admin/calendar")
    async def tried(request: Request, visitor: PageVisitor) -> Response:
        try:
            file = await handed_in(request, visitor, entrance)
            trial = await run_in_threadpool(administration.try_calendar, visitor, file)
        except BihuanError as error:
            return await run_in_threadpool(partial(page, error=error), request, visitor)
        shown = partial(page, year=_year_of(trial), trial=trial, file=file)
        return await run_in_threadpool(shown, request, visitor)

    @router.post("/admin/calendar/store")
    def stored(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        file = FileText(name=sent.get("name", ""), text=sent.get("text", ""))
        lacks = lacking(sent, WHY, language=shell.language(request, visitor))
        if lacks:
            return page(request, visitor, lacks=lacks, again=again(visitor, file, sent))
        try:
            done = administration.store_calendar(visitor, file, sent.get("reason", "").strip())
        except BihuanError as error:
            return page(request, visitor, error=error, again=again(visitor, file, sent))
        return page(request, visitor, _year_of(done), done=done)

    return router
