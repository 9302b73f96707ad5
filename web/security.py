"""Headers that every answer carries: no scripts in a page, no frames, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import Response

from web.problems import problem

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer browsers send our own forms with the origin `null`, like those of strangers.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
SHOWN_BY_PERSONS = ("cookie", "authorization")


def unexpected(headers: Mapping[str, str]) -> Response:
    """What is told of an error that nobody expected: nothing of what runs behind."""
    answer = problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code="unexpected",
        title="系统内部出错,没有办理。请稍后再试;仍不行时请把时间和所做的事告诉系统管理员。",
        detail="Something broke here; nothing was done. Try later, or tell an administrator when"
        " it happened and what you did.",
    )
    answer.headers.update({**headers, "Cache-Control": "no-store"})
    return answer


def add_security(application: FastAPI, *, https: bool = False) -> None:
    """Put the headers on every answer; with https also that it must stay https."""
    headers = {**HEADERS, **(STRICT_TRANSPORT if https else {})}

    def broken(_request: Request, _error: Exception) -> Response:
        # Made outside of everything else, where no middleware puts the headers on.
        return unexpected(headers)

    application.add_exception_handler(Exception, broken)

    @application.middleware("http")
    async def secured(
        request: Request, proceed: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await proceed(request)
        for name, value in headers.items():
            # A file on its way to be saved brings a stricter policy of its own.
            response.headers.setdefault(name, value)
        if any(name in request.headers for name in SHOWN_BY_PERSONS):
            # Made for one person: nobody else on this machine or on the way gets it again.
            response.headers.setdefault("Cache-Control", "no-store")
        return response
