"""Keeps texts out that no database can hold: NUL and half characters, wherever a request has them.

Before any route, so that none can forget it. What a form holds is cleaned in `web.pages.typed`:
there it came by pasting, and nobody should lose what was typed over it.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.usable_text import is_usable, texts_in
from web.problems import problem

LONGEST_BODY = 32_000_000
"""More than the largest batch; nothing as long is read to its end."""
_SUSPECT = re.compile(rb"\\u(0000|d[89a-f])", re.IGNORECASE)
_TITLE = "请求中含有不能保存的字符(空字符或半个字符)"
_DETAIL = "the request holds NUL or half a character, which cannot be kept; leave it out"


class PlainText:
    """The application behind a look at what comes in."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or hand it on as it came."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if not _is_plain(scope):
            await _refused()(scope, receive, send)
            return
        if _content_type(scope).endswith(b"json"):
            body = await _whole(receive)
            if len(body) > LONGEST_BODY:
                await _too_long()(scope, receive, send)
                return
            if _is_suspect(body):
                await _refused()(scope, receive, send)
                return
            receive = _again(body, receive)
        await self._application(scope, receive, send)


def _is_plain(scope: Scope) -> bool:
    query = unquote(scope["query_string"].decode("latin-1"), errors="replace")
    headers = (value for name, value in scope["headers"])
    return (
        is_usable(scope["path"])
        and is_usable(query)
        and not any(b"\x00" in value for value in headers)
    )


def _content_type(scope: Scope) -> bytes:
    given = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bytes(given).partition(b";")[0].strip().lower()


async def _whole(receive: Receive) -> bytes:
    """The body, as far as it is read."""
    parts, size, more = [], 0, True
    while more and size <= LONGEST_BODY:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    return b"".join(parts)


def _is_suspect(body: bytes) -> bool:
    """Whether a text of it cannot be kept; what is no JSON is told by the route."""
    if not _SUSPECT.search(body):
        return False
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return not all(is_usable(one) for one in texts_in(value))


def _again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def given() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return given


def _refused() -> ASGIApp:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, code="malformed", title=_TITLE, detail=_DETAIL)


def _too_long() -> ASGIApp:
    return problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        code="malformed",
        title=f"请求的内容太长,至多{LONGEST_BODY // 1_000_000}MB",
        detail=f"the body is longer than {LONGEST_BODY // 1_000_000} MB",
    )
