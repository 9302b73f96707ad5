"""Errors as problem+json: the one place that knows which HTTP status an error has."""

from __future__ import annotations

import json
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from engine.errors import BihuanError

MEDIA_TYPE = "application/problem+json"
UNKNOWN = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
STATUS = {
    "unknown-congress": HTTPStatus.NOT_FOUND,
    "sign-in-required": HTTPStatus.UNAUTHORIZED,
    "sign-in-refused": HTTPStatus.UNAUTHORIZED,
    "sign-in-limited": HTTPStatus.TOO_MANY_REQUESTS,
    "scope-missing": HTTPStatus.FORBIDDEN,
    "form-forged": HTTPStatus.FORBIDDEN,
}


def add_problems(application: FastAPI) -> None:
    """Answer every error with a problem."""
    application.add_exception_handler(BihuanError, _refused)
    for status in UNKNOWN:
        application.add_exception_handler(status, _unknown)
    application.add_exception_handler(RequestValidationError, _malformed)


def problem(status: int, *, code: str, title: str, detail: str) -> Response:
    """A problem as RFC 9457 has it, with our code as an extension."""
    content = {
        "type": "about:blank",
        "status": status,
        "title": title,
        "detail": detail,
        "code": code,
    }
    text = json.dumps(content, ensure_ascii=False)
    return Response(text, status_code=status, media_type=MEDIA_TYPE)


def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BihuanError):
        raise error
    status = STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
    answer = problem(status, code=error.code, title=error.message("zh"), detail=error.message("en"))
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


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
