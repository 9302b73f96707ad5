"""The pages of the roles: congress desk, government office, units, leaders; see each module."""

from __future__ import annotations

from fastapi import APIRouter

from web.entrance import Entrance
from web.house import House
from web.pages.desk import desk_routes
from web.pages.government import government_routes
from web.pages.leader import leader_routes
from web.pages.shell import Shell
from web.pages.unit import unit_routes
from web.pages.workbench import workbench_routes


def role_routes(house: House, entrance: Entrance, shell: Shell) -> tuple[APIRouter, ...]:
    """All of them, in the order of the loop."""
    return (
        desk_routes(house, shell),
        workbench_routes(house, entrance, shell),
        government_routes(house, shell),
        unit_routes(house, shell),
        leader_routes(house, shell),
    )
