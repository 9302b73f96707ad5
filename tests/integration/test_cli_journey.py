"""One suggestion round the loop from the command line, and what can be asked on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import DRAFT, TITLE, Line, bare_line, line

__all__ = ["bare_line", "line"]


def _registered(line: Line) -> str:
    """A numbered suggestion: its number."""
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-01-22T09:00", "--case", case)
    line.act("register", "committee", "2026-01-22T10:00", "--case", case)
    return str(line.run("case", "show", case, "--json").json["case"]["number"])


def _answered(line: Line, tmp_path: Path) -> str:
    """A suggestion whose reply has been delivered, with forms from files of both kinds."""
    number = _registered(line)
    rows = tmp_path / "hand-over.yaml"
    rows.write_text("assignments:\n  - {unit: transport, kind: lead}\n", encoding="utf-8")
    line.act("hand_over", "committee", "2026-01-26T09:00", "--case", number, "--form", str(rows))
    share = ("--case", number, "--subject", "1")
    line.act("receive", "zhao-min", "2026-01-26T14:00", *share)
    contact = tmp_path / "contact.json"
    facts = {"on": "2026-03-02", "form": "meeting", "rank": "unit_head", "summary": "面谈"}
    contact.write_text(json.dumps(facts), encoding="utf-8")
    line.act("record_contact", "zhao-min", "2026-03-02T16:00", *share, "--form", str(contact))
    reply = ("--set", "result=A", "--set", "text=已增设过街设施。")
    line.act("draft_reply", "zhao-min", "2026-03-10T09:00", *share, *reply)
    line.act("check_reply", "office", "2026-03-11T09:00", *share)
    document = ("--set", "document_number=20260001")
    line.act("sign_reply", "head-transport", "2026-03-12T09:00", *share, *document)
    line.act("deliver_reply", "zhao-min", "2026-03-12T10:00", *share)
    return number


def test_a_suggestion_goes_round_the_loop(line: Line, tmp_path: Path) -> None:
    number = _answered(line, tmp_path)
    rating = ("--set", "process=satisfied", "--set", "result=satisfied")
    done = line.act("rate", "wang-fang", "2026-03-16T09:00", "--case", number, *rating)
    assert done.json["receipt"]["state"] == "concluding"
    done = line.act("close", "committee", "2026-03-17T09:00", "--case", number)
    assert done.json["receipt"]["state"] == "closed"
    assert done.json["next"] == []

    shown = line.run("case", "show", number, "--json").json
    assert shown["case"]["title"] == TITLE
    assert shown["replies"][0][1]["document_number"] == "20260001"
    assert [one["action"]["en"] for one in shown["history"]][:2] == [
        "Draft a suggestion",
        "Submit",
    ]
    assert shown["owners"] == []
    assert line.run("audit", "verify").code == 0
    words = line.run("case", "show", number).out
    assert TITLE in words
    assert "办理记录" in words


def test_the_case_says_who_must_act_and_what_they_may_do(line: Line) -> None:
    case = line.drafted()
    shown = line.run("case", "show", case, "--as", "wang-fang", "--json").json
    assert shown["owners"][0]["owners"] == ["王芳"]
    possible = {one["action"]: one for one in shown["possible"]}
    assert "submit" in possible
    assert "register" not in possible
    assert line.run("case", "show", case, "--as", "li-ming", "--json").json["possible"] == []


def test_a_dry_run_says_what_would_happen_and_stores_nothing(line: Line) -> None:
    case = line.drafted()
    before = line.dump()
    tried = line.run("act", "submit", "--as", "wang-fang", "--case", case, "--dry-run", "--json")
    assert tried.code == 0
    assert tried.json["state"] == "first_review"
    assert [one["target"] for one in tried.json["steps"]][-1] == "first_review"
    assert tried.json["notices"] == [{"recipient": "reviewer", "template": "review_asked"}]
    assert line.dump() == before


def test_a_form_may_come_from_standard_input(line: Line) -> None:
    form = "title: 关于书包减重的建议\ntext: 书包太重。\nfield: education\nkind: session\n"
    made = line.run(
        *("act", "draft", "--as", "wang-fang", "--form", "-", "--set", "origin=research"),
        "--json",
        stdin=form,
    )
    assert made.code == 0, made.out
    shown = line.run("case", "show", made.json["receipt"]["case"], "--json").json
    assert shown["case"]["title"] == "关于书包减重的建议"


def _batch(tmp_path: Path, cases: list[str]) -> str:
    file = tmp_path / "batch.json"
    file.write_text(json.dumps([{"case": one} for one in cases]), encoding="utf-8")
    return str(file)


def test_a_batch_has_a_verdict_for_every_row(line: Line, tmp_path: Path) -> None:
    case = line.drafted()
    batch = ("--batch", _batch(tmp_path, [case, "nowhere"]))
    before = line.dump()
    tried = line.run("act", "submit", "--as", "wang-fang", *batch, "--dry-run", "--json")
    assert (tried.json["done"], tried.json["refused"]) == (1, 1)
    assert line.dump() == before

    done = line.run("act", "submit", "--as", "wang-fang", *batch, "--json")
    assert done.code == 3
    first, second = done.json["rows"]
    assert first["receipt"]["state"] == "first_review"
    assert second["error"]["code"] == "unknown-case"
    assert line.run("case", "show", case, "--json").json["case"]["state"] == "first_review"


def test_the_inbox_holds_tasks_and_notices(line: Line) -> None:
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    inbox = line.run("inbox", "reviewer", "--json").json
    assert [one["case"] for one in inbox["waiting"]] == [case]
    notice = inbox["notices"]["entries"][0]
    assert notice["read_at"] is None
    again = line.run("inbox", "reviewer", "--mark-read", notice["id"], "--unread", "--json").json
    assert again["notices"]["entries"] == []
    assert again["notices"]["unread"] == 0


def test_what_falls_due_is_listed_up_to_the_day(line: Line) -> None:
    case = line.drafted()
    due_on = line.run("case", "show", case, "--json").json["clocks"][0]["due_on"]
    assert line.run("due", "--on", "2026-01-21", "--json").json["lines"] == []
    found = line.run("due", "--on", due_on, "--json").json["lines"]
    assert [(one["case"], one["days_left"]) for one in found] == [(case, 0)]


def test_lists_and_search_find_the_case(line: Line) -> None:
    number = _registered(line)
    line.act("draft", "li-ming", "2026-01-22T10:00", *DRAFT)
    listed = line.run("case", "list", "--state", "registered", "--json").json
    assert [one["number"] for one in listed["lines"]] == [number]
    first = line.run("case", "list", "--limit", "1", "--json").json
    assert first["total"] == 2
    second = line.run("case", "list", "--limit", "1", "--after", first["after"], "--json").json
    assert {first["lines"][0]["id"], second["lines"][0]["id"]} == {
        one["id"] for one in line.run("case", "list", "--json").json["lines"]
    }
    assert line.run("search", "过街", "--json").json["total"] == 2
    # Whatever is no sign of a word parts words: both must be there.
    assert line.run("search", "过%街", "--json").json["total"] == 2
    assert line.run("search", "过桥", "--json").json["total"] == 0
    assert line.run("reindex", "--json").json == {"indexed": 2, "missing": 0}


def test_the_reports_count_what_was_done(line: Line, tmp_path: Path) -> None:
    _answered(line, tmp_path)
    funnel = line.run("report", "funnel", "--json").json["steps"]
    counts = {one["name"]: one["count"] for one in funnel}
    assert (counts["registered"], counts["answered"], counts["rated"]) == (1, 1, 0)
    found = {one["name"]: one for one in line.run("report", "rates", "--json").json["rates"]}
    assert all(one["formula"]["zh"] for one in found.values())
    out = tmp_path / "out"
    made = line.run("report", "annual", "--out", str(out), "--json")
    assert made.code == 0
    assert sorted(one.name for one in out.iterdir()) == [
        "linxi-5-2-report.docx",
        "linxi-5-2-report.md",
    ]
    assert "示意" not in (out / "linxi-5-2-report.md").read_text(encoding="utf-8")
    assert line.run("report", "funnel", "--session", "9-9").code == 1


def test_a_proposal_names_its_rule_and_reason(line: Line) -> None:
    case = line.drafted()
    asked = line.run("route", "关于增加公交线路的建议", "--field", "transport", "--json").json
    assert asked["assignments"][0]["unit"] == "transport"
    assert asked["assignments"][0]["rule"] == "buses"
    assert "公交" in asked["assignments"][0]["reason"]
    assert line.run("route", "--case", case, "--json").code == 0
    assert line.run("route", TITLE, "--case", case).code == 2
    assert "transport" in line.run("route", TITLE).err


def test_what_no_rule_covers_is_on_the_desks_list(line: Line) -> None:
    made = line.act(
        *("draft", "wang-fang", "2026-01-21T10:00"),
        *("--set", "title=关于一件难以归类之事的建议", "--set", "text=请予研究。"),
        *("--set", "field=organisation-personnel", "--set", "kind=session"),
        *("--set", "origin=research"),
    )
    case = str(made.json["receipt"]["case"])
    for action, person in (
        ("submit", "wang-fang"),
        ("pass_first_review", "reviewer"),
        ("register", "committee"),
    ):
        line.act(action, person, "2026-01-22T10:00", "--case", case)
    listed = line.run("route", "--uncovered", "--json").json
    assert [one["id"] for one in listed] == [case]
    assert listed[0]["reason"]["zh"]


def test_the_worker_fires_what_is_due(line: Line) -> None:
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    before = line.run("audit", "show", "--case", case, "--json").json["entries"]
    done = line.run("worker", "--once", "--console", "--json")
    assert done.code == 0, done.out
    assert done.json["fired"] >= 1
    after = line.run("audit", "show", "--case", case, "--json").json["entries"]
    assert {one["actor"] for one in after[len(before) :]} == {"clock"}
    health = {one["check"]: one for one in line.run("doctor", "--json").json["findings"]}
    assert health["worker"]["health"] == "well"


@pytest.mark.parametrize("arguments", [("show", "zhejiang-county"), ("show", "zhejiang-county/v1")])
def test_a_profile_is_shown_as_a_page(line: Line, arguments: tuple[str, ...]) -> None:
    page = line.run("workflow", *arguments)
    assert page.code == 0
    assert "| 动作 action |" in page.out
    assert line.run("workflow", *arguments, "--json").json["name"] == "zhejiang-county"
    assert line.run("workflow", "show", "nowhere").code == 3
    assert line.run("workflow", "list", "--json").json[0]["stored"] is True


def test_a_broken_profile_is_refused_with_file_and_line(line: Line, tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text("name: a\nname: b\n", encoding="utf-8")
    refused = line.run("workflow", "validate", str(tmp_path), "--json")
    assert refused.code == 1
    assert "profile.yaml:2:" in refused.json["error"]["facts"]["problems"]
    assert line.run("workflow", "validate", "zhejiang-county").code == 0


def test_a_year_of_the_calendar_is_shown(line: Line) -> None:
    year = line.run("calendar", "show", "2026", "--json").json
    assert year["calendar"] == "linxi"
    assert year["status"] == "published"
    assert "2026-02-17" in year["holidays"]
    assert line.run("calendar", "show", "2050", "--json").json["status"] == "provisional"
