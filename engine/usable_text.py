"""What a text may hold so that every database can keep it and every answer can show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL takes in no text, and half a character, which is in no UTF-8."""


def is_usable(text: str) -> bool:
    """Whether a text can be kept and shown as it is."""
    return _UNUSABLE.search(text) is None


def usable(text: str) -> str:
    """The text without what nobody can have typed."""
    return _UNUSABLE.sub("", text)


def texts_in(value: object) -> Iterator[str]:
    """Every text of a value as JSON has it, names of fields too, however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
