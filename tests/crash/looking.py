"""What must be true of a database at any moment, whoever died in the middle of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, Row, func, select

from app.demo.setup import Stage
from db.audit import AuditTrail
from db.database import reading
from db.store import SqlStore
from db.tables import audit_entries, audit_heads, requests, suggestions, timers
from engine.audit import verify
from engine.command import Command
from engine.facts import case_facts
from engine.invariants import check_invariants
from engine.perform import Desk
from engine.work import Work


def look_over(stage: Stage) -> int:
    """Check the chain, every case and the request keys; how many cases there are."""
    return look_over_all(stage.store, stage.desk, [stage.congress])


def look_over_all(store: SqlStore, desk: Desk, congresses: Iterable[str]) -> int:
    """The same of every congress that a database holds."""
    trail = AuditTrail(store.database)
    for congress in congresses:
        entries, head = trail.chain(congress)
        verify(entries, head=head)
    with reading(store.database) as connection:
        kept = connection.execute(select(suggestions)).all()
        versions = _versions(connection)
        _check_timers(connection)
        _check_answers(connection)
    assert {row.id: row.version for row in kept} == versions
    for row in kept:
        _check_case(desk, row)
    return len(kept)


def _versions(connection: Connection) -> dict[str, int]:
    """How many entries each case has: one a version, without a gap."""
    entries = audit_entries
    query = (
        select(entries.c.case_id, func.count(), func.min(entries.c.version))
        .add_columns(func.max(entries.c.version))
        .where(entries.c.case_id.is_not(None))
        .group_by(entries.c.case_id)
    )
    counted = {}
    for case, count, first, last in connection.execute(query):
        assert (first, last) == (1, count), f"versions of {case} have gaps"
        counted[case] = count
    return counted


def _check_timers(connection: Connection) -> None:
    pending = connection.execute(
        select(timers.c.case_id, timers.c.clock).where(
            timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None)
        )
    )
    often = [clock for clock, count in Counter(tuple(row) for row in pending).items() if count > 1]
    assert not often, f"clocks with two pending timers: {often}"


def _check_answers(connection: Connection) -> None:
    """Each answer names an entry that is there: none was given for something undone."""
    heads = connection.execute(select(audit_heads.c.congress, audit_heads.c.sequence))
    last = {row.congress: row.sequence for row in heads}
    for congress, receipt in connection.execute(select(requests.c.congress, requests.c.receipt)):
        assert 0 < receipt["audit_sequence"] <= last[congress]


def _check_case(desk: Desk, row: Row[tuple[object, ...]]) -> None:
    case, at, owners = desk.look(row.congress, row.id, row.created_at)
    assert row.facts == case_facts(case, at.profile), f"stored facts of {case.id} are stale"
    looking = Command(congress=case.congress, action="", actor="", now=case.created_at)
    check_invariants(Work(command=looking, at=at, case=case, form={}))
    assert bool(owners) is not at.profile.machines["suggestion"].states[case.state].final
