"""Opens the doors of the web over one database: which port gets which implementation."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from app.administration import AdministrationOfRows
from app.attachments import FilesOfHouse
from app.doctor import ReadinessOf
from app.feeds import FeedsOfRows
from app.gate import GateOfRows
from app.house import HouseOfRows
from app.measuring import metering_of
from app.oversight import OversightOfRows
from app.own import OwnOfRows
from app.portal import PortalOfRows
from app.provider_gate import ProviderGate
from app.public import FiguresOfRows
from app.wiring import Services
from web.application import Application, create_application
from web.office import Offices


def application_of(
    services: Services, build: Callable[..., Application] = create_application
) -> Application:
    """Pages and API; cookies are bound to https where people reach us by it.

    `build` puts an application over the ports.
    """
    house, gate = HouseOfRows(services), GateOfRows(services)
    return build(
        FiguresOfRows(services),
        ReadinessOf(services),
        version=version("bihuan"),
        feeds=FeedsOfRows(services),
        metering=metering_of(services),
        house=house,
        gate=gate,
        files=FilesOfHouse(services, house),
        offices=Offices(
            oversight=OversightOfRows(services),
            administration=AdministrationOfRows(services),
            portal=PortalOfRows(services) if services.settings.portal else None,
        ),
        own=OwnOfRows(services),
        oidc=ProviderGate(services, gate) if services.settings.oidc_issuer else None,
        https=services.settings.public_url.startswith("https://"),
    )
