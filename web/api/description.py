"""The OpenAPI document: what programs may call, how they sign in, and how refusals look.

Pages are for people and are not in it.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from web.api.refusals import SCHEMA, Problem
from web.problems import MEDIA_TYPE

FOR_PROGRAMS = ("/api/", "/feeds/", "/healthz", "/readyz", "/metrics")
MALFORMED = "422"
UNAUTHORIZED = "401"
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")
SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "令牌,带权限 read、act 或 admin · a token with scopes read, act or admin",
    },
}


def add_description(application: FastAPI) -> None:
    """Let the application describe itself as it really answers."""

    def described() -> dict[str, Any]:
        if application.openapi_schema is None:
            application.openapi_schema = _document(application)
        return application.openapi_schema

    # FastAPI has no other way to say how problems look.
    application.openapi = described  # type: ignore[method-assign]  # the documented way


def _document(application: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=application.title,
        version=application.version,
        summary=application.summary,
        routes=application.routes,
    )
    document["paths"] = {
        path: operations
        for path, operations in document["paths"].items()
        if path.startswith(FOR_PROGRAMS)
    }
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in FASTAPIS_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["securitySchemes"] = SCHEMES
    for operations in document["paths"].values():
        for operation in operations.values():
            _tell_the_truth(operation)
    return document


def _tell_the_truth(operation: dict[str, Any]) -> None:
    """What was sent wrongly is answered by a problem, not in FastAPI's own form."""
    answers = operation["responses"]
    told = answers.get(MALFORMED, {}).get("content", {})
    if "application/json" in told:
        answers[MALFORMED] = {
            "description": "`malformed`",
            "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}},
        }
    if UNAUTHORIZED in answers:
        operation["security"] = [{"token": []}]
