"""A congress whose year 2027 is provisional, on either database, with the commands held in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from app.settings import read_settings
from app.wiring import Services, opened
from db.database import open_database, reading
from db.tables import metadata
from tests.support.command_line import CONGRESS_FILE, DRAFT, Line

NOW = datetime(2027, 1, 25, 2, 0, tzinfo=UTC)
"""Monday at ten, when the calendar is changed."""
CONGRESS = "linxi"
NUMBERS = ("5届2次第1号", "5届2次第2号", "5届2次第3号")


class Stopped:
    """Stands for `datetime` in the one module that reads the clock."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        return NOW.astimezone(zone)


@pytest.fixture
def year_line(
    bare_line: Line, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Line:
    """A command line over the small congress, on SQLite and on PostgreSQL."""
    monkeypatch.setattr("app.clock.datetime", Stopped)
    bare_line.environment["BIHUAN_DATABASE_URL"] = database_url
    (tmp_path / "linxi.yaml").write_text(CONGRESS_FILE, encoding="utf-8")
    made = bare_line.run("init", "--congress-file", str(tmp_path / "linxi.yaml"))
    assert made.code == 0, made.err
    return bare_line


def handed_over(line: Line, key: str = "first") -> str:
    """A suggestion received by 赵敏 on 22 January 2027: two of its clocks count working days.

    The window for returns is ten working days from the hand-over, provisionally until 4 February;
    the first contact twenty from the receipt, until 25 February.
    """
    made = line.act("draft", "wang-fang", "2026-12-14T10:00", *DRAFT, "--request-key", key)
    case = str(made.json["receipt"]["case"])
    line.act("submit", "wang-fang", "2026-12-14T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-12-15T09:00", "--case", case)
    line.act("register", "committee", "2026-12-16T10:00", "--case", case)
    rows = '[{"unit": "transport", "kind": "lead"}]'
    line.act(
        *("hand_over", "committee", "2027-01-21T09:00", "--case", case),
        *("--set", f"assignments={rows}"),
    )
    line.act("receive", "zhao-min", "2027-01-22T14:00", "--case", case, "--subject", "1")
    return case


@contextmanager
def services_of(line: Line) -> Iterator[Services]:
    """The parts behind a command line, for what no command does."""
    url = line.environment["BIHUAN_DATABASE_URL"]
    with opened(read_settings({"BIHUAN_DATABASE_URL": url})) as services:
        yield services


def rows_of(line: Line) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is in the database, table by table."""
    database = open_database(line.environment["BIHUAN_DATABASE_URL"])
    with reading(database) as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=str)
            for table in metadata.sorted_tables
        }
    database.dispose()
    return found


def clocks_of(line: Line, case: str) -> dict[str, dict[str, object]]:
    """The running clocks of a case as they explain themselves, by kind."""
    answer = line.run("case", "why", case, "--json").json
    return {one["kind"]: one for one in answer["clocks"]}


def next_rung(clock: dict[str, object]) -> str:
    """When the clock reminds next."""
    rungs = clock["rungs"]
    assert isinstance(rungs, list)
    (found,) = (one["at"] for one in rungs if one["next"])
    return str(found)
