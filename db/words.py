"""How a text is taken apart for the search index: into pairs of neighbouring signs.

Pairs need no dictionary, so an index never grows old, and each word of two signs is found exactly
where it stands. Refuses to know which texts are searched and who may read them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_BYTES = 600_000
"""Tokens of a case beyond this are left out: PostgreSQL takes at most 1 MB of them."""

UNIT = re.compile("[^\u2e80-\U0010ffff]{1,40}|[\u2e80-\U0010ffff]")
"""A unit of a run: one sign of a script without spaces, or a whole word or number of another."""


class _Fold(dict[int, str]):
    """What each sign becomes: half width, small letters, and a space for all that is no word."""

    def __missing__(self, sign: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(sign)).casefold()
        folded = "".join(one if one.isalnum() else " " for one in plain) or " "
        self[sign] = folded
        return folded


FOLD = _Fold()


def composed(text: str) -> str:
    """The text with each letter and its accents as one sign, as everything here expects it."""
    return unicodedata.normalize("NFC", text)


def runs_of(text: str) -> list[str]:
    """The stretches of signs between punctuation and spaces, folded."""
    return composed(text).translate(FOLD).split()


def units_of(run: str) -> list[str]:
    """The units of a folded run."""
    return UNIT.findall(run)


def is_single(unit: str) -> bool:
    """Whether the unit is one sign of a script without spaces, and no word by itself."""
    return unit >= "\u2e80"


def tokens_of(text: str) -> Iterable[str]:
    """The tokens under which a text is found: pairs, whole words and numbers, last signs."""
    for run in runs_of(text):
        units = units_of(run)
        for at, one in enumerate(units[:-1]):
            yield one + units[at + 1]
            if not is_single(one):
                yield one
        yield units[-1]


@dataclass(slots=True)
class Tokens:
    """The token column of a case while it is filled; each token once, at the first level it has."""

    _known: set[str] = field(default_factory=set)
    _marked: list[str] = field(default_factory=list)
    _size: int = 0

    def add(self, level: str, texts: Iterable[str]) -> None:
        """The tokens of some texts that are read at this level and the ones after it."""
        for text in texts:
            for token in tokens_of(text):
                if token in self._known:
                    continue
                self._size += len(token.encode()) + 1
                if self._size > MOST_BYTES:
                    return
                self._known.add(token)
                self._marked.append(level + token)

    @property
    def column(self) -> str:
        """What is stored."""
        return " ".join(self._marked)
