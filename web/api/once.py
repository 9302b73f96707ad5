"""The headers by which a program does something once: a key that names a wish, and the replay."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header

from web.api.acting_models import KEY_PATTERN
from web.gate import Visitor

REPLAYED = "Idempotency-Replayed"
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="请求号:重发不会办两次 · sent again, it gets the first answer",
    ),
]
REPLAY_HEADER: dict[str, Any] = {
    REPLAYED: {
        "description": "重发所得的第一次答复 · `true`: the first answer, once more",
        "schema": {"type": "string", "enum": ["true"]},
    }
}


def own_key(visitor: Visitor, key: str | None) -> str | None:
    """A key names a wish of this visitor: two programs may count from 1 each."""
    return None if key is None else f"{visitor.person}:{key}"
