"""A tick of the worker goes on while there is something to do, within a bound."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from app import ticking
from app.settings import Settings
from app.ticking import ticks_of
from app.wiring import Services, build
from notifications.deliver import DeliveryReport, deliver_notices
from tests.support.databases import url_fixture
from tests.support.overdue import IN_LATE_SPRING
from tests.support.world import local
from worker.ticker import Pulse
from worker.ticks import fire_all_due

database_url = url_fixture(IN_LATE_SPRING)
LATE = local("2026-07-06", 10)


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    settings = Settings(database_url=database_url, console_notices=True)
    opened = build(settings, clock=lambda: LATE)
    yield opened
    opened.close()


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one: each round of a tick fires one timer and sends one message."""
    monkeypatch.setattr(ticking, "fire_all_due", partial(fire_all_due, limit=1))
    monkeypatch.setattr(ticking, "deliver_notices", partial(deliver_notices, limit=1))


def _run(services: Services, name: str) -> Pulse:
    pulse = Pulse(worker="one", started_at=LATE)
    (tick,) = (one for one in ticks_of(services, pulse, lambda _: None) if one.name == name)
    tick.run(LATE)
    return pulse


@pytest.mark.usefixtures("one_by_one")
def test_a_tick_goes_on_after_its_first_batch(services: Services) -> None:
    assert _run(services, "fire").fired > 1
    assert _run(services, "deliver").delivered > 1


@pytest.mark.usefixtures("one_by_one")
def test_a_tick_leaves_the_rest_to_the_next(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "ROUNDS", 2)
    assert _run(services, "fire").fired == 2
    assert _run(services, "deliver").delivered == 2


def test_a_tick_does_not_go_on_asking_a_server_that_makes_it_wait(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [
        DeliveryReport(sent=50),
        DeliveryReport(sent=49, waiting=1),
        DeliveryReport(sent=50),
    ]
    monkeypatch.setattr(ticking, "deliver_notices", lambda *_, **__: reports.pop(0))
    assert _run(services, "deliver").delivered == 99
    assert reports == [DeliveryReport(sent=50)]
