"""The web over a real database: figures counted from rows, and what is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.clock import now
from app.demo.cast import load_cast
from app.demo.setup import prepare
from app.doctor import ReadinessOf
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, is_made_up, opened, unchecked
from tests.support.command_line import DRAFT, TITLE, Line, bare_line, line
from web.application import create_application

__all__ = ["bare_line", "line"]
NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)


def _settings(line: Line) -> Settings:
    return Settings(database_url=f"sqlite:///{line.file}")


@pytest.fixture
def services(line: Line) -> Iterator[Services]:
    with unchecked(_settings(line), clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    web = create_application(FiguresOfRows(services), ReadinessOf(services), version="1")
    with TestClient(web) as opened:
        yield opened


def _raised(client: TestClient) -> int:
    steps = client.get("/api/v1/congresses/linxi/funnel").json()["steps"]
    return next(int(one["count"]) for one in steps if one["name"] == "raised")


def test_figures_follow_the_rows(client: TestClient, line: Line) -> None:
    assert _raised(client) == 0
    line.drafted()
    assert _raised(client) == 1
    line.act("draft", "li-ming", "2026-01-22T10:00", *DRAFT)
    assert _raised(client) == 2


def test_no_text_and_no_author_of_an_ordinary_case_is_shown(client: TestClient, line: Line) -> None:
    line.drafted()
    for path in ("/", *(f"/api/v1/congresses/linxi/{one}" for one in ("funnel", "topics"))):
        answer = client.get(path)
        assert answer.status_code == 200
        for secret in ("王芳", TITLE, "人车混行"):
            assert secret not in answer.text


def test_readiness_needs_a_worker(client: TestClient, services: Services) -> None:
    told = client.get("/readyz")
    checks = {one["name"]: one for one in told.json()["checks"]}
    assert told.status_code == 503
    assert {name for name, one in checks.items() if not one["ok"]} == {"worker"}
    assert checks["worker"]["mend"] == "start bihuan worker"
    services.heartbeats.beat("w", NOW, started_at=NOW, fired=0, delivered=0, last_error=None)
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["degraded"] is False


def test_what_is_late_or_failing_is_told_without_names(
    client: TestClient, services: Services, line: Line
) -> None:
    # The reminder five days before the end of drafting has been due for long.
    line.drafted()
    error = "deliver: ConnectionError: mail.secret.example:25; fire: OperationalError: x"
    services.heartbeats.beat("host-1", NOW, started_at=NOW, fired=0, delivered=0, last_error=error)
    told = client.get("/readyz")
    assert (told.status_code, told.json()["degraded"]) == (200, True)
    checks = {one["name"]: one for one in told.json()["checks"]}
    assert [name for name, one in checks.items() if one["degraded"]] == ["worker", "timers"]
    failing = "1 ticking, failing: deliver ConnectionError, fire OperationalError"
    assert checks["worker"]["detail"] == failing
    assert checks["timers"]["mend"] == "start or add bihuan worker"
    for secret in ("secret", "host-1"):
        assert secret not in told.text


def test_readiness_needs_a_database(bare_line: Line) -> None:
    with unchecked(_settings(bare_line)) as services:
        web = create_application(FiguresOfRows(services), ReadinessOf(services), version="1")
        with TestClient(web) as client:
            assert client.get("/readyz").status_code == 503
    assert not bare_line.file.exists()


def test_the_demo_is_marked_and_a_real_congress_is_not(services: Services, bare_line: Line) -> None:
    assert not is_made_up(services, "linxi")
    cast = load_cast(7)
    stage = prepare(f"sqlite:///{bare_line.file.parent / 'demo.db'}", cast)
    stage.store.database.dispose()
    settings = Settings(database_url=f"sqlite:///{bare_line.file.parent / 'demo.db'}")
    with unchecked(settings, clock=lambda: NOW) as demo:
        assert is_made_up(demo, stage.congress)
        assert FiguresOfRows(demo).figures(stage.congress).note


def test_a_demo_goes_on_from_where_it_stopped_and_a_real_congress_has_the_real_time(
    line: Line, bare_line: Line
) -> None:
    cast = load_cast(7)
    url = f"sqlite:///{bare_line.file.parent / 'demo.db'}"
    prepare(url, cast).store.database.dispose()
    with opened(Settings(database_url=url)) as demo:
        assert demo.today == cast.calendar.session_opens
        seen = demo.clock() + timedelta(days=3)
        demo.heartbeats.beat("w1", seen, started_at=seen, fired=0, delivered=0, last_error=None)
    with opened(Settings(database_url=url)) as demo:
        assert demo.clock() >= seen
        assert demo.today - cast.calendar.session_opens == timedelta(days=3)
    with opened(_settings(line)) as real:
        assert abs(real.clock() - now()) < timedelta(minutes=1)


def test_a_demo_stays_in_its_time_when_it_is_set_up_anew_and_gets_accounts(
    bare_line: Line, tmp_path: Path
) -> None:
    cast = load_cast(7)
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    stage = prepare(url, cast)
    stage.store.database.dispose()
    with opened(Settings(database_url=url)) as demo:
        entries = demo.trail.head(stage.congress).sequence
        deputy = demo.directory(stage.congress).holders("deputy")[0]
    assert bare_line.run("--database", url, "init").code == 0
    added = bare_line.run(
        *("--database", url, "account", "add", deputy, "--reason", "开通"),
        stdin="mashang-banli-2026\n",
    )
    assert added.code == 0, added.err
    with opened(Settings(database_url=url)) as demo:
        # Both have written something: the calendar's further years, and the account.
        assert demo.trail.head(stage.congress).sequence == entries + 2
        assert demo.today == cast.calendar.session_opens
