"""All pages of the administrator, for the application to include."""

from __future__ import annotations

from fastapi import APIRouter

from web.administration import Administration
from web.entrance import Entrance
from web.house import House
from web.pages.admin import admin_routes
from web.pages.admin_accounts import admin_account_routes
from web.pages.admin_calendar import admin_calendar_routes
from web.pages.admin_register import admin_register_routes
from web.pages.admin_tokens import admin_token_routes
from web.pages.admin_ways import admin_way_routes
from web.pages.shell import Shell


def administration_routes(
    house: House, administration: Administration, entrance: Entrance, shell: Shell
) -> tuple[APIRouter, ...]:
    """The rooms of `/admin`."""
    return (
        admin_routes(house, administration, shell),
        admin_register_routes(house, administration, entrance, shell),
        admin_calendar_routes(house, administration, entrance, shell),
        admin_account_routes(administration, entrance, shell),
        admin_token_routes(administration, entrance, shell),
        admin_way_routes(house, administration, entrance, shell),
    )
