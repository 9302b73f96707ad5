"""Writes a decision: the difference between before and after, the entry, the answer, the notices.

Everything goes out in one batch, in an order in which no row refers to a missing one. Refuses to
decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter, is_
from typing import Any

from db import tables
from db.prepared import Batch, Statement
from db.shapes import CASE, CHILDREN, Shape
from db.statements import (
    insert_rows,
    update_rows,
    upsert,
)
from engine.audit import AuditEntry
from engine.case import Case
from engine.command import Receipt
from engine.congress import KeyTopic
from engine.store import Performed


def _columns_of(shape: Shape) -> tuple[str, ...]:
    return tuple(one.column.name for one in shape.places if one.field not in shape.key)


INSERT_CASE = insert_rows(tables.suggestions)
UPDATE_CASE = update_rows(
    tables.suggestions, ("id", "version"), (*_columns_of(CASE), "number_key", "facts")
)
MOVE_CASE = update_rows(tables.suggestions, ("id", "version"), ("version", "facts"))
COUNT_CASE = update_rows(tables.suggestions, ("id", "version"), ("version",))
CASES = (INSERT_CASE, UPDATE_CASE, MOVE_CASE, COUNT_CASE)
INSERT_CHILD = {shape.attribute: insert_rows(shape.table) for shape in CHILDREN}
UPDATE_CHILD = {
    shape.attribute: update_rows(shape.table, ("case_id", *shape.key), _columns_of(shape))
    for shape in CHILDREN
}
INSERT_ENTRY = insert_rows(tables.audit_entries)
MOVE_HEAD = update_rows(
    tables.audit_heads, ("congress", "sequence", "digest"), ("sequence", "digest")
)
INSERT_REQUEST = insert_rows(tables.requests)
UPSERT_SERIES = upsert(tables.number_series, ("congress", "series"))
UPSERT_TOPIC = upsert(tables.topics, ("congress", "session", "number"))
MOVE_DIRECTORY = update_rows(tables.congresses, ("code",), ("directory_version",))

_own = attrgetter(*(one.field for one in CASE.places if one.field != "version"))
_children = attrgetter(*(shape.attribute for shape in CHILDREN if shape.table is not tables.timers))
TIMER_KEY = attrgetter("clock", "plan", "rung")
EXTRA_OF_NEW = {"timers": {"postponed": 0, "last_error": None}}
"""Columns of new rows that no record has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """Places in a batch of the steps that must touch as many rows as there are in them."""

    cases: tuple[int, ...]
    head: int


@dataclass(slots=True, kw_only=True)
class Change:
    """What became of a case in one or several decisions."""

    before: Case | None
    after: Case
    facts: Mapping[str, object]


def changes_of(performed: Iterable[Performed]) -> dict[str, Change]:
    """The first before and the last after of each case.

    A loaded case has only pending timers, so those that ended in an earlier decision are kept.
    """
    found: dict[str, Change] = {}
    for one in performed:
        decision = one.decision
        after, change = decision.after, found.get(decision.after.id)
        if change is None:
            found[after.id] = Change(before=decision.before, after=after, facts=decision.facts)
            continue
        timers = {TIMER_KEY(timer): timer for timer in (*change.after.timers, *after.timers)}
        change.after = after.changed(timers=tuple(timers.values()))
        change.facts = decision.facts
    return found


def add_decisions(
    batch: Batch, changes: Iterable[Change], performed: Sequence[Performed]
) -> Guards:
    """The cases, their children, number series and the audit entries."""
    rows: dict[Statement, list[dict[str, Any]]] = {statement: [] for statement in CASES}
    for one in changes:
        statement, row = _case_row(one)
        rows[statement].append(row)
    sent = {
        statement: batch.add(statement, *rows[statement]) for statement in CASES if rows[statement]
    }
    guards = [at for statement, at in sent.items() if statement is not INSERT_CASE]
    _add_children(batch, changes)
    series = {
        (one.decision.after.congress, name): taken
        for one in performed
        for name, taken in one.decision.numbers_taken.items()
    }
    for (congress, name), taken in series.items():
        batch.add(UPSERT_SERIES, {"congress": congress, "series": name, "next": taken + 1})
    return Guards(cases=tuple(guards), head=add_entries(batch, [one.entry for one in performed]))


