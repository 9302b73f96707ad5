"""The watchers' figures on both databases: bounded, and what is due told from what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, select, text, update

import reports.gauges
from db.database import reading, writing
from db.tables import calendar_years, clocks, outbox, timers
from engine.calendar import YearStatus
from reports.gauges import (
    UncertainYear,
    congress_gauges,
    dead_count,
    outbox_queue,
    timer_queue,
    uncertain_years,
)
from tests.support.databases import url_fixture
from tests.support.reported import IN_SMALL_YEAR
from tests.support.world import CONGRESS, local

database_url = url_fixture(IN_SMALL_YEAR)
NOW = local("2026-06-30")


def test_only_what_is_due_has_a_lag(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(update(timers).values(fire_at=NOW + timedelta(minutes=1)))
    with reading(database) as connection:
        queue = timer_queue(connection, NOW)
        assert queue.pending > 0
        assert (queue.due, queue.oldest, queue.lag(NOW)) == (0, None, 0.0)
        later = timer_queue(connection, NOW + timedelta(minutes=3))
        assert later.due == later.pending == queue.pending
        assert later.lag(NOW + timedelta(minutes=3)) == 120


def test_a_count_stops_where_it_says_no_more(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports.gauges, "MOST", 1)
    with reading(database) as connection:
        assert timer_queue(connection, NOW).pending == 1
        (gauge,) = congress_gauges(connection, date(2026, 6, 30))
    assert (gauge.open_cases, gauge.overdue_clocks) == (1, 1)


def test_waiting_given_up_and_sent_notices_are_told_apart(database: Engine) -> None:
    with writing(database) as connection:
        ids = connection.execute(text("SELECT id FROM notices LIMIT 4")).scalars().all()
        row = {
            "channel": "email",
            "congress": CONGRESS,
            "recipient": "wang-fang",
            "address": "a@example.org",
            "digest": False,
            "bundle": None,
            "attempts": 0,
            "lease_until": None,
            "lease_by": None,
            "sent_at": None,
            "last_error": None,
        }
        states = ("pending", "pending", "sent", "dead")
        for minutes, (notice, state) in enumerate(zip(ids, states, strict=True)):
            at = NOW + timedelta(minutes=minutes)
            values = {**row, "notice_id": notice, "state": state, "not_before": at}
            connection.execute(insert(outbox).values(values))
    with reading(database) as connection:
        queue = outbox_queue(connection, NOW + timedelta(seconds=30))
        assert (queue.pending, queue.due, queue.oldest) == (2, 1, NOW)
        assert dead_count(connection) == 1


def test_a_year_counts_when_a_live_clock_is_provisional_for_it(database: Engine) -> None:
    with writing(database) as connection:
        assert uncertain_years(connection, CONGRESS) == ()
        live = select(clocks.c.case_id, clocks.c.number).where(clocks.c.state == "running")
        case, number = connection.execute(live.limit(1)).one()
        mine = (clocks.c.case_id == case, clocks.c.number == number)
        changed = update(clocks).where(*mine)
        connection.execute(changed.values(provisional=True, due_on=date(2031, 1, 5)))
        missing = UncertainYear(year=2031, status=None, clocks=1)
        assert uncertain_years(connection, CONGRESS) == (missing,)
        year = {"congress": CONGRESS, "source": "", "holidays": {}, "workdays": {}}
        add = insert(calendar_years)
        connection.execute(add.values(**year, year=2031, status="published"))
        before = replace(missing, year=2030)
        assert uncertain_years(connection, CONGRESS) == (before,)
        connection.execute(add.values(**year, year=2030, status="published"))
        recount = replace(missing, status=YearStatus.PUBLISHED)
        assert uncertain_years(connection, CONGRESS) == (recount,)
        connection.execute(update(clocks).where(*mine).values(state="met"))
        assert uncertain_years(connection, CONGRESS) == ()
