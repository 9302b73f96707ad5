"""Calendar files: what is read from them, and that whatever is wrong is told with its line."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from app.calendar_file import CalendarFile, Said, read_calendar_file
from app.errors import AppError, CalendarRefused, FileUnreadable
from engine.calendar import AdditionKind, YearStatus
from tests.support.calendar_files import NOTICE, REGION, YEAR_2027, csv_of
from workflows.national_calendar import national_year
from workflows.problems import Report

FROM_NOTICE = Said(source=NOTICE)


NOTHING_ELSE = Said()


def _read(
    folder: Path, text: str | bytes, said: Said = NOTHING_ELSE, name: str = "c.yaml"
) -> CalendarFile:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_calendar_file(path, said, Report())


def _faults(folder: Path, text: str, said: Said = NOTHING_ELSE, name: str = "c.yaml") -> list[str]:
    with pytest.raises(CalendarRefused) as refused:
        _read(folder, text, said, name)
    return refused.value.told("problems")[0].split("\n")


def _edited(old: str, new: str, text: str = YEAR_2027) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_a_year_as_the_notice_reads(tmp_path: Path) -> None:
    found = _read(tmp_path, YEAR_2027 + REGION)
    year = found.national
    assert year is not None
    assert (found.year, year.year, year.status, year.source) == (
        2027,
        2027,
        YearStatus.PUBLISHED,
        NOTICE,
    )
    assert len(year.holidays) == 28
    assert year.holidays[date(2027, 2, 10)] == "春节"
    assert year.workdays[date(2027, 10, 9)] == "国庆节"
    assert [(one.day, one.kind, one.name) for _, one in found.additions] == [
        (date(2027, 4, 8), AdditionKind.HOLIDAY, "三月三"),
        (date(2027, 4, 9), AdditionKind.HOLIDAY, "三月三"),
        (date(2027, 4, 10), AdditionKind.WORKDAY, "三月三补班"),
    ]
    assert {one.source for _, one in found.additions} == {"桂政办电〔2026〕99号"}
    assert [line for line, _ in found.additions] == [22, 22, 24]


def test_days_of_the_place_alone(tmp_path: Path) -> None:
    found = _read(tmp_path, "year: 2027\n" + REGION)
    assert found.national is None
    assert len(found.additions) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["c.yaml", "c.csv"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    text, said = (YEAR_2027, Said()) if name == "c.yaml" else (csv_of(2026), FROM_NOTICE)
    found = _read(tmp_path, text.encode(encoding), said, name)
    assert found.national is not None
    assert found.national.source == NOTICE
    assert "春节" in found.national.holidays.values()


@pytest.mark.parametrize("year", [2008, 2024, 2025, 2026])
def test_a_row_for_every_day_gives_the_same_year(tmp_path: Path, year: int) -> None:
    found = _read(tmp_path, csv_of(year), FROM_NOTICE, "c.csv").national
    national = national_year(year)
    assert found is not None
    assert (found.holidays, found.workdays) == (national.holidays, national.workdays)
    assert found.status is YearStatus.PUBLISHED


def test_kinds_in_chinese_and_a_provisional_year(tmp_path: Path) -> None:
    text = csv_of(2026)
    for english, chinese in (
        (",make-up-workday,", ",调休上班,"),
        (",workday,", ",工作日,"),
        (",weekend,", ",周末,"),
        (",holiday,", ",放假,"),
    ):
        text = text.replace(english, chinese)
    said = Said(source="草案", status=YearStatus.PROVISIONAL)
    found = _read(tmp_path, text, said, "c.csv").national
    assert found is not None
    assert (found.status, found.workdays) == (YearStatus.PROVISIONAL, national_year(2026).workdays)


FIRST_OF_MAY = "  - {name: 劳动节, from: 2027-05-01, to: 2027-05-05, days: 5}\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "zh", "en"),
    [
        ("days: 8}", "days: 7}", 6, "是8天", "says 7 days"),
        ("to: 2027-02-12, days: 8", "to: 2027-02-04, days: 0", 6, "不成一段假期", "is no holiday"),
        (FIRST_OF_MAY, "", 4, "缺少法定假日 2027-05-01", "statutory day off 2027-05-02"),
        ("day: 2027-09-15", "day: 2027-09-16", 4, "缺少法定假日 2027-09-15", "2027-09-15"),
        ("day: 2027-06-09", "day: 2027-04-05", 9, "重叠", "overlaps with line 7"),
        ("day: 2027-06-09", "day: 2026-06-09", 9, "不属于2027年", "not a day of 2027"),
        ("day: 2027-01-30", "day: 2027-01-29", 13, "是周五", "is no weekend"),
        ("day: 2027-01-30", "day: 2027-02-06", 13, "重叠", "overlaps with line 6"),
        ("day: 2027-02-20", "day: 2027-01-30", 14, "重叠", "overlaps with line 13"),
        ("day: 2027-01-30", "day: 2027-13-30", 13, "应为日期", "must be a day"),
        ("day: 2027-01-30", "day: 20270130", 13, "应为日期", "must be a day"),
        ("day: 2027-01-30", "day: 2027-W04-6", 13, "应为日期", "must be a day"),
        ("day: 2027-01-30", "on: 2027-01-30", 13, "不认识的键“on”", "unknown key"),
        ("name: 元旦", "name: 元旦, name: 新年", 5, "重复的键", "duplicate key"),
        ("status: published", "status: maybe", 2, "不能是“maybe”", "must be one of"),
        (f"source: {NOTICE}\n", "", 1, "缺少“source”", "is missing"),
        ("year: 2027\n", "", 1, "缺少“year”", "“year” is missing"),
        ("year: 2027\n", "year: 1027\n", 1, "应为1950至2100的整数", "must be from 1950"),
        ("year: 2027\n", "year: 2028\n", 5, "不属于2028年", "not a day of 2028"),
        ("name: 元旦, from", "name: '', from", 5, "缺少“name”", "is missing"),
        ("holidays:\n", "holidays: &a\n", 4, "锚点", "anchors"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(  # one case has these facts
    tmp_path: Path, *, old: str, new: str, line: int, zh: str, en: str
) -> None:
    faults = _faults(tmp_path, _edited(old, new))
    assert any(one.startswith(f"c.yaml:{line}: ") and zh in one for one in faults), faults
    assert any(en in one for one in faults), faults


def test_a_place_may_work_on_a_national_holiday_within_the_week(tmp_path: Path) -> None:
    text = "year: 2027\n" + REGION.replace("2027-04-10", "2027-10-07")
    found = _read(tmp_path, text)
    assert found.additions[-1][1].kind is AdditionKind.WORKDAY


def test_files_that_say_too_little_or_too_much(tmp_path: Path) -> None:
    assert "“holidays” or “region” is missing" in _faults(tmp_path, "year: 2027\n")[0]
    assert "must be a mapping" in _faults(tmp_path, "- 2027\n")[0]
    with pytest.raises(FileUnreadable, match="neither UTF-8 nor GB18030"):
        _read(tmp_path, b"\xff\xff\xff")
    with pytest.raises(FileUnreadable, match="larger"):
        _read(tmp_path, b"#" * 1_000_001)
    with pytest.raises(FileUnreadable):
        read_calendar_file(tmp_path / "none.yaml", Said(), Report())
    said = Said(source="x", status=YearStatus.PUBLISHED)
    assert "leave out --status" in _faults(tmp_path, YEAR_2027, said)[0]


@pytest.mark.parametrize("name", ["c.yaml", "c.csv"])
def test_only_the_year_that_is_wanted(tmp_path: Path, name: str) -> None:
    text, source = (YEAR_2027, "") if name == "c.yaml" else (csv_of(2026), NOTICE)
    year = 2027 if name == "c.yaml" else 2026
    assert _read(tmp_path, text, Said(year=year, source=source), name).year == year
    faults = _faults(tmp_path, text, Said(year=2025, source=source), name)
    assert faults[0].startswith(f"{name}:1: 文件是{year}年的,要的是2025年")


@pytest.mark.parametrize(
    ("old", "new", "line", "zh", "en"),
    [
        ("2026-03-04,workday,\n", "", 63, "缺少 2026-03-04;", "missing: 2026-03-04;"),
        ("2026-03-04,", "2026-03-03,", 64, "重复(第一次在第63行)", "first on line 63"),
        ("2026-03-04,", "2025-03-04,", 64, "不属于2026年", "is not a day of 2026"),
        ("2026-03-04,", "2026-3-4,", 64, "不是日期", "is no day"),
        ("2026-03-04,workday", "2026-03-04,rest", 64, "类“rest”不认识", "unknown kind"),
        ("2026-03-04,workday", "2026-03-04,weekend", 64, "(周三)不是周末", "is no weekend"),
        ("2026-03-04,workday", "2026-03-04,make-up-workday", 64, "缺少名称", "has no name"),
        ("2026-03-04,workday,", "2026-03-04,make-up-workday,x", 64, "是周三", "is no weekend"),
        ("2026-03-04,workday,", "2026-03-04,holiday,", 64, "缺少名称", "has no name"),
        ("2026-03-07,weekend", "2026-03-07,workday", 67, "周末上班", "make-up-workday"),
        ("2026-03-04,workday,", "2026-03-04,workday", 64, "有2列", "2 cells"),
        ("2026-10-01,holiday,国庆节", "2026-10-01,workday,", 1, "缺少法定假日 2026-10-01", "国庆"),
        ("date,kind,name", "day,kind,name", 1, "表头应为", "the header must be"),
        ("2026-12-31,workday,\n", "", 365, "缺少 2026-12-31", "missing: 2026-12-31"),
        ("2026-03-04,workday,", '2026-03-04,workday,"', 64, "CSV 写法有误", "CSV:"),
    ],
)
def test_what_is_wrong_in_a_row_is_told_with_its_line(  # one case has these facts
    tmp_path: Path, *, old: str, new: str, line: int, zh: str, en: str
) -> None:
    faults = _faults(tmp_path, _edited(old, new, csv_of(2026)), FROM_NOTICE, "c.csv")
    assert any(one.startswith(f"c.csv:{line}: ") and zh in one for one in faults), faults
    assert any(en in one for one in faults), faults


def test_a_gap_is_told_once_and_a_csv_needs_a_source(tmp_path: Path) -> None:
    rows = csv_of(2026).splitlines(keepends=True)
    faults = _faults(tmp_path, "".join(rows[:100] + rows[160:]), FROM_NOTICE, "c.csv")
    assert "c.csv:100: 缺少 2026-04-10至2026-06-08(共60天)" in faults[-1]
    assert "give it with --source" in _faults(tmp_path, csv_of(2026), Said(), "c.csv")[0]
    assert "no days" in _faults(tmp_path, "date,kind,name\n", FROM_NOTICE, "c.csv")[0]


def test_many_faults_are_cut_short(tmp_path: Path) -> None:
    text = csv_of(2026).replace(",workday,", ",work,")
    faults = _faults(tmp_path, text, FROM_NOTICE, "c.csv")
    assert len(faults) == 41
    assert faults[-1].endswith("more")


@pytest.mark.parametrize("name", ["c.yaml", "c.csv"])
@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_in_a_file_it_is_read_or_refused(tmp_path: Path, name: str, seed: int) -> None:
    rng = random.Random(seed)
    text, said = (YEAR_2027 + REGION, Said()) if name == "c.yaml" else (csv_of(2026), FROM_NOTICE)
    data = bytearray(text.encode())
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(data))
        if rng.random() < 0.5:
            data[at] = rng.choice(b"0129-:,{}[]'\"\n &*!\x00\xff")
        else:
            del data[at : at + rng.randint(1, 20)]
    try:
        found = _read(tmp_path, bytes(data), said, name)
    except AppError:
        return
    assert found.year >= 1950
