"""A small congress with a gate over it, on either database, at a time that the test sets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.testing import CliRunner

from app.accounts import AccountDesk
from app.cli import app
from app.gate import GateOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from tests.support.command_line import CONGRESS_FILE
from tests.support.databases import KINDS, Prepared, database_of
from web.gate import Arrival, Visitor

PASSWORD = "mashang-banli-2026"
OTHER = "yijian-luodi-2027"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning of a Monday in Shanghai."""


@dataclass(slots=True)
class Watch:
    """A clock that the test sets."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass(slots=True, kw_only=True)
class GateHouse:
    """Rows, a gate over them, and the administrator's desk."""

    services: Services
    watch: Watch
    gate: GateOfRows
    desk: AccountDesk
    addresses: list[str] = field(default_factory=lambda: ["10.0.0.1"])

    def arrival(self, address: str = "") -> Arrival:
        return Arrival(address=address or self.addresses[-1], agent="test", at=self.watch.now)

    def sign_in(self, name: str, password: str = PASSWORD, address: str = "") -> str:
        return self.gate.sign_in(name, password, self.arrival(address)).cookie

    def visitor(self, cookie: str) -> Visitor | None:
        return self.gate.visitor(cookie, self.arrival())


def begun(*more: str) -> Prepared:
    """The small congress 临溪县 as `init` begins it; `more`: further lines of its file."""
    told = CONGRESS_FILE + "".join(more)

    def fill(database_url: str) -> None:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "linxi.yaml"
            file.write_text(told, encoding="utf-8")
            made = CliRunner().invoke(
                app,
                ["--database", database_url, "init", "--congress-file", str(file)],
                env={name: None for name in os.environ if name.startswith("BIHUAN_")},
            )
        assert made.exit_code == 0, made.output

    return Prepared(name=f"begun_{sha256(told.encode()).hexdigest()[:12]}", fill=fill)


def _opened(database_url: str) -> None:
    begun().fill(database_url)
    with house_over(database_url) as house:
        house.desk.add("wang-fang", "wangfang", PASSWORD)


WITH_ACCOUNT = Prepared(name="with_account", fill=_opened)
"""The small congress 临溪县 with an account for 王芳, and nobody signed in."""


@contextmanager
def house_over(database_url: str, **settings: int | str) -> Iterator[GateHouse]:
    """A gate over rows that are there."""
    watch = Watch()
    told = Settings(database_url=database_url, **settings)  # type: ignore[arg-type]  # the test's own
    with unchecked(told, clock=watch) as services:
        desk = AccountDesk(services, "linxi", actor="system", reason="新任代表")
        yield GateHouse(services=services, watch=watch, gate=GateOfRows(services), desk=desk)


@pytest.fixture(params=KINDS)
def gates(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GateHouse]:
    """On either database."""
    with (
        database_of(request.param, tmp_path, prepared=WITH_ACCOUNT) as url,
        house_over(url) as made,
    ):
        yield made
