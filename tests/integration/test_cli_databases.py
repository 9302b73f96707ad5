"""The same commands on either database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import CONGRESS_FILE, DRAFT, Line, bare_line

__all__ = ["bare_line"]


@pytest.fixture
def anywhere(bare_line: Line, database_url: str) -> Line:
    """A command line over a migrated, empty database of either kind."""
    bare_line.environment["BIHUAN_DATABASE_URL"] = database_url
    return bare_line


def test_commands_do_the_same_on_either_database(anywhere: Line, tmp_path: Path) -> None:
    (tmp_path / "linxi.yaml").write_text(CONGRESS_FILE, encoding="utf-8")
    made = anywhere.run("init", "--congress-file", str(tmp_path / "linxi.yaml"), "--json")
    assert made.json["congresses"] == ["linxi"]
    case = anywhere.drafted()
    anywhere.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    second = [one.replace("关于增设", "关于Wi-Fi与增设") for one in DRAFT]
    anywhere.act("draft", "li-ming", "2026-01-22T10:00", *second)

    listed = anywhere.run("case", "list", "--sort", "due", "--json").json
    assert {one["state"] for one in listed["lines"]} == {"draft", "first_review"}
    assert anywhere.run("search", "wi-fi", "--json").json["total"] == 1
    assert anywhere.run("search", "100%", "--json").json["total"] == 0
    assert anywhere.run("inbox", "reviewer", "--json").json["notices"]["unread"] == 1
    assert anywhere.run("workflow", "list", "--json").json[0]["cases"] == 2
    assert anywhere.run("worker", "--once", "--json").json["fired"] >= 1
    assert anywhere.run("audit", "verify", "--json").code == 0
    health = anywhere.run("doctor", "--json")
    assert health.code == 0, health.out
    assert health.json["well"] is True
