"""What a browser is shown instead of a problem+json: the same refusal, as a page.

Programs go on getting what `web.problems` answers; only who asks for a page gets one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from engine.errors import BihuanError
from engine.profile import Text
from web.entrance import Entrance
from web.pages.held import add_held_forms
from web.pages.shell import Shell

Answer = Callable[[Request, Exception], Response]
NOT_HERE = Text(
    zh="没有这个页面，或者它不对您开放。请核对地址，或从首页进入。",
    en="There is no such page, or it is not open to you. Check the address, or begin at the start.",
)

BROKEN = Text(
    zh="系统内部出错，没有办理。请稍后再试；仍不行时请把时间和所做的事告诉系统管理员。",
    en="Something broke here; nothing was done. Try later, or tell an administrator when it was.",
)


def add_error_pages(application: FastAPI, entrance: Entrance, shell: Shell) -> None:
    """Show refusals as pages to those who asked for a page."""
    for kind in (BihuanError, RequestValidationError, 404, 405):
        told = cast("Answer", application.exception_handlers[kind])
        application.add_exception_handler(kind, _as_page(told, entrance, shell))
    add_held_forms(application, entrance, shell, _wants_page)
    broken = cast("Answer", application.exception_handlers[Exception])
    application.add_exception_handler(Exception, _as_bare_page(broken, shell))


def _as_page(told: Answer, entrance: Entrance, shell: Shell) -> Answer:
    def answer(request: Request, error: Exception) -> Response:
        plain = told(request, error)
        if not _wants_page(request):
            return plain
        visitor = entrance.maybe(request)
        language = shell.language(request, visitor)
        reason, code = NOT_HERE.en if language == "en" else NOT_HERE.zh, ""
        if isinstance(error, BihuanError):
            reason, code = error.message(language), error.code
        return shell.page(
            request,
            "refusal.html",
            visitor,
            plain.status_code,
            reason=reason,
            status=plain.status_code,
            code=code,
        )

    return answer


def _as_bare_page(told: Answer, shell: Shell) -> Answer:
    """Without looking for who it is: what broke may be the database."""

    def answer(request: Request, error: Exception) -> Response:
        plain = told(request, error)
        if not _wants_page(request):
            return plain
        language = shell.language(request, None)
        page = shell.page(
            request,
            "refusal.html",
            None,
            plain.status_code,
            reason=BROKEN.en if language == "en" else BROKEN.zh,
            status=plain.status_code,
            code="",
        )
        for name, value in plain.headers.items():
            if not name.startswith("content-") or name == "content-security-policy":
                page.headers[name] = value
        return page

    return answer


def _wants_page(request: Request) -> bool:
    path = request.url.path
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not path.startswith(("/api/", "/feeds/"))
