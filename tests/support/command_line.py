"""The command line as a user has it: a small invented congress in a SQLite file of its own."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app

CONGRESS_FILE = """\
congress:
  code: linxi
  name: 临溪县人民代表大会
  level: county
session:
  code: "5-2"
  term: 5
  number: 2
  year: 2026
  opens_on: 2026-01-20
  closes_on: 2026-01-23
units:
  - {code: education, name: 教育局, system: government}
  - {code: transport, name: 交通局, system: government}
people:
  - code: wang-fang
    name: 王芳
    delegation: 城东
    appointments: [{role: deputy}]
  - code: li-ming
    name: 李明
    appointments: [{role: deputy}]
  - code: reviewer
    name: 周莉
    appointments: [{role: reviewer}]
  - code: committee
    name: 何军
    appointments: [{role: committee_clerk}]
  - code: office
    name: 马超群
    appointments: [{role: government_clerk}]
  - code: zhao-min
    name: 赵敏
    appointments: [{role: unit_clerk, unit: transport}]
  - code: head-transport
    name: 吴越
    appointments: [{role: unit_head, unit: transport}]
"""
TITLE = "关于增设临溪中学东侧人行过街设施的建议"
DRAFT = (
    *("--set", f"title={TITLE}", "--set", "text=上下学时段人车混行。建议增设人行过街设施。"),
    *("--set", "field=transport", "--set", "kind=session", "--set", "origin=research"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever the command answers
        return json.loads(self.out)


@dataclass(slots=True, kw_only=True)
class Line:
    """Runs commands on one database, at times that the test names."""

    file: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: str | None = None, **settings: str) -> Answer:
        environment = {
            "BIHUAN_DATABASE_URL": f"sqlite:///{self.file}",
            "BIHUAN_ALLOW_TIME_TRAVEL": "1",
            **self.environment,
            **settings,
        }
        found = CliRunner().invoke(app, list(arguments), env=environment, input=stdin)
        return Answer(code=found.exit_code, out=found.stdout, err=found.stderr)

    def act(self, action: str, person: str, at: str, *arguments: str) -> Answer:
        """An action that must succeed, with its answer as JSON."""
        answer = self.run(
            *("act", action, "--as", person, "--at", f"{at}:00+08:00"), *arguments, "--json"
        )
        assert answer.code == 0, answer.out
        return answer

    def drafted(self) -> str:
        """The id of a fresh draft of 王芳."""
        made = self.act("draft", "wang-fang", "2026-01-21T10:00", *DRAFT, "--request-key", "first")
        return str(made.json["receipt"]["case"])

    def dump(self) -> str:
        """Everything that is in the database."""
        with closing(sqlite3.connect(self.file)) as opened:
            return "\n".join(opened.iterdump())


@cache
def _initialised() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bihuan-line-"))
    (folder / "linxi.yaml").write_text(CONGRESS_FILE, encoding="utf-8")
    made = Line(file=folder / "bihuan.db").run(
        "init", "--congress-file", str(folder / "linxi.yaml")
    )
    assert made.code == 0, made.err
    return folder / "bihuan.db"


@pytest.fixture
def bare_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A command line without a database, and with no settings of the machine."""
    for name in [one for one in os.environ if one.startswith("BIHUAN_")]:
        monkeypatch.delenv(name)
    return Line(file=tmp_path / "var" / "bihuan.db")


@pytest.fixture
def line(bare_line: Line) -> Line:
    """A command line over the small congress."""
    bare_line.file.parent.mkdir()
    shutil.copyfile(_initialised(), bare_line.file)
    return bare_line
