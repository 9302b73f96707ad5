"""The list of cases with filters, sort, pager and search; and the similar ones of a title."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.calendar import local_day
from engine.profile import Text
from reports.cases import CasePage, CaseSort
from reports.search import LONGEST, FoundPage
from web.entrance import PageVisitor
from web.gate import Visitor
from web.house import House
from web.pages.listed import FILTERS, ListedCase, address, filter_of, listed, sort_of
from web.pages.shell import Place, Shell
from web.pages.similar import similar_cases

PAGE = 50
Asked = dict[str, str]
SORTS = (CaseSort.NUMBER, CaseSort.STATE, CaseSort.DUE, CaseSort.UPDATED)


def case_list_routes(house: House, shell: Shell) -> APIRouter:
    """`/cases`, and the fragment of similar ones that a script asks for."""
    router = APIRouter(include_in_schema=False)
    shell.offer(Place(path="/cases", label=Text(zh="全部建议", en="All suggestions")))

    @router.get("/cases")
    def cases(request: Request, visitor: PageVisitor) -> Response:
        asked = {
            name: request.query_params.get(name, "").strip() for name in (*FILTERS, "sort", "q")
        }
        return _listed(house, shell, request, visitor, asked)

    @router.get("/similar")
    def similar(
        request: Request, visitor: PageVisitor, title: str = "", besides: str = "", page: str = ""
    ) -> Response:
        """`page`: as a page of its own, for a browser that runs no script."""
        found = similar_cases(house, visitor, title[:LONGEST], besides=besides[:LONGEST])
        template = "similar.html" if page else "parts/similar.html"
        return shell.page(request, template, visitor, similar=found, title=title[:LONGEST])

    return router


def _listed(
    house: House, shell: Shell, request: Request, visitor: Visitor, asked: Asked
) -> Response:
    """The cases that are asked for: by words the best first, else in the order wanted."""
    rules, today = house.profile(visitor), local_day(house.now())
    filters, after = filter_of(asked, rules, today), request.query_params.get("after") or None
    page: CasePage | FoundPage
    if asked["q"]:
        page = house.search(visitor, asked["q"], filters=filters, after=after, limit=PAGE)
    else:
        page = house.cases(visitor, filters=filters, sort=sort_of(asked), after=after, limit=PAGE)
    calendar = house.calendar(visitor)
    return _page(
        house,
        shell,
        request,
        visitor,
        asked=asked,
        rows=tuple(listed(one, rules, today, calendar) for one in page.lines),
        total=page.total,
        more=page.more,
        first=address(asked) if after else "",
        following=address(asked, after=page.after) if page.after else "",
    )


def _page(
    house: House,
    shell: Shell,
    request: Request,
    visitor: Visitor,
    *,
    asked: Asked,
    rows: tuple[ListedCase, ...],
    total: int,
    more: bool,
    first: str,
    following: str,
) -> Response:
    rules = house.profile(visitor)
    return shell.page(
        request,
        "cases.html",
        visitor,
        rows=rows,
        total=total,
        more=more,
        first=first,
        following=following,
        asked=asked,
        narrowed=any(asked[name] for name in (*FILTERS, "q")),
        filtered=any(asked[name] for name in FILTERS),
        sorts={one.value: address({**asked, "q": ""}, sort=one.value) for one in SORTS},
        sort="" if asked["q"] else sort_of(asked).value,
        states=rules.machines["suggestion"].states,
        kinds=rules.choices.get("kinds", ()),
        fields=rules.choices.get("fields", ()),
        units=sorted(house.directory(visitor).units.values(), key=lambda one: one.name),
    )
