"""Asks the index of either database: which cases hold all words, best and newest first.

Those with the words in number and title come first, the newest of them before the others; both
kinds are read in order of their place, so that a page costs no more than its lines. Refuses to
show anything of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from db.searched import AUTHORSHIP, DETAILS, LINE
from db.tables import search_texts, suggestions
from reports.by_row import left_alone
from reports.cases import CaseFilter, conditions_of, narrowing, needed
from reports.search_words import FTS5, Sought
from reports.visible import SeenBy

COUNTED = 1000
"""Up to so many hits are counted; beyond that it is only said that there are more."""

Condition = ColumnElement[bool]
Texts = Mapping[str, str]
IN_LINE, IN_DETAILS, ANYWHERE = "in_line", "in_details", "anywhere"
"""What is asked at which levels, as parameters of the statements."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a case stands among the hits: `band` 0 called so, 1 in the title, 2 elsewhere."""

    band: int
    place: int
    id: str

    @property
    def in_title(self) -> bool:
        """Whether all that was asked stands in number and title."""
        return self.band < 2  # noqa: PLR2004  # the first two bands of three


@dataclass(frozen=True, slots=True)
class Hits:
    """One question to one database."""

    connection: Connection
    congress: str
    sought: Sought
    filters: CaseFilter
    seen: SeenBy

    def called(self, number: str) -> Hit | None:
        """The case that has exactly this number."""
        query = select(suggestions.c.id).where(
            suggestions.c.congress == self.congress,
            suggestions.c.number == number,
            *conditions_of(self.filters, self.seen.by_row, by_row=True),
        )
        case = self.connection.execute(query).scalar()
        return Hit(0, 0, case) if case is not None else None

    def first(self, named: Hit | None, limit: int) -> tuple[int, list[Hit]]:
        """How many there are, counted up to one more than `COUNTED`, and the first of them."""
        found = [named] if named else []
        total, asked = len(found), self._texts(self.sought)
        for band, every in enumerate(self._bands(named), start=1):
            if total > COUNTED:
                break
            some = every.limit(COUNTED + 1 - total).cte("found")
            some = some.prefix_with("MATERIALIZED", dialect="postgresql")
            many = select(func.count()).select_from(some).scalar_subquery()
            query = select(some.c.place, some.c.id, many).order_by(some.c.place.desc())
            rows = self.connection.execute(query.limit(max(limit - len(found), 1)), asked).all()
            total += rows[0][2] if rows else 0
            found += [Hit(band, place, case) for place, case, _ in rows]
        return total, found[:limit]

    def page(self, named: Hit | None, start: tuple[int, int], limit: int) -> list[Hit]:
        """So many hits from a position on."""
        found: list[Hit] = []
        asked = self._texts(self.sought)
        for band, every in enumerate(self._bands(named, start), start=1):
            room = limit - len(found)
            if room > 0 and band >= start[0]:
                found += self._read(band, every.limit(room), asked)
        return found

    def of_each(self, questions: Iterable[Sought], limit: int) -> Iterator[list[Hit]]:
        """The first hits of many questions; the two statements are made once for all of them."""
        bands = [one.limit(limit) for one in self._bands(None)]
        for sought in questions:
            asked = self._texts(sought)
            found: list[Hit] = []
            for band, query in enumerate(bands, start=1):
                if len(found) < limit:
                    found += self._read(band, query, asked)
            yield found[:limit]

    def _read(self, band: int, query: Select[tuple[int, str]], asked: Texts) -> Iterator[Hit]:
        for one in self.connection.execute(query, asked):
            yield Hit(band, one.place, one.id)

    def _texts(self, sought: Sought) -> Texts:
        """What the statements are filled with: all words at the levels of each name."""
        return {
            IN_LINE: self._asked(sought, LINE),
            ANYWHERE: self._asked(sought, LINE + DETAILS + AUTHORSHIP, without=LINE),
            IN_DETAILS: self._asked(sought, LINE + DETAILS),
        }

    def _bands(
        self, named: Hit | None, start: tuple[int, int] | None = None
    ) -> tuple[Select[tuple[int, str]], ...]:
        """Those with all words in number and title, and those with some of them elsewhere."""
        seen = self.seen.by_row
        own = needed(self.filters, seen)
        if seen.sees_all_or_nothing:
            read = [own]
        else:
            narrower = and_(seen.details, self._among(IN_DETAILS))
            # Who sees so much sees the case and its details; only who raised it is asked for.
            read = [or_(seen.author, narrower), *([own] if own is seen.author else [])]
        return tuple(
            self._query(asked, conditions, named, start[1] if start and start[0] == band else None)
            for band, asked, conditions in ((1, IN_LINE, [own]), (2, ANYWHERE, read))
        )

    def _query(
        self, asked: str, read: Sequence[Condition], named: Hit | None, before: int | None
    ) -> Select[tuple[int, str]]:
        """The hits that may be read, the newest first: each is looked at until there are enough."""
        hits = self._hits(asked, before)
        newest = left_alone(select(hits).order_by(hits.c.place.desc()))
        if self.seen.among is not None:
            # Of many hits a unit may read few: the others are not even looked at.
            own = self.seen.among.subquery("own_cases")
            newest = newest.where(hits.c.case_id.in_(select(own.c.case_id)))
        ordered = newest.subquery(f"newest_{asked}")
        query = (
            select(ordered.c.place.label("place"), suggestions.c.id)
            .join(suggestions, suggestions.c.id == ordered.c.case_id)
            .where(suggestions.c.congress == self.congress)
            .where(*read, *narrowing(self.filters, by_row=True))
            .order_by(ordered.c.place.desc())
        )
        return query.where(suggestions.c.id != named.id) if named else query

    def _hits(self, asked: str, before: int | None = None) -> FromClause:
        """What the index finds, before anything else is asked.

        PostgreSQL would rather walk through all cases from the newest on and take the words of
        each out of their store, as it does not know what that costs.
        """
        here = search_texts.c
        query = select(here.place, here.case_id).where(here.congress == self.congress)
        if self._is_sqlite():
            query = query.join(FTS5, here.place == FTS5.c.rowid)
            query = query.where(FTS5.c.search_index.match(_told(asked)))
            return query.where(here.place < before if before is not None else true()).subquery()
        found = query.where(_matches(asked)).cte(f"hits_{asked}")
        found = found.prefix_with("MATERIALIZED", dialect="postgresql")
        if before is None:
            return found
        return select(found).where(found.c.place < before).subquery("behind")

    def _among(self, asked: str) -> Condition:
        """Whether all words stand at these levels."""
        if not self._is_sqlite():
            return suggestions.c.id.in_(select(self._hits(asked).c.case_id))
        other = FTS5.alias("narrower")
        matching = select(other.c.rowid).where(other.c.search_index.match(_told(asked)))
        found = select(search_texts.c.case_id).where(search_texts.c.place.in_(matching))
        return suggestions.c.id.in_(found)

    def _asked(self, sought: Sought, levels: str, without: str = "") -> str:
        if self._is_sqlite():
            asked = sought.as_fts5(levels)
            return f"({asked}) NOT ({sought.as_fts5(without)})" if without else asked
        asked = sought.as_tsquery(levels)
        return f"({asked}) & !({sought.as_tsquery(without)})" if without else asked

    def _is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"


def _told(asked: str) -> ColumnElement[str]:
    return bindparam(asked, type_=String)


def _matches(asked: str) -> Condition:
    return search_texts.c.words.bool_op("@@")(cast(_told(asked), TSQUERY))
