"""`/api/v1`: what other systems may ask and do; the public figures are open to everybody."""

from __future__ import annotations

from fastapi import APIRouter

from web.api.acting import acting_routes
from web.api.description import add_description
from web.api.figures import api_routes
from web.api.in_hand import in_hand_routes
from web.api.mine import mine_routes
from web.api.part_lists import part_list_routes
from web.api.register import register_routes
from web.api.reporting import reporting_routes
from web.api.rules import rule_routes
from web.api.suggestions import suggestion_routes
from web.house import House

__all__ = ["add_description", "api_routes", "rest_routes"]


def rest_routes(house: House) -> tuple[APIRouter, ...]:
    """The routes for those who show a token or have signed in."""
    return (
        register_routes(house),
        rule_routes(house),
        suggestion_routes(house),
        part_list_routes(house),
        acting_routes(house),
        mine_routes(house),
        in_hand_routes(house),
        reporting_routes(house),
    )
