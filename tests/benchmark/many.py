"""A congress with many cases: those of the demo in the middle of its year, copied by SQL.

The first copies fill nine earlier sessions with what has ended, the last ones the present session
with what is open as well. Each copy has its own number, signatories and words in the index; its
dates are those of its mould. Refuses to know what is asked of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count, cycle, islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    case,
    exists,
    func,
    insert,
    select,
    text,
    update,
)

from db.database import reading
from db.directory import read_directory
from db.load import read_cases
from db.prepared import Batch
from db.searched import LINE, PUT, searched_of
from db.select import read_congress
from db.shapes import CASE, CHILDREN
from db.tables import (
    appointments,
    audit_entries,
    audit_heads,
    clocks,
    congresses,
    metadata,
    number_series,
    people,
    sessions,
    suggestions,
    timers,
    topics,
)
from db.words import tokens_of

PRESENT = "18-3"
EARLIER = ("15-5", "16-1", "16-2", "16-3", "16-4", "17-1", "17-2", "18-1", "18-2")
NAMESAKES = 10
"""So many deputies share each name: the demo's 250 become 2,500, as many as so many cases need."""

AT_ONCE = 500
LIVE = ("running", "paused")
DAYS = ("opens_on", "closes_on")

_copies = Table(
    "copies",
    MetaData(),
    Column("mould", Text),
    Column("id", Text, primary_key=True),
    Column("number", Text),
    Column("number_key", Text),
    Column("session", Text),
    Column("mark", Text),
    Column("turn", Integer),
    Column("age", Integer),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One case more: of which one, and what is its own.

    `mark` is what the codes of its deputies end with, `age` how many sessions ago it was.
    """

    mould: str
    id: str
    number: str | None
    number_key: str
    session: str
    mark: str
    turn: int
    age: int


def carry_over(mould: Engine, database: Engine) -> None:
    """Put the rows of one database into another, which is empty and may be of the other kind."""
    with reading(mould) as old, _unwatched(database) as new:
        for table in metadata.sorted_tables:
            rows = [dict(one) for one in old.execute(select(table)).mappings()]
            for some in _by(AT_ONCE, rows):
                new.execute(insert(table), some)
        if new.dialect.name == "postgresql":
            # Places were given with the rows; the next one comes after them.
            place = "pg_get_serial_sequence('search_texts', 'place')"
            new.execute(text(f"SELECT setval({place}, (SELECT max(place) FROM search_texts))"))


def fill_up(database: Engine, congress: str, total: int) -> None:
    """Copy the cases that are there until there are `total`."""
    with _unwatched(database) as connection:
        copies = tuple(_planned(connection, congress, total))
        _copies.create(connection)
        for some in _by(AT_ONCE, [asdict(one) for one in copies]):
            connection.execute(insert(_copies), some)
        _copy_register(connection, congress)
        for shape in (CASE, *CHILDREN):
            _copy_rows(connection, shape.table)
        _copy_history(connection)
        _copy_words(connection, congress, copies)
        _copies.drop(connection)
        series = number_series.c.series == f"session/{PRESENT}"
        connection.execute(update(number_series).where(series).values(next=total))
    if database.dialect.name == "postgresql":
        # What it does by itself in time.
        with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def _unwatched(database: Engine) -> Iterator[Connection]:
    """A transaction in which whether what a row names exists is not asked for each."""
    with database.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        if lite:
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if not lite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
        connection.invalidate()


def _by(size: int, rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while some := list(islice(rest, size)):
        yield some


def _planned(connection: Connection, congress: str, total: int) -> Iterator[Copy]:
    """The copies, the oldest first; a tenth of all belongs to the present session."""
    here = suggestions.c
    running = exists().where(clocks.c.case_id == here.id, clocks.c.state.in_(LIVE))
    rows = connection.execute(
        select(here.id, here.number, here.number_key, running.label("open"))
        .where(here.congress == congress, here.merged_into.is_(None))
        .order_by(here.created_at, here.id)
    ).all()
    there = connection.execute(select(func.count()).select_from(suggestions)).scalar_one()
    present = total // (len(EARLIER) + 1) - there
    each, more = divmod(total - there - present, len(EARLIER))
    plan = [(one, each + (at < more)) for at, one in enumerate(EARLIER)] + [(PRESENT, present)]
    for age, (session, wanted) in zip(range(len(EARLIER), -1, -1), plan, strict=True):
        moulds = cycle([one for one in rows if session == PRESENT or not one.open])
        numbers = count(there + 1)
        for turn, mould in enumerate(islice(moulds, wanted)):
            term, _, number = session.partition("-")
            called = f"{term}届{number}次第{next(numbers)}号" if mould.number else None
            marked = turn % NAMESAKES
            yield Copy(
                mould=mould.id,
                id=hashlib.sha256(f"{mould.id} {session} {turn}".encode()).hexdigest()[:20],
                number=called,
                number_key=_key_of(called, like=mould.number_key),
                session=session,
                mark=f"-{marked}" if marked else "",
                turn=turn,
                age=age,
            )


def _key_of(number: str | None, *, like: str) -> str:
    """As `db.save.number_key` has it of a case of the same kind."""
    return like if number is None else f"{like[0]}{len(number):03}{number}"


def _copy_register(connection: Connection, congress: str) -> None:
    """Sessions with their topics, and the namesakes of every deputy."""
    known = (sessions.c.congress == congress) & (sessions.c.code == PRESENT)
    row = dict(connection.execute(select(sessions).where(known)).mappings().one())
    of_topics = (topics.c.congress == congress) & (topics.c.session == PRESENT)
    named = [dict(one) for one in connection.execute(select(topics).where(of_topics)).mappings()]
    for age, code in enumerate(reversed(EARLIER), start=1):
        term, number = map(int, code.split("-"))
        day = {name: row[name].replace(year=row[name].year - age) for name in DAYS}
        own = {"code": code, "term": term, "number": number, "year": row["year"] - age, **day}
        connection.execute(insert(sessions), {**row, **own})
        connection.execute(insert(topics), [{**one, "session": code} for one in named])
    for table, column in ((people, "code"), (appointments, "person")):
        deputies = (
            connection.execute(
                select(table).where(table.c.congress == congress, table.c[column].in_(_deputies()))
            )
            .mappings()
            .all()
        )
        connection.execute(
            insert(table),
            [
                {**one, column: f"{one[column]}-{mark}"}
                for one in deputies
                for mark in range(1, NAMESAKES)
            ],
        )
    connection.execute(
        update(congresses).values(directory_version=congresses.c.directory_version + 1)
    )


def _deputies() -> Select[tuple[str]]:
    return select(appointments.c.person).where(appointments.c.role == "deputy")


def _copy_rows(connection: Connection, table: Table) -> None:
    """The rows of a table, with what is the copy's own in the place of the mould's."""
    own: dict[str, ColumnElement[Any]] = {"case_id": _copies.c.id}
    if table is suggestions:
        own = {name: _copies.c[name] for name in ("id", "number", "number_key", "session")}
    elif "deputy" in table.c:
        own["deputy"] = table.c.deputy + _copies.c.mark
    query = select(*(own.get(one.name, one) for one in table.c)).select_from(
        table.join(_copies, _copies.c.mould == table.c["id" if table is suggestions else "case_id"])
    )
    if table is timers:
        query = query.where(timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None))
    connection.execute(insert(table).from_select([one.name for one in table.c], query))


def _copy_history(connection: Connection) -> None:
    """The audit entries in order of time; their digests stay those of the moulds."""
    here = audit_entries.c
    last: int = connection.execute(select(func.max(here.sequence))).scalar_one()
    turn = func.row_number().over(order_by=(_copies.c.age.desc(), here.at, here.sequence))
    own: Mapping[str, ColumnElement[Any]] = {
        "sequence": last + turn,
        "case_id": _copies.c.id,
        "actor": case((here.actor.in_(_deputies()), here.actor + _copies.c.mark), else_=here.actor),
    }
    query = select(*(own.get(one.name, one) for one in here)).join(
        _copies, _copies.c.mould == here.case_id
    )
    connection.execute(insert(audit_entries).from_select([one.name for one in here], query))
    head = select(here.sequence, here.digest).order_by(here.sequence.desc()).limit(1)
    sequence, digest = connection.execute(head).one()
    connection.execute(update(audit_heads).values(sequence=sequence, digest=digest))


def _copy_words(connection: Connection, congress: str, copies: Sequence[Copy]) -> None:
    """The index: the words of the mould, with the copy's number in the place of its own."""
    directory = read_directory(connection, read_congress(connection, congress).congress)
    moulds = list(dict.fromkeys(one.mould for one in copies))
    rest = {}
    for some in _by(AT_ONCE, moulds):
        for name, found in read_cases(connection, congress, some).items():
            rest[name] = searched_of(replace(found, number=None), directory).words().split()
    lite = connection.dialect.name == "sqlite"
    if not lite:
        # One index made at once is made in a third of the time.
        connection.execute(text("DROP INDEX ix_search_texts_words"))
    for some in _by(AT_ONCE, copies):
        batch = Batch(connection)
        rows = [
            {"case_id": one.id, "congress": congress, "words": _words(one, rest[one.mould])}
            for one in some
        ]
        batch.add(PUT, *rows)
        batch.send()
    if not lite:
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        gin = "CREATE INDEX ix_search_texts_words ON search_texts USING gin (words)"
        connection.execute(text(gin))


def _words(copy: Copy, rest: Sequence[str]) -> str:
    """A token has the first level at which it stands, and the number stands in the line."""
    own = dict.fromkeys(tokens_of(copy.number or ""))
    return " ".join([*(LINE + one for one in own), *(one for one in rest if one[1:] not in own)])
