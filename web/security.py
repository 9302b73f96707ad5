"""Headers that every answer carries: no scripts in a page, no frames, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import Response

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


def add_security(application: FastAPI, *, https: bool = False) -> None:
    """Put the headers on every answer; with https also that it must stay https."""
    headers = {**HEADERS, **(STRICT_TRANSPORT if https else {})}

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
