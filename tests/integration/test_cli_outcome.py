"""Outcome lights and orders from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]


@pytest.fixture
def number(line: Line, tmp_path: Path) -> str:
    """A suggestion in hand since January."""
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-01-22T09:00", "--case", case)
    line.act("register", "committee", "2026-01-22T10:00", "--case", case)
    rows = tmp_path / "hand-over.yaml"
    rows.write_text("assignments:\n  - {unit: transport, kind: lead}\n", encoding="utf-8")
    line.act("hand_over", "committee", "2026-01-26T09:00", "--case", case, "--form", str(rows))
    return str(line.run("case", "show", case, "--json").json["case"]["number"])


def _judge(line: Line, number: str, person: str, light: str) -> None:
    fields = ("--set", f"light={light}", "--set", "month=2026-02")
    line.act("judge_outcome", person, "2026-02-10T09:00", "--case", number, *fields)


def test_the_lights_of_a_month_are_shown(line: Line, number: str) -> None:
    _judge(line, number, "zhao-min", "blue")
    _judge(line, number, "office", "red")
    page = line.run("report", "outcome", "--month", "2026-02", "--json").json
    (found,) = page["lines"]
    assert (found["number"], found["accord"], found["light"]) == (number, "disputed", None)
    assert found["said"] == {"unit": "blue", "government": "red"}
    assert found["missing"] == ["committee"]
    assert page["units"][0]["disputed"] == 1
    told = line.run("report", "outcome", "--month", "2026-02", "--accord", "disputed").out
    assert "不一致" in told
    assert "交通局" in told
    shown = line.run("case", "show", number, "--json").json
    assert shown["outcomes"][0]["accord"] == "disputed"
    assert line.run("report", "outcome", "--month", "2026-02", "--light", "blue").code == 0
    agreed = line.run("report", "outcome", "--month", "2026-02", "--light", "blue", "--json").json
    assert agreed["total"] == 0


@pytest.mark.parametrize(
    ("options", "exit_code"),
    [(("--month", "2026-2"), 1), (("--month", "2999-01"), 1), (("--sort", "colour"), 2)],
)
def test_what_cannot_be_is_refused(line: Line, options: tuple[str, ...], exit_code: int) -> None:
    assert line.run("report", "outcome", *options).code == exit_code


def test_an_order_is_shown_with_its_case_and_answered_by_its_number(
    line: Line, number: str
) -> None:
    assert line.run("worker", "--once", "--json").code == 0  # long after the due days
    shown = line.run("case", "show", number, "--json").json
    orders = {order["clock"]: (unit, order) for unit, order in shown["orders"]}
    assert set(orders) == {"receipt", "reply"}
    unit, order = orders["receipt"]
    assert (unit, order["state"]) == ("交通局", "open")
    share = ("--case", number, "--subject", str(order["number"]))
    answer = ("act", "answer_order", "--as", "head-transport", *share, "--set", "answer=已签收")
    assert line.run(*answer).code == 0
    waiting = line.run("inbox", "committee", "--json").json["waiting"]
    assert [one["subject"] for one in waiting] == [f"order:{order['number']}"]
    assert "督办单" in line.run("case", "show", number).out
