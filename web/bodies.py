"""Bounds what comes in: how large a body may be and how slowly it may come.

Before any route, so that none can forget it; a route that takes files says so by `bounds_itself`.
Refuses to know what a body is about.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import cast

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import BihuanError
from web.errors import BodyTooLarge, BodyTooSlow, WebError

LONGEST_FORM = 4_000_000
"""Bytes of a form: a file of the register comes back in one, each Chinese sign as nine."""
LONGEST_JSON = 1_000_000
LONGEST_BULK = 8_000_000
BULK = ("/api/v1/actions",)
HEARD_OUT = 4
"""So many times the bound is read and thrown away, so that the sender gets to see the refusal."""
IDLE_SECONDS = 30.0
SECONDS = 120.0
"""Between two parts of a body, and for all of it."""
_BODY = "bihuan.body"


@dataclass(slots=True)
class Bounds:
    """How much of a body is taken, and for how long."""

    longest: int
    seconds: float = SECONDS


class BoundedBodies:
    """The application behind a look at how much comes in."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on; too much ends it, whatever the route made of what it got."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        body, begun = _Body(receive, Bounds(_longest(scope))), False
        scope[_BODY] = body.bounds

        async def given(message: Message) -> None:
            nonlocal begun
            if body.fault is None or begun:
                begun = True
                await send(message)

        try:
            await self._application(scope, body, given)
        except Exception:
            if body.fault is None or begun:
                raise
        if body.fault is not None and not begun:
            answer = await _answer(scope, body.fault)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)


def content_type(scope: Scope) -> bytes:
    """What the body is said to be, without its parameters."""
    given = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bytes(given).partition(b";")[0].strip().lower()


def _longest(scope: Scope) -> int:
    if not content_type(scope).endswith(b"json"):
        return LONGEST_FORM
    return LONGEST_BULK if scope["path"] in BULK else LONGEST_JSON


def bounds_itself(request: Request, *, seconds: float) -> None:
    """This route takes files and counts what comes; it has that long for it."""
    bounds = request.scope.get(_BODY)
    if isinstance(bounds, Bounds):
        bounds.longest, bounds.seconds = sys.maxsize, seconds


class _Body:
    """What the sender sends, as far as it is taken."""

    def __init__(self, receive: Receive, bounds: Bounds) -> None:
        self._receive = receive
        self._seen = 0
        self._spent = 0.0
        self._whole = False
        self.bounds = bounds
        self.fault: WebError | None = None

    async def __call__(self) -> Message:
        """The next part; BodyTooLarge or BodyTooSlow once and for all."""
        if self._whole:
            return await self._receive()
        if self.fault is not None:
            raise self.fault
        message = await self._next()
        while self._seen > self.bounds.longest and not self._whole:
            if self._seen > self.bounds.longest * HEARD_OUT:
                break
            message = await self._next()
        if self._seen > self.bounds.longest:
            self.fault = BodyTooLarge(kilobytes=self.bounds.longest // 1000)
            raise self.fault
        return message

    async def _next(self) -> Message:
        left = min(IDLE_SECONDS, self.bounds.seconds - self._spent)
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with asyncio.timeout(max(left, 0.0)):
                message = await self._receive()
        except TimeoutError:
            self.fault = BodyTooSlow()
            raise self.fault from None
        self._spent += clock() - begun
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message


async def _answer(scope: Scope, fault: WebError) -> Response:
    """The refusal as everybody gets it, as a page or as a problem."""
    tell = cast(
        "Callable[[Request, Exception], Response]", scope["app"].exception_handlers[BihuanError]
    )
    found = await run_in_threadpool(tell, Request(scope), fault)
    return cast("Response", await found if isawaitable(found) else found)
