"""Writes a decision: the difference between before and after, the entry, the answer, the notices.

Everything goes out in one batch, in an order in which no row refers to a missing one. Refuses to
decide anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Dialect, Executable, Table, and_, bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db import tables
from db.prepared import Batch, Statement
from db.shapes import CASE, CHILDREN, Shape
from engine.audit import AuditEntry
from engine.case import Case
from engine.command import Decision, Notice, Receipt
from engine.congress import KeyTopic, Person

CHANNELS = ("email", "console")
"""Channels that a notice can leave by; the inbox needs none, the notice is there."""


def _names(table: Table, *, without: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name not in set(without))


def _insert(table: Table) -> Statement:
    """One row with every column."""
    query = insert(table).values(
        {name: bindparam(name, type_=table.c[name].type) for name in _names(table)}
    )
    return Statement(lambda _: query)


def _update(table: Table, keys: Iterable[str], columns: Iterable[str]) -> Statement:
    """The named columns of the row that `key_<column>` names."""
    found = [table.c[name] == bindparam(f"key_{name}", type_=table.c[name].type) for name in keys]
    query = (
        update(table)
        .where(and_(*found))
        .values({name: bindparam(name, type_=table.c[name].type) for name in columns})
    )
    return Statement(lambda _: query)


def insert_or(table: Table, dialect: Dialect) -> Any:  # noqa: ANN401  # two inserts of one shape
    """An INSERT that can say what happens when the row is there already."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def _insert_once(table: Table) -> Statement:
    """One row with every column, or nothing when it is there already."""

    def build(dialect: Dialect) -> Executable:
        values = {name: bindparam(name, type_=table.c[name].type) for name in _names(table)}
        query: Executable = insert_or(table, dialect).values(values).on_conflict_do_nothing()
        return query

    return Statement(build)


def upsert(table: Table, keys: Iterable[str]) -> Statement:
    """One row, put in the place of the one with its key."""
    known = tuple(keys)

    def build(dialect: Dialect) -> Executable:
        values = {name: bindparam(name, type_=table.c[name].type) for name in _names(table)}
        query = insert_or(table, dialect).values(values)
        changed = {name: query.excluded[name] for name in _names(table, without=known)}
        done: Executable = query.on_conflict_do_update(index_elements=known, set_=changed)
        return done

    return Statement(build)


def _queue_if_new(_dialect: Dialect) -> Executable:
    """A delivery, only for a notice that this very entry decided."""
    table, notices = tables.outbox, tables.notices
    values = [bindparam(name, type_=table.c[name].type) for name in _names(table)]
    decided = exists().where(
        notices.c.id == bindparam("notice_id"), notices.c.entry == bindparam("entry")
    )
    return insert(table).from_select(list(_names(table)), select(*values).where(decided))


def _columns_of(shape: Shape) -> tuple[str, ...]:
    return tuple(one.column.name for one in shape.places if one.field not in shape.key)


INSERT_CASE = _insert(tables.suggestions)
UPDATE_CASE = _update(tables.suggestions, ("id", "version"), (*_columns_of(CASE), "facts"))
INSERT_CHILD = {shape.attribute: _insert(shape.table) for shape in CHILDREN}
UPDATE_CHILD = {
    shape.attribute: _update(shape.table, ("case_id", *shape.key), _columns_of(shape))
    for shape in CHILDREN
}
INSERT_ENTRY = _insert(tables.audit_entries)
MOVE_HEAD = _update(tables.audit_heads, ("congress", "sequence", "digest"), ("sequence", "digest"))
INSERT_REQUEST = _insert(tables.requests)
INSERT_NOTICE = _insert_once(tables.notices)
INSERT_DELIVERY = Statement(_queue_if_new)
UPSERT_SERIES = upsert(tables.number_series, ("congress", "series"))
UPSERT_TOPIC = upsert(tables.topics, ("congress", "session", "number"))
MOVE_DIRECTORY = _update(tables.congresses, ("code",), ("directory_version",))

