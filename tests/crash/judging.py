"""What must be true of rungs, notices and messages, whoever died while deciding or sending them.

It compares three memories: the rows, the audit entries, and what the world outside was told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select

from db.database import reading
from db.tables import audit_entries, notices, outbox, timers
from engine.command import CLOCK, Receipt
from tests.crash.outside import CHANNEL, Heard


class Rung(NamedTuple):
    """A timer of a case."""

    case: str
    clock: int
    plan: int
    rung: str


class Wrong(AssertionError):
    """A promise was broken."""


def judge(database: Engine, heard: Sequence[Heard], *, drained: bool = False) -> None:
    """Raise Wrong at the first broken promise. `drained`: by now everything must have left."""
    with reading(database) as connection:
        _rungs_decided_once(connection)
        _notices_as_told(connection)
        queued = _queued_once(connection)
    _same_message_each_time(heard)
    _sent_was_heard(queued, heard)
    if drained:
        _nothing_waits(queued)


def _rungs_decided_once(connection: Connection) -> None:
    """A timer that fired has one entry, and each entry of a rung its timer."""
    query = select(timers.c.case_id, timers.c.clock, timers.c.plan, timers.c.rung)
    fired = {Rung(*row) for row in connection.execute(query.where(timers.c.fired_at.is_not(None)))}
    decided = Counter(_rungs_of_entries(connection))
    often = [rung for rung, times in decided.items() if times > 1]
    _must(not often, f"decided more than once: {often[:5]}")
    _must(fired <= decided.keys(), f"fired and never decided: {list(fired - decided.keys())[:5]}")
    _must(fired >= decided.keys(), f"decided, still due: {list(decided.keys() - fired)[:5]}")


def _rungs_of_entries(connection: Connection) -> Iterable[Rung]:
    query = select(audit_entries.c.case_id, audit_entries.c.content)
    for case, content in connection.execute(query.where(audit_entries.c.actor == CLOCK)):
        yield Rung(case, *content["rung"])


def _notices_as_told(connection: Connection) -> None:
    """An entry says who was told, and these have a notice each; nobody hears of a rung twice."""
    found = connection.execute(
        select(
            notices.c.congress,
            notices.c.entry,
            notices.c.recipient,
            notices.c.case_id,
            notices.c.clock,
            notices.c.plan,
            notices.c.rung,
        )
    ).all()
    people = defaultdict(set)
    for row in found:
        people[row.congress, row.entry].add(row.recipient)
    entries = select(audit_entries.c.congress, audit_entries.c.sequence, audit_entries.c.content)
    for congress, sequence, content in connection.execute(entries):
        told = set(content.get("told", ()))
        there = people.pop((congress, sequence), set())
        _must(told == there, f"entry {sequence} of {congress} tells {told}, noticed are {there}")
    _must(not people, f"notices without an entry: {dict(people)}")
    of_rungs = Counter(
        (Rung(row.case_id, row.clock, row.plan, row.rung), row.recipient)
        for row in found
        if row.rung is not None
    )
    often = [one for one, times in of_rungs.items() if times > 1]
    _must(not often, f"told of a rung more than once: {often[:5]}")


def _queued_once(connection: Connection) -> dict[str, Any]:
    """Each notice is in the outbox once; by its id."""
    ids = set(connection.execute(select(notices.c.id)).scalars())
    rows = connection.execute(select(outbox).where(outbox.c.channel == CHANNEL)).all()
    queued = {row.notice_id: row for row in rows}
    _must(queued.keys() == ids, f"not in the outbox: {list(ids - queued.keys())[:5]}")
    return queued


def _same_message_each_time(heard: Iterable[Heard]) -> None:
    """The same id means the same message, and a notice never comes under a second id."""
    messages: dict[str, Heard] = {}
    came_in: dict[str, str] = {}
    for one in heard:
        first = messages.setdefault(one.message, one)
        _must(one == first, f"message {one.message} came again with other content")
        for notice in one.notices:
            known = came_in.setdefault(notice, one.message)
            _must(known == one.message, f"notice {notice} came as {known} and as {one.message}")


def _sent_was_heard(queued: dict[str, Any], heard: Sequence[Heard]) -> None:
    """What the rows say was sent did arrive, in that message; what arrived was decided."""
    came_in = {notice: one for one in heard for notice in one.notices}
    unknown = came_in.keys() - queued.keys()
    _must(not unknown, f"told before it was decided: {list(unknown)[:5]}")
    for notice, row in queued.items():
        if row.state != "sent":
            continue
        one = came_in.get(notice)
        _must(one is not None, f"notice {notice} is marked sent and never arrived")
        assert one is not None
        _must(one.message == (row.bundle or notice), f"notice {notice} came as {one.message}")
        _must(one.recipient == row.recipient, f"notice {notice} came to {one.recipient}")


def _nothing_waits(queued: dict[str, Any]) -> None:
    left = [notice for notice, row in queued.items() if row.state != "sent"]
    _must(not left, f"never sent: {left[:5]}")


def _must(holds: object, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


def story_of(database: Engine) -> list[tuple[object, ...]]:
    """What was decided and whom it told, without the order in which two congresses had it."""
    entry, notice = audit_entries.c, notices.c
    entries = select(
        entry.congress, entry.case_id, entry.version, entry.at, entry.actor, entry.action
    ).add_columns(entry.rule, entry.content)
    told = select(notice.congress, notice.key, notice.recipient, notice.template)
    told = told.add_columns(notice.facts, notice.urgent, notice.decided_at)
    with reading(database) as connection:
        rows = [*connection.execute(entries), *connection.execute(told)]
    return sorted((tuple(row) for row in rows), key=repr)


def answered_is_kept(database: Engine, answers: Mapping[tuple[str, str], Receipt]) -> None:
    """Whoever got an answer can rely on it: the entry it names says so, under his key."""
    entry = audit_entries.c
    with reading(database) as connection:
        rows = connection.execute(select(entry.congress, entry.sequence, entry.content)).all()
    kept = {(row.congress, row.content.get("request")): row.sequence for row in rows}
    for (congress, key), receipt in answers.items():
        found = kept.get((congress, key))
        _must(found == receipt.audit_sequence, f"{key} was answered as {receipt}, kept as {found}")
