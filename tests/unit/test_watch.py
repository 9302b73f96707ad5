"""Findings of the doctor: what is well, what needs an eye, what is ill, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.watch import (
    ALIVE,
    Health,
    calendar_finding,
    dead_finding,
    failing_ticks,
    outbox_finding,
    timer_finding,
    worker_findings,
)
from db.heartbeats import HeartbeatRow
from engine.calendar import YearStatus
from reports.gauges import Queue, UncertainYear

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WORKER = HeartbeatRow(
    worker="w1",
    started_at=NOW - timedelta(hours=1),
    last_seen_at=NOW - 14 * SECOND,
    last_error=None,
    fired=5,
    delivered=3,
)
GONE = replace(WORKER, worker="w0", last_seen_at=NOW - ALIVE - SECOND, last_error="fire: Old")


def test_one_that_ticks_is_enough_and_who_left_is_not_blamed() -> None:
    (found,) = worker_findings([WORKER, GONE], NOW)
    assert found.health is Health.WELL
    assert "w1：14秒前" in found.found.zh
    assert "w0" not in found.found.zh + found.found.en


def test_each_worker_that_fails_is_named_with_its_error() -> None:
    failing = replace(WORKER, worker="w2", last_error="deliver: ConnectionError: mail:25")
    first, second = worker_findings([WORKER, failing], NOW)
    assert first.health is Health.WELL
    assert (second.check, second.health) == ("worker w2", Health.ILL)
    assert second.found.zh == second.found.en == "deliver: ConnectionError: mail:25"
    assert failing_ticks(failing) == ("deliver ConnectionError",)
    assert failing_ticks(WORKER) == ()


@pytest.mark.parametrize("workers", [[], [GONE]])
def test_without_a_worker_it_is_said_how_to_start_one(workers: list[HeartbeatRow]) -> None:
    (found,) = worker_findings(workers, NOW)
    assert found.health is Health.WARNING
    assert "bihuan worker" in found.mend.zh


@pytest.mark.parametrize(
    ("age", "health"),
    [
        (None, Health.WELL),
        (timedelta(minutes=5), Health.WELL),
        (timedelta(minutes=5, seconds=1), Health.ILL),
        (timedelta(minutes=-5), Health.WELL),
    ],
)
def test_timers_are_late_after_five_minutes(age: timedelta | None, health: Health) -> None:
    queue = Queue(pending=9, due=2, oldest=None if age is None else NOW - age)
    found = timer_finding(queue, NOW)
    assert found.health is health
    assert bool(found.mend.zh) is (health is Health.ILL)


@pytest.mark.parametrize(
    ("minutes", "health"), [(0, Health.WELL), (20, Health.WELL), (21, Health.WARNING)]
)
def test_the_outbox_is_late_after_twenty_minutes(minutes: int, health: Health) -> None:
    found = outbox_finding(Queue(pending=9, due=2, oldest=NOW - timedelta(minutes=minutes)), NOW)
    assert found.health is health


def test_what_was_given_up_needs_an_eye() -> None:
    assert dead_finding(0).health is Health.WELL
    assert dead_finding(3).health is Health.WARNING


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (None, "日历缺失"),
        (YearStatus.PROVISIONAL, "未公布"),
        (YearStatus.PUBLISHED, "尚未重算"),
    ],
)
def test_an_unsettled_year_is_named_as_far_as_a_clock_needs_it(
    status: YearStatus | None, told: str
) -> None:
    assert calendar_finding("linxi", []).health is Health.WELL
    found = calendar_finding("linxi", [UncertainYear(year=2027, status=status, clocks=4)])
    assert found.health is Health.WARNING
    assert "2027" in found.found.en
    assert told in found.found.zh
