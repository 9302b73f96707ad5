"""Databases with many pending timers: a few true cases, cloned by SQL to so many.

Each clone has its own instants, so that nothing read from one serves for the next. The due ones
stand at different rungs of the reply's ladder, each with exactly one rung due at `DUE`. A case
has two clocks that run and so two pending timers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Date, Engine, Table

from db import tables
from db.shapes import CASE, CHILDREN
from db.types import UtcDateTime
from engine.congress import Directory
from tests.benchmark.mix import commands, reachable_directory
from tests.benchmark.stages import PROFILE, desk_over, store_over
from tests.support.congress import fill
from tests.support.world import CONGRESS, local, national_calendar
from worker.ticks import fire_all_due
from workflows import load_files, read_files

TEMPLATES = 6
"""True cases, with different units, deputies and joint units."""

SECONDS = 18_000
"""Clones lie up to five hours apart: far enough to differ, near enough to keep their days."""

RUNNING = 2
"""Clocks of a case that run: those of the reply and of the progress report."""

ALL = (CASE.table, *(shape.table for shape in CHILDREN))
WAITING = (tables.suggestions, tables.clocks, tables.timers)
"""Tables with rows of a case that merely waits: nobody asks for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the due cases: they stand at a rung, their days moved so that it is due now."""

    rung: str
    percent: int
    days_earlier: int


DUE = local("2026-04-25", 9)
"""The morning fifteen days before the reply of the true cases is due: `now` of every worker."""

SHARES = (
    Share(rung="before_15", percent=50, days_earlier=0),
    Share(rung="before_5", percent=20, days_earlier=10),
    Share(rung="due", percent=20, days_earlier=15),
    Share(rung="overdue_1", percent=10, days_earlier=16),
)


def congress_codes(count: int) -> tuple[str, ...]:
    """So many congresses; the first is the one with the true cases."""
    return (CONGRESS, *(f"county-{each}" for each in range(2, count + 1)))


def fill_with_pending(database: Engine, *, congresses: int, due: int, waiting: int) -> None:
    """Congresses with so many due and waiting timers, shared evenly among them."""
    cases = _with_true_cases(database, congresses)
    others = (waiting - due) // RUNNING // congresses
    with _connected(database) as connection:
        cloner = _Cloner(connection, cases)
        for at, code in enumerate(congress_codes(congresses)):
            for share in SHARES:
                count = due * share.percent // 100 // congresses
                cloner.clone(ALL, code, share.rung, count=count, days=-share.days_earlier)
            cloner.clone(WAITING, code, "before_15", count=others, days=30 + at)
        _put_away(connection, cases)


def fill_with_waiting(database: Engine, *, congresses: int, waiting: int) -> None:
    """Congresses with so many timers, none of them due for a month."""
    cases = _with_true_cases(database, congresses)
    codes = list(congress_codes(congresses))
    with _connected(database) as connection:
        _put_away(connection, cases)
        connection.execute(
            "INSERT INTO timers (congress, case_id, clock, plan, rung, fire_at, postponed) "
            "SELECT (%(codes)s::text[])[1 + n %% %(congresses)s], "
            "(%(cases)s::text[])[1 + n %% %(templates)s], 1, n, 'before_15', "
            "%(first)s::timestamptz + make_interval(secs => n), 0 "
            "FROM generate_series(1, %(waiting)s::int) AS n",
            {
                "codes": codes,
                "congresses": congresses,
                "cases": list(cases),
                "templates": len(cases),
                "first": DUE + timedelta(days=30),
                "waiting": waiting,
            },
        )


def _with_true_cases(database: Engine, congresses: int) -> tuple[str, ...]:
    """Congresses, and in the first of them suggestions handed over, received and talked about.

    What else was due until `DUE` is done.
    """
    files = read_files(PROFILE)
    for code in congress_codes(congresses):
        fill(
            database,
            directory=_directory_of(code),
            calendar=national_calendar(),
            files=files,
            profile=load_files(files),
        )
    store = store_over(database)
    desk, cases = desk_over(store), dict[str, None]()
    start = local("2026-02-10")
    for minute, command in enumerate(commands(TEMPLATES, until="draft_reply")):
        moment = start + timedelta(minutes=minute)
        cases[desk.perform(replace(command, now=moment)).case] = None
    fire_all_due(desk, store, DUE - timedelta(days=1))
    return tuple(cases)


def _directory_of(code: str) -> Directory:
    bare = reachable_directory()
    return Directory(
        congress=replace(bare.congress, code=code),
        sessions={name: replace(one, congress=code) for name, one in bare.sessions.items()},
        units=bare.units,
        people=bare.people,
        topics=bare.topics,
    )


@contextmanager
def _connected(database: Engine) -> Iterator[psycopg.Connection]:
    """A connection for many rows: whether what they name exists is not asked for each.

    At the end PostgreSQL looks over what it has, as it does by itself in time.
    """
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _put_away(connection: psycopg.Connection, cases: Sequence[str]) -> None:
    """The true cases were only the mould."""
    connection.execute(
        "UPDATE timers SET cancelled_at = fire_at WHERE case_id = ANY(%s) "
        "AND fired_at IS NULL AND cancelled_at IS NULL",
        [list(cases)],
    )


class _Cloner:
    """Copies the rows of the true cases within the database."""

    def __init__(self, connection: psycopg.Connection, cases: Sequence[str]) -> None:
        self._connection = connection
        self._cases = cases
        self._made = 0

    def clone(
        self, copied: Collection[Table], congress: str, rung: str, *, count: int, days: int
    ) -> None:
        """So many cases more, their days moved, with the timer of the reply at the rung."""
        values: Mapping[str, Any] = {
            "congress": congress,
            "cases": list(self._cases),
            "first": self._made,
            "last": self._made + count - 1,
            "days": days,
            "rung": rung,
            "seconds": SECONDS,
            "templates": len(self._cases),
        }
        self._made += count
        for table in copied:
            self._connection.execute(_copy_of(table, whole=len(copied) == len(ALL)), values)


_ID = sql.SQL("md5('case ' || n)")
_SHIFT = sql.SQL("make_interval(days => %(days)s, secs => n * 7919 %% %(seconds)s)")


def _copy_of(table: Table, *, whole: bool) -> sql.Composed:
    names = [column.name for column in table.columns]
    case = "id" if table is CASE.table else "case_id"
    query = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(%(first)s::int, "
        "%(last)s::int) AS n JOIN {table} ON {case} = "
        "(%(cases)s::text[])[1 + n %% %(templates)s] WHERE {condition}"
    )
    condition = "true"
    if table is tables.timers:
        condition = "fired_at IS NULL AND cancelled_at IS NULL"
    elif table is tables.clocks and not whole:
        condition = "state = 'running'"
    return query.format(
        table=sql.Identifier(table.name),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(_value_of(table, name) for name in names),
        case=sql.Identifier(case),
        condition=sql.SQL(condition),
    )


def _value_of(table: Table, name: str) -> sql.Composable:
    special = SPECIAL.get((table.name, name)) or SPECIAL.get(("", name))
    if special is not None:
        return special
    column = sql.Identifier(name)
    if isinstance(table.c[name].type, UtcDateTime):
        return sql.SQL("{} + {}").format(column, _SHIFT)
    if isinstance(table.c[name].type, Date):
        return sql.SQL("{} + %(days)s::int").format(column)
    return column


_SEGMENTS = sql.SQL(
    "(SELECT jsonb_agg(jsonb_set(one, '{{at}}', to_jsonb(to_char("
    "(one ->> 'at')::timestamptz + {shift}, 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"')))) "
    "FROM jsonb_array_elements(segments) AS one)"
).format(shift=_SHIFT)

# The reply's next rung; the progress report has no such one.
_OF_REPLY = sql.SQL("rung = 'before_15'")

SPECIAL: Mapping[tuple[str, str], sql.Composable] = {
    ("suggestions", "id"): _ID,
    ("suggestions", "number"): sql.SQL("'n-' || n"),
    ("", "case_id"): _ID,
    ("", "congress"): sql.SQL("%(congress)s"),
    # The end of a due day is a midnight and stays one.
    ("clocks", "due_at"): sql.SQL("due_at + make_interval(days => %(days)s)"),
    ("clocks", "segments"): _SEGMENTS,
    ("timers", "rung"): sql.SQL("CASE WHEN {} THEN %(rung)s ELSE rung END").format(_OF_REPLY),
    # What is due is due now at whatever rung; what waits is moved with its days.
    ("timers", "fire_at"): sql.SQL(
        "CASE WHEN {} AND %(days)s <= 0 THEN {} ELSE fire_at + make_interval(days => %(days)s) END"
    ).format(_OF_REPLY, sql.Literal(DUE)),
}
"""Columns, in a table or in every one, that are not simply copied or moved by some time."""
