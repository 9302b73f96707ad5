"""What can go wrong, as the API describes it: the problem, and which codes a route gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import all_error_types
from web.problems import MEDIA_TYPE, STATUS

MALFORMED = "malformed"
EVERYWHERE = ("sign-in-required", "scope-missing", MALFORMED)
CHANGING = ("form-forged", "body-too-large", "body-too-slow")
ACTING = (
    *("not-authorized", "not-allowed", "condition-refused", "form-incomplete", "form-invalid"),
    *("invalid-value", "extension-refused", "urged-already", "order-open", "invariant-broken"),
    *("request-key-reused", "stale-case", "unknown-action", "unknown-subject", "unknown-case"),
)
"""What an action may be refused with."""
SCHEMA = "#/components/schemas/Problem"


class Problem(BaseModel):
    """A problem as RFC 9457 has it. Programs look at `code`, which never changes."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="问题类型,恒为 about:blank · always about:blank")
    status: int = Field(description="HTTP 状态码 · HTTP status")
    title: str = Field(
        description="中文说明:什么、哪里、怎么办 · what, where, how to mend, in Chinese"
    )
    detail: str = Field(description="英文说明 · the same in English")
    code: str = Field(description="稳定的错误代码 · stable code, see docs/errors.md")
    facts: dict[str, Any] = Field(
        default_factory=dict, description="说明中用到的事实 · the facts behind the words"
    )
    now: dict[str, Any] | None = Field(
        default=None, description="stale-case:现在的情况 · how the case stands now"
    )


def refusals(*codes: str, also: Iterable[HTTPStatus] = ()) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may give these codes besides those that every route may.

    `also`: another status under which `stale-case` is told.
    """
    told = open_refusals(*EVERYWHERE, *codes)
    return told | {int(status): _described(["stale-case"]) for status in also}


def open_refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The same for a route that is open to everybody: these codes and no others."""
    by_status: dict[HTTPStatus, list[str]] = defaultdict(list)
    for code in codes:
        by_status[_status(code)].append(code)
    return {int(status): _described(found) for status, found in sorted(by_status.items())}


def unreadable() -> dict[str, Any]:
    """The answer to a body that is no JSON at all."""
    return _described([MALFORMED])


def _status(code: str) -> HTTPStatus:
    if code != MALFORMED and code not in {one.code for one in all_error_types()}:
        raise LookupError(code)
    return STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)


def _described(codes: list[str]) -> dict[str, Any]:
    return {
        "description": " · ".join(f"`{code}`" for code in dict.fromkeys(codes)),
        "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}},
    }
