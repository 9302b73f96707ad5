"""Ids of what is not one's own, and everything that somebody curious makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from urllib.parse import quote

from engine.case import Case

BAD = ("%00", "..%2F..%2Fetc%2Fpasswd", "%FF", "%ED%A0%80", "'%20OR%201=1--", "%2A", "%25", "-1")
"""What is no id of anything."""


def _each(text: str) -> str:
    return "".join(f"%{one:02x}" for one in text.encode())


CHANGES: Sequence[Callable[[str], str]] = (
    quote,
    _each,
    lambda text: quote(quote(text)),
    lambda text: quote(text.upper()),
    lambda text: quote(text.title()),
    lambda text: quote(f" {text} "),
    lambda text: quote(text) + "%00",
    lambda text: quote(text) + "%0A",
    lambda text: quote(text) + ";a=b",
    lambda text: quote(text) + "%2Fact%2Fclose",
    lambda text: "..%2F" + quote(text),
    lambda text: "x%2F..%2F" + quote(text),
    lambda text: quote(text[:-1]),
    lambda text: quote(text + "0"),
    lambda text: quote(text.replace("1", "\uff11").replace("-", "\uff0d")),
    lambda text: quote(text.replace("-", "\u2010")),
    lambda text: quote(text + "%"),
    lambda text: quote(text + "' OR '1'='1"),
)
"""Written otherwise, and next to it."""


def references(cases: Sequence[Case], rng: Random, count: int) -> Iterator[str]:
    """Ids and numbers of cases, as they are and changed."""
    known = [name for one in cases for name in (one.id, one.number) if name]
    for _ in range(count):
        yield rng.choice(CHANGES)(rng.choice(known))


def others(names: Sequence[str], rng: Random, count: int) -> Iterator[str]:
    """The same of other things, and what is no id at all."""
    for _ in range(count):
        yield rng.choice((*BAD, rng.choice(CHANGES)(rng.choice(names))))
