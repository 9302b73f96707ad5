"""Who and what there is: congress, people, units and calendar of the visitor's congress."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from engine.calendar import CalendarAddition, WorkingCalendar, YearStatus
from engine.congress import Directory, Person, Unit
from engine.errors import UnknownCongress, UnknownPerson
from engine.forms import FIRST_DAY, LAST_DAY
from engine.profile import Profile
from web.api.access import Reader
from web.api.answers import (
    CODE_PATTERN,
    NO_CONTROL,
    After,
    Limit,
    Listed,
    Page,
    link_next,
    made,
    paged,
)
from web.api.refusals import refusals
from web.api.register_models import (
    AppointmentOut,
    CodeOut,
    CongressOut,
    DayOut,
    NamedDayOut,
    PersonOut,
    SessionOut,
    TopicLine,
    UnitOut,
    UnitWhole,
    YearLine,
    YearOut,
)
from web.errors import UnknownUnit
from web.house import House

CodeInPath = Annotated[str, Path(pattern=CODE_PATTERN, description="代码 · code")]
Wanted = Annotated[
    str | None,
    Query(max_length=60, pattern=NO_CONTROL, description="名称中的字 · part of the name"),
]


def register_routes(house: House) -> APIRouter:
    """The register, for reading."""
    router = APIRouter(prefix="/api/v1")
    _add_congresses(router, house)
    _add_people(router, house)
    _add_units(router, house)
    _add_calendar(router, house)
    return router


def _add_congresses(router: APIRouter, house: House) -> None:
    @router.get("/congresses", tags=["register"], summary="本人所在人大", responses=refusals())
    def congresses(visitor: Reader) -> Listed[CongressOut]:
        """The congress of the visitor: nobody sees another one."""
        return Listed(items=[_congress_out(house.directory(visitor))])

    @router.get(
        "/congresses/{code}",
        tags=["register"],
        summary="人大",
        responses=refusals("unknown-congress"),
    )
    def congress(visitor: Reader, code: CodeInPath) -> CongressOut:
        """The congress with its sessions and key topics."""
        if code != visitor.congress:
            raise UnknownCongress(congress=code)
        return _congress_out(house.directory(visitor))


def _add_people(router: APIRouter, house: House) -> None:
    @router.get("/people", tags=["register"], summary="人员", responses=refusals())
    def people(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        role: Annotated[
            str | None, Query(max_length=60, pattern=NO_CONTROL, description="身份 · role")
        ] = None,
        unit: Annotated[
            str | None, Query(pattern=CODE_PATTERN, description="单位代码 · unit")
        ] = None,
        name: Wanted = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[PersonOut]:
        """People of the congress in order of code; how they are reached is not told."""
        directory = house.directory(visitor)
        found = [
            _person_out(one, directory)
            for _, one in sorted(directory.people.items())
            if (role is None or role in directory.roles_of(one.code))
            and (unit is None or unit in directory.units_of(one.code))
            and (name is None or name in one.name)
        ]
        page = paged(found, [one.code for one in found], after, limit)
        link_next(request, response, page.next)
        return page

    @router.get(
        "/people/{code}",
        tags=["register"],
        summary="一个人员",
        responses=refusals("unknown-person"),
    )
    def person(visitor: Reader, code: CodeInPath) -> PersonOut:
        """One person."""
        directory = house.directory(visitor)
        found = directory.people.get(code)
        if found is None:
            raise UnknownPerson(congress=visitor.congress, person=code)
        return _person_out(found, directory)


def _add_units(router: APIRouter, house: House) -> None:
    @router.get("/units", tags=["register"], summary="单位", responses=refusals())
    def units(
        *,
        request: Request,
        response: Response,
        visitor: Reader,
        name: Wanted = None,
        after: After = None,
        limit: Limit = 50,
    ) -> Page[UnitOut]:
        """The units in order of code."""
        known = sorted(house.directory(visitor).units.items())
        found = [
            UnitOut(code=one.code, name=one.name, system=one.system)
            for _, one in known
            if name is None or name in one.name
        ]
        page = paged(found, [one.code for one in found], after, limit)
        link_next(request, response, page.next)
        return page

    @router.get(
        "/units/{code}", tags=["register"], summary="一个单位", responses=refusals("unknown-unit")
    )
    def unit(visitor: Reader, code: CodeInPath) -> UnitWhole:
        """One unit with its people and the portfolios it is in."""
        directory = house.directory(visitor)
        if code not in directory.units:
            raise UnknownUnit(unit=code)
        return _unit_out(directory.units[code], directory, house.profile(visitor))


def _add_calendar(router: APIRouter, house: House) -> None:
    @router.get("/calendar/years", tags=["calendar"], summary="各年日历", responses=refusals())
    def years(visitor: Reader) -> Listed[YearLine]:
        """The years that the calendar of the congress knows, and whether each is published."""
        calendar = house.calendar(visitor)
        return Listed(
            items=[
                YearLine(
                    year=one,
                    published=calendar.status_of(one) is YearStatus.PUBLISHED,
                    source=known.source,
                )
                for one, known in sorted(calendar.years.items())
            ]
        )

    @router.get(
        "/calendar/years/{year}", tags=["calendar"], summary="年度日历", responses=refusals()
    )
    def year(
        visitor: Reader,
        year: Annotated[int, Path(ge=FIRST_DAY.year, le=LAST_DAY.year, description="年 · year")],
    ) -> YearOut:
        """Rest days and make-up workdays by which the clocks of the congress are counted."""
        return _year_out(house.calendar(visitor), year)

    @router.get("/calendar/days/{day}", tags=["calendar"], summary="某日", responses=refusals())
    def day(
        visitor: Reader,
        day: Annotated[date, Path(description="日期 · day", examples=["2026-03-01"])],
    ) -> DayOut:
        """Whether offices work on the day, and who says so."""
        calendar = house.calendar(visitor)
        within = min(max(day, FIRST_DAY), LAST_DAY)
        found = calendar.describe(day)
        return DayOut(
            day=day,
            worked=calendar.is_working_day(day),
            kind=found.kind,
            name=found.name,
            source=found.source,
            published=calendar.status_of(day.year) is YearStatus.PUBLISHED,
            next_working_day=calendar.next_working_day(within),
        )


def _congress_out(directory: Directory) -> CongressOut:
    known = directory.congress
    return CongressOut(
        code=known.code,
        name=known.name,
        level=known.level,
        profile=f"{known.profile}/v{known.profile_version}",
        session=known.session,
        sessions=[
            SessionOut.model_validate(one)
            for one in sorted(directory.sessions.values(), key=lambda one: one.opens_on)
        ],
        topics=[TopicLine.model_validate(one) for _, one in sorted(directory.topics.items())],
    )


def _person_out(one: Person, directory: Directory) -> PersonOut:
    names = {code: unit.name for code, unit in directory.units.items()}
    return PersonOut(
        code=one.code,
        name=one.name,
        delegation=one.delegation,
        appointments=[
            AppointmentOut(
                role=each.role,
                post=each.post,
                unit=each.unit,
                unit_name=names.get(each.unit or "", ""),
                portfolio=each.portfolio,
            )
            for each in one.appointments
        ],
    )


def _unit_out(one: Unit, directory: Directory, profile: Profile) -> UnitWhole:
    return made(
        UnitWhole,
        one,
        people=[
            _person_out(directory.people[code], directory)
            for code in sorted(directory.people)
            if one.code in directory.units_of(code)
        ],
        portfolios=[made(CodeOut, each) for each in profile.portfolios if one.code in each.units],
    )


def _year_out(calendar: WorkingCalendar, year: int) -> YearOut:
    known = calendar.years.get(year)
    own = [one for one in calendar.additions.values() if one.day.year == year]
    return YearOut(
        year=year,
        calendar=calendar.name,
        version=calendar.version,
        known=known is not None,
        published=calendar.status_of(year) is YearStatus.PUBLISHED,
        source=known.source if known else "",
        holidays=[_named(day, name) for day, name in (known.holidays if known else {}).items()],
        workdays=[_named(day, name) for day, name in (known.workdays if known else {}).items()],
        local=[_addition(one) for one in own],
    )


def _named(day: date, name: str) -> NamedDayOut:
    return NamedDayOut(day=day, name=name, worked=None)


def _addition(one: CalendarAddition) -> NamedDayOut:
    return NamedDayOut(day=one.day, name=one.name, worked=one.kind.value == "workday")
