"""Where in a text the words stand that were looked for: marked pieces, and a short excerpt.

Works on texts that somebody may read already; refuses to fetch any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.words import FOLD, composed, is_single, units_of
from engine.case import Case
from engine.congress import Directory
from engine.texts import Part, names_of_deputies, names_of_units, written_in
from reports.search_words import Word

BEFORE, AFTER = 18, 54
"""Signs of an excerpt before the first word that was found, and from it on."""

CUT = "…"
NO_WORD = "[^\\s\u2e80-\U0010ffff]"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `found`: it is what was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some words around what was found."""

    where: Part
    pieces: tuple[Piece, ...]


def marked(text: str, words: Sequence[Word]) -> tuple[Piece, ...]:
    """The whole text with the words marked."""
    text = composed(text)
    return _pieces(text, _spans(text, words), 0, len(text))


def excerpt_of(case: Case, directory: Directory, words: Sequence[Word]) -> Excerpt | None:
    """From the part that holds most of the words; None where no part holds any."""
    best: tuple[int, Excerpt] | None = None
    for where, text in _parts(case, directory):
        plain = " ".join(composed(text).split())
        spans = _spans(plain, words)
        count = len({plain[start:end].casefold() for start, end in spans})
        if spans and (best is None or count > best[0]):
            best = (count, Excerpt(where, _around(plain, spans)))
    return best[1] if best else None


def _parts(case: Case, directory: Directory) -> Iterable[tuple[Part, str]]:
    yield from written_in(case)
    yield Part.UNIT, "、".join(names_of_units(case, directory))
    yield Part.DEPUTY, "、".join(names_of_deputies(case, directory))


def _around(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    start = max(0, spans[0][0] - BEFORE)
    end = min(len(text), spans[0][0] + AFTER)
    pieces = list(_pieces(text, spans, start, end))
    if start:
        pieces.insert(0, Piece(CUT, found=False))
    if end < len(text):
        pieces.append(Piece(CUT, found=False))
    return tuple(pieces)


def _pieces(text: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> tuple[Piece, ...]:
    found: list[Piece] = []
    at = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        begin, stop = max(first, start), min(last, end)
        if begin > at:
            found.append(Piece(text[at:begin], found=False))
        found.append(Piece(text[begin:stop], found=True))
        at = stop
    if at < end:
        found.append(Piece(text[at:end], found=False))
    return tuple(found)


def _spans(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where the words stand, in order and without touching one another."""
    folded, places = _folded(text)
    found: list[tuple[int, int]] = []
    for word in words:
        # A long word whose signs are not side by side is found by its pairs.
        for wanted in ((word.text,), word.tokens):
            hits = [
                (places[one.start()], places[one.end() - 1] + 1)
                for each in wanted
                for one in _pattern(each).finditer(folded)
            ]
            if hits:
                found += hits
                break
    return _merged(sorted(found))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text as it is indexed, and for each of its signs the place in the text."""
    folded = text.translate(FOLD)
    if len(folded) == len(text):
        return folded, range(len(text))
    parts = [FOLD[ord(one)] for one in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


def _pattern(wanted: str) -> re.Pattern[str]:
    """A Latin word or a number only as a whole."""
    units = units_of(wanted)
    before = "" if is_single(units[0]) else f"(?<!{NO_WORD})"
    after = "" if is_single(units[-1]) else f"(?!{NO_WORD})"
    return re.compile(before + re.escape(wanted) + after)
