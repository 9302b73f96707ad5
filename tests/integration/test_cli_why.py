"""“Why this date” at the command line: in words, as JSON, and for what it does not know."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]


def _extended(line: Line, tmp_path: Path) -> str:
    """A share whose reply was put off to six months: the number of its case."""
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-01-22T09:00", "--case", case)
    line.act("register", "committee", "2026-01-22T10:00", "--case", case)
    rows = tmp_path / "hand-over.yaml"
    rows.write_text("assignments:\n  - {unit: transport, kind: lead}\n", encoding="utf-8")
    line.act("hand_over", "committee", "2026-02-10T09:00", "--case", case, "--form", str(rows))
    share = ("--case", case, "--subject", "1")
    line.act("receive", "zhao-min", "2026-02-10T14:00", *share)
    asked = ("--set", "reason=涉及面广")
    line.act("request_extension", "zhao-min", "2026-03-02T09:00", *share, *asked)
    line.act("endorse_extension", "office", "2026-03-03T09:00", *share)
    line.act("approve_extension", "committee", "2026-03-04T09:00", *share)
    return case


def test_each_date_is_told_with_rule_source_days_and_approver(line: Line, tmp_path: Path) -> None:
    case = _extended(line, tmp_path)
    answer = line.run("case", "why", case, "--json").json
    clocks = {one["kind"]: one for one in answer["clocks"]}
    reply = clocks["reply"]
    assert reply["due_on"] == "2026-08-10" == reply["words"][-1]["facts"]["due_on"]
    assert reply["source"]["code"] == "z0-43"
    (extension,) = reply["extensions"]
    assert (extension["reason"], extension["period"]["zh"]) == ("涉及面广", "6个月")
    assert extension["approved_by"] == "马超群、何军"
    ended = line.run("case", "why", case, "--all", "--clock", "return_window", "--json").json
    (window,) = ended["clocks"]
    # 11 12 13 14 24 25 26 27 28 February, 2 March: Spring Festival is 15-23 February, the
    # Saturdays 14 and 28 are worked.
    assert window["due_on"] == "2026-03-02"
    days = {one["day"]: one["why"] for one in window["uncounted"]}
    assert days["2026-02-17"] == "holiday"
    assert days["2026-03-01"] == "weekend"
    assert window["make_up_workdays"] == ["2026-02-14", "2026-02-28"]
    assert [one["next"] for one in reply["rungs"]].count(True) == 1


def test_in_words_it_can_be_read_by_a_clerk(line: Line, tmp_path: Path) -> None:
    case = _extended(line, tmp_path)
    words = line.run("case", "why", case, "--clock", "reply").out
    assert "自交办之日起算" in words
    assert "马超群" in words
    assert "到期日:2026-08-10" in words
    assert "退办" not in words
    english = line.run("case", "why", case, "--clock", "reply", BIHUAN_LANGUAGE="en").out
    assert "started from the hand-over" in english


def test_ended_clocks_are_told_when_asked_for(line: Line, tmp_path: Path) -> None:
    case = _extended(line, tmp_path)
    live = {one["kind"] for one in line.run("case", "why", case, "--json").json["clocks"]}
    every = {one["kind"] for one in line.run("case", "why", case, "--all", "--json").json["clocks"]}
    assert "receipt" in every - live


def test_an_unknown_case_or_clock_is_refused_in_both_languages(line: Line) -> None:
    case = line.drafted()
    wrong = line.run("case", "why", case, "--clock", "rely")
    assert wrong.code != 0
    assert "rely" in wrong.err
    assert "reply" in wrong.err
    nobody = line.run("case", "why", "5届2次第999号")
    assert nobody.code != 0
    assert "5届2次第999号" in nobody.err
