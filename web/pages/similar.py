"""Earlier suggestions that resemble a title that is being written, found by its pieces."""

from __future__ import annotations

import re
from collections import Counter

from reports.search import Found
from web.gate import Visitor
from web.house import House

SHORTEST, LONGEST = 2, 20
PIECES = 5
EACH = 20
SHOWN = 5
CUT = re.compile(r"[\s，。、；：《》“”（）()的和与及对在关于进一步加强提升推进完善解决建议]+")
"""Words that nearly every title holds say nothing about what it is about."""


def similar_cases(house: House, visitor: Visitor, title: str) -> tuple[Found, ...]:
    """Those that share the most pieces with the title first; none for a title without any."""
    found: dict[str, Found] = {}
    shared: Counter[str] = Counter()
    for piece in pieces_of(title):
        for one in house.search(visitor, piece, limit=EACH, excerpts=False).lines:
            found[one.id] = one
            shared[one.id] += len(piece)
    return tuple(found[case] for case, _ in shared.most_common(SHOWN))


def pieces_of(title: str) -> tuple[str, ...]:
    """The telling pieces of a title, the longest first, with the ends of long ones."""
    whole = [one[:LONGEST] for one in CUT.split(title) if len(one) >= SHORTEST]
    ends = [end for one in whole if len(one) > 2 * SHORTEST for end in (one[:2], one[-2:])]
    pieces = dict.fromkeys([*sorted(whole, key=len, reverse=True), *ends])
    return tuple(pieces)[:PIECES]
