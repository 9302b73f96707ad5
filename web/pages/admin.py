"""系统管理 `/admin`: how the system is, who is in the register, and what was done.

Looks only; what changes something is in `admin_register`, `admin_calendar` and `admin_ways`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from engine.congress import ADMINISTRATOR_ROLE, Directory, Person
from engine.profile import Profile, Text
from reports.audit_search import AuditQuestion
from web.administration import Administration
from web.entrance import PageVisitor
from web.house import House
from web.pages.shell import Place, Shell

PAGE = 100
ENTRIES = 50
ADMINISTRATOR = Text(zh="系统管理员", en="Administrator")
SYSTEMS = {
    "government": Text(zh="政府", en="Government"),
    "party": Text(zh="党委", en="Party"),
    "court": Text(zh="法院", en="Court"),
    "procuratorate": Text(zh="检察院", en="Procuratorate"),
    "town": Text(zh="乡镇街道", en="Town"),
    "public-body": Text(zh="群团和公共单位", en="Public body"),
    "congress": Text(zh="人大", en="Congress"),
}
Words = Annotated[str, Query(max_length=80)]
Number = Annotated[int, Query(ge=1, le=10_000)]
Before = Annotated[int | None, Query(ge=1)]


def role_words(profile: Profile) -> Mapping[str, Text]:
    """What the roles are called, the administrator's among them."""
    return {**profile.roles, ADMINISTRATOR_ROLE: ADMINISTRATOR}


def admin_routes(house: House, administration: Administration, shell: Shell) -> APIRouter:
    """The pages that only look."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    shell.offer(
        Place(
            path="/admin",
            label=Text(zh="系统管理", en="Administration"),
            roles=frozenset({ADMINISTRATOR_ROLE}),
            start=True,
        )
    )
    _add_state(router, administration, shell)
    _add_register(router, house, administration, shell)
    _add_audit(router, house, administration, shell)
    return router


def _add_state(router: APIRouter, administration: Administration, shell: Shell) -> None:
    @router.get("/admin")
    def home(request: Request, visitor: PageVisitor) -> HTMLResponse:
        directory = administration.directory(visitor)
        return shell.page(
            request,
            "admin.html",
            visitor,
            findings=administration.health(visitor),
            congress=directory.congress,
            people=len(directory.people),
            deputies=len(directory.holders("deputy")),
            units=len(directory.units),
            sessions=len(directory.sessions),
        )


def _add_register(
    router: APIRouter, house: House, administration: Administration, shell: Shell
) -> None:
    @router.get("/admin/people")
    def people(
        request: Request,
        visitor: PageVisitor,
        *,
        q: Words = "",
        role: Words = "",
        page: Number = 1,
        done: Words = "",
    ) -> HTMLResponse:
        directory = administration.directory(visitor)
        found = sorted(_found(directory, q.strip(), role), key=lambda one: one.code)
        first = (page - 1) * PAGE
        more = first + PAGE < len(found)
        asked = {"q": q, "role": role}
        return shell.page(
            request,
            "admin_people.html",
            visitor,
            people=found[first : first + PAGE],
            total=len(found),
            done=done == "saved",
            units=directory.units,
            roles=role_words(house.profile(visitor)),
            portfolios={one.code: one.label for one in house.profile(visitor).portfolios},
            q=q,
            role=role,
            first=f"/admin/people?{urlencode(asked)}" if page > 1 else "",
            next=f"/admin/people?{urlencode({**asked, 'page': page + 1})}" if more else "",
        )

    @router.get("/admin/units")
    def units(request: Request, visitor: PageVisitor) -> HTMLResponse:
        directory, profile = administration.directory(visitor), house.profile(visitor)
        return shell.page(
            request,
            "admin_units.html",
            visitor,
            units=sorted(directory.units.values(), key=lambda one: (one.system, one.code)),
            systems=SYSTEMS,
            directory=directory,
            portfolios=profile.portfolios,
        )

    @router.get("/admin/sessions")
    def sessions(request: Request, visitor: PageVisitor) -> HTMLResponse:
        directory = administration.directory(visitor)
        return shell.page(
            request,
            "admin_sessions.html",
            visitor,
            sessions=sorted(directory.sessions.values(), key=lambda one: one.opens_on),
            congress=directory.congress,
        )


def _found(directory: Directory, words: str, role: str) -> Iterator[Person]:
    for one in directory.people.values():
        posts = " ".join(post.post for post in one.appointments)
        units = " ".join(directory.units[post.unit].name for post in one.appointments if post.unit)
        told = f"{one.code} {one.name} {one.delegation} {one.phone} {one.email} {posts} {units}"
        if words in told and (not role or role in {post.role for post in one.appointments}):
            yield one


def _add_audit(
    router: APIRouter, house: House, administration: Administration, shell: Shell
) -> None:
    @router.get("/admin/audit")
    def audit(
        request: Request,
        visitor: PageVisitor,
        *,
        person: Words = "",
        action: Words = "",
        case: Words = "",
        since: Words = "",
        until: Words = "",
        before: Before = None,
    ) -> HTMLResponse:
        directory = administration.directory(visitor)
        question = AuditQuestion(
            person=_code_of(directory, person.strip()),
            action=action.strip(),
            case=case.strip(),
            since=_day(since),
            until=_day(until),
        )
        found = administration.audit(visitor, question, before=before, limit=ENTRIES)
        asked = {
            "person": person,
            "action": action,
            "case": case,
            "since": since,
            "until": until,
        }
        following = {**asked, "before": str(found.before)}
        return shell.page(
            request,
            "admin_audit.html",
            visitor,
            found=found,
            asked=asked,
            names={code: one.name for code, one in directory.people.items()},
            actions=_actions(house.profile(visitor)),
            first=f"/admin/audit?{urlencode(asked)}" if before else "",
            next=f"/admin/audit?{urlencode(following)}" if found.before else "",
        )


def _code_of(directory: Directory, given: str) -> str:
    """A person by code or, where only one has it, by name."""
    named = [code for code, one in directory.people.items() if one.name == given]
    return named[0] if len(named) == 1 else given


def _day(given: str) -> date | None:
    """A day; what is none narrows nothing."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _actions(profile: Profile) -> Mapping[str, Text]:
    """What actions are called; a change of the register is none of the profile's."""
    found = {
        name: action.label
        for machine in profile.machines.values()
        for name, action in machine.actions.items()
    }
    return {**found, "register": Text(zh="名录、日历、账号变更", en="Change of the register")}
