"""A list of a row that is kept as text until somebody looks into it.

Most clocks of a case have ended, and no action asks how they came to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, overload

REMEMBERED = 4096
"""Texts whose meaning is kept in memory."""


class Unread(Sequence[Any]):
    """A tuple of records, read from its JSON text at the first use; equal to that tuple."""

    __slots__ = ("_length", "_meaning", "_text")

    def __init__(self, text: str, meaning: Callable[[str], tuple[Any, ...]]) -> None:
        self._text = text
        self._meaning = meaning
        self._length: int | None = None

    def read(self) -> tuple[Any, ...]:
        """The records."""
        return self._meaning(self._text)

    def __len__(self) -> int:
        """How many there are can be told without reading what they say."""
        if self._length is None:
            self._length = len(json.loads(self._text))
        return self._length

    def __iter__(self) -> Iterator[Any]:
        return iter(self.read())

    @overload
    def __getitem__(self, at: int) -> Any: ...  # noqa: ANN401  # a record of any kind

    @overload
    def __getitem__(self, at: slice) -> tuple[Any, ...]: ...

    def __getitem__(self, at: int | slice) -> Any:
        return self.read()[at]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Unread):
            return self._text == other._text or self.read() == other.read()
        return self.read() == other

    def __hash__(self) -> int:
        return hash(self.read())

    def __repr__(self) -> str:
        return repr(self.read())


def unread(read: Callable[[Any], tuple[Any, ...]]) -> Callable[[str | Any], Sequence[Any]]:
    """Keeps what is given as text unread; `read` makes the records of what is parsed already."""

    @lru_cache(maxsize=REMEMBERED)
    def meaning(text: str) -> tuple[Any, ...]:
        return read(json.loads(text))

    return lambda value: Unread(value, meaning) if isinstance(value, str) else read(value)
