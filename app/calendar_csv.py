"""Reads a calendar from CSV with a row for every day of the year: date, kind, name.

Refuses to know status and source: a CSV has no place for them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.calendar_days import Days, NamedDay, each_day, weekday
from app.rows import LONGEST_NAME
from engine.calendar import SATURDAY, DayKindName
from workflows.national_calendar import STATUTORY_FROM, STATUTORY_TO
from workflows.problems import Report

HEADER = ("date", "kind", "name")
CHINESE: Mapping[str, DayKindName] = {
    "工作日": DayKindName.WORKDAY,
    "周末": DayKindName.WEEKEND,
    "放假": DayKindName.HOLIDAY,
    "调休上班": DayKindName.MAKE_UP,
}
KINDS: Mapping[str, DayKindName] = {**{one.value: one for one in DayKindName}, **CHINESE}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    day: date
    kind: DayKindName
    name: str


def read_csv(file: str, text: str, report: Report) -> Days | None:
    """The days of the year of the first row; None when there is no row to begin with."""
    lines = _lines(file, text, report)
    rows = [row for line, cells in lines if (row := _row(file, line, cells, report))]
    if not rows:
        if not report.problems:
            report.add_at(file, 1, "没有日子", "there are no days in it")
        return None
    year = rows[0].day.year
    if not STATUTORY_FROM <= year <= STATUTORY_TO:
        zh, en = f"年份应在{STATUTORY_FROM}至{STATUTORY_TO}之间", "the year is out of range"
        report.add_at(file, rows[0].line, zh, en)
        return None
    days = Days(file=file, year=year, report=report)
    seen: dict[date, int] = {}
    for row in rows:
        if row.day in seen:
            zh = f"{row.day}重复(第一次在第{seen[row.day]}行);请只留一行"
            en = f"{row.day} stands twice (first on line {seen[row.day]}); keep one row"
            report.add_at(file, row.line, zh, en)
            continue
        seen[row.day] = row.line
        _add(days, row)
    _check_whole(file, year, seen, report)
    return days


def _lines(file: str, text: str, report: Report) -> Iterable[tuple[int, Sequence[str]]]:
    """The rows below the header with their lines, empty ones left out."""
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[tuple[int, Sequence[str]]] = []
    try:
        rows.extend((reader.line_num, [cell.strip() for cell in cells]) for cells in reader)
    except csv.Error as error:
        # A quote that is not closed swallows the rest: what matters is where it begins.
        line = rows[-1][0] + 1 if rows else 1
        report.add_at(file, line, f"CSV 写法有误:{error}", f"CSV: {error}")
        return []
    if not rows or tuple(rows[0][1]) != HEADER:
        listed = ",".join(HEADER)
        report.add_at(file, 1, f"表头应为 {listed}", f"the header must be {listed}")
        return []
    return [(line, cells) for line, cells in rows[1:] if any(cells)]


def _row(file: str, line: int, cells: Sequence[str], report: Report) -> _Row | None:
    if len(cells) != len(HEADER):
        zh, en = f"应有{len(HEADER)}列,有{len(cells)}列", f"{len(cells)} cells instead of 3"
        report.add_at(file, line, zh, en)
        return None
    written, kind, name = cells
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.isoformat() != written:
        zh = f"“{written}”不是日期,应如 2027-02-05"
        report.add_at(file, line, zh, f"“{written}” is no day like 2027-02-05")
        return None
    if kind not in KINDS:
        zh = f"{day}的类“{kind}”不认识,可用:{'、'.join(KINDS)}"
        en = f"unknown kind “{kind}” of {day}; use {', '.join(one.value for one in DayKindName)}"
        report.add_at(file, line, zh, en)
        return None
    if len(name) > LONGEST_NAME or not name.isprintable():
        zh = f"名称应在{LONGEST_NAME}字以内且没有控制字符"
        report.add_at(file, line, zh, f"the name must be at most {LONGEST_NAME} plain characters")
        return None
    return _Row(line=line, day=day, kind=KINDS[kind], name=name)


def _add(days: Days, row: _Row) -> None:
    """Ordinary days need only be what their weekday says; others need a name."""
    named = NamedDay(day=row.day, name=row.name, line=row.line)
    on_weekend = row.day.weekday() >= SATURDAY
    fault: tuple[str, str] | None = None
    if row.kind in (DayKindName.HOLIDAY, DayKindName.MAKE_UP) and not row.name:
        fault = ("缺少名称;请写明是什么假日", "has no name; say which holiday it belongs to")
    elif row.kind is DayKindName.HOLIDAY:
        days.add_holiday(named)
    elif row.kind is DayKindName.MAKE_UP:
        days.add_workday(named)
    elif row.day.year != days.year:
        fault = (
            f"不属于{days.year}年;一个文件一年",
            f"is not a day of {days.year}: one year a file",
        )
    elif row.kind is DayKindName.WORKDAY and on_weekend:
        fault = ("周末上班应写“调休上班”", "is a weekend: worked, it is a make-up-workday")
    elif row.kind is DayKindName.WEEKEND and not on_weekend:
        fault = ("不是周末,休息应写“放假”", "is no weekend: at rest, it is a holiday")
    if fault is not None:
        zh, en = fault
        zh = f"{row.day}({weekday(row.day)}){zh}"
        days.report.add_at(days.file, row.line, zh, f"{row.day} {en}")


def _check_whole(file: str, year: int, seen: Mapping[date, int], report: Report) -> None:
    """Every day of the year stands there; a gap is told on the line of the day before it."""
    line = 1
    gap: list[date] = []
    for day in (*each_day(date(year, 1, 1), date(year, 12, 31)), None):
        if day is not None and day not in seen:
            gap.append(day)
            continue
        if gap:
            count = f"(共{len(gap)}天)" if len(gap) > 1 else ""
            until = f"至{gap[-1]}" if len(gap) > 1 else ""
            zh = f"缺少 {gap[0]}{until}{count};请补齐全年每一天"
            to = f" to {gap[-1]}" if len(gap) > 1 else ""
            report.add_at(file, line, zh, f"missing: {gap[0]}{to}; a row for every day is needed")
            gap = []
        line = seen.get(day, line) if day is not None else line
