"""What is seen of workers, queues and calendars: findings with words what to do, for the doctor.

Each finding is worded in Chinese and in English, so that a page speaks one of them.
A lag is told apart from a stop: what is late still comes, and only needs somebody's eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db.heartbeats import HeartbeatRow
from engine.calendar import SHANGHAI, YearStatus
from engine.profile import Text
from reports.gauges import Queue, UncertainYear

ALIVE = timedelta(seconds=60)
"""A worker beats every fifteen seconds; after four missed beats it is held for dead."""
TIMERS_LATE = timedelta(minutes=5)
OUTBOX_LATE = timedelta(minutes=20)
"""Longer than a claim lasts: what a dead worker had taken is free again by then."""
_FAILING = re.compile(r"(?:^|; )([a-z_-]+): ([A-Za-z]+)")


NOTHING = Text(zh="", en="")


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
    found: Text
    mend: Text = NOTHING


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
        seen = _here(workers[0].last_seen_at) if workers else ""
        found = (
            Text(zh=f"最后一次在{seen}", en=f"last seen on {seen}")
            if seen
            else Text(zh="从未见过", en="never seen")
        )
        mend = Text(zh="请启动 bihuan worker", en="start bihuan worker")
        yield Finding(check="worker", health=Health.WARNING, found=found, mend=mend)
        return
    yield Finding(
        check="worker",
        health=Health.WELL,
        found=Text(
            zh="；".join(
                f"{one.worker}：{_ago(one, now)}秒前，触发{one.fired}次，发送{one.delivered}件"
                for one in present
            ),
            en="; ".join(
                f"{one.worker}: {_ago(one, now)} s ago, fired {one.fired}, "
                f"delivered {one.delivered}"
                for one in present
            ),
        ),
    )
    for one in present:
        if one.last_error:
            yield Finding(
                check=f"worker {one.worker}",
                health=Health.ILL,
                found=Text(zh=one.last_error, en=one.last_error),
                mend=Text(zh="请看它的日志", en="see its log"),
            )


def timer_finding(queue: Queue, now: datetime) -> Finding:
    """Timers that nobody fired: reminders and lapses are late."""
    late = queue.lag(now) > TIMERS_LATE.total_seconds()
    since = _since(queue)
    mend = Text(zh="请启动或增加 bihuan worker", en="start or add bihuan worker")
    return Finding(
        check="timers",
        health=Health.ILL if late else Health.WELL,
        found=Text(
            zh=f"到时未触发{queue.due}个{since.zh}，共待触发{queue.pending}个",
            en=f"{queue.due} due and not fired{since.en}, {queue.pending} pending in all",
        ),
        mend=mend if late else NOTHING,
    )


def outbox_finding(queue: Queue, now: datetime) -> Finding:
    """Notices that should have gone out by now."""
    late = queue.lag(now) > OUTBOX_LATE.total_seconds()
    since = _since(queue)
    mend = Text(
        zh="请启动 bihuan worker，核对发送渠道的设置",
        en="start bihuan worker, check its channels",
    )
    return Finding(
        check="outbox",
        health=Health.WARNING if late else Health.WELL,
        found=Text(
            zh=f"应发未发{queue.due}件{since.zh}，共待发{queue.pending}件",
            en=f"{queue.due} due and not sent{since.en}, {queue.pending} pending in all",
        ),
        mend=mend if late else NOTHING,
    )


def dead_finding(dead: int) -> Finding:
    """Notices that were given up."""
    mend = Text(zh="核对发送渠道的设置与地址后重发", en="check channels and addresses, then resend")
    return Finding(
        check="deliveries",
        health=Health.WARNING if dead else Health.WELL,
        found=Text(zh=f"未能送达的通知{dead}件", en=f"notices given up: {dead}"),
        mend=mend if dead else NOTHING,
    )


def calendar_finding(congress: str, years: Sequence[UncertainYear]) -> Finding:
    """Years whose holidays are not settled, as far as a live clock depends on them."""
    mend = Text(
        zh="公布后导入：bihuan calendar import FILE",
        en="import it when it is published: bihuan calendar import FILE",
    )
    told = [(one, _status(one)) for one in years]
    none = Text(zh="没有暂定的期限", en="no clock is provisional")
    listed = Text(
        zh="；".join(f"{one.year}{said.zh}，{one.clocks}个期限暂定" for one, said in told),
        en="; ".join(f"{one.year} {said.en}, {one.clocks} clocks" for one, said in told),
    )
    return Finding(
        check=f"calendar {congress}",
        health=Health.WARNING if years else Health.WELL,
        found=listed if years else none,
        mend=mend if years else NOTHING,
    )


def recount_finding(congress: str, *, outstanding: bool) -> Finding:
    """Whether open clocks wait to be counted under a calendar that was changed."""
    well = Text(zh="期限都按现行日历计算", en="every clock is counted under the present calendar")
    behind = Text(
        zh="日历已变，有期限尚未重算", en="the calendar changed, clocks not all counted anew"
    )
    mend = Text(
        zh="运行 bihuan calendar recompute，或由 bihuan worker 完成",
        en="run bihuan calendar recompute, or let a worker do it",
    )
    return Finding(
        check=f"recount {congress}",
        health=Health.WARNING if outstanding else Health.WELL,
        found=behind if outstanding else well,
        mend=mend if outstanding else NOTHING,
    )


def _status(year: UncertainYear) -> Text:
    if year.status is None:
        return Text(zh="年日历缺失", en="is not in the calendar")
    if year.status is YearStatus.PROVISIONAL:
        return Text(zh="年放假安排未公布", en="is not published")
    return Text(zh="年已公布，期限尚未重算", en="is published, clocks not worked out again")


def _since(queue: Queue) -> Text:
    """Since when the oldest is late; nothing where none is."""
    if queue.oldest is None:
        return NOTHING
    day = _here(queue.oldest)
    return Text(zh=f"，最早{day}", en=f", the oldest {day}")


def _here(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _ago(worker: HeartbeatRow, now: datetime) -> int:
    return max(int((now - worker.last_seen_at).total_seconds()), 0)
