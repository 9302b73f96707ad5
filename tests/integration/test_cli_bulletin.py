"""`bihuan report bulletin`: shown, written, issued once, and refused with words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Line
from tests.support.databases import sqlite_url
from tests.support.overdue import IN_LATE_SPRING


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A command line over January to May 2026."""
    monkeypatch.chdir(tmp_path)
    with sqlite_url(tmp_path, prepared=IN_LATE_SPRING) as url:
        yield Line(file=Path(url.removeprefix("sqlite:///")))


APRIL = ("report", "bulletin", "--month", "2026-04")


def test_a_bulletin_is_shown_and_written(line: Line, tmp_path: Path) -> None:
    shown = line.run(*APRIL, "--out", str(tmp_path / "out"), "--json").json
    assert (shown["issued"], shown["until"], shown["is_whole"]) == (None, "2026-04-30", True)
    assert shown["summary"] == "3个单位逾期3项，其中月末仍未完成3项，最长逾期4天。"
    assert [one["unit"] for one in shown["units"]] == ["finance", "housing", "transport"]
    files = [Path(one) for one in shown["files"]]
    assert [one.name for one in files] == [
        "linxi-2026-04-bulletin.docx",
        "linxi-2026-04-bulletin.md",
    ]
    assert "尚未印发" in files[1].read_text(encoding="utf-8")
    told = line.run(*APRIL)
    for words in ("交通局", "答复期限", "2026-04-26", "未印发"):
        assert words in told.out


def test_it_is_narrowed_and_put_in_order(line: Line) -> None:
    one = line.run(*APRIL, "--unit", "housing", "--json").json
    assert [each["unit"] for each in one["units"]] == ["housing"]
    assert line.run(*APRIL, "--clock", "receipt", "--json").json["units"] == []
    by_name = line.run("report", "bulletin", "--month", "2026-01", "--sort", "unit", "--json")
    assert by_name.json["units"][-1]["unit"] == "transport"


def test_it_is_issued_once(line: Line, tmp_path: Path) -> None:
    tried = line.run(*APRIL, "--issue", "--dry-run", "--json")
    assert tried.code == 0
    assert {"committee-head", "head-transport"} <= set(tried.json["would_tell"])
    assert line.run(*APRIL, "--json").json["issued"] is None
    issued = line.run(*APRIL, "--issue", "--actor", "committee", "--reason", "同意印发", "--json")
    assert issued.json["issued"]["by"] == "committee"
    digest = issued.json["issued"]["digest"]
    again = line.run(*APRIL, "--issue", "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "bulletin-issued")
    assert line.run(*APRIL, "--issue", "--dry-run").code == 1
    out = str(tmp_path / "out")
    (file,) = line.run(*APRIL, "--out", out, "--format", "md", "--json").json["files"]
    assert digest in Path(file).read_text(encoding="utf-8")
    entries = line.run("audit", "show", "--limit", "5000", "--json").json["entries"]
    assert entries[-1]["content"]["reason"] == "同意印发"
    assert line.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("--month", "2026-4"), 1, "invalid-value"),
        (("--month", "9999-01"), 1, "invalid-value"),
        ((*APRIL[2:], "--dry-run"), 2, "option-invalid"),
        ((*APRIL[2:], "--issue", "--unit", "housing"), 2, "option-invalid"),
        ((*APRIL[2:], "--issue", "--sort", "unit"), 2, "option-invalid"),
        ((*APRIL[2:], "--issue", "--actor", "nobody"), 3, "unknown-person"),
    ],
)
def test_what_cannot_be_is_refused(
    line: Line, arguments: tuple[str, ...], exit_code: int, code: str
) -> None:
    told = line.run("report", "bulletin", *arguments, "--json")
    assert (told.code, told.json["error"]["code"]) == (exit_code, code)
