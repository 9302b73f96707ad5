"""What all pages of lists have in common: how long one may be, and how a cursor is sealed.

Refuses to know what a cursor says: each list checks that for itself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from engine.errors import InvalidValue
from engine.usable_text import is_usable, texts_in

MAX_LIMIT = 500
LARGEST = 2**53
"""No cursor of ours says a larger number, and not every database could take one."""


def check_limit(limit: int) -> None:
    """InvalidValue for a page of no lines or of too many."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidValue(
            what="每页件数 / limit",
            value=limit,
            reason=f"应在1至{MAX_LIMIT}之间 / use 1 to {MAX_LIMIT}",
        )


def sealed(values: Sequence[object]) -> str:
    """A cursor that says these values; they must be known to JSON."""
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def unsealed(cursor: str) -> Any:  # noqa: ANN401  # whatever somebody sent
    """What a cursor says; ValueError when it says nothing."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        found = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except RecursionError as error:
        raise ValueError(cursor) from error
    if not all(is_usable(one) for one in texts_in(found)):
        raise ValueError(cursor)
    if isinstance(found, list) and any(isinstance(o, int) and abs(o) > LARGEST for o in found):
        raise ValueError(cursor)
    return found
