"""公众公开 `/public`: what the congress publishes, for everybody, where it is switched on.

Shows what the portal gives and nothing else: no letter, no address, no name that is held back.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from engine.profile import Profile
from reports.cases import CasePage
from reports.rates import percent_text
from web.entrance import MaybeVisitor
from web.figures import Figures
from web.office import Portal
from web.pages.listed import listed
from web.pages.shell import Shell

LIMIT = 50
FOUND = 303
Code = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
Reference = Annotated[str, Path(max_length=120)]
After = Annotated[str | None, Query(max_length=600)]


def portal_routes(figures: Figures, portal: Portal, shell: Shell) -> APIRouter:
    """Figures, published suggestions, one of them, and what is overdue."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _add_places(router, figures, portal, shell)
    _add_lists(router, portal, shell)
    return router


def _add_places(router: APIRouter, figures: Figures, portal: Portal, shell: Shell) -> None:
    @router.get("/public")
    def places(request: Request, visitor: MaybeVisitor) -> Response:
        known = figures.congresses()
        if len(known) == 1:
            return RedirectResponse(f"/public/{known[0].code}", status_code=FOUND)
        return shell.page(request, "portal_places.html", visitor, congresses=known)

    @router.get("/public/{code}")
    def place(request: Request, visitor: MaybeVisitor, code: Code) -> HTMLResponse:
        whole = portal.published(code, after=None, limit=1)
        late = portal.overdue(code, after=None, limit=1)
        return shell.page(
            request,
            "portal.html",
            visitor,
            place=portal.place(code),
            figures=figures.figures(code),
            published=whole.total,
            overdue=late.total,
            percent_text=percent_text,
        )


def _add_lists(router: APIRouter, portal: Portal, shell: Shell) -> None:
    def page(
        request: Request, visitor: MaybeVisitor, code: str, name: str, found: CasePage
    ) -> HTMLResponse:
        at = portal.place(code)
        rules: Profile = at.profile
        return shell.page(
            request,
            "portal_list.html",
            visitor,
            place=at,
            name=name,
            rows=tuple(listed(one, rules, at.today) for one in found.lines),
            total=found.total,
            first=f"/public/{code}/{name}" if request.query_params.get("after") else "",
            next=f"/public/{code}/{name}?after={found.after}" if found.after else "",
        )

    @router.get("/public/{code}/suggestions")
    def suggestions(
        request: Request, visitor: MaybeVisitor, code: Code, after: After = None
    ) -> HTMLResponse:
        found = portal.published(code, after=after, limit=LIMIT)
        return page(request, visitor, code, "suggestions", found)

    @router.get("/public/{code}/overdue")
    def overdue(
        request: Request, visitor: MaybeVisitor, code: Code, after: After = None
    ) -> HTMLResponse:
        found = portal.overdue(code, after=after, limit=LIMIT)
        return page(request, visitor, code, "overdue", found)

    @router.get("/public/{code}/suggestions/{reference}")
    def suggestion(
        request: Request, visitor: MaybeVisitor, code: Code, reference: Reference
    ) -> HTMLResponse:
        found = portal.case(code, reference)
        return shell.page(
            request, "portal_case.html", visitor, place=portal.place(code), case=found
        )
