"""Keeps the search index: what of a case can be found, written with each write that changes it.

Each token carries the level at which it is read: the line of a list, the details, or who raised
it. Which texts these are is said by `engine.texts`. Refuses to know how people ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter, is_
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Executable,
    Select,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql

from db.database import reading, writing
from db.directory import read_directory
from db.load import read_cases
from db.prepared import Batch, Statement
from db.save import Change
from db.select import lock_congress, read_congress
from db.statements import insert_or, rows_of, values_of
from db.tables import assignments, search_texts, signatories, suggestions
from db.words import Tokens
from engine.case import Case
from engine.congress import Directory
from engine.redaction import AUTHOR, author_hidden_in
from engine.texts import names_of_deputies, names_of_units, written_in

LINE, DETAILS, AUTHORSHIP = "1", "2", "3"
"""The levels of `reports.visible.SeenBy`, as the first sign of each token."""

AT_ONCE = 200
NAMES = ("case_id", "congress", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The texts of a case that can be found, by the level at which they are read."""

    line: tuple[str, ...]
    details: tuple[str, ...]
    author: tuple[str, ...]

    def words(self) -> str:
        """The token column."""
        tokens = Tokens()
        tokens.add(LINE, self.line)
        tokens.add(DETAILS, self.details)
        tokens.add(AUTHORSHIP, self.author)
        return tokens.column


def searched_of(case: Case, directory: Directory) -> Searched:
    """What of the case can be found."""
    hide = author_hidden_in(case, directory)
    written = [one for _, one in written_in(case)]
    shown = [hide(one) for one in written]
    told = [one for one, kept in zip(written, shown, strict=True) if one != kept]
    cut = [
        one if one == kept else kept.replace(AUTHOR, " ")
        for one, kept in zip(written, shown, strict=True)
    ]
    return Searched(
        line=(case.number or "", case.title),
        details=(*cut, *names_of_units(case, directory)),
        author=(*names_of_deputies(case, directory), *told),
    )


_written = attrgetter(
    *("number", "title", "text", "keywords"),
    *("signatories", "assignments", "replies", "contacts"),
)


def changed_words(change: Change, directory: Directory) -> str | None:
    """The new token column of a case; None where no text that can be found has changed."""
    before, after = change.before, change.after
    if before is not None and all(map(is_, _written(before), _written(after))):
        return None
    now = searched_of(after, directory)
    if before is not None and now == searched_of(before, directory):
        return None
    return now.words()


def _put(dialect: Dialect) -> Executable:
    return _or_replace(insert_or(search_texts, dialect).values(values_of(search_texts, NAMES)))


def _put_many(_dialect: Dialect) -> Executable:
    given = rows_of(search_texts, NAMES).select()
    return _or_replace(postgresql.insert(search_texts).from_select(list(NAMES), given))


def _or_replace(query: Any) -> Executable:  # noqa: ANN401  # two inserts of one shape
    changed = {"words": query.excluded.words}
    done: Executable = query.on_conflict_do_update(index_elements=["case_id"], set_=changed)
    return done


PUT = Statement(_put, _put_many)


def add_searched(batch: Batch, changes: Iterable[Change], directory: Directory) -> None:
    """The token columns of the cases whose texts have changed."""
    rows = [
        {"case_id": one.after.id, "congress": one.after.congress, "words": words}
        for one in changes
        if (words := changed_words(one, directory)) is not None
    ]
    if rows:
        batch.add(PUT, *rows)


def index_cases(
    connection: Connection, congress: str, ids: Sequence[str], directory: Directory
) -> None:
    """Make the token columns of these cases what their rows say."""
    for start in range(0, len(ids), AT_ONCE):
        wanted = ids[start : start + AT_ONCE]
        found = read_cases(connection, congress, wanted)
        batch = Batch(connection)
        rows = [
            {
                "case_id": one,
                "congress": congress,
                "words": searched_of(found[one], directory).words(),
            }
            for one in wanted
        ]
        batch.add(PUT, *rows)
        batch.send()


