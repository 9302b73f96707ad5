"""Makes the web application from the doors that `app` hands it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI

from web.api import add_description, api_routes, rest_routes
from web.api.files import api_file_routes
from web.api.oversight import oversight_routes
from web.api.tokens import token_routes
from web.attachments import Files
from web.bodies import BoundedBodies
from web.entrance import Entrance, add_entrance
from web.feeds import FeedReader, feed_routes
from web.figures import Figures, Readiness
from web.files import file_routes
from web.gate import Gate
from web.health import health_routes
from web.house import House
from web.metrics import Metering, add_metrics
from web.office import Offices
from web.oidc import Oidc
from web.own import Own
from web.pages.acting import acting_routes
from web.pages.administration import administration_routes
from web.pages.case import case_routes
from web.pages.cases import case_list_routes
from web.pages.deputy import deputy_routes
from web.pages.design import design_routes
from web.pages.language import language_routes
from web.pages.oidc import oidc_routes
from web.pages.overview import overview_routes
from web.pages.own import home_of, own_routes
from web.pages.portal import portal_routes
from web.pages.preferences import preference_routes
from web.pages.public import page_routes
from web.pages.refusals import add_error_pages
from web.pages.role_pages import role_routes
from web.pages.second_factor import second_factor_routes
from web.pages.shell import Shell
from web.pages.sign_in import sign_in_routes
from web.pages.static_files import static_routes
from web.pages.writing import writing_routes
from web.plain_text import PlainText
from web.problems import add_problems
from web.security import add_security

Application = FastAPI
"""What is served, for those who do not know FastAPI."""


def create_application(
    figures: Figures,
    readiness: Readiness,
    *,
    version: str,
    feeds: FeedReader | None = None,
    metering: Metering | None = None,
    house: House | None = None,
    gate: Gate | None = None,
    files: Files | None = None,
    offices: Offices | None = None,
    oidc: Oidc | None = None,
    own: Own | None = None,
    https: bool = False,
) -> FastAPI:
    """Health, public figures and the start page; the rest where it is given.

    What needs somebody who has signed in is there when there are both a house and a gate.
    `https`: whether browsers reach us by https.
    """
    application = FastAPI(
        title="闭环 Bihuan",
        summary="代表建议 提交办督 · the closed loop of suggestions",
        version=version,
        # The pages of these load scripts from elsewhere, which closed networks do not have.
        docs_url=None,
        redoc_url=None,
    )
    application.add_middleware(PlainText)
    application.add_middleware(BoundedBodies)
    add_security(application, https=https)
    if metering is not None:
        add_metrics(application, metering)
    add_problems(application)
    add_description(application)
    application.include_router(health_routes(readiness))
    application.include_router(api_routes(figures))
    if feeds is not None:
        application.include_router(feed_routes(feeds))
    if house is None or gate is None:
        application.include_router(page_routes(figures))
    else:
        doors = _Doors(house=house, gate=gate, files=files, offices=offices, oidc=oidc, own=own)
        _add_house(application, figures, doors, https=https)
    return application


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doors:
    """What those who have signed in go through."""

    house: House
    gate: Gate
    files: Files | None
    offices: Offices | None
    oidc: Oidc | None
    own: Own | None


def _add_house(application: FastAPI, figures: Figures, doors: _Doors, *, https: bool) -> None:
    """Everything that needs somebody who has signed in, and the start page that knows them."""
    house, gate, files, offices = doors.house, doors.gate, doors.files, doors.offices
    entrance = Entrance(gate, house.now, https=https)
    add_entrance(application, entrance)
    shell = Shell(house)
    add_error_pages(application, entrance, shell)
    application.include_router(page_routes(figures, home_of(entrance, shell), gate.demo_accounts))
    for pages in (
        sign_in_routes(entrance, shell, doors.oidc),
        own_routes(house, entrance, shell),
        deputy_routes(house, shell),
        case_list_routes(house, shell),
        acting_routes(house, entrance, shell),
        writing_routes(house, entrance, shell),
        case_routes(house, shell),
        design_routes(house, shell),
        *role_routes(house, entrance, shell),
    ):
        application.include_router(pages)
    application.include_router(static_routes())
    application.include_router(language_routes(entrance))
    for routes in rest_routes(house):
        application.include_router(routes)
    if doors.own is not None:
        application.include_router(preference_routes(doors.own, entrance, shell))
        application.include_router(second_factor_routes(doors.own, entrance, shell))
    if doors.oidc is not None:
        application.include_router(oidc_routes(entrance, shell, doors.oidc))
    if offices is not None:
        application.include_router(oversight_routes(offices))
        application.include_router(token_routes(offices.administration))
        application.include_router(overview_routes(house, offices.oversight, shell))
        if offices.portal is not None:
            application.include_router(portal_routes(figures, offices.portal, shell))
        for pages in administration_routes(house, offices.administration, entrance, shell):
            application.include_router(pages)
    if files is not None:
        application.include_router(file_routes(files, entrance, shell))
        application.include_router(api_file_routes(files))
