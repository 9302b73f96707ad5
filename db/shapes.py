"""How each record of a case lies in its table: which field in which column, and as what.

Derived from the records themselves, so that a new field without a column fails at import.
Refuses to know statements and transactions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from operator import attrgetter, call
from typing import Any

from sqlalchemy import Boolean, Column, Date, Table

from db import tables
from db.types import Exact, Json, UtcDateTime, instant_of
from db.unread import REMEMBERED, unread
from engine import case as records
from engine.case import PlannedCommitment
from engine.clock_json import segments_from_json, segments_to_json
from engine.clocks import Clock, ClockState
from engine.periods import period_from_json, period_to_json, rule_from_json, rule_to_json

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value that is no plain column value is written and read; `later`: when it is used."""

    write: Convert
    read: Convert
    later: bool = False


def _write_planned(planned: Iterable[PlannedCommitment]) -> list[list[str]]:
    return [[one.text, one.due_on.isoformat()] for one in planned]


def _read_planned(value: Iterable[tuple[str, str]]) -> tuple[PlannedCommitment, ...]:
    return tuple(PlannedCommitment(text=text, due_on=date.fromisoformat(on)) for text, on in value)


WORDS = Codec(list, tuple)
PERIOD = Codec(period_to_json, period_from_json)
PLANNED = Codec(_write_planned, _read_planned)
RULE = Codec(rule_to_json, rule_from_json)
SEGMENTS = Codec(segments_to_json, segments_from_json, later=True)
CLOCK_STATE = Codec(attrgetter("value"), {one.value: one for one in ClockState}.__getitem__)


@dataclass(frozen=True, slots=True)
class Place:
    """One field of a record and its column; `write` and `read` None: as it is."""

    field: str
    column: Column[Any]
    write: Convert | None
    read: Convert | None


def _remembering(read: Convert) -> Convert:
    """Reads JSON parsed or as text; few texts are new, and what is read from one never changes."""

    @lru_cache(maxsize=REMEMBERED)
    def read_text(text: str) -> Any:  # noqa: ANN401  # what the codec reads
        return read(json.loads(text))

    return lambda value: read_text(value) if isinstance(value, str) else read(value)


def _place(field: str, column: Column[Any], codec: Codec | None) -> Place:
    read: Convert | None
    if codec is not None:
        read = codec.read
        if column.type is Json:
            read = unread(codec.read) if codec.later else _remembering(codec.read)
        return Place(field, column, codec.write, read)
    read = None
    if isinstance(column.type, UtcDateTime):
        read = instant_of
    elif isinstance(column.type, Date):
        read = day_of
    elif isinstance(column.type, Boolean):
        read = bool
    elif isinstance(column.type, Exact):
        read = Decimal
    return Place(field, column, None, read)


def day_of(value: str | date) -> date:
    """A day, from what either database gives."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class Shape:
    """A record and its table.

    Loading and saving a case goes through here for each of its rows, so the work of a field is
    done only where there is some: most values are stored as they are.
    """

    def __init__(
        self,
        record: type,
        table: Table,
        *,
        attribute: str = "",
        key: tuple[str, ...] = ("number",),
        renamed: Mapping[str, str] | None = None,
        codecs: Mapping[str, Codec] | None = None,
        left_out: frozenset[str] = frozenset(),
    ) -> None:
        names = {one.name: one.name for one in fields(record) if one.name not in left_out}
        names |= renamed or {}
        places = tuple(
            _place(field, table.c[column], (codecs or {}).get(field))
            for field, column in names.items()
        )
        self.record = record
        self.table = table
        self.attribute = attribute
        self.key = key
        self.places = places
        self._fields = tuple(place.field for place in places)
        self._columns = tuple(place.column.name for place in places)
        self._reads = tuple((at, one.read) for at, one in enumerate(places) if one.read)
        self._writes = tuple((one.column.name, one.write) for one in places if one.write)
        self._values = attrgetter(*self._fields)
        self._setters = tuple(record.__dict__[name].__set__ for name in self._fields)
        self.key_of: Convert = attrgetter(*key)

    def write(self, record: Any) -> dict[str, Any]:  # noqa: ANN401  # a record of this shape
        """The values of a record by column."""
        row = dict(zip(self._columns, self._values(record), strict=True))
        for name, write in self._writes:
            if row[name] is not None:
                row[name] = write(row[name])
        return row

    def arguments(self, row: list[Any]) -> dict[str, Any]:
        """The values of a row, in order of `places`, by field; the row is used up."""
        for at, read in self._reads:
            if row[at] is not None:
                row[at] = read(row[at])
        return dict(zip(self._fields, row, strict=True))

    def read(self, row: list[Any]) -> Any:  # noqa: ANN401  # a record of this shape
        """The record of a row; the row is used up.

        Filled through its slots: a frozen record's own constructor takes twice as long.
        """
        for at, read in self._reads:
            if row[at] is not None:
                row[at] = read(row[at])
        made: Any = object.__new__(self.record)
        # Setters give None, so this calls all of them, in a loop that is not Python's.
        any(map(call, self._setters, repeat(made), row))
        return made


# In the order in which rows may be inserted: each refers only to what stands before it.
CHILDREN: tuple[Shape, ...] = (
    Shape(records.Signatory, tables.signatories, attribute="signatories"),
    Shape(records.Assignment, tables.assignments, attribute="assignments"),
    Shape(
        Clock,
        tables.clocks,
        attribute="clocks",
        codecs={"rule": RULE, "segments": SEGMENTS, "state": CLOCK_STATE},
    ),
    Shape(records.Timer, tables.timers, attribute="timers", key=("clock", "plan", "rung")),
    Shape(records.ReturnRequest, tables.returns, attribute="returns"),
    Shape(
        records.ExtensionRequest,
        tables.extensions,
        attribute="extensions",
        codecs={"period": PERIOD, "approvals": WORDS},
    ),
    Shape(records.Contact, tables.contacts, attribute="contacts", renamed={"on": "met_on"}),
    Shape(records.Reply, tables.replies, attribute="replies", codecs={"commitments": PLANNED}),
    Shape(records.Delivery, tables.deliveries, attribute="deliveries"),
    Shape(records.Evaluation, tables.evaluations, attribute="evaluations"),
    Shape(records.Commitment, tables.commitments, attribute="commitments"),
    Shape(
        records.Supervision, tables.supervisions, attribute="supervisions", renamed={"by": "actor"}
    ),
    Shape(records.Order, tables.orders, attribute="orders"),
    Shape(
        records.Judgement,
        tables.outcome_judgements,
        attribute="judgements",
        renamed={"by": "judged_by", "at": "judged_at"},
    ),
    Shape(records.Indicator, tables.indicators, attribute="indicators"),
)

CASE = Shape(
    records.Case,
    tables.suggestions,
    key=("id",),
    codecs={"keywords": WORDS},
    left_out=frozenset(shape.attribute for shape in CHILDREN),
)