def index_named(
    connection: Connection, congress: str, people: Iterable[str], units: Iterable[str]
) -> None:
    """Index anew the cases that name these people or units: they are called otherwise now."""
    people, units = sorted(people), sorted(units)
    if not people and not units:
        return
    here = suggestions.c
    signed = signatories.c.case_id == here.id, signatories.c.deputy.in_(people)
    shared = assignments.c.case_id == here.id, assignments.c.unit.in_(units)
    wanted = exists().where(*signed) | exists().where(*shared)
    query = select(here.id).where(here.congress == congress, wanted)
    ids = connection.execute(_oldest_first(query)).scalars().all()
    if ids:
        known = read_directory(connection, read_congress(connection, congress).congress)
        index_cases(connection, congress, ids, known)


def index_missing(connection: Connection) -> int:
    """Index what no index row exists for; how many cases that were."""
    missing = connection.execute(_missing(select(suggestions.c.congress).distinct())).scalars()
    done = 0
    for congress in sorted(missing):
        query = _missing(select(suggestions.c.id)).where(suggestions.c.congress == congress)
        ids = connection.execute(_oldest_first(query)).scalars().all()
        directory = read_directory(connection, read_congress(connection, congress).congress)
        index_cases(connection, congress, ids, directory)
        done += len(ids)
    return done


def _missing(query: Select[Any]) -> Select[Any]:
    return query.where(~exists().where(search_texts.c.case_id == suggestions.c.id))


def _oldest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(suggestions.c.created_at, suggestions.c.id)


class SearchIndex:
    """The index of a database: looked after by `doctor`, made anew by `reindex`."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def missing(self) -> int:
        """How many cases nobody can find."""
        with reading(self._database) as connection:
            count = select(func.count()).select_from(suggestions)
            found: int = connection.execute(_missing(count)).scalar_one()
            return found

    def outdated(self, congress: str, most: int) -> tuple[str, ...]:
        """Which of the newest cases are indexed otherwise than their rows say."""
        with reading(self._database) as connection:
            query = (
                select(search_texts.c.case_id, search_texts.c.words)
                .where(search_texts.c.congress == congress)
                .order_by(search_texts.c.place.desc())
                .limit(most)
            )
            kept = {one.case_id: _tokens(one.words) for one in connection.execute(query)}
            if not kept:
                return ()
            cases = read_cases(connection, congress, list(kept))
            directory = read_directory(connection, read_congress(connection, congress).congress)
            return tuple(
                one
                for one, tokens in kept.items()
                if tokens != _tokens(searched_of(cases[one], directory).words())
            )

    def rebuild(self) -> Iterator[int]:
        """Index every case anew, some in each transaction; how many are done after each.

        Nobody is kept from searching meanwhile, and writers of a congress wait only briefly.
        """
        self._follow_anew()
        with reading(self._database) as connection:
            query = _oldest_first(select(suggestions.c.congress, suggestions.c.id))
            known = connection.execute(query).all()
        done = 0
        for congress in sorted({one.congress for one in known}):
            ids = [one.id for one in known if one.congress == congress]
            for start in range(0, len(ids), AT_ONCE):
                wanted = ids[start : start + AT_ONCE]
                with writing(self._database) as connection:
                    row = lock_congress(connection, congress)
                    directory = read_directory(connection, row.congress)
                    index_cases(connection, congress, wanted, directory)
                done += len(wanted)
                yield done

    def _follow_anew(self) -> None:
        """On SQLite: let FTS5 read its content again, whatever became of its own tables."""
        if self._database.dialect.name == "sqlite":
            with writing(self._database) as connection:
                again = "INSERT INTO search_index (search_index) VALUES ('rebuild')"
                connection.execute(text(again))


def _tokens(column: str) -> frozenset[str]:
    """The tokens of a stored column; PostgreSQL quotes them."""
    return frozenset(one.strip("'") for one in column.split())
