"""The switch between Chinese and English: kept in this browser, by a link, without a script."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from web.entrance import LANGUAGE_COOKIE, Entrance, safe_next

A_YEAR = 365 * 24 * 3600


def language_routes(entrance: Entrance) -> APIRouter:
    """Switch, and go back to where the link was."""
    router = APIRouter(include_in_schema=False)

    @router.get("/language/{language}")
    def switch(language: Literal["zh", "en"], next: str = "/") -> RedirectResponse:  # noqa: A002  # the name in the address
        answer = RedirectResponse(safe_next(next), status_code=HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=A_YEAR,
            path="/",
            httponly=True,
            samesite="lax",
            secure=entrance.https,
        )
        return answer

    return router
