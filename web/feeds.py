"""Personal calendar feeds over the web: whoever has the address reads the deadlines behind it.

Every token that opens nothing gets the same answer: it is not told which ones were revoked.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from http import HTTPStatus
from typing import Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.problems import problem

MEDIA_TYPE = "text/calendar; charset=utf-8"
PREFIX = "/feeds/"


class Language(StrEnum):
    """In which words a feed is written."""

    ZH = "zh"
    EN = "en"


class FeedReader(Protocol):
    """Gives the calendar behind a token."""

    def calendar(self, token: str, language: str) -> bytes | None:
        """The bytes of the calendar; None when the token opens nothing."""
        ...


def feed_routes(feeds: FeedReader) -> APIRouter:
    """The one route for calendar programs."""
    router = APIRouter(tags=["feeds"])

    @router.get(
        PREFIX + "{token}.ics",
        summary="个人期限日历",
        response_class=Response,
        responses={
            HTTPStatus.OK: {"content": {"text/calendar": {}}},
            HTTPStatus.NOT_MODIFIED: {"description": "没有变化 · not changed"},
            HTTPStatus.NOT_FOUND: {"description": "没有这个订阅 · no such feed"},
        },
    )
    def feed(request: Request, token: str, lang: Language = Language.ZH) -> Response:
        """The deadlines of one person as iCalendar."""
        found = feeds.calendar(token, lang.value)
        if found is None:
            return problem(
                HTTPStatus.NOT_FOUND,
                code="not-found",
                title="没有这个订阅,或已停用",
                detail="No such feed, or it was revoked",
            )
        tag = f'"{hashlib.sha256(found).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if _is_known(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="bihuan.ics"'
        return Response(found, media_type=MEDIA_TYPE, headers=headers)

    return router


def _is_known(given: str, tag: str) -> bool:
    """Whether the client has these very bytes; a weak mark of them does as well."""
    tags = (one.strip().removeprefix("W/") for one in given.split(","))
    return any(one in (tag, "*") for one in tags)
