"""Asks the index of either database: which cases hold all words, best and newest first.

Those with the words in number and title come first, the newest of them before the others; both
kinds are read in order of their place, so that a page costs no more than its lines. Refuses to
show anything of a case.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from db.searched import AUTHORSHIP, DETAILS, LINE
from db.tables import search_texts, suggestions
from reports.cases import CaseFilter, conditions_of
from reports.search_words import FTS5, Sought
from reports.visible import SeenBy

COUNTED = 1000
"""Up to so many hits are counted; beyond that it is only said that there are more."""

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a case stands among the hits: `band` 0 called so, 1 in the title, 2 elsewhere."""

    band: int
    place: int
    id: str


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
        for band, every in enumerate(self._bands(named), start=1):
            room = limit - len(found)
            if room <= 0 or (start is not None and band < start[0]):
                continue
            query = every.order_by(self._place().desc()).limit(room)
            if start is not None and band == start[0]:
                query = query.where(self._place() < start[1])
            rows = self.connection.execute(query)
            found += [Hit(band, one.place, one.id) for one in rows]
        return found

    def total(self, named: Hit | None) -> int:
        """How many there are, counted up to one more than `COUNTED`."""
        count = 1 if named else 0
        for query in self._bands(named):
            some = query.limit(COUNTED + 1 - count).subquery()
            count += self.connection.execute(select(func.count()).select_from(some)).scalar_one()
            if count > COUNTED:
                break
        return count

    def _bands(self, named: Hit | None) -> tuple[Select[tuple[int, str]], ...]:
        """Those with all words in number and title, and those with some of them elsewhere."""
        narrower = and_(self.seen.details, self._among(LINE + DETAILS))
        whole = self._asked(LINE + DETAILS + AUTHORSHIP, without=LINE)
        return (
            self._query(self._asked(LINE), self.seen.visible, named),
            self._query(whole, or_(self.seen.author, narrower), named),
        )

    def _query(self, asked: str, read: Condition, named: Hit | None) -> Select[tuple[int, str]]:
        query = select(self._place().label("place"), suggestions.c.id)
        if self._is_sqlite():
            query = query.select_from(FTS5).join(search_texts, search_texts.c.place == FTS5.c.rowid)
            hit: Condition = FTS5.c.search_index.match(asked)
        else:
            query = query.select_from(search_texts)
            hit = _matches(asked)
        query = query.join(suggestions, suggestions.c.id == search_texts.c.case_id).where(
            hit,
            search_texts.c.congress == self.congress,
            read,
            *conditions_of(self.filters, self.seen),
        )
        return query.where(suggestions.c.id != named.id) if named else query

    def _among(self, levels: str) -> Condition:
        """Whether all words stand at these levels."""
        asked = self._asked(levels)
        if not self._is_sqlite():
            return _matches(asked)
        other = FTS5.alias("narrower")
        return search_texts.c.place.in_(
            select(other.c.rowid).where(other.c.search_index.match(asked))
        )

    def _asked(self, levels: str, without: str = "") -> str:
        if self._is_sqlite():
            asked = self.sought.as_fts5(levels)
            return f"({asked}) NOT ({self.sought.as_fts5(without)})" if without else asked
        asked = self.sought.as_tsquery(levels)
        return f"({asked}) & !({self.sought.as_tsquery(without)})" if without else asked

    def _place(self) -> ColumnElement[int]:
        return FTS5.c.rowid if self._is_sqlite() else search_texts.c.place

    def _is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"


def _matches(asked: str) -> Condition:
    return search_texts.c.words.bool_op("@@")(cast(asked, TSQUERY))