EXTRA_OF_NEW = {"timers": {"postponed": 0, "last_error": None}}
"""Columns of new rows that no record has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """Places in a batch of the two steps that must touch exactly one row."""

    case: int
    head: int


def add_decision(batch: Batch, decision: Decision, entry: AuditEntry) -> Guards:
    """The case, its children, number series and the audit entry."""
    case = decision.after
    row = {**CASE.write(case), "facts": dict(decision.facts)}
    if decision.before is None:
        at = batch.add(INSERT_CASE, row)
    else:
        keys = {"key_id": case.id, "key_version": decision.before.version}
        at = batch.add(UPDATE_CASE, {**row, **keys})
    _add_children(batch, decision.before, case)
    for series, taken in decision.numbers_taken.items():
        batch.add(UPSERT_SERIES, {"congress": case.congress, "series": series, "next": taken + 1})
    return Guards(case=at, head=add_entry(batch, entry))


def _add_children(batch: Batch, before: Case | None, after: Case) -> None:
    """Changed rows first: a clock that ends makes room for the one that starts in its place."""
    belongs = {"congress": after.congress, "case_id": after.id}
    inserts: list[tuple[Shape, list[dict[str, Any]]]] = []
    for shape in CHILDREN:
        now = getattr(after, shape.attribute)
        was = getattr(before, shape.attribute) if before is not None else ()
        if now is was:
            continue
        known = {shape.key_of(one): one for one in was}
        new, changed = [], []
        for one in now:
            earlier = known.get(shape.key_of(one))
            if earlier is None:
                extra = EXTRA_OF_NEW.get(shape.attribute, {})
                new.append({**shape.write(one), **belongs, **extra})
            elif earlier is not one and earlier != one:
                keys = {f"key_{name}": getattr(one, name) for name in shape.key}
                changed.append({**shape.write(one), **keys, "key_case_id": after.id})
        if changed:
            batch.add(UPDATE_CHILD[shape.attribute], *changed)
        if new:
            inserts.append((shape, new))
    for shape, rows in inserts:
        batch.add(INSERT_CHILD[shape.attribute], *rows)


def add_entry(batch: Batch, entry: AuditEntry) -> int:
    """The audit entry, and the head moved to it from the entry before; the place of the latter."""
    batch.add(
        INSERT_ENTRY,
        {
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
        },
    )
    return batch.add(
        MOVE_HEAD,
        {
            "key_congress": entry.congress,
            "key_sequence": entry.sequence - 1,
            "key_digest": entry.previous,
            "sequence": entry.sequence,
            "digest": entry.digest,
        },
    )


def add_answer(batch: Batch, decision: Decision, receipt: Receipt, fingerprint: str) -> None:
    """What the same request key will be answered."""
    command = decision.command
    batch.add(
        INSERT_REQUEST,
        {
            "congress": command.congress,
            "request_key": command.request_key,
            "fingerprint": fingerprint,
            "action": command.action,
            "receipt": {name: getattr(receipt, name) for name in Receipt.__slots__},
        },
    )


def add_topic(batch: Batch, congress: str, topic: KeyTopic, directory_version: int) -> None:
    """A key topic, and the version of the directory that has it."""
    batch.add(UPSERT_TOPIC, {"congress": congress, **asdict(topic)})
    batch.add(MOVE_DIRECTORY, {"key_code": congress, "directory_version": directory_version})


def add_notices(
    batch: Batch,
    decision: Decision,
    entry: AuditEntry,
    *,
    people: Mapping[str, Person],
    channels: tuple[str, ...],
) -> None:
    """Notices, each once in the life of the congress, and their way out of the house."""
    rows, deliveries = [], []
    for notice in decision.notices:
        row = _notice_row(notice, decision, entry)
        rows.append(row)
        person = people.get(notice.recipient)
        addresses = _addresses(person, channels) if person is not None else {}
        deliveries += [
            _delivery_row(row, channel=channel, address=address)
            for channel, address in addresses.items()
        ]
    if rows:
        batch.add(INSERT_NOTICE, *rows)
    if deliveries:
        batch.add(INSERT_DELIVERY, *deliveries)


def notice_id(congress: str, key: str) -> str:
    """The stable id of a message: the same however often it is decided or sent."""
    return hashlib.sha256(f"{congress}\n{key}".encode()).hexdigest()[:32]


def _notice_row(notice: Notice, decision: Decision, entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": notice_id(entry.congress, notice.key),
        "congress": entry.congress,
        "key": notice.key,
        "case_id": decision.after.id,
        "entry": entry.sequence,
        "clock": None,
        "plan": None,
        "rung": None,
        "recipient": notice.recipient,
        "stands_in_for": None,
        "template": notice.template,
        "facts": dict(notice.facts),
        "urgent": notice.urgent,
        "decided_at": entry.at,
        "read_at": None,
    }


def _addresses(person: Person, channels: tuple[str, ...]) -> dict[str, str]:
    """Where the person is reached on each channel, the unreachable ones left out."""
    reached = {"email": person.email, "console": person.code}
    return {channel: reached[channel] for channel in channels if reached[channel]}


def _delivery_row(row: Mapping[str, Any], *, channel: str, address: str) -> dict[str, Any]:
    return {
        "notice_id": row["id"],
        "channel": channel,
        "congress": row["congress"],
        "recipient": row["recipient"],
        "address": address,
        "digest": False,
        "bundle": None,
        "state": "pending",
        "attempts": 0,
        "not_before": row["decided_at"],
        "lease_until": None,
        "lease_by": None,
        "sent_at": None,
        "last_error": None,
        "entry": row["entry"],
    }
