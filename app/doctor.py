"""Examines an installation: each check says whether it is well, what was found and how to mend it.

Reads only. Also answers `/readyz`, from the first three checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from app.watch import (
    NOTHING,
    OUTBOX_LATE,
    TIMERS_LATE,
    Finding,
    Health,
    alive,
    calendar_finding,
    dead_finding,
    failing_ticks,
    outbox_finding,
    recount_finding,
    timer_finding,
    worker_findings,
)
from app.wiring import Services, called, not_ready
from db.backup import damage, file_of
from db.heartbeats import HeartbeatRow
from db.searched import SearchIndex
from engine.audit import AuditEntry, verify
from engine.errors import AuditBroken, BihuanError
from engine.profile import Text
from reports.gauges import Queue, dead_count, outbox_queue, timer_queue, uncertain_years
from reports.health import CongressLine, Portion, Unsound, congress_lines, unsound_cases
from web.figures import Check

SHOWN = 5
LOOKED_INTO = 200
"""The newest cases of a congress, whose index is compared with their rows."""

TOLD_EVERY = 1_000
"""So many entries of a history pass between two signs of how far it is."""

Looked = Callable[[str, int, int], None]


def _unwatched(_check: str, _done: int, _of: int) -> None:
    """Nobody looks on."""


def examine(services: Services, looked: Looked = _unwatched) -> Iterator[Finding]:
    """All checks; those that need a database end with the first when there is none.

    However many cases and entries there are, some are held at a time; `looked` is told now and
    then how far a check is: how many are done, and of how many.
    """
    ready = _ready(services)
    yield ready
    if ready.health is Health.WELL:
        yield from _of_database(services, looked)


def _ready(services: Services) -> Finding:
    error = not_ready(services)
    if error is not None:
        return Finding(
            check="database",
            health=Health.ILL,
            found=_told(error, "reason"),
            mend=_told(error, "mend"),
        )
    name, schema = called(services.database), services.schema()[0]
    found = Text(zh=f"{name}，表结构{schema}", en=f"{name}, schema {schema}")
    return Finding(check="database", health=Health.WELL, found=found)


def _told(error: BihuanError, part: str) -> Text:
    zh, en = (" / ".join(error.told(part, language)) for language in ("zh", "en"))
    return Text(zh=zh, en=en)


def _of_database(services: Services, looked: Looked) -> Iterator[Finding]:
    file = file_of(services.database)
    if file is not None:
        broken = damage(file)
        yield Finding(
            check="file",
            health=Health.ILL if broken else Health.WELL,
            found=Text(zh=broken or "完好", en=broken or "whole"),
            mend=Text(
                zh="从备份恢复：bihuan restore FILE", en="restore a backup: bihuan restore FILE"
            )
            if broken
            else NOTHING,
        )
    now = services.clock()
    with services.reading() as connection:
        congresses = congress_lines(connection)
        timers, outbox = timer_queue(connection, now), outbox_queue(connection, now)
        dead = dead_count(connection)
        years = {one.code: uncertain_years(connection, one.code) for one in congresses}
    behind = services.store.to_recount()
    index = SearchIndex(services.database)
    yield _congresses(congresses)
    yield from worker_findings(services.heartbeats.workers(), now)
    yield timer_finding(timers, now)
    yield outbox_finding(outbox, now)
    yield dead_finding(dead)
    yield _search(index, tuple(one.code for one in congresses))
    for one in congresses:
        yield calendar_finding(one.code, years[one.code])
        yield recount_finding(one.code, outstanding=one.code in behind)
        yield _cases(services, one, now, looked)
        yield _audit(services, one.code, looked)


def _congresses(known: tuple[CongressLine, ...]) -> Finding:
    listed = Text(
        zh="、".join(f"{one.code}（{one.cases}件）" for one in known),
        en=", ".join(f"{one.code} ({one.cases} cases)" for one in known),
    )
    command = "bihuan init --congress-file FILE.yaml"
    return Finding(
        check="congresses",
        health=Health.WELL if known else Health.WARNING,
        found=listed if known else Text(zh="没有", en="none"),
        mend=NOTHING if known else Text(zh=command, en=command),
    )


def _search(index: SearchIndex, congresses: Iterable[str]) -> Finding:
    """Every case can be found, and the newest by the words that stand in it."""
    missing = index.missing()
    stale = [case for one in congresses for case in index.outdated(one, LOOKED_INTO)]
    if not missing and not stale:
        whole = Text(zh="检索完整", en="index complete")
        return Finding(check="search", health=Health.WELL, found=whole)
    found = Text(
        zh=f"{missing}件未编入，{len(stale)}件已过时",
        en=f"{missing} not indexed, {len(stale)} outdated",
    )
    mend = Text(zh="运行 bihuan reindex", en="run bihuan reindex")
    return Finding(check="search", health=Health.WARNING, found=found, mend=mend)


def _cases(services: Services, congress: CongressLine, now: datetime, looked: Looked) -> Finding:
    """Every open case has an owner and a clock, and the stored facts are the present ones."""
    name, faults, done = f"cases {congress.code}", 0, 0
    shown: list[Unsound] = []
    for portion in _portions(services, congress.code, now):
        faults += len(portion.faults)
        shown += portion.faults[: SHOWN - len(shown)]
        done += portion.cases
        looked(name, done, max(done, congress.cases))
    if not faults:
        well = Text(zh=f"{done}件都有责任人和期限", en=f"all {done} have an owner and a clock")
        return Finding(check=name, health=Health.WELL, found=well)
    first = "; ".join(f"{one.number or one.case}: {one.reason}" for one in shown)
    told = Text(zh=f"{faults}处有误：{first}", en=f"{faults} faults: {first}")
    mend = Text(zh="请停止写入并联系管理员", en="stop writing and investigate")
    return Finding(check=name, health=Health.ILL, found=told, mend=mend)


def _portions(services: Services, congress: str, now: datetime) -> Iterator[Portion]:
    """Each is read by itself, so that nobody's work has to be kept for a reader of all of it."""
    last = ""
    while True:
        with services.store.read(congress) as transaction:
            directory, calendar = transaction.directory(), transaction.calendar()
        with services.reading() as connection:
            portion = unsound_cases(
                connection,
                congress,
                after=last,
                rules=services.profile,
                directory=directory,
                calendar=calendar,
                now=now,
            )
        if not portion.cases:
            return
        yield portion
        last = portion.last


