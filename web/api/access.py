"""Who may ask the API: a dependency a scope, each of which is the entrance's own rule.

Every route of the API takes one of these; what its visitor may see and do is decided by the house.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from engine.congress import ADMINISTRATOR_ROLE
from engine.profile import Text
from web.entrance import entrance_of
from web.errors import RoleMissing
from web.gate import Visitor

PAGE = Text(zh="系统管理", en="administration")


def reading(request: Request, response: Response) -> Visitor:
    """Who may read: a session, or a token with the scope `read`. Nobody on the way keeps it."""
    response.headers["Cache-Control"] = "no-store"
    return entrance_of(request).scope("read")(request)


def acting(request: Request) -> Visitor:
    """Who may act: a session whose call brings its csrf, or a token with the scope `act`."""
    return entrance_of(request).scope("act")(request)


def keeping(request: Request, response: Response) -> Visitor:
    """Who may look after the house: a session, or a token with the scope `admin`.

    Of an administrator only, which is told before anything that was sent is looked at.
    """
    response.headers["Cache-Control"] = "no-store"
    found = entrance_of(request).scope("admin")(request)
    if ADMINISTRATOR_ROLE not in found.roles:
        raise RoleMissing(page=PAGE)
    return found


Reader = Annotated[Visitor, Depends(reading)]
Actor = Annotated[Visitor, Depends(acting)]
Keeper = Annotated[Visitor, Depends(keeping)]
