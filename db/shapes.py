"""How each record of a case lies in its table: which field in which column, and as what.

Derived from the records themselves, so that a new field without a column fails at import.
Refuses to know statements and transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Date, Table

from db import tables
from db.types import Exact, UtcDateTime, instant_of
from engine import case as records
from engine.case import PlannedCommitment
from engine.clocks import Clock, ClockState, segments_from_json, segments_to_json
from engine.periods import period_from_json, period_to_json, rule_from_json, rule_to_json

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value that is no plain column value is written and read."""

    write: Convert
    read: Convert


def _write_planned(planned: Iterable[PlannedCommitment]) -> list[list[str]]:
    return [[one.text, one.due_on.isoformat()] for one in planned]


def _read_planned(value: Iterable[tuple[str, str]]) -> tuple[PlannedCommitment, ...]:
    return tuple(PlannedCommitment(text=text, due_on=date.fromisoformat(on)) for text, on in value)


WORDS = Codec(list, tuple)
PERIOD = Codec(period_to_json, period_from_json)
PLANNED = Codec(_write_planned, _read_planned)
RULE = Codec(rule_to_json, rule_from_json)
SEGMENTS = Codec(segments_to_json, segments_from_json)
CLOCK_STATE = Codec(lambda state: state.value, ClockState)


@dataclass(frozen=True, slots=True)
class Place:
    """One field of a record and its column."""

    field: str
    column: Column[Any]
    codec: Codec | None
    read: Convert | None

    def write_value(self, value: Any) -> Any:  # noqa: ANN401  # any field of any record
        """The value as the column takes it."""
        return value if self.codec is None or value is None else self.codec.write(value)


def _reader(column: Column[Any], codec: Codec | None) -> Convert | None:
    if codec is not None:
        return codec.read
    if isinstance(column.type, UtcDateTime):
        return instant_of
    if isinstance(column.type, Date):
        return day_of
    if isinstance(column.type, Boolean):
        return bool
    if isinstance(column.type, Exact):
        return Decimal
    return None


def day_of(value: str | date) -> date:
    """A day, from what either database gives."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class Shape:
    """A record and its table."""

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
        self.record = record
        self.table = table
        self.attribute = attribute
        self.key = key
        self.places: tuple[Place, ...] = tuple(
            self._place(one.name, renamed or {}, codecs or {})
            for one in fields(record)
            if one.name not in left_out
        )
        self._reads = tuple((place.field, place.read) for place in self.places)

    def _place(self, field: str, renamed: Mapping[str, str], codecs: Mapping[str, Codec]) -> Place:
        column = self.table.c[renamed.get(field, field)]
        codec = codecs.get(field)
        return Place(field=field, column=column, codec=codec, read=_reader(column, codec))

    def write(self, record: Any) -> dict[str, Any]:  # noqa: ANN401  # a record of this shape
        """The values of a record by column."""
        return {
            place.column.name: place.write_value(getattr(record, place.field))
            for place in self.places
        }

    def arguments(self, row: Iterable[Any]) -> dict[str, Any]:
        """The values of a row, in order of `places`, by field."""
        return {
            field: value if read is None or value is None else read(value)
            for (field, read), value in zip(self._reads, row, strict=True)
        }

    def read(self, row: Iterable[Any]) -> Any:  # noqa: ANN401  # a record of this shape
        """The record of a row."""
        return self.record(**self.arguments(row))

    def key_of(self, record: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a record of this shape
        """What tells the record from its siblings."""
        return tuple([getattr(record, name) for name in self.key])


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
    Shape(records.Indicator, tables.indicators, attribute="indicators"),
)

CASE = Shape(
    records.Case,
    tables.suggestions,
    key=("id",),
    codecs={"keywords": WORDS},
    left_out=frozenset(shape.attribute for shape in CHILDREN),
)