def _audit(services: Services, congress: str, looked: Looked) -> Finding:
    name = f"audit {congress}"
    entries, head = services.trail.chain(congress)

    def counted() -> Iterator[AuditEntry]:
        for entry in entries:
            if entry.sequence % TOLD_EVERY == 0:
                looked(name, entry.sequence, head.sequence)
            yield entry

    try:
        count = verify(counted(), head=head)
    except AuditBroken as error:
        found = Text(zh=error.message("zh"), en=error.message("en"))
        mend = Text(zh="运行 bihuan audit verify", en="run bihuan audit verify")
        return Finding(check=name, health=Health.ILL, found=found, mend=mend)
    whole = Text(zh=f"{count}条完整", en=f"{count} entries verify")
    return Finding(check=name, health=Health.WELL, found=whole)


class ReadinessOf:
    """Whether the installation can be used (the port `web.figures.Readiness`).

    Anybody may ask: no names, addresses or words of errors; those says `doctor`.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def checks(self) -> tuple[Check, ...]:
        """Database with its schema, a worker that ticks; and what is late or failing."""
        services = self._services
        if _ready(services).health is not Health.WELL:
            return (Check(name="database", ok=False, detail="not ready"),)
        now = services.clock()
        with services.reading() as connection:
            timers, outbox = timer_queue(connection, now), outbox_queue(connection, now)
            dead = dead_count(connection)
        return (
            Check(name="database", ok=True, detail="current schema"),
            _worker_check(alive(services.heartbeats.workers(), now)),
            _lag_check("timers", timers, now, TIMERS_LATE),
            _lag_check("outbox", outbox, now, OUTBOX_LATE),
            Check(
                name="deliveries",
                ok=True,
                degraded=bool(dead),
                detail=f"{dead} given up",
                mend="see bihuan doctor" if dead else "",
            ),
        )


def _worker_check(present: tuple[HeartbeatRow, ...]) -> Check:
    failing = sorted({tick for one in present for tick in failing_ticks(one)})
    detail = f"{len(present)} ticking" if present else "not ticking"
    return Check(
        name="worker",
        ok=bool(present),
        degraded=any(one.last_error for one in present),
        detail=f"{detail}, failing: {', '.join(failing)}" if failing else detail,
        mend=("see bihuan doctor" if failing else "") if present else "start bihuan worker",
    )


def _lag_check(name: str, queue: Queue, now: datetime, late: timedelta) -> Check:
    lag = queue.lag(now)
    is_late = lag > late.total_seconds()
    return Check(
        name=name,
        ok=True,
        degraded=is_late,
        detail=f"{queue.due} due, the oldest for {int(lag)} s",
        mend="start or add bihuan worker" if is_late else "",
    )
