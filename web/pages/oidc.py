"""Signing in by another provider: there and back again, and out of it.

A link and no form begins it, since our policy lets no form lead to another site.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.entrance import OIDC, SIGN_IN, Entrance, safe_next
from web.errors import ProviderDown, ProviderRefused, SignInLimited
from web.oidc import Oidc
from web.pages.shell import Shell
from web.pages.sign_in import (
    OUT,
    entered,
    forget_way,
    go,
    keep_way,
    sign_in_page,
    way_of,
)

BACK = f"{OIDC}/back"


def oidc_routes(entrance: Entrance, shell: Shell, oidc: Oidc) -> APIRouter:
    """`/sign-in/oidc`, where the provider sends people back to, and the way out of it."""
    router = APIRouter(include_in_schema=False)
    form = sign_in_page(entrance, shell, oidc)

    def cookie_name() -> str:
        return f"{entrance.cookie_name}-oidc"

    def forget(answer: Response) -> Response:
        answer.delete_cookie(
            cookie_name(), path="/", httponly=True, samesite="lax", secure=entrance.https
        )
        return answer

    @router.get(OIDC)
    def begin(request: Request) -> Response:
        next_ = safe_next(request.query_params.get("next", "/"))
        try:
            begun = oidc.begin(next_, entrance.arrival(request))
        except ProviderDown as error:
            return form(request, {"next": next_}, error)
        answer = go(begun.location)
        answer.set_cookie(
            cookie_name(),
            begun.cookie,
            max_age=begun.seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=entrance.https,
        )
        return answer

    @router.get(BACK)
    def back(request: Request) -> Response:
        cookie = request.cookies.get(cookie_name(), "")
        try:
            ended = oidc.end(cookie, dict(request.query_params), entrance.arrival(request))
        except (ProviderDown, ProviderRefused, SignInLimited) as error:
            return forget(form(request, {}, error))
        answer = forget(entered(entrance, request, ended.signed_in, {"next": ended.next}))
        keep_way(entrance, answer, ended.token)
        return answer

    @router.get(OUT)
    def leave(request: Request) -> Response:
        answer = go(oidc.leave(way_of(entrance, request) or "") or SIGN_IN)
        forget_way(entrance, answer)
        return answer

    return router
