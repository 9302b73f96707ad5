"""Errors as problem+json: the one place that knows which HTTP status an error has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from engine.errors import BihuanError

MEDIA_TYPE = "application/problem+json"
UNKNOWN = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_CODES: Mapping[HTTPStatus, tuple[str, ...]] = {
    HTTPStatus.UNAUTHORIZED: ("sign-in-required", "sign-in-refused", "provider-refused"),
    HTTPStatus.FORBIDDEN: (
        *("not-authorized", "scope-missing", "form-forged", "file-not-yours", "role-missing"),
    ),
    HTTPStatus.NOT_FOUND: (
        *("unknown-account", "unknown-action", "unknown-attempt", "unknown-case"),
        *("unknown-channel", "unknown-congress", "unknown-delivery", "unknown-feed"),
        *("unknown-file", "unknown-leave", "unknown-person", "unknown-profile"),
        *("unknown-subject", "unknown-template", "unknown-token", "unknown-unit"),
    ),
    HTTPStatus.CONFLICT: (
        *("not-allowed", "condition-refused", "stale-case", "timer-gone", "extension-refused"),
        *("urged-already", "order-open", "invariant-broken"),
        *("bulletin-issued", "bulletin-too-early"),
    ),
    HTTPStatus.BAD_REQUEST: ("form-unreadable",),
    HTTPStatus.REQUEST_TIMEOUT: ("body-too-slow",),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("file-too-large", "body-too-large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("file-refused",),
    HTTPStatus.TOO_MANY_REQUESTS: ("sign-in-limited",),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("audit-broken", "bulletin-altered", "condition-failed"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("not-ready", "file-damaged", "provider-down"),
}
STATUS: Mapping[str, HTTPStatus] = {
    code: status for status, codes in _CODES.items() for code in codes
}
"""Whatever is not here was given wrongly: 422."""


def add_problems(application: FastAPI) -> None:
    """Answer every error with a problem."""
    application.add_exception_handler(BihuanError, _refused)
    for status in UNKNOWN:
        application.add_exception_handler(status, _unknown)
    application.add_exception_handler(HTTPStatus.BAD_REQUEST, _unreadable)
    application.add_exception_handler(RequestValidationError, _malformed)


def status_of(error: BihuanError) -> HTTPStatus:
    """The HTTP status of a refusal."""
    return STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)


def problem(
    status: int, *, code: str, title: str, detail: str, more: Mapping[str, object] | None = None
) -> Response:
    """A problem as RFC 9457 has it, with our code as an extension, and what else is known."""
    content = {
        "type": "about:blank",
        "status": int(status),
        "title": title,
        "detail": detail,
        "code": code,
        **(more or {}),
    }
    # What was sent may hold half a character, which no answer may.
    text = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, status_code=int(status), media_type=MEDIA_TYPE)


def problem_of(
    error: BihuanError, *, status: HTTPStatus | None = None, now: object = None
) -> Response:
    """The problem that a refusal is, with its facts; `now`: how things stand instead."""
    more: dict[str, object] = {"facts": error.as_dict()["facts"]} if error.facts else {}
    if now is not None:
        more["now"] = now
    answer = problem(
        status or status_of(error),
        code=error.code,
        title=error.message("zh"),
        detail=error.message("en"),
        more=more,
    )
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BihuanError):
        raise error
    return problem_of(error)


def _malformed(_request: Request, error: Exception) -> Response:
    """Says where and why, and nothing of what runs behind."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = (
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
    )
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        code="malformed",
        title="地址或参数的写法不对",
        detail="; ".join(faults),
    )


def _unknown(request: Request, error: Exception) -> Response:
    """No such address, or not to be asked like this; the router's own headers stay."""
    status = HTTPStatus(getattr(error, "status_code", HTTPStatus.NOT_FOUND))
    answer = problem(
        status,
        code=status.phrase.lower().replace(" ", "-"),
        title="没有这个页面,或不能这样访问",
        detail=f"{request.method} {request.url.path}: {status.phrase}",
    )
    for name, value in (getattr(error, "headers", None) or {}).items():
        answer.headers[name] = value
    return answer


def _unreadable(_request: Request, error: Exception) -> Response:
    """A body that is no JSON never reached a route."""
    return problem(
        HTTPStatus.BAD_REQUEST,
        code="malformed",
        title="请求的内容无法读取,应为 JSON",
        detail=str(getattr(error, "detail", "")),
    )
