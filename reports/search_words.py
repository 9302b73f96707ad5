"""What somebody typed, as the words that must all be there, and as both databases ask for them.

rjieba cuts long runs into words; each word is asked for by its pairs of signs (`db.words`).
Refuses to know rights: a level is only the first sign of a token here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import rjieba
from sqlalchemy import column, table

from db.words import composed, is_single, runs_of, tokens_of, units_of

UNCUT = 4
"""Runs of so few signs are looked for as they stand."""

QUOTED = re.compile('["“「『＂]([^"“”「」『』＂]*)["”」』＂]')
EMPTY = frozenset("的了和与及对在是为等之也就都而或把被从向到中上下个并")
"""Single signs that say nothing beside other words."""

MOST = 30
"""Words beyond this say nothing new."""

FTS5 = table("search_index", column("rowid"), column("search_index"))
"""What the migration made on SQLite; the column of its own name is how FTS5 is asked."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that must be there; `begins`: its one token only begins the ones looked for."""

    text: str
    tokens: tuple[str, ...]
    begins: bool = False


def words_of(question: str) -> tuple[Word, ...]:
    """The words of a question, each once; none where nothing but punctuation was typed."""
    text = composed(question)
    whole = [run for quoted in QUOTED.findall(text) for run in runs_of(quoted)]
    cut = [word for run in runs_of(QUOTED.sub(" ", text)) for word in _cut(run)]
    return tuple(word_of(one) for one in list(dict.fromkeys((*whole, *cut)))[:MOST])


def _cut(run: str) -> list[str]:
    """A run as words; signs that stand alone are joined with their neighbours or left out."""
    if len(units_of(run)) <= UNCUT:
        return [run]
    words: list[str] = []
    alone = ""
    for one in rjieba.cut(run):
        if len(one) == 1 and is_single(one):
            alone += "" if one in EMPTY else one
            if one not in EMPTY:
                continue
        if alone:
            words.append(alone)
            alone = ""
        if one not in EMPTY:
            words.append(one)
    if alone:
        words.append(alone)
    return words or [run]


def word_of(text: str) -> Word:
    """A word with the tokens by which it is asked for."""
    units = units_of(text)
    if len(units) == 1:
        return Word(text, (text,), begins=is_single(text))
    pairs = dict.fromkeys(one + other for one, other in pairwise(units))
    return Word(text, tuple(pairs))


def pairs_of(text: str) -> frozenset[str]:
    """The tokens of a text, to compare two of them."""
    return frozenset(tokens_of(text))


@dataclass(frozen=True, slots=True)
class Sought:
    """Words as a database asks for them: all of them, at the levels named."""

    words: tuple[Word, ...]

    def as_fts5(self, levels: str) -> str:
        """For FTS5, whose words are AND and OR."""
        return " AND ".join(
            f"({' OR '.join(_fts5(level + token, word.begins) for level in levels)})"
            for word in self.words
            for token in word.tokens
        )

    def as_tsquery(self, levels: str) -> str:
        """The same for PostgreSQL."""
        return " & ".join(
            f"({' | '.join(_lexeme(level + token, word.begins) for level in levels)})"
            for word in self.words
            for token in word.tokens
        )


def _fts5(token: str, begins: bool) -> str:  # noqa: FBT001  # of a word
    return f'"{token}"*' if begins else f'"{token}"'


def _lexeme(token: str, begins: bool) -> str:  # noqa: FBT001  # of a word
    return f"'{token}':*" if begins else f"'{token}'"
