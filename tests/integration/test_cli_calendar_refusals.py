"""Calendars that are wrong are refused with line, words and code; looking at years and days."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.calendar_files import NOTICE, YEAR_2027, csv_of
from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]

MAY = "  - {name: 劳动节, from: 2027-05-01, to: 2027-05-05, days: 5}\n"
FROM = ("--source", NOTICE)


@pytest.mark.parametrize(
    ("old", "new", "told", "zh", "en"),
    [
        (MAY, "", ":4: ", "缺少法定假日 2027-05-01", "statutory day off 2027-05-01"),
        ("day: 2027-06-09", "day: 2027-04-05", ":9: ", "与第7行", "overlaps with line 7"),
        ("year: 2027\n", "year: 2028\n", ":5: ", "不属于2028年", "is not a day of 2028"),
        ("status: published", "status: secret", ":2: ", "不能是“secret”", "must be one of"),
        ("day: 2027-01-30", "day: 2027-01-29", ":13: ", "是周五", "is no weekend"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_stored(  # one case has these facts
    line: Line, tmp_path: Path, *, old: str, new: str, told: str, zh: str, en: str
) -> None:
    assert YEAR_2027.count(old) == 1
    file, before = tmp_path / "2027.yaml", line.dump()
    file.write_text(YEAR_2027.replace(old, new), encoding="utf-8")
    for option in ((), ("--dry-run",)):
        refused = line.run("calendar", "import", str(file), *option, "--json")
        assert (refused.code, refused.json["error"]["code"]) == (1, "calendar-refused")
        assert f"2027.yaml{told}" in refused.json["error"]["zh"]
    people = line.run("calendar", "import", str(file))
    assert (people.code, people.out) == (1, "")
    assert zh in people.err
    assert en in people.err
    assert line.dump() == before


def test_a_csv_with_a_missing_day_names_it(line: Line, tmp_path: Path) -> None:
    file, before = tmp_path / "2026.csv", line.dump()
    file.write_text(csv_of(2026).replace("2026-03-04,workday,\n", ""), encoding="utf-8")
    refused = line.run("calendar", "import", str(file), *FROM)
    assert refused.code == 1
    assert "2026.csv:63: 缺少 2026-03-04" in refused.err
    assert line.dump() == before


@pytest.mark.parametrize(
    ("name", "content", "options", "code"),
    [
        ("a.yaml", b"year: \xff\xfe\xff", (), "file-unreadable"),
        ("none.yaml", None, (), "file-unreadable"),
        ("a.yaml", YEAR_2027.encode(), ("--year", "2026"), "calendar-refused"),
        ("a.yaml", YEAR_2027.encode(), ("--status", "published"), "calendar-refused"),
        ("a.csv", csv_of(2026).encode(), (), "calendar-refused"),
        ("a.yaml", YEAR_2027.encode(), ("--actor", "ghost"), "unknown-person"),
        ("a.csv", csv_of(2026).encode(), ("--source", "x" * 81), "option-invalid"),
    ],
)
def test_what_cannot_be_read_or_done(  # one case has these facts
    line: Line,
    tmp_path: Path,
    *,
    name: str,
    content: bytes | None,
    options: tuple[str, ...],
    code: str,
) -> None:
    before = line.dump()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    refused = line.run("calendar", "import", str(tmp_path / name), *options, "--json")
    exits = {"calendar-refused": 1, "unknown-person": 3}
    assert (refused.json["error"]["code"], refused.code) == (code, exits.get(code, 2))
    assert line.dump() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("set", "2026-03-04", "workday", "--name", "补班", *FROM), "invalid-value"),
        (("set", "2026-03-04", "holiday", "--name", "停电"), "option-invalid"),
        (("set", "2026-03-04", "holiday", *FROM), "option-invalid"),
        (("set", "2026-03-04", "ordinary", *FROM), "option-invalid"),
        (("set", "2026-02-30", "ordinary"), "option-invalid"),
        (("set", "0026-03-04", "ordinary"), "option-invalid"),
        (("set", "20260304", "ordinary"), "option-invalid"),
        (("set", "2026-03-04", "holiday", "--name", "停\x1b[2J电", *FROM), "option-invalid"),
        (("national", "2027"), "invalid-value"),
        (("explain", "2026-2-3"), "option-invalid"),
        (("explain", "2026-02-03", "--clock", "reply"), "option-invalid"),
        (("explain", "2026-02-03", "--all"), "option-invalid"),
        (("explain", "5届2次第99号"), "unknown-case"),
    ],
)
def test_days_and_years_that_cannot_be(line: Line, arguments: tuple[str, ...], code: str) -> None:
    before = line.dump()
    refused = line.run("calendar", *arguments, "--json")
    exits = {"invalid-value": 1, "unknown-case": 3}
    assert (refused.json["error"]["code"], refused.code) == (code, exits.get(code, 2))
    assert line.dump() == before


def test_a_csv_gives_the_year_that_is_there(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "2026.csv"
    file.write_text(csv_of(2026), encoding="gb18030")
    done = line.run("calendar", "import", str(file), *FROM, "--json").json
    assert (done["changed"], done["years"], done["days"]) == (True, [], [])
    assert line.run("calendar", "show", "2026", "--json").json["source"] == NOTICE
    draft = ("--status", "provisional", *FROM)
    later = line.run("calendar", "import", str(file), *draft, "--json").json
    assert [(one["before"], one["after"]) for one in later["years"]] == [
        ("published", "provisional")
    ]
    assert "暂定 provisional" in line.run("calendar", "show", "2026").out
    back = line.run("calendar", "national", "2026", "--reason", "改回", "--json").json
    assert (back["changed"], back["days"]) == (True, [])
    assert line.run("calendar", "show", "2026", "--json").json["status"] == "published"


def test_a_year_that_the_calendar_lacks(line: Line) -> None:
    shown = line.run("calendar", "show", "2050", "--json").json
    assert (shown["calendar"], shown["counted"], shown["status"]) == (
        "national",
        False,
        "provisional",
    )
    assert "counted by weekends alone" in line.run("calendar", "show", "2050").out
    told = line.run("calendar", "explain", "2050-10-03")
    assert "上班 worked" in told.out
    assert "bihuan calendar national 2050" in told.out
    done = line.run("calendar", "national", "2050", "--json").json
    assert done["years"] == [{"year": 2050, "before": None, "after": "provisional"}]
    shown = line.run("calendar", "show", "2050", "--json").json
    assert (shown["calendar"], shown["counted"]) == ("linxi", True)
    assert "休息 not worked" in line.run("calendar", "explain", "2050-10-03").out


def test_a_year_without_a_database_and_the_national_one(bare_line: Line) -> None:
    shown = bare_line.run("calendar", "show", "2026", "--json").json
    assert (shown["calendar"], shown["additions"]) == ("national", [])
    assert bare_line.run("calendar", "explain", "2026-02-14").code == 6
    assert bare_line.run("calendar", "set", "2026-02-16", "ordinary").code == 6


def test_a_day_is_explained(line: Line) -> None:
    made = line.run("calendar", "explain", "2026-02-14").out
    assert "2026-02-14 周六 · 上班 worked" in made
    assert "调休上班 make-up-workday 春节" in made
    assert "已公布 published" in made
    rest = line.run("calendar", "explain", "2026-02-17", "--json").json
    assert (rest["worked"], rest["kind"], rest["name"]) == (False, "holiday", "春节")
    assert (rest["next_working_day"], rest["status"], rest["regional"]) == (
        "2026-02-24",
        "published",
        False,
    )


def test_a_case_is_explained_as_case_why_does(line: Line) -> None:
    case = line.drafted()
    told = line.run("calendar", "explain", case, "--json")
    assert (told.code, told.json) == (0, line.run("case", "why", case, "--json").json)


def test_a_day_of_the_place_is_shown_in_its_year(line: Line) -> None:
    settled = ("2026-04-20", "holiday", "--name", "三月三", "--source", "县政府通知")
    assert line.run("calendar", "set", *settled).code == 0
    shown = line.run("calendar", "show", "2026")
    assert "地方 regional: 县政府通知" in shown.out
    national = line.run("calendar", "show", "2026", "--national", "--json").json
    assert (national["additions"], national["calendar"]) == ([], "national")
    again = line.run("calendar", "set", "2026-04-20", "ordinary")
    assert "恢复全国日历" in again.out
    assert line.run("calendar", "show", "2026", "--json").json["additions"] == []
