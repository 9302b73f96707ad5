"""Makes the web application from the doors that `app` hands it."""

from __future__ import annotations

from fastapi import FastAPI

from web.api import add_description, api_routes, rest_routes
from web.entrance import Entrance, add_entrance
from web.feeds import FeedReader, feed_routes
from web.figures import Figures, Readiness
from web.gate import Gate
from web.health import health_routes
from web.house import House
from web.metrics import Metering, add_metrics
from web.pages.language import language_routes
from web.pages.public import page_routes
from web.pages.refusals import add_error_pages
from web.pages.shell import Shell
from web.pages.static_files import static_routes
from web.problems import add_problems
from web.security import add_security


def create_application(
    figures: Figures,
    readiness: Readiness,
    *,
    version: str,
    feeds: FeedReader | None = None,
    metering: Metering | None = None,
    house: House | None = None,
    gate: Gate | None = None,
    https: bool = False,
) -> FastAPI:
    """Health, public figures and the start page; the rest where it is given.

    What needs somebody who has signed in is there when there are both a house and a gate.
    `https`: whether browsers reach us by https.
    """
    application = FastAPI(
        title="闭环 Bihuan",
        summary="代表建议 提交办督 · public figures of the closed loop",
        version=version,
        # The pages of these load scripts from elsewhere, which closed networks do not have.
        docs_url=None,
        redoc_url=None,
    )
    add_security(application)
    if metering is not None:
        add_metrics(application, metering)
    add_problems(application)
    add_description(application)
    application.include_router(health_routes(readiness))
    application.include_router(api_routes(figures))
    application.include_router(page_routes(figures))
    if feeds is not None:
        application.include_router(feed_routes(feeds))
    if house is not None and gate is not None:
        entrance = Entrance(gate, house.now, https=https)
        add_entrance(application, entrance)
        shell = Shell(house)
        add_error_pages(application, entrance, shell)
        application.include_router(static_routes())
        application.include_router(language_routes(entrance))
        for routes in rest_routes(house):
            application.include_router(routes)
    return application
