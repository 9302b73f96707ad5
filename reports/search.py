"""Search: the cases in which all words of a question stand, in what the visitor may read of them.

The index is asked at the level at which the visitor reads each case (`db.searched`), so that what
is kept back is neither found nor counted; excerpts are made of cases as they are seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection

from db.load import read_cases
from db.shapes import CHILDREN
from engine.case import Case
from engine.congress import Directory
from engine.errors import InvalidValue
from reports.cases import EVERYTHING, CaseFilter, CaseLine, lines_of
from reports.excerpts import Excerpt, Piece, excerpt_of, marked
from reports.paging import check_limit, sealed, unsealed
from reports.search_hits import COUNTED, Hit, Hits
from reports.search_words import Sought, Word, words_of
from reports.visible import SeenBy

LONGEST = 100
Quoted = Callable[[Case], Case | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(CaseLine):
    """A case that was found, with the words marked in its title and in an excerpt."""

    marked: tuple[Piece, ...]
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """One page; `after` is the cursor of the next one. `more`: there are more than `total`."""

    lines: tuple[Found, ...]
    total: int
    more: bool
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """Who looks: what is seen, what of a case may be quoted, and how everybody is called.

    Without `quoted` nothing is, and no case is read.
    """

    seen: SeenBy
    quoted: Quoted | None
    directory: Directory


def search_cases(
    connection: Connection,
    congress: str,
    text: str,
    *,
    eyes: Eyes,
    filters: CaseFilter = EVERYTHING,
    after: str | None = None,
    limit: int = 50,
) -> FoundPage:
    """A page of the cases in which all words stand; InvalidValue for no text and a bad cursor."""
    wanted = _checked(text)
    check_limit(limit)
    words = words_of(wanted)
    start = _position(after) if after is not None else None
    asking = Hits(connection, congress, Sought(words), filters, eyes.seen)
    total, found = _hits(asking, wanted, start, limit + 1) if words else (0, [])
    shown = found[:limit]
    cursor = sealed([shown[-1].band, shown[-1].place]) if len(found) > limit else None
    return FoundPage(
        lines=_lines(connection, congress, [one.id for one in shown], words, eyes),
        total=min(total, COUNTED),
        more=total > COUNTED,
        after=cursor,
    )


def _hits(
    asking: Hits, wanted: str, start: tuple[int, int] | None, limit: int
) -> tuple[int, list[Hit]]:
    """How many there are, and those of a page."""
    named = asking.called(wanted)
    total, found = asking.first(named, limit)
    return total, found if start is None else asking.page(named, start, limit)


def _checked(text: str) -> str:
    wanted = text.strip()
    if not wanted or len(wanted) > LONGEST or "\x00" in wanted:
        raise InvalidValue(
            what="搜索词 / search text",
            value=wanted[:LONGEST],
            reason=f"应有1至{LONGEST}个字 / use 1 to {LONGEST} characters",
        )
    return wanted


def _lines(
    connection: Connection, congress: str, ids: Sequence[str], words: Sequence[Word], eyes: Eyes
) -> tuple[Found, ...]:
    if not ids:
        return ()
    lines = lines_of(connection, congress, ids, eyes.seen)
    excerpts = _excerpts(connection, congress, ids, words, eyes)
    return tuple(
        Found(
            **{one.name: getattr(lines[case], one.name) for one in fields(CaseLine)},
            marked=marked(lines[case].title, words),
            excerpt=excerpts.get(case),
        )
        for case in ids
    )


def _excerpts(
    connection: Connection, congress: str, ids: Sequence[str], words: Sequence[Word], eyes: Eyes
) -> dict[str, Excerpt | None]:
    if eyes.quoted is None:
        return {}
    cases = read_cases(connection, congress, ids, _QUOTABLE)
    quoted = {case: eyes.quoted(cases[case]) for case in ids}
    return {
        case: excerpt_of(seen, eyes.directory, words)
        for case, seen in quoted.items()
        if seen is not None
    }


_QUOTABLE = tuple(
    one
    for one in CHILDREN
    if one.attribute
    in {
        *("signatories", "assignments", "contacts", "replies"),
        *("commitments", "orders", "evaluations"),
    }
)
"""What of a case may be quoted, or says who may read it; its clocks are most of it, and neither."""


def _position(after: str) -> tuple[int, int]:
    try:
        band, place = unsealed(after)
    except (ValueError, TypeError) as error:
        raise _unknown_cursor(after) from error
    if type(band) is not int or type(place) is not int or not -1 < place < 2**31:
        raise _unknown_cursor(after)
    return band, place


def _unknown_cursor(after: str) -> InvalidValue:
    return InvalidValue(
        what="翻页位置 / cursor",
        value=after[:40],
        reason="应取自同一检索的上一页 / take it from the page before, of the same search",
    )
