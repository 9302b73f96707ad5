"""Setting up and keeping: init, import, backup, restore, doctor, audit, serve."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import CONGRESS_FILE, Line, bare_line, line

__all__ = ["bare_line", "line"]


def _congress_file(folder: Path, text: str = CONGRESS_FILE) -> str:
    file = folder / "linxi.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_without_a_database_commands_say_how_to_make_one(bare_line: Line) -> None:
    for arguments in (("case", "list"), ("audit", "verify"), ("worker", "--once")):
        told = bare_line.run(*arguments)
        assert told.code == 6
        assert "bihuan init" in told.err
    assert bare_line.run("doctor").code == 6
    assert not bare_line.file.exists()


def test_a_dry_run_of_init_judges_the_file_and_makes_nothing(
    bare_line: Line, tmp_path: Path
) -> None:
    tried = bare_line.run(
        "init", "--congress-file", _congress_file(tmp_path), "--dry-run", "--json"
    )
    assert tried.code == 0
    assert {one["outcome"] for one in tried.json["rows"]} == {"new"}
    assert tried.json["rows"][0] == {
        "line": 13,
        "kind": "unit",
        "code": "education",
        "name": "教育局",
        "outcome": "new",
    }
    assert not bare_line.file.exists()


def test_init_may_be_repeated(bare_line: Line, tmp_path: Path) -> None:
    file = _congress_file(tmp_path)
    first = bare_line.run("init", "--congress-file", file, "--json")
    assert first.json["congresses"] == ["linxi"]
    assert first.json["calendar_years"] == {"linxi": list(range(2020, 2028))}
    before = bare_line.dump()
    second = bare_line.run("init", "--congress-file", file, "--json")
    assert (second.code, second.json["changed"], second.json["profiles"]) == (0, False, [])
    assert {one["outcome"] for one in second.json["rows"]} == {"same"}
    assert bare_line.dump() == before
    assert bare_line.run("doctor").code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("level: county", "level: galaxy", ":4:"),
        ("opens_on: 2026-01-20", "opens_on: soon", ":10:"),
        ("closes_on: 2026-01-23", "closes_on: 2026-01-02", ":5:"),
        ("unit: transport}]\n  - code: head", "unit: moon}]\n  - code: head", ":32:"),
        ("[{role: unit_head, unit: transport}]", "[{role: unit_head}]", ":35:"),
        ("[{role: reviewer}]", "[{role: emperor}]", ":23:"),
        ("code: li-ming", "code: wang-fang", ":20:"),
        ("delegation: 城东", "delegatoin: 城东", ":18:"),
        ("code: reviewer", "code: Reviewer!", ":23:"),
        ("name: 王芳", 'name: ""', ":16:"),
        ("  level: county\n", "  level: county\n  level: city\n", ":5:"),
        ("congress:\n  code: linxi", "congres:\n  code: linxi", ":1:"),
    ],
)
def test_a_wrong_row_is_told_with_its_line_and_nothing_is_stored(
    bare_line: Line, tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in CONGRESS_FILE
    file = _congress_file(tmp_path, CONGRESS_FILE.replace(old, new, 1))
    refused = bare_line.run("init", "--congress-file", file, "--json")
    assert (refused.json["error"]["code"], refused.code) == ("rows-refused", 1)
    assert told in refused.json["error"]["facts"]["problems"]
    assert not bare_line.file.exists()


def test_people_are_imported_all_or_none(line: Line, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "code,name,delegation,email,role,unit,post\n"
        "sun-li,孙立,,sun@example.org,unit_clerk,education,科员\n"
        "sun-li,孙立,,sun@example.org,unit_head,education,\n"
        "wang-fang,王芳,城东,,deputy,,\n",
        encoding="utf-8",
    )
    before = line.dump()
    tried = line.run("import", str(people), "--dry-run", "--json").json
    assert [(one["line"], one["code"], one["outcome"]) for one in tried["rows"]] == [
        (2, "sun-li", "new"),
        (4, "wang-fang", "same"),
    ]
    assert line.dump() == before
    assert line.run("import", str(people), "--json").json["changed"] is True
    assert line.run("inbox", "sun-li").code == 0
    assert line.run("import", str(people), "--json").json["changed"] is False

    people.write_text("code,name,role,unit\nnew-one,新人,deputy,\nbad,坏,unit_clerk,moon\n")
    before = line.dump()
    refused = line.run("import", str(people), "--json")
    assert refused.json["error"]["code"] == "rows-refused"
    assert "people.csv:3:" in refused.json["error"]["zh"]
    assert line.dump() == before


def test_units_are_imported_from_their_own_header(line: Line, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("code,name,system\nhousing,住建局,government\n", encoding="utf-8-sig")
    assert line.run("import", str(units), "--json").json["rows"][0]["kind"] == "unit"
    units.write_text("code,colour\nhousing,red\n", encoding="utf-8")
    assert line.run("import", str(units)).code == 1


def test_an_outdated_schema_is_told_and_mended_by_init(line: Line) -> None:
    with closing(sqlite3.connect(line.file)) as opened, opened:
        opened.execute("UPDATE alembic_version SET version_num = '0004_create_records'")
    told = line.run("case", "list")
    assert told.code == 6
    assert "0004_create_records" in told.err
    assert "bihuan init" in told.err


def test_the_first_broken_entry_is_named(line: Line) -> None:
    line.drafted()
    assert line.run("audit", "verify", "--json").json["congresses"][0]["count"] == 4
    _rewrite_history(line.file)
    broken = line.run("audit", "verify", "--json")
    assert (broken.json["error"]["code"], broken.code) == ("audit-broken", 5)
    assert broken.json["error"]["facts"]["sequence"] == 4
    assert line.run("doctor").code == 6


def _rewrite_history(file: Path) -> None:
    """Whoever owns the file can do this; the chain is there to tell."""
    with closing(sqlite3.connect(file)) as opened, opened:
        triggers = opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"
        ).fetchall()
        for (name,) in triggers:
            opened.execute(f"DROP TRIGGER {name}")
        opened.execute("UPDATE audit_entries SET actor = 'li-ming' WHERE sequence = 4")


def test_a_backup_brings_everything_back(line: Line, tmp_path: Path) -> None:
    line.drafted()
    copy = tmp_path / "copies" / "one.db"
    assert line.run("backup", str(copy)).code == 0
    assert line.run("backup", str(copy)).code == 1
    kept = line.dump()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", _only(line))
    assert line.dump() != kept
    refused = line.run("restore", str(copy), "--json")
    assert refused.json["error"]["code"] == "backup-refused"
    done = line.run("restore", str(copy), "--force", "--json")
    assert (done.code, done.json["congresses"][0]["count"]) == (0, 4)
    assert line.dump() == kept


def _only(line: Line) -> str:
    return str(line.run("case", "list", "--json").json["lines"][0]["id"])


def test_a_backup_that_does_not_verify_overwrites_nothing(line: Line, tmp_path: Path) -> None:
    line.drafted()
    copy, words = tmp_path / "one.db", tmp_path / "words.db"
    line.run("backup", str(copy))
    _rewrite_history(copy)
    words.write_text("not a database")
    kept = line.dump()
    assert line.run("restore", str(copy), "--force").code == 5
    assert line.run("restore", str(words), "--force").code == 1
    assert line.run("restore", str(tmp_path / "nowhere.db"), "--force").code == 1
    assert line.dump() == kept


def test_postgresql_is_left_to_its_own_tools(line: Line, tmp_path: Path) -> None:
    url = "postgresql://bihuan@127.0.0.1:1/bihuan"
    for command in ("backup", "restore"):
        told = line.run(command, str(tmp_path / "a.db"), "--json", BIHUAN_DATABASE_URL=url)
        assert (told.json["error"]["code"], told.code) == ("use-pg-dump", 1)


def test_the_doctor_sees_a_case_that_is_not_as_it_should_be(line: Line) -> None:
    line.drafted()
    assert line.run("doctor", "--json").json["well"] in (True, False)
    with closing(sqlite3.connect(line.file)) as opened, opened:
        opened.execute("UPDATE suggestions SET facts = json_set(facts, '$.round', 5)")
        opened.execute("UPDATE clocks SET state = 'stopped'")
    told = line.run("doctor", "--json")
    assert told.code == 6
    cases = next(one for one in told.json["findings"] if one["check"] == "cases linxi")
    assert cases["health"] == "ill"
    assert "round" in cases["found"]
    assert "without a clock" in cases["found"]


def test_serve_ticks_and_ends_well(line: Line) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "BIHUAN_DATABASE_URL": f"sqlite:///{line.file}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        ready = _wait_for(f"http://127.0.0.1:{port}/readyz")
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert ready["ready"] is True
    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said


def _wait_for(url: str) -> dict[str, object]:
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own server
                found: dict[str, object] = json.loads(answer.read())
                return found
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)
