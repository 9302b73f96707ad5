"""Databases with many pending timers: a few true cases, cloned by SQL to so many.

Each clone has its own instants, so that nothing read from one serves for the next. The due ones
stand at different rungs of the ladder, each with exactly one rung due at `DUE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Date, Engine, Table

from db import tables
from db.shapes import CASE, CHILDREN
from db.store import SqlStore
from db.types import UtcDateTime
from engine.congress import Directory
from tests.benchmark.mix import commands, reachable_directory
from tests.benchmark.stages import PROFILE, desk_over, store_over
from tests.support.congress import fill
from tests.support.world import CONGRESS, local, national_calendar
from worker.ticks import fire_due_timers
from workflows import load_files, read_files

TEMPLATES = 6
"""True cases, with different units, deputies and joint units."""

SECONDS = 18_000
"""Clones lie up to five hours apart: far enough to differ, near enough to keep their days."""


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
    """Congresses with due and waiting timers, shared evenly among them."""
    files = read_files(PROFILE)
    for code in congress_codes(congresses):
        fill(
            database,
            directory=_directory_of(code),
            calendar=national_calendar(),
            files=files,
            profile=load_files(files),
        )
    cases = _true_cases(store_over(database))
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        cloner = _Cloner(connection, cases)
        for at, code in enumerate(congress_codes(congresses)):
            for share in SHARES:
                count = due * share.percent // 100 // congresses
                cloner.clone(code, share.rung, count=count, days=-share.days_earlier)
            cloner.clone(code, "before_15", count=waiting // congresses, days=30 + at)
        # The true cases were only the mould.
        connection.execute(
            "UPDATE timers SET cancelled_at = fire_at WHERE case_id = ANY(%s) "
            "AND fired_at IS NULL AND cancelled_at IS NULL",
            [list(cases)],
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _directory_of(code: str) -> Directory:
    bare = reachable_directory()
    return Directory(
        congress=replace(bare.congress, code=code),
        sessions={name: replace(one, congress=code) for name, one in bare.sessions.items()},
        units=bare.units,
        people=bare.people,
        topics=bare.topics,
    )


def _true_cases(store: SqlStore) -> tuple[str, ...]:
    """Suggestions handed over, received and talked about; what else was due until now, is done."""
    desk, cases = desk_over(store), dict[str, None]()
    start = local("2026-02-10")
    for minute, command in enumerate(commands(TEMPLATES, until="draft_reply")):
        moment = start + timedelta(minutes=minute)
        cases[desk.perform(replace(command, now=moment)).case] = None
    while fire_due_timers(desk, store, DUE - timedelta(days=1)).fired:
        pass
    return tuple(cases)


class _Cloner:
    """Copies the rows of the true cases within the database."""

    def __init__(self, connection: psycopg.Connection, cases: Sequence[str]) -> None:
        self._connection = connection
        self._cases = cases
        self._made = 0

    def clone(self, congress: str, rung: str, *, count: int, days: int) -> None:
        """So many cases more, their days moved, with the pending timer at the rung."""
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
        for table in (CASE.table, *(shape.table for shape in CHILDREN)):
            self._connection.execute(_copy_of(table), values)


_ID = sql.SQL("md5('case ' || n)")
_SHIFT = sql.SQL("make_interval(days => %(days)s, secs => n * 7919 %% %(seconds)s)")


def _copy_of(table: Table) -> sql.Composed:
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

SPECIAL: Mapping[tuple[str, str], sql.Composable] = {
    ("suggestions", "id"): _ID,
    ("suggestions", "number"): sql.SQL("'n-' || n"),
    ("", "case_id"): _ID,
    ("", "congress"): sql.SQL("%(congress)s"),
    # The end of a due day is a midnight and stays one.
    ("clocks", "due_at"): sql.SQL("due_at + make_interval(days => %(days)s)"),
    ("clocks", "segments"): _SEGMENTS,
    ("timers", "rung"): sql.SQL("%(rung)s"),
    # What is due is due now at whatever rung; what waits is moved with its days.
    ("timers", "fire_at"): sql.SQL(
        "CASE WHEN %(days)s > 0 THEN fire_at + make_interval(days => %(days)s) ELSE {} END"
    ).format(sql.Literal(DUE)),
}
"""Columns, in a table or in every one, that are not simply copied or moved by some time."""
