"""Reads a JSON text within bounds, and refuses what programs would read in different ways.

Refuses to know what is asked for; the routes read the same text once more by their own records.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from engine.profile import Text

MOST_VALUES = 200_000
MOST_NESTED = 20
LARGEST = 2**63


class JsonRefused(Exception):
    """A text that is JSON and all the same nothing for us; why."""

    def __init__(self, zh: str, en: str) -> None:
        self.reason = Text(zh=zh, en=en)
        super().__init__(en)


def read_json(body: bytes) -> object:
    """The value of a text; JsonRefused, or ValueError when it is no JSON at all."""
    if sum(body.count(one) for one in (b"[", b"{", b",")) > MOST_VALUES:
        raise JsonRefused(f"多于{MOST_VALUES}个值", f"it has more than {MOST_VALUES} values")
    try:
        value = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise _too_deep() from None
    _look_through(value)
    return value


def _look_through(value: object) -> None:
    """Level by level, so that nothing can be nested too deep for it."""
    level = [value]
    for _ in range(MOST_NESTED + 1):
        if any(_is_too_large(one) for one in level):
            raise JsonRefused("数字过大", "a number is too large")
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise _too_deep()


def _is_too_large(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and not -LARGEST <= value < LARGEST


def _inside(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Programs disagree about which of two counts, so neither does."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonRefused("同一对象里有重名的字段", "an object names a field twice")
    return found


def _no_number(name: str) -> object:
    raise JsonRefused(f"{name}不是数", f"{name} is no number")


def _too_deep() -> JsonRefused:
    return JsonRefused(f"嵌套多于{MOST_NESTED}层", f"it is nested deeper than {MOST_NESTED} levels")
