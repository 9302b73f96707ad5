"""`/metrics`: figures from rows of both databases, requests of this process, who may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import prometheus_client
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, update

from app.doctor import ReadinessOf
from app.feeds import FeedsOfRows
from app.measuring import metering_of
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, build
from db.database import writing
from db.tables import timers
from tests.support.databases import url_fixture
from tests.support.reported import IN_SMALL_YEAR
from tests.support.world import CONGRESS, local
from web.application import create_application
from web.metrics import HouseMeasures, Metering, RequestMeter

database_url = url_fixture(IN_SMALL_YEAR)
NOW = local("2026-06-30")
TOKEN = "a-token-of-enough-signs"
HERE, THERE = ("127.0.0.1", 50_000), ("203.0.113.7", 50_000)


@dataclass(slots=True)
class Ticks:
    """A timer that moves on by a quarter of a second each time it is read."""

    at: float = 0.0

    def __call__(self) -> float:
        self.at += 0.25
        return self.at


class NoDatabase:
    """Figures of a house whose database is away."""

    def measures(self) -> HouseMeasures | None:
        return None


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    opened = build(Settings(database_url=database_url), clock=lambda: NOW)
    yield opened
    opened.close()


def _client(
    services: Services, metering: Metering | None, client: tuple[str, int] = HERE
) -> TestClient:
    web = create_application(
        FiguresOfRows(services),
        ReadinessOf(services),
        version="1",
        feeds=FeedsOfRows(services),
        metering=metering,
    )
    return TestClient(web, client=client)


def _samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_the_figures_are_those_of_the_rows(services: Services, database: Engine) -> None:
    with writing(database) as connection:
        pending = (timers.c.fired_at.is_(None), timers.c.cancelled_at.is_(None))
        connection.execute(update(timers).where(*pending).values(fire_at=NOW + timedelta(days=1)))
        row = connection.execute(timers.select().where(*pending)).mappings().first()
        assert row is not None
        one = (timers.c.case_id == row["case_id"], timers.c.clock == row["clock"], *pending)
        late = NOW - timedelta(minutes=7)
        assert connection.execute(update(timers).where(*one).values(fire_at=late)).rowcount == 1
    seen = NOW - timedelta(seconds=12)
    services.heartbeats.beat("w1", seen, started_at=seen, fired=41, delivered=7, last_error=None)
    services.heartbeats.beat("w2", NOW, started_at=NOW, fired=1, delivered=0, last_error="fire: X")
    with _client(services, metering_of(services)) as client:
        found = _samples(client.get("/metrics").text)
    here = (("congress", CONGRESS),)
    assert found["bihuan_database_up", ()] == 1
    assert found["bihuan_timers_due", ()] == 1
    assert found["bihuan_timers_pending", ()] > 1
    assert found["bihuan_timers_lag_seconds", ()] == 7 * 60
    assert found["bihuan_outbox_lag_seconds", ()] == 0
    assert found["bihuan_outbox_dead", ()] == 0
    assert found["bihuan_worker_heartbeat_age_seconds", (("worker", "w1"),)] == 12
    assert found["bihuan_worker_failing", (("worker", "w1"),)] == 0
    assert found["bihuan_worker_failing", (("worker", "w2"),)] == 1
    assert found["bihuan_fired_total", (("worker", "w1"),)] == 41
    assert found["bihuan_delivered_total", (("worker", "w1"),)] == 7
    assert found["bihuan_open_cases", here] == 2
    assert found["bihuan_overdue_clocks", here] >= 2


def test_requests_are_counted_by_route_and_never_by_path(services: Services) -> None:
    metering = metering_of(services)
    assert metering is not None
    with _client(services, replace(metering, timer=Ticks())) as client:
        for path in ("/healthz", "/healthz", f"/feeds/{'s' * 43}.ics", "/a/b", "/c"):
            client.get(path)
        client.request("BREW", "/healthz")
        text = client.get("/metrics").text
    found = _samples(text)

    def counted(method: str, route: str, status: int) -> tuple[float, float]:
        labels = (("method", method), ("route", route), ("status", str(status)))
        name = "bihuan_http_request_seconds"
        return found[f"{name}_count", labels], found[f"{name}_sum", labels]

    assert counted("GET", "/healthz", 200) == (2, 0.5)
    assert counted("GET", "/feeds/{token}.ics", 404) == (1, 0.25)
    assert counted("GET", "other", 404) == (2, 0.5)
    assert any(labels[0] == ("method", "other") for _, labels in found if labels)
    assert "sssss" not in text


def test_spans_are_cumulated() -> None:
    meter = RequestMeter()
    for seconds in (0.0, 0.005, 0.0051, 3.0, 99.0):
        meter.count("GET", "/x", 200, seconds)
    (family,) = meter.collect()
    spans = {one.labels["le"]: one.value for one in family.samples if one.name.endswith("_bucket")}
    assert (spans["0.005"], spans["0.01"], spans["5.0"], spans["+Inf"]) == (2, 3, 4, 5)


@pytest.mark.parametrize(
    ("client", "headers", "token", "status"),
    [
        (HERE, {}, "", 200),
        (("::1", 1), {}, "", 200),
        (("::ffff:127.0.0.1", 1), {}, "", 200),
        (THERE, {}, "", 403),
        (("testclient", 1), {}, "", 403),
        (HERE, {"X-Forwarded-For": "203.0.113.7"}, "", 403),
        (HERE, {"Via": "1.1 proxy"}, "", 403),
        (THERE, {"Authorization": f"Bearer {TOKEN}"}, TOKEN, 200),
        (THERE, {"Authorization": f"bearer {TOKEN}", "Via": "1.1 proxy"}, TOKEN, 200),
        (THERE, {"Authorization": "Bearer "}, "", 403),
        (THERE, {"Authorization": f"Bearer {TOKEN}x"}, TOKEN, 403),
        (THERE, {"Authorization": f"Basic {TOKEN}"}, TOKEN, 403),
        (HERE, {}, TOKEN, 200),
    ],
)
def test_who_may_see_them(
    bare_services: Services,
    client: tuple[str, int],
    headers: dict[str, str],
    token: str,
    status: int,
) -> None:
    metering = Metering(reader=NoDatabase(), timer=Ticks(), token=token)
    with _client(bare_services, metering, client) as opened:
        answer = opened.get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "metrics-closed"
        assert "bihuan_" not in answer.text


@pytest.fixture
def bare_services() -> Iterator[Services]:
    opened = build(Settings(database_url="sqlite:///nowhere/bihuan.db"), clock=lambda: NOW)
    yield opened
    opened.close()


def test_without_a_database_requests_are_still_told(bare_services: Services) -> None:
    with _client(bare_services, metering_of(bare_services)) as client:
        client.get("/healthz")
        found = _samples(client.get("/metrics").text)
    assert found["bihuan_database_up", ()] == 0
    assert not any("timers" in name for name, _ in found)
    assert any("http_request" in name for name, _ in found)


def test_they_can_be_switched_off(bare_services: Services) -> None:
    off = replace(bare_services, settings=replace(bare_services.settings, metrics=False))
    assert metering_of(off) is None
    with _client(off, None) as client:
        assert client.get("/metrics").status_code == 404


def test_two_applications_share_nothing(bare_services: Services) -> None:
    before = prometheus_client.generate_latest()
    with (
        _client(bare_services, metering_of(bare_services)) as one,
        _client(bare_services, metering_of(bare_services)) as two,
    ):
        one.get("/healthz")
        assert "/healthz" not in two.get("/metrics").text
    ours = [text for text in (before, prometheus_client.generate_latest()) if b"bihuan" in text]
    assert ours == []
