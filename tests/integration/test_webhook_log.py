"""The log of webhooks in rows, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.settings import Settings
from app.ticking import ticks_of
from app.wiring import unchecked
from db import webhook_log
from db.webhook_log import LONGEST_ERROR, SqlWebhookLog
from notifications.webhook import WebhookAttempt
from tests.support.messages import AT
from worker.ticker import Pulse

HOUR = timedelta(hours=1)


def attempt(number: int, **changes: str) -> WebhookAttempt:
    return WebhookAttempt(
        id=f"a{number}",
        congress=changes.get("congress", "linxi"),
        message_id=changes.get("message", f"n{number}"),
        channel=changes.get("channel", "hook"),
        url="https://example.org/in",
        at=AT + number * HOUR,
        body='{"id":"第一"}',
    )


@pytest.fixture
def log(database: Engine) -> SqlWebhookLog:
    """Five attempts: two taken, one refused, one unanswered, one of somebody else."""
    made = SqlWebhookLog(database)
    for number in range(4):
        made.opened(attempt(number, channel="hook" if number < 3 else "other"))
    made.opened(attempt(9, congress="elsewhere"))
    made.closed("a0", status=200, error=None)
    made.closed("a1", status=500, error="HTTP 500 " + "x" * 1000)
    made.closed("a3", status=204, error=None)
    return made


def ids(log: SqlWebhookLog, **asked: object) -> list[str]:
    return [one.id for one in log.page("linxi", **asked).items]  # type: ignore[arg-type]  # each test names filters


def test_an_attempt_is_kept_letter_for_letter_with_what_became_of_it(log: SqlWebhookLog) -> None:
    taken, refused, cut_off = (log.get("linxi", one) for one in ("a0", "a1", "a2"))
    assert taken is not None
    assert (taken.message_id, taken.at, taken.body) == ("n0", AT, '{"id":"第一"}')
    assert (taken.status, taken.error) == (200, None)
    assert refused is not None
    assert refused.status == 500
    assert len(refused.error or "") == LONGEST_ERROR
    assert cut_off is not None
    assert (cut_off.status, cut_off.error) == (None, None)


def test_nobody_elses_attempt_is_found(log: SqlWebhookLog) -> None:
    assert log.get("linxi", "a9") is None
    assert log.get("elsewhere", "a9") is not None
    assert log.get("linxi", "gone") is None


def test_the_newest_come_first_page_by_page(log: SqlWebhookLog) -> None:
    first = log.page("linxi", limit=3)
    assert [one.id for one in first.items] == ["a3", "a2", "a1"]
    rest = log.page("linxi", limit=3, after=first.next_after)
    assert ([one.id for one in rest.items], rest.next_after) == (["a0"], None)
    assert ids(log, oldest_first=True) == ["a0", "a1", "a2", "a3"]
    assert ids(log, oldest_first=True, after="a1") == ["a2", "a3"]


def test_attempts_of_the_same_moment_keep_an_order(log: SqlWebhookLog) -> None:
    for one in ("b1", "b2", "b3"):
        log.opened(
            WebhookAttempt(
                id=one,
                congress="linxi",
                message_id="same",
                channel="hook",
                url="",
                at=AT,
                body="{}",
            )
        )
    first = log.page("linxi", message="same", limit=2)
    rest = log.page("linxi", message="same", limit=2, after=first.next_after)
    assert [one.id for one in (*first.items, *rest.items)] == ["b3", "b2", "b1"]


def test_a_page_can_be_of_a_channel_a_notice_or_what_was_not_taken(log: SqlWebhookLog) -> None:
    assert ids(log, channel="other") == ["a3"]
    assert ids(log, message="n1") == ["a1"]
    assert ids(log, failed_only=True) == ["a2", "a1"]
    assert ids(log, after="gone") == []


def test_what_is_older_is_dropped_and_nothing_else(
    log: SqlWebhookLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_log, "AT_ONCE", 2)
    assert log.forget(AT) == 0
    assert log.forget(AT + 3 * HOUR) == 3
    assert ids(log) == ["a3"]
    assert log.get("elsewhere", "a9") is not None
    assert log.forget(AT + 3 * HOUR) == 0


def test_a_worker_drops_what_the_setting_no_longer_keeps(
    log: SqlWebhookLog, database_url: str
) -> None:
    settings = Settings(database_url=database_url, webhook_log_days=2)
    with unchecked(settings, clock=lambda: AT) as services:
        pulse = Pulse(worker="one", started_at=AT)
        (tick,) = (one for one in ticks_of(services, pulse, lambda _: None) if one.name == "forget")
        tick.run(AT + timedelta(days=2))
        assert len(ids(log)) == 4
        tick.run(AT + timedelta(days=2) + 2 * HOUR)
        assert ids(log) == ["a3", "a2"]
