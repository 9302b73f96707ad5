"""What is seen of workers, queues and calendars: findings with words what to do, for the doctor.

A lag is told apart from a stop: what is late still comes, and only needs somebody's eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db.heartbeats import HeartbeatRow
from engine.calendar import YearStatus
from reports.gauges import Queue, UncertainYear

ALIVE = timedelta(seconds=60)
"""A worker beats every fifteen seconds; after four missed beats it is held for dead."""
TIMERS_LATE = timedelta(minutes=5)
OUTBOX_LATE = timedelta(minutes=20)
"""Longer than a claim lasts: what a dead worker had taken is free again by then."""
_FAILING = re.compile(r"(?:^|; )([a-z_-]+): ([A-Za-z]+)")


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


def alive(workers: Iterable[HeartbeatRow], now: datetime) -> tuple[HeartbeatRow, ...]:
    """Workers seen within the last minute."""
    return tuple(one for one in workers if now - one.last_seen_at <= ALIVE)


def failing_ticks(worker: HeartbeatRow) -> tuple[str, ...]:
    """Which ticks of a worker fail and of what kind the error is, without its words."""
    return tuple(f"{tick} {kind}" for tick, kind in _FAILING.findall(worker.last_error or ""))


def worker_findings(workers: Sequence[HeartbeatRow], now: datetime) -> Iterator[Finding]:
    """Whether anybody ticks; without a worker nothing is reminded and nothing is sent.

    Those that beat no more are told only when none is left: each restart leaves one behind.
    """
    present = alive(workers, now)
    if not present:
        seen = workers[0].last_seen_at.isoformat(timespec="seconds") if workers else ""
        found = f"最后一次在 last seen {seen}" if seen else "从未见过 never seen"
        mend = "请启动 / start: bihuan worker"
        yield Finding(check="worker", health=Health.WARNING, found=found, mend=mend)
        return
    told = "、".join(
        f"{one.worker} {max(int((now - one.last_seen_at).total_seconds()), 0)}秒前 seconds ago, "
        f"触发 fired {one.fired}, 发送 delivered {one.delivered}"
        for one in present
    )
    yield Finding(check="worker", health=Health.WELL, found=told)
    for one in present:
        if one.last_error:
            name, mend = f"worker {one.worker}", "见日志 / see its log"
            yield Finding(check=name, health=Health.ILL, found=one.last_error, mend=mend)


def timer_finding(queue: Queue, now: datetime) -> Finding:
    """Timers that nobody fired: reminders and lapses are late."""
    late = queue.lag(now) > TIMERS_LATE.total_seconds()
    since = queue.oldest.isoformat(timespec="minutes") if queue.oldest else "—"
    return Finding(
        check="timers",
        health=Health.ILL if late else Health.WELL,
        found=f"到时未触发 due and not fired: {queue.due}, 最早 oldest {since}, "
        f"共待触发 pending in all: {queue.pending}",
        mend="请启动或增加 / start or add: bihuan worker" if late else "",
    )


def outbox_finding(queue: Queue, now: datetime) -> Finding:
    """Notices that should have gone out by now."""
    late = queue.lag(now) > OUTBOX_LATE.total_seconds()
    since = queue.oldest.isoformat(timespec="minutes") if queue.oldest else "—"
    return Finding(
        check="outbox",
        health=Health.WARNING if late else Health.WELL,
        found=f"应发未发 due and not sent: {queue.due}, 最早 oldest {since}, "
        f"共待发 pending in all: {queue.pending}",
        mend="请启动 bihuan worker,核对发送渠道的设置 / start a worker, check its channels"
        if late
        else "",
    )


def dead_finding(dead: int) -> Finding:
    """Notices that were given up."""
    return Finding(
        check="deliveries",
        health=Health.WARNING if dead else Health.WELL,
        found=f"未能送达的通知 notices given up: {dead}",
        mend="核对发送渠道的设置与地址后重发 / check channels and addresses, then resend"
        if dead
        else "",
    )


def calendar_finding(congress: str, years: Sequence[UncertainYear]) -> Finding:
    """Years whose holidays are not settled, as far as a live clock depends on them."""
    told = "；".join(f"{one.year}{_status(one)},{one.clocks}个期限暂定 clocks" for one in years)
    return Finding(
        check=f"calendar {congress}",
        health=Health.WARNING if years else Health.WELL,
        found=told or "没有暂定的期限 no clock is provisional",
        mend="公布后导入 / import it when it is published: bihuan calendar import FILE"
        if years
        else "",
    )


def recount_finding(congress: str, *, outstanding: bool) -> Finding:
    """Whether open clocks wait to be counted under a calendar that was changed."""
    well = "期限都按现行日历计算 every clock is counted under the present calendar"
    behind = "日历已变,有期限尚未重算 the calendar changed, clocks not all counted anew"
    mend = "bihuan calendar recompute,或由 bihuan worker 完成 / or let a worker do it"
    return Finding(
        check=f"recount {congress}",
        health=Health.WARNING if outstanding else Health.WELL,
        found=behind if outstanding else well,
        mend=mend if outstanding else "",
    )


def _status(year: UncertainYear) -> str:
    if year.status is None:
        return "年日历缺失 is not in the calendar"
    if year.status is YearStatus.PROVISIONAL:
        return "年放假安排未公布 is not published"
    return "年已公布,期限尚未重算 is published, clocks not worked out again"
