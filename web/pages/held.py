"""A form that comes when its session is over: what was typed is held, and nothing is done.

Works for every form of every page. Refuses to know what a form is about; passwords and one-time
codes are not held, and a file cannot be: that is said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from engine.errors import BihuanError
from web.bodies import content_type
from web.entrance import SAFE_METHODS, SIGN_IN, Entrance, SentElsewhere
from web.errors import FormForged, FormUnreadable
from web.pages.shell import Shell
from web.pages.typed import typed_form

NEVER_HELD = frozenset({"csrf", "old", "new", "again", "password", "code"})
NO_SECRET = {"/admin/people/": "code"}
"""Where a field that elsewhere is a secret is none: the code by which a person is known."""
MACHINERY = frozenset({"step", "version", "sequence", "begun", "subject", "next"})
Told = Callable[[Request, Exception], Response]


def add_held_forms(
    application: FastAPI, entrance: Entrance, shell: Shell, wants_page: Callable[[Request], bool]
) -> None:
    """Hold what was typed, where a browser sent a form of ours too late."""
    sent_away = cast("Told", application.exception_handlers[SentElsewhere])
    refused = cast("Told", application.exception_handlers[BihuanError])

    def is_form(request: Request) -> bool:
        return request.method not in SAFE_METHODS and wants_page(request)

    async def ended(request: Request, error: Exception) -> Response:
        away = await run_in_threadpool(sent_away, request, error)
        if not is_form(request) or not away.headers["location"].startswith(SIGN_IN):
            return away
        sent = await _typed(request)
        return shell.page(
            request, "held.html", None, HTTPStatus.UNAUTHORIZED, sent=sent, typed=_words(sent)
        )

    async def forged(request: Request, error: Exception) -> Response:
        if not is_form(request) or not _says_ours(request):
            return await run_in_threadpool(refused, request, error)
        visitor = await run_in_threadpool(entrance.maybe, request)
        sent = await _typed(request)
        if visitor is None or sent is None:
            return await run_in_threadpool(refused, request, error)
        return await run_in_threadpool(
            lambda: shell.page(
                request, "held.html", visitor, HTTPStatus.FORBIDDEN, sent=sent, typed=_words(sent)
            )
        )

    def _says_ours(request: Request) -> bool:
        """A browser that tells nothing of where a form comes from is not believed."""
        told = {"origin", "sec-fetch-site"} & set(request.headers)
        try:
            entrance.same_origin(request)
        except FormForged:
            return False
        return bool(told)

    handlers: Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        SentElsewhere: ended,
        FormForged: forged,
    }
    for kind, handler in handlers.items():
        application.add_exception_handler(kind, handler)


async def _typed(request: Request) -> dict[str, str] | None:
    """What was typed; None for a form with a file, which would have to be chosen again."""
    if content_type(request.scope) != b"application/x-www-form-urlencoded":
        return None
    try:
        sent = await typed_form(request)
    except FormUnreadable:
        return None
    path = request.url.path
    open_ = {name for under, name in NO_SECRET.items() if path.startswith(under)}
    return {name: value for name, value in sent.items() if name not in NEVER_HELD - open_}


def _words(sent: Mapping[str, str] | None) -> tuple[str, ...]:
    """What of it somebody would miss."""
    return tuple(
        value for name, value in (sent or {}).items() if value.strip() and name not in MACHINERY
    )