def _case_row(one: Change) -> tuple[Statement, dict[str, Any]]:
    """What is to be written of the case itself, and by which statement."""
    own = {"number_key": number_key(one.after), "facts": dict(one.facts)}
    if one.before is None:
        return INSERT_CASE, {**CASE.write(one.after), **own}
    keys = {"key_id": one.after.id, "key_version": one.before.version}
    if _own(one.before) != _own(one.after):
        return UPDATE_CASE, {**CASE.write(one.after), **own, **keys}
    moved = {"version": one.after.version, **keys}
    if all(map(is_, _children(one.before), _children(one.after))):
        # Facts follow from the case, and no fact asks about timers: they are what they were.
        return COUNT_CASE, moved
    return MOVE_CASE, {**moved, "facts": dict(one.facts)}


def number_key(case: Case) -> str:
    """What lists are sorted by: 第2号 before 第10号, session before recess, no number last."""
    if case.number is None:
        return "2"
    return f"{0 if case.kind == 'session' else 1}{len(case.number):03}{case.number}"


def _add_children(batch: Batch, changes: Iterable[Change]) -> None:
    """Changed rows first: a clock that ends makes room for the one that starts in its place."""
    inserts: list[tuple[Shape, list[dict[str, Any]]]] = []
    for shape in CHILDREN:
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for one in changes:
            now = getattr(one.after, shape.attribute)
            was = getattr(one.before, shape.attribute) if one.before is not None else ()
            if now is not was:
                _sort_out(shape, one.after, was, now, new=new, changed=changed)
        if changed:
            batch.add(UPDATE_CHILD[shape.attribute], *changed)
        if new:
            inserts.append((shape, new))
    for shape, rows in inserts:
        batch.add(INSERT_CHILD[shape.attribute], *rows)


def _sort_out(
    shape: Shape,
    case: Case,
    was: Iterable[Any],
    now: Iterable[Any],
    *,
    new: list[dict[str, Any]],
    changed: list[dict[str, Any]],
) -> None:
    """Rows of the children that are new, and of those that are not what they were."""
    known = {shape.key_of(one): one for one in was}
    for one in now:
        earlier = known.get(shape.key_of(one))
        if earlier is None:
            extra = EXTRA_OF_NEW.get(shape.attribute, {})
            belongs = {"congress": case.congress, "case_id": case.id}
            new.append({**shape.write(one), **belongs, **extra})
        elif earlier is not one and earlier != one:
            keys = {f"key_{name}": getattr(one, name) for name in shape.key}
            changed.append({**shape.write(one), **keys, "key_case_id": case.id})


def add_entries(batch: Batch, entries: Sequence[AuditEntry]) -> int:
    """The audit entries, and the head moved to the last of them; the place of the latter."""
    batch.add(INSERT_ENTRY, *map(_entry_row, entries))
    first, last = entries[0], entries[-1]
    return batch.add(
        MOVE_HEAD,
        {
            "key_congress": first.congress,
            "key_sequence": first.sequence - 1,
            "key_digest": first.previous,
            "sequence": last.sequence,
            "digest": last.digest,
        },
    )


def _entry_row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "congress": entry.congress,
        "sequence": entry.sequence,
        "case_id": entry.case,
        "version": entry.version,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "rule": entry.rule,
        "content": entry.content,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def add_answers(batch: Batch, performed: Iterable[Performed]) -> None:
    """What the same request keys will be answered."""
    rows = [
        {
            "congress": one.decision.command.congress,
            "request_key": one.decision.command.request_key,
            "fingerprint": one.fingerprint,
            "action": one.decision.command.action,
            "receipt": {name: getattr(one.receipt, name) for name in Receipt.__slots__},
        }
        for one in performed
        if one.decision.command.request_key is not None
    ]
    if rows:
        batch.add(INSERT_REQUEST, *rows)


def add_topic(batch: Batch, congress: str, topic: KeyTopic, directory_version: int) -> None:
    """A key topic, and the version of the directory that has it."""
    batch.add(UPSERT_TOPIC, {"congress": congress, **asdict(topic)})
    batch.add(MOVE_DIRECTORY, {"key_code": congress, "directory_version": directory_version})
