"""Examines an installation: each check says whether it is well, what was found and how to mend it.

Reads only. Also answers `/readyz`, from the first three checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.wiring import Services, called, not_ready
from db.backup import damage, file_of
from engine.audit import verify
from engine.errors import AuditBroken
from reports.health import (
    CongressLine,
    Lag,
    congress_lines,
    dead_deliveries,
    timer_lag,
    unsound_cases,
)
from web.figures import Check

ALIVE = timedelta(seconds=60)
"""A worker beats every fifteen seconds; after four missed beats it is held for dead."""
LAGGING = timedelta(minutes=5)
SHOWN = 5


class Health(StrEnum):
    """How a check came out. A warning needs somebody's eye, but keeps nobody from working."""

    WELL = "well"
    WARNING = "warning"
    ILL = "ill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one check."""

    check: str
    health: Health
    found: str
    mend: str = ""


def examine(services: Services) -> tuple[Finding, ...]:
    """All checks; those that need a database end with the first when there is none."""
    ready = _ready(services)
    if ready.health is not Health.WELL:
        return (ready,)
    return (ready, *_of_database(services))


def _ready(services: Services) -> Finding:
    error = not_ready(services)
    if error is not None:
        return Finding(
            check="database",
            health=Health.ILL,
            found=" / ".join((*error.told("reason", "zh"), *error.told("reason", "en"))),
            mend=" / ".join((*error.told("mend", "zh"), *error.told("mend", "en"))),
        )
    found = f"{called(services.database)} 表结构 schema {services.schema()[0]}"
    return Finding(check="database", health=Health.WELL, found=found)


def _of_database(services: Services) -> Iterator[Finding]:
    file = file_of(services.database)
    if file is not None:
        broken = damage(file)
        yield Finding(
            check="file",
            health=Health.ILL if broken else Health.WELL,
            found=broken or "完好 whole",
            mend="从备份恢复 / bihuan restore FILE" if broken else "",
        )
    now = services.clock()
    with services.reading() as connection:
        congresses = congress_lines(connection)
        lag = timer_lag(connection, now)
        dead = dead_deliveries(connection)
    yield _congresses(congresses)
    yield _worker(services, now)
    yield _timers(lag, now)
    yield Finding(
        check="deliveries",
        health=Health.WARNING if dead else Health.WELL,
        found=f"未能送达的通知 notices given up: {dead}",
        mend="核对邮件设置与地址 / check the mail settings and addresses" if dead else "",
    )
    for one in congresses:
        yield _cases(services, one, now)
        yield _audit(services, one.code)


def _congresses(known: tuple[CongressLine, ...]) -> Finding:
    listed = "、".join(f"{one.code}({one.cases}件 cases)" for one in known)
    return Finding(
        check="congresses",
        health=Health.WELL if known else Health.WARNING,
        found=listed or "没有 none",
        mend="" if known else "bihuan init --congress-file FILE.yaml",
    )


def _worker(services: Services, now: datetime) -> Finding:
    """The worker seen last; without one nothing is reminded and nothing is sent."""
    start = "请启动 / start: bihuan worker"
    workers = services.heartbeats.workers()
    if not workers:
        found = "从未见过 never seen"
        return Finding(check="worker", health=Health.WARNING, found=found, mend=start)
    last = workers[0]
    age = now - last.last_seen_at
    if age > ALIVE:
        found = f"最后一次在 last seen {last.last_seen_at.isoformat(timespec='seconds')}"
        return Finding(check="worker", health=Health.WARNING, found=found, mend=start)
    if last.last_error:
        mend = "见日志 / see its log"
        return Finding(check="worker", health=Health.ILL, found=last.last_error, mend=mend)
    found = f"{last.worker} {max(int(age.total_seconds()), 0)}秒前 seconds ago"
    return Finding(check="worker", health=Health.WELL, found=found)


def _timers(lag: Lag, now: datetime) -> Finding:
    """Timers that nobody fired: reminders and lapses are late."""
    late = lag.oldest is not None and now - lag.oldest > LAGGING
    since = lag.oldest.isoformat(timespec="minutes") if lag.oldest else "—"
    return Finding(
        check="timers",
        health=Health.ILL if late else Health.WELL,
        found=f"到时未触发 due and not fired: {lag.count}, 最早 oldest {since}",
        mend="请启动 / start: bihuan worker" if late else "",
    )


def _cases(services: Services, congress: CongressLine, now: datetime) -> Finding:
    """Every open case has an owner and a clock, and the stored facts are the present ones."""
    with services.store.read(congress.code) as transaction:
        directory, calendar = transaction.directory(), transaction.calendar()
    with services.reading() as connection:
        found = unsound_cases(
            connection,
            congress.code,
            rules=services.profile,
            directory=directory,
            calendar=calendar,
            now=now,
        )
    name = f"cases {congress.code}"
    if not found:
        told = f"{congress.cases}件都有责任人和期限 all have an owner and a clock"
        return Finding(check=name, health=Health.WELL, found=told)
    first = ";".join(f"{one.number or one.case}: {one.reason}" for one in found[:SHOWN])
    told = f"{len(found)}处有误 faults: {first}"
    mend = "请停止写入并联系管理员 / stop writing and investigate"
    return Finding(check=name, health=Health.ILL, found=told, mend=mend)


def _audit(services: Services, congress: str) -> Finding:
    name = f"audit {congress}"
    entries, head = services.trail.chain(congress)
    try:
        count = verify(entries, head=head)
    except AuditBroken as error:
        found, mend = f"{error.message('zh')} {error.message('en')}", "bihuan audit verify"
        return Finding(check=name, health=Health.ILL, found=found, mend=mend)
    return Finding(check=name, health=Health.WELL, found=f"{count}条完整 entries verify")


class ReadinessOf:
    """Whether the installation can be used (the port `web.figures.Readiness`)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def checks(self) -> tuple[Check, ...]:
        """Database with its schema, and the worker; what is wrong in detail says `doctor`."""
        ready = _ready(self._services)
        if ready.health is not Health.WELL:
            return (Check(name="database", ok=False, detail="not ready"),)
        worker = _worker(self._services, self._services.clock())
        alive = worker.health is Health.WELL
        return (
            Check(name="database", ok=True, detail="current schema"),
            Check(name="worker", ok=alive, detail="ticking" if alive else "not ticking"),
        )
