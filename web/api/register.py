"""Who and what there is: congress, people, units, calendar and rules of the visitor's congress."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from engine.calendar import CalendarAddition, WorkingCalendar, YearStatus
from engine.congress import Directory, Person
from engine.errors import UnknownCongress, UnknownPerson
from engine.forms import FIRST_DAY, LAST_DAY
from engine.profile import ClockDefinition, Profile
from engine.why import wording_of
from web.api.access import Reader
from web.api.answers import (
    CODE_PATTERN,
    NO_CONTROL,
    After,
    Limit,
    Listed,
    Page,
    Words,
    link_next,
    paged,
    words,
)
from web.api.clock_models import SourceOut
from web.api.refusals import refusals
from web.api.register_models import (
    ActionRule,
    AppointmentOut,
    ClockRule,
    CodeList,
    CodeOut,
    CongressOut,
    DayOut,
    NamedDayOut,
    PersonOut,
    ProfileOut,
    ResultOut,
    SessionOut,
    TopicLine,
    UnitOut,
    WhoMay,
    YearOut,
)
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
    _add_profile(router, house)
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


def _add_calendar(router: APIRouter, house: House) -> None:
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


def _add_profile(router: APIRouter, house: House) -> None:
    @router.get("/profile", tags=["profile"], summary="规则", responses=refusals())
    def profile(visitor: Reader) -> ProfileOut:
        """The rules that new suggestions are pinned to."""
        found = house.profile(visitor)
        return ProfileOut(
            name=found.name,
            version=found.version,
            title=words(found.title),
            digest=found.digest,
            roles=[CodeOut(code=code, label=words(label)) for code, label in found.roles.items()],
        )

    @router.get("/profile/actions", tags=["profile"], summary="规则中的动作", responses=refusals())
    def actions(visitor: Reader) -> Listed[ActionRule]:
        """Every action of the rules, and who may do it."""
        return Listed(items=_actions_out(house.profile(visitor)))

    @router.get("/profile/clocks", tags=["profile"], summary="规则中的期限", responses=refusals())
    def clocks(visitor: Reader) -> Listed[ClockRule]:
        """Every kind of clock with its source."""
        found = house.profile(visitor)
        return Listed(items=[_clock_out(one, found) for one in found.clocks.values()])

    @router.get("/profile/codes", tags=["profile"], summary="规则中的代码表", responses=refusals())
    def codes(visitor: Reader) -> Listed[CodeList]:
        """Every list of codes; `results` are those of replies, each with its meaning."""
        return Listed(items=_codes_out(house.profile(visitor)))


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


def _actions_out(profile: Profile) -> list[ActionRule]:
    return [
        ActionRule(
            action=one.name,
            machine=one.machine,
            label=words(one.label),
            by=[WhoMay(role=each.role, relation=each.relation) for each in one.by],
            fields=[each.name for each in one.form],
            automatic=one.automatic,
            creates=one.creates,
        )
        for machine in profile.machines.values()
        for one in machine.actions.values()
    ]


def _clock_out(one: ClockDefinition, profile: Profile) -> ClockRule:
    source = profile.sources.get(one.source)
    period = one.rule.period
    zh, en = wording_of(period) if period is not None else ("", "")
    return ClockRule(
        kind=one.kind,
        label=words(one.label),
        start=one.start.value,
        period=Words(zh=zh, en=en) if period is not None else None,
        source=None if source is None else SourceOut.model_validate(source),
        rungs=[words(each.label) for each in one.ladder],
    )


def _codes_out(profile: Profile) -> list[CodeList]:
    lists = [
        CodeList(
            name=name,
            codes=[CodeOut(code=one.code, label=words(one.label)) for one in codes],
            results=[],
        )
        for name, codes in sorted(profile.choices.items())
    ]
    results = [
        ResultOut(
            code=one.code,
            label=words(one.label),
            meaning=one.meaning,
            needs_due_date=one.needs_due_date,
            needs_follow_up=one.needs_follow_up,
        )
        for one in profile.results.values()
    ]
    return [*lists, CodeList(name="results", codes=[], results=results)]
