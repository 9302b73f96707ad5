"""Pages for people: server-rendered, in Chinese, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import jinja2
from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from engine.profile import Stage
from web.figures import CongressName, Figures, FunnelFigure, PublicFigures
from web.gate import DemoAccount
from web.pages.static_files import address_of, static_routes
from web.pages.wording import chinese

HERE = Path(__file__).parent.parent
STYLES = tuple(HERE / "static" / name for name in ("tokens.css", "look.css", "site.css"))
STAGES = {
    Stage.RAISE: "认真提",
    Stage.HAND_OVER: "精准交",
    Stage.HANDLE: "扎实办",
    Stage.SUPERVISE: "及时督",
}
Code = Annotated[str, InPath(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]


def page_routes(
    figures: Figures,
    home: Callable[[Request], str | None] | None = None,
    demo: Callable[[], Sequence[DemoAccount]] = tuple,
) -> APIRouter:
    """The start page, a page a congress, and their style.

    `home` says where somebody who has signed in begins; None for everybody else. `demo`: as whom
    one click signs in on the start page of a demo.
    """
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    templates = _templates()
    templates.globals["signing"] = home is not None
    # One look for all pages; the start page is served even where nobody can sign in.
    look = "\n".join(one.read_text(encoding="utf-8") for one in STYLES)
    if home is None:
        router.include_router(static_routes())

    def page_of(code: str, accounts: Sequence[DemoAccount] = ()) -> HTMLResponse:
        known = figures.figures(code)
        others = tuple(one for one in figures.congresses() if one.code != code)
        template = templates.get_template("congress.html")
        text = template.render(
            known=known, stages=_by_stage(known), others=others, accounts=accounts
        )
        return HTMLResponse(text)

    @router.get("/")
    def start(request: Request) -> Response:
        own = home(request) if home is not None else None
        if own is not None:
            return RedirectResponse(own, HTTPStatus.SEE_OTHER)
        congresses = figures.congresses()
        if len(congresses) == 1:
            return page_of(congresses[0].code, demo())
        return _list(templates, congresses)

    @router.get("/congresses/{code}")
    def congress(code: Code) -> HTMLResponse:
        return page_of(code)

    @router.get("/site.css")
    def style() -> Response:
        return Response(look, media_type="text/css")

    return router


def _list(templates: jinja2.Environment, congresses: tuple[CongressName, ...]) -> HTMLResponse:
    return HTMLResponse(templates.get_template("start.html").render(congresses=congresses))


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["chinese"] = chinese
    environment.globals["icon"] = address_of("mark.svg")
    return environment


def _percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():f}%"


def _by_stage(
    known: PublicFigures,
) -> tuple[tuple[str, tuple[tuple[FunnelFigure, Decimal], ...]], ...]:
    """The steps of each stage, each with its share of the largest step for a bar."""
    most = max((one.count for one in known.funnel), default=0) or 1
    return tuple(
        (
            label,
            tuple(
                (one, Decimal(one.count * 100) / most) for one in known.funnel if one.stage is stage
            ),
        )
        for stage, label in STAGES.items()
    )
