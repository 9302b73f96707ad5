"""Keeps texts out that no database can hold: NUL and half characters, wherever a request has them.

Before any route, so that none can forget it. What a form holds is cleaned in `web.pages.typed`:
there it came by pasting, and nobody should lose what was typed over it.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.usable_text import is_usable, texts_in
from web.bodies import content_type
from web.json_text import JsonRefused, read_json
from web.problems import problem

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
        if content_type(scope).endswith(b"json"):
            body = await _whole(receive)
            refusal = _refusal(body)
            if refusal is not None:
                await refusal(scope, receive, send)
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


async def _whole(receive: Receive) -> bytes:
    """The body; how much it may be is bounded before."""
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _refusal(body: bytes) -> ASGIApp | None:
    """What is wrong with it; that it is no JSON is told by the route."""
    try:
        value = read_json(body)
    except JsonRefused as error:
        return problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            code="malformed",
            title=f"请求的内容不能接受:{error.reason.zh}",
            detail=f"the body is not taken: {error.reason.en}",
        )
    except ValueError:
        return None
    suspect = _SUSPECT.search(body) and not all(is_usable(one) for one in texts_in(value))
    return _refused() if suspect else None


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
