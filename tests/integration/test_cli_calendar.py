"""A year is published: dry run, import, clocks, reminders, notices, audit, on both databases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest

from app.calendar_file import Said
from app.calendars import CalendarReport, CalendarWish, calendar_of, fulfil, wish_of_file
from app.people import By
from app.recounting import silent
from db.register import RegisterChanges
from tests.support.calendar_files import NOTICE, REGION, YEAR_2027
from tests.support.calendar_line import (
    CONGRESS,
    NOW,
    NUMBERS,
    clocks_of,
    handed_over,
    next_rung,
    rows_of,
    services_of,
    year_line,
)
from tests.support.command_line import Answer, Line, bare_line
from tests.support.databases import database_url

__all__ = ["bare_line", "database_url", "year_line"]


@pytest.fixture
def published(tmp_path: Path) -> str:
    """The file of 2027: Saturday 30 January is worked, 5 to 12 February are not."""
    file = tmp_path / "2027.yaml"
    file.write_text(YEAR_2027, encoding="utf-8")
    return str(file)


def _import(line: Line, file: str, *options: str) -> Answer:
    return line.run("calendar", "import", file, *options, "--json")


def _moved(answer: Answer) -> list[tuple[str, str, str, str, bool]]:
    return sorted(
        (one["number"], one["kind"], one["due_was"], one["due_on"], one["reminder_moved"])
        for one in answer.json["recount"]["moved"]
    )


def _doctor(line: Line) -> dict[str, str]:
    checks = line.run("doctor", "--json").json["findings"]
    return {one["check"]: one["health"] for one in checks}


EXPECTED = [
    # Ten working days from Thursday 21 January: 22, 25 to 29, 30 (worked now), 1 to 3 February.
    (NUMBERS[0], "return_window", "2027-02-04", "2027-02-03", True),
    # Twenty from 22 January: 11 and 12 February are lost, 30 January and 20 February won.
    (NUMBERS[0], "first_contact", "2027-02-25", "2027-02-25", False),
]


def test_a_year_is_published(year_line: Line, published: str) -> None:
    case = handed_over(year_line)
    before = clocks_of(year_line, case)
    assert before["return_window"]["due_on"] == "2027-02-04"
    assert before["return_window"]["provisional"] is True
    assert next_rung(before["return_window"]) == "2027-02-02T01:00:00+00:00"
    assert _doctor(year_line)["calendar linxi"] == "warning"

    kept = rows_of(year_line)
    tried = _import(year_line, published, "--dry-run")
    assert (tried.code, tried.json["dry_run"], tried.json["changed"]) == (0, True, True)
    assert _moved(tried) == sorted(EXPECTED)
    assert rows_of(year_line) == kept

    told = ("--actor", "committee", "--reason", "国办通知已发")
    done = _import(year_line, published, *told)
    assert (done.code, done.json["changed"]) == (0, True)
    assert done.json["recount"] == tried.json["recount"]
    assert done.json["years"] == [{"year": 2027, "before": "provisional", "after": "published"}]
    days = {one["day"]: (one["before"]["kind"], one["after"]["kind"]) for one in done.json["days"]}
    assert days["2027-01-30"] == ("weekend", "make-up-workday")
    assert days["2027-02-11"] == ("workday", "holiday")

    after = clocks_of(year_line, case)
    assert after["return_window"]["due_on"] == "2027-02-03"
    assert after["return_window"]["provisional"] is False
    assert next_rung(after["return_window"]) == "2027-02-01T01:00:00+00:00"
    assert after["first_contact"]["provisional"] is False
    # Three calendar months count every day alike; nothing is written about the reply.
    assert after["reply"]["words"] == before["reply"]["words"]
    (notice,) = (
        one
        for one in year_line.run("inbox", "zhao-min", "--json").json["notices"]["entries"]
        if one["subject"].startswith("到期日有变")
    )
    assert "2027-02-03" in notice["subject"]
    assert "2027-02-04 → 2027-02-03" in notice["body"]
    _check_audit(year_line, case)
    health = _doctor(year_line)
    assert {name: health[name] for name in health if name.endswith("linxi")} == dict.fromkeys(
        ("calendar linxi", "recount linxi", "cases linxi", "audit linxi"), "well"
    )

    kept = rows_of(year_line)
    again = _import(year_line, published, *told)
    assert (again.code, again.json["changed"], again.json["days"]) == (0, False, [])
    assert rows_of(year_line) == kept
    assert "nothing had changed" in year_line.run("calendar", "import", published).out


def _check_audit(line: Line, case: str) -> None:
    entry = line.run("audit", "show", "--case", case, "--json").json["entries"][-1]
    assert (entry["action"], entry["actor"], entry["rule"]) == (
        "recount_clocks",
        "committee",
        "calendar/v3",
    )
    assert NOTICE in entry["content"]["reason"]
    assert "国办通知已发" in entry["content"]["reason"]
    assert entry["content"]["told"] == ["zhao-min"]
    assert line.run("audit", "verify", "--json").code == 0
    history = line.run("case", "show", case).out
    assert "工作日历变动,重算期限" in history


def test_people_read_what_moved(year_line: Line, published: str) -> None:
    handed_over(year_line)
    told = year_line.run("calendar", "import", published, "--dry-run").out
    assert "暂定 provisional → 已公布 published" in told
    assert "改为上班 now worked" in told
    assert "退办申请期限" in told
    assert "提前 earlier: 1 · 由暂定转确定 certain now: 2 · 提醒改期 reminders moved: 1" in told
    assert told.rstrip().endswith("dry run, nothing was stored")
    done = year_line.run("calendar", "import", published).out
    assert done.rstrip().endswith("已保存 stored · 日历第3版 version of the calendar")


def _wish(line: Line, file: str) -> CalendarWish:
    with services_of(line) as services:
        return wish_of_file(calendar_of(services, CONGRESS), Path(file), Said())


def test_a_worker_finishes_what_was_killed_before_the_recount(
    year_line: Line, published: str
) -> None:
    cases = [handed_over(year_line, key) for key in ("first", "second", "third")]
    wish = _wish(year_line, published)
    with services_of(year_line) as services:
        services.register.apply(
            CONGRESS,
            RegisterChanges(calendar_years=wish.years),
            actor="committee",
            reason="国办通知已发",
            now=NOW,
        )
    assert clocks_of(year_line, cases[0])["return_window"]["due_on"] == "2027-02-04"
    found = year_line.run("doctor", "--json").json["findings"]
    (behind,) = (one for one in found if one["check"] == "recount linxi")
    assert behind["health"] == "warning"
    assert "bihuan calendar recompute" in behind["mend"]
    tried = year_line.run("calendar", "recompute", "--dry-run", "--json")
    assert tried.json["outstanding"] is True
    assert len(_moved(tried)) == 6
    assert year_line.run("worker", "--once").code == 0
    for case in cases:
        clock = clocks_of(year_line, case)["return_window"]
        assert (clock["due_on"], next_rung(clock)) == ("2027-02-03", "2027-02-01T01:00:00+00:00")
        _, entry = year_line.run("audit", "show", "--case", case, "--json").json["entries"][-2:]
        assert (entry["actor"], entry["content"]["reason"]) == ("committee", "国办通知已发")
    done = year_line.run("calendar", "recompute", "--json")
    assert (done.json["outstanding"], _moved(done)) == (False, [])
    assert _doctor(year_line)["recount linxi"] == "well"


def test_the_same_by_hand(year_line: Line, published: str) -> None:
    handed_over(year_line)
    wish = _wish(year_line, published)
    with services_of(year_line) as services:
        changes = RegisterChanges(calendar_years=wish.years)
        services.register.apply(CONGRESS, changes, actor="system", reason="", now=NOW)
    # What is said already is not stored again, and what it left is done.
    done = _import(year_line, published)
    assert done.json["changed"] is False
    assert _moved(done) == sorted(EXPECTED)
    assert _doctor(year_line)["recount linxi"] == "well"


def test_two_who_import_at_once_do_it_once(year_line: Line, published: str) -> None:
    case = handed_over(year_line)
    wish, start = _wish(year_line, published), Barrier(2)
    reports: list[CalendarReport] = []

    def one(actor: str) -> None:
        with services_of(year_line) as services:
            start.wait()
            by = By(actor=actor, reason="", now=NOW)
            reports.append(fulfil(services, CONGRESS, wish, by, silent))

    threads = [Thread(target=one, args=(actor,)) for actor in ("committee", "office")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.changed for one in reports) == [False, True]
    entries = year_line.run("audit", "show", "--case", case, "--json").json["entries"]
    assert [one["action"] for one in entries].count("recount_clocks") == 1
    (changed,) = (one for one in reports if one.changed)
    assert {one.kind for one in changed.recount.moved} == {"return_window", "first_contact"}
    assert year_line.run("audit", "verify").code == 0
    assert _doctor(year_line)["recount linxi"] == "well"


def test_days_of_the_place_move_clocks_and_stay_when_the_year_comes(
    year_line: Line, published: str, tmp_path: Path
) -> None:
    case = handed_over(year_line)
    off = ("calendar", "set", "2027-01-27", "holiday", "--name", "防寒", "--source", "县政府通知")
    tried = year_line.run(*off, "--dry-run", "--json")
    done = year_line.run(*off, "--json")
    assert done.json["recount"] == tried.json["recount"]
    assert clocks_of(year_line, case)["return_window"]["due_on"] == "2027-02-11"
    assert year_line.run(*off, "--json").json["changed"] is False
    assert _import(year_line, published).json["changed"] is True
    # 30 January pays for the 27th: as it was at first, and certain now.
    assert clocks_of(year_line, case)["return_window"]["due_on"] == "2027-02-04"
    day = year_line.run("calendar", "explain", "2027-01-27", "--json").json
    assert (day["worked"], day["name"], day["source"]) == (False, "防寒", "县政府通知")
    assert (day["regional"], day["nationally"]["kind"], day["status"]) == (
        True,
        "workday",
        "published",
    )
    back = year_line.run("calendar", "set", "2027-01-27", "ordinary", "--json").json
    assert [one["after"]["kind"] for one in back["days"]] == ["workday"]
    assert clocks_of(year_line, case)["return_window"]["due_on"] == "2027-02-03"
    region = tmp_path / "region.yaml"
    region.write_text("year: 2027\n" + REGION, encoding="utf-8")
    assert _import(year_line, str(region)).json["years"] == []
    shown = year_line.run("calendar", "show", "2027", "--json").json
    assert [(one["day"], one["kind"]) for one in shown["additions"]] == [
        ("2027-04-08", "holiday"),
        ("2027-04-09", "holiday"),
        ("2027-04-10", "workday"),
    ]
    assert (shown["status"], shown["source"], shown["counted"]) == ("published", NOTICE, True)


def test_a_fresh_congress_has_nothing_to_recount(year_line: Line) -> None:
    assert _doctor(year_line)["recount linxi"] == "well"
    handed_over(year_line)
    assert _doctor(year_line)["recount linxi"] == "well"
    with services_of(year_line) as services:
        assert list(services.store.to_recount()) == []
        assert calendar_of(services, CONGRESS).is_working_day(date(2026, 2, 14))
