"""The machine was off for a week: no flood, one message a person, and of the right rung."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from db.database import open_database, reading
from db.tables import notices, outbox
from tests.support.command_line import CONGRESS_FILE, DRAFT, Line, bare_line

__all__ = ["bare_line"]

CASES = 3
HANDED_OVER = "2026-03-02T10:00"
"""A Monday. Receipt is due on the 5th, a Thursday; five working days later is the 12th."""
BEFORE = "2026-03-02T16:00"
A_WEEK_LATER = "2026-03-11T10:00"


@pytest.fixture
def anywhere(bare_line: Line, database_url: str, tmp_path: Path) -> Line:
    """A congress on either database, in which three suggestions were handed to 交通局."""
    bare_line.environment["BIHUAN_DATABASE_URL"] = database_url
    (tmp_path / "linxi.yaml").write_text(CONGRESS_FILE, encoding="utf-8")
    made = bare_line.run("init", "--congress-file", str(tmp_path / "linxi.yaml"))
    assert made.code == 0, made.err
    for number in range(CASES):
        _hand_over(bare_line, str(number))
    return bare_line


def _hand_over(line: Line, key: str) -> None:
    made = line.act("draft", "wang-fang", "2026-02-26T10:00", *DRAFT, "--request-key", key)
    case = str(made.json["receipt"]["case"])
    line.act("submit", "wang-fang", "2026-02-26T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-02-27T09:00", "--case", case)
    line.act("register", "committee", "2026-02-27T10:00", "--case", case)
    rows = 'assignments=[{"unit": "transport", "kind": "lead"}]'
    line.act("hand_over", "committee", HANDED_OVER, "--case", case, "--set", rows)


def _told_by_the_clock(line: Line, person: str) -> tuple[Counter[str], set[str]]:
    """Of how many cases each rung was told, and in which messages."""
    database = open_database(line.environment["BIHUAN_DATABASE_URL"])
    query = (
        select(notices.c.rung, outbox.c.state, outbox.c.bundle, outbox.c.notice_id)
        .join(outbox, outbox.c.notice_id == notices.c.id)
        .where(notices.c.recipient == person, notices.c.rung.is_not(None))
    )
    with reading(database) as connection:
        rows = connection.execute(query).all()
    database.dispose()
    assert {row.state for row in rows} == {"sent"}
    return Counter(row.rung for row in rows), {row.bundle or row.notice_id for row in rows}


def test_after_a_week_each_is_told_once_of_the_right_rung_in_one_message(anywhere: Line) -> None:
    line = anywhere
    assert line.run("worker", "--once", "--console", "--at", BEFORE).code == 0
    shown = line.run("worker", "--once", "--console", "--at", A_WEEK_LATER).out
    for person in ("zhao-min", "head-transport"):
        told, messages = _told_by_the_clock(line, person)
        assert told == {"overdue_1": CASES}
        assert len(messages) == 1
        (digest,) = (one for one in shown.split("→ ") if one.startswith(person))
        assert all(f"5届2次第{number}号" in digest for number in range(1, CASES + 1))
    again = line.run("worker", "--once", "--console", "--at", A_WEEK_LATER, "--json").json
    assert (again["fired"], again["delivered"]) == (0, 0)
    entries = line.run("audit", "show", "--case", "5届2次第1号", "--json").json["entries"]
    rungs = [one["content"]["rung"][2] for one in entries if "rung" in one["content"]]
    assert [one for one in rungs if one != "before_2"] == ["due", "overdue_1"]
