"""Earlier suggestions that resemble one that is being written, reviewed or handed over.

Its telling words are looked for in what the visitor may read, those side by side once more
together; a rare word says more than one that many suggestions hold. Refuses to judge what
somebody may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import rjieba
from sqlalchemy import Connection

from db.words import runs_of
from reports.cases import EVERYTHING, CaseLine, lines_of
from reports.search_hits import Hits
from reports.search_words import EMPTY, Sought, pairs_of, word_of
from reports.visible import SeenBy

EACH = 40
"""A word that so many suggestions hold says as little as one that all of them hold."""

OF_TITLE, OF_TEXT = 6, 3
"""So many words of title and text are looked for."""

COMPARED, SHOWN = 20, 5
LONGEST_TITLE, LONGEST_TEXT = 200, 2000
SHORTEST = 2
IN_TITLE = 2.0
"""A word in the title counts so much more than one elsewhere."""

IN_EVERY_TITLE = EMPTY | {
    *("关于", "建议", "加强", "进一步", "完善", "提升", "推进", "加快", "促进", "解决", "问题"),
    *("提高", "加大", "力度", "工作", "开展", "推动", "实施", "方面", "我们", "目前", "存在"),
    *("增设", "设立", "建立", "建设", "优化", "改善", "支持", "重视", "尽快", "要求", "希望"),
}
"""What a title says in order to be one tells little of what it is about."""


def similar_to(
    connection: Connection,
    congress: str,
    title: str,
    text: str,
    *,
    besides: str,
    seen: SeenBy,
) -> tuple[CaseLine, ...]:
    """Those that share the most, the likest first; none for a title without any telling word."""
    title = title[:LONGEST_TITLE]
    scores: Counter[str] = Counter()
    asked = tuple(_looked_for(telling_words(title, text[:LONGEST_TEXT])))
    if not asked:
        return ()
    questions = [Sought(tuple(word_of(one) for one in words)) for words in asked]
    hits = Hits(connection, congress, questions[0], EVERYTHING, seen)
    for words, found in zip(asked, hits.of_each(questions, EACH), strict=True):
        weight = sum(map(len, words)) / (1 + len(found)) ** 0.5
        for one in found:
            scores[one.id] += weight * (IN_TITLE if one.in_title else 1.0)
    scores.pop(besides, None)
    likely = [case for case, _ in scores.most_common(COMPARED)]
    lines = lines_of(connection, congress, likely, seen)
    own = pairs_of(title)
    likeness = {
        case: scores[case] * (1 + _shared(own, pairs_of(lines[case].title)))
        for case in likely
        if case in lines
    }
    best = sorted(likeness, key=lambda case: -likeness[case])[:SHOWN]
    return tuple(lines[case] for case in best)


def telling_words(title: str, text: str = "") -> tuple[str, ...]:
    """Words of the title in their order, and what the text says most often besides."""
    named = list(dict.fromkeys(_words(title)))
    told = Counter(one for one in _words(text) if one not in named)
    often = [word for word, _ in told.most_common(OF_TEXT)]
    return (*named[:OF_TITLE], *(often if named else ()))


def _looked_for(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for one in words:
        yield (one,)
    yield from pairwise(words[:OF_TITLE])


def _words(text: str) -> list[str]:
    found = [one for run in runs_of(text) for one in rjieba.cut(run)]
    return [one for one in found if len(one) >= SHORTEST and one not in IN_EVERY_TITLE]


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two titles have in common, from 0 to 1."""
    together = len(one) + len(other)
    return 2 * len(one & other) / together if together else 0.0
