"""Asks the index of either database: which cases hold all words, best and newest first.

Those with the words in number and title come first, the newest of them before the others; both
kinds are read in order of their place, so that a page costs no more than its lines. Refuses to
show anything of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
)
from sqlalchemy.dialects.postgresql import TSQUERY

from db.searched import AUTHORSHIP, DETAILS, LINE
from db.tables import search_texts, suggestions
from reports.cases import CaseFilter, conditions_of
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
            *conditions_of(self.filters, self.seen),
        )
        case = self.connection.execute(query).scalar()
        return Hit(0, 0, case) if case is not None else None

    def page(self, named: Hit | None, start: tuple[int, int] | None, limit: int) -> list[Hit]:
        """So many hits from a position on."""
        found = [named] if named and start is None else []
        asked = self._texts(self.sought)
        for band, every in enumerate(self._bands(named), start=1):
            room = limit - len(found)
            if room <= 0 or (start is not None and band < start[0]):
                continue
            place = every.selected_columns["place"]
            query = every.order_by(place.desc()).limit(room)
            if start is not None and band == start[0]:
                query = query.where(place < start[1])
            found += self._read(band, query, asked)
        return found

    def of_each(self, questions: Iterable[Sought], limit: int) -> Iterator[list[Hit]]:
        """The first hits of many questions; the two statements are made once for all of them."""
        bands = [
            one.order_by(one.selected_columns["place"].desc()).limit(limit)
            for one in self._bands(None)
        ]
        for sought in questions:
            asked = self._texts(sought)
            found: list[Hit] = []
            for band, query in enumerate(bands, start=1):
                if len(found) < limit:
                    found += self._read(band, query, asked)
            yield found[:limit]

    def total(self, named: Hit | None) -> int:
        """How many there are, counted up to one more than `COUNTED`."""
        count = 1 if named else 0
        asked = self._texts(self.sought)
        for query in self._bands(named):
            some = query.limit(COUNTED + 1 - count).subquery()
            many = select(func.count()).select_from(some)
            count += self.connection.execute(many, asked).scalar_one()
            if count > COUNTED:
                break
        return count

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

    def _bands(self, named: Hit | None) -> tuple[Select[tuple[int, str]], ...]:
        """Those with all words in number and title, and those with some of them elsewhere."""
        narrower = and_(self.seen.details, self._among(IN_DETAILS))
        return (
            self._query(IN_LINE, self.seen.visible, named),
            self._query(ANYWHERE, or_(self.seen.author, narrower), named),
        )

    def _query(self, asked: str, read: Condition, named: Hit | None) -> Select[tuple[int, str]]:
        hits = self._hits(asked)
        query = (
            select(hits.c.place.label("place"), suggestions.c.id)
            .join(suggestions, suggestions.c.id == hits.c.case_id)
            .where(read, *conditions_of(self.filters, self.seen))
        )
        return query.where(suggestions.c.id != named.id) if named else query

    def _hits(self, asked: str) -> FromClause:
        """What the index finds, before anything else is asked.

        PostgreSQL would rather walk through all cases from the newest on and take the words of
        each out of their store, as it does not know what that costs.
        """
        here = search_texts.c
        query = select(here.place, here.case_id).where(here.congress == self.congress)
        if self._is_sqlite():
            query = query.join(FTS5, here.place == FTS5.c.rowid)
            return query.where(FTS5.c.search_index.match(_told(asked))).subquery("hits")
        found = query.where(_matches(asked)).cte(f"hits_{asked}")
        return found.prefix_with("MATERIALIZED", dialect="postgresql")

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
