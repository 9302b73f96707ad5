"""The entrance of every page and every call: who comes in, who is sent to sign in, who is refused.

A route takes a visitor by `Depends(entrance.page)`, `Depends(entrance.api)` and so on; in modules
with annotations as text the names `PageVisitor`, `MaybeVisitor` and `ApiVisitor` below do the same.
Refuses to know accounts; the gate does.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from web.errors import FormForged, ScopeMissing, SignInRequired
from web.gate import Arrival, Gate, Visitor

SIGN_IN = "/sign-in"
OIDC = "/sign-in/oidc"
PASSWORD = "/account/password"  # noqa: S105  # an address
LANGUAGE_COOKIE = "bihuan-language"
LANGUAGES = ("zh", "en")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
AGENT_LENGTH = 200
BEARER = "bearer "


class SentElsewhere(Exception):
    """Somebody who must go to another page first."""

    def __init__(self, location: str) -> None:
        self.location = location
        super().__init__(location)


class Entrance:
    """Lets requests in; `https` says whether browsers reach us by https."""

    def __init__(self, gate: Gate, clock: Callable[[], datetime], *, https: bool) -> None:
        self.gate = gate
        self.https = https
        self._clock = clock

    @property
    def cookie_name(self) -> str:
        """The session's cookie; `__Host-` binds it to this host, and needs https."""
        return "__Host-bihuan" if self.https else "bihuan"

    def arrival(self, request: Request) -> Arrival:
        """How the request comes."""
        address = request.client.host if request.client else ""
        agent = request.headers.get("user-agent", "")[:AGENT_LENGTH]
        return Arrival(address=address, agent=agent, at=self._clock())

    def cookie(self, request: Request) -> str:
        """The session's cookie as it came, or nothing."""
        return request.cookies.get(self.cookie_name, "")

    def maybe(self, request: Request) -> Visitor | None:
        """Who has signed in, or nobody: for pages that are open to all."""
        cookie = self.cookie(request)
        found = self.gate.visitor(cookie, self.arrival(request)) if cookie else None
        if found is None:
            return None
        wished = request.cookies.get(LANGUAGE_COOKIE)
        return replace(found, language=wished) if wished in LANGUAGES else found

    def page(self, request: Request) -> Visitor:
        """Who has signed in; anybody else is sent to sign in and comes back here after it."""
        found = self.maybe(request)
        if found is None:
            raise SentElsewhere(f"{SIGN_IN}?next={quote(_here(request), safe='/')}")
        if found.must_change and request.url.path != PASSWORD:
            raise SentElsewhere(f"{PASSWORD}?next={quote(_here(request), safe='/')}")
        return found

    def api(self, request: Request) -> Visitor:
        """Who shows a token, or has signed in; SignInRequired for anybody else.

        A browser sends its cookie by itself, so with one every change must bring the session's
        csrf in the header X-CSRF-Token.
        """
        shown = request.headers.get("authorization", "")
        if shown:
            token = shown[len(BEARER) :].strip() if shown.lower().startswith(BEARER) else ""
            found = self.gate.program(token, self.arrival(request)) if token else None
            if found is None:
                raise SignInRequired
            return found
        found = self.maybe(request)
        if found is None or found.must_change:
            raise SignInRequired
        if request.method not in SAFE_METHODS:
            self.csrf(request, found, request.headers.get(CSRF_HEADER, ""))
        return found

    def scope(self, name: str) -> Callable[[Request], Visitor]:
        """Like `api`, for those whose token has the scope; ScopeMissing for others."""

        def scoped(request: Request) -> Visitor:
            found = self.api(request)
            if name not in found.scopes:
                raise ScopeMissing(scope=name)
            return found

        return scoped

    def csrf(self, request: Request, visitor: Visitor, token: str) -> None:
        """FormForged unless the form was made by a page of this very session."""
        self.same_origin(request)
        if not visitor.csrf or not hmac.compare_digest(visitor.csrf.encode(), token.encode()):
            raise FormForged

    def same_origin(self, request: Request) -> None:
        """FormForged when the browser says that the form is another site's.

        It is all there is before somebody has signed in; a form of ours never says `null`.
        """
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise FormForged
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
            raise FormForged

    def let_in(self, response: Response, cookie: str) -> None:
        """Give the browser the session's cookie, which no script can read."""
        response.set_cookie(
            self.cookie_name, cookie, path="/", httponly=True, samesite="lax", secure=self.https
        )

    def let_out(self, response: Response) -> None:
        """Take it back."""
        response.delete_cookie(
            self.cookie_name, path="/", httponly=True, samesite="lax", secure=self.https
        )


def add_entrance(application: FastAPI, entrance: Entrance) -> None:
    """Put the entrance where the dependencies below find it."""
    application.state.entrance = entrance
    application.add_exception_handler(SentElsewhere, _sent)


def entrance_of(request: Request) -> Entrance:
    """The entrance of the application that was asked."""
    found: Entrance = request.app.state.entrance
    return found


def safe_next(given: str) -> str:
    """Where to go after signing in: a path of ours, or the start page for anything else."""
    plain = given.isascii() and given.isprintable() and "\\" not in given
    if not plain or not given.startswith("/") or given.startswith("//"):
        return "/"
    parts = urlsplit(given)
    return "/" if parts.scheme or parts.netloc else given


def _page_visitor(request: Request) -> Visitor:
    return entrance_of(request).page(request)


def _maybe_visitor(request: Request) -> Visitor | None:
    return entrance_of(request).maybe(request)


def _api_visitor(request: Request) -> Visitor:
    return entrance_of(request).api(request)


PageVisitor = Annotated[Visitor, Depends(_page_visitor)]
MaybeVisitor = Annotated[Visitor | None, Depends(_maybe_visitor)]
ApiVisitor = Annotated[Visitor, Depends(_api_visitor)]


def _here(request: Request) -> str:
    """Where somebody wanted to go; a form that was sent cannot be sent again by a link."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return safe_next(f"{request.url.path}?{query}" if query else request.url.path)


def _sent(_request: Request, error: Exception) -> Response:
    if not isinstance(error, SentElsewhere):
        raise error
    return RedirectResponse(error.location, status_code=HTTPStatus.SEE_OTHER)
