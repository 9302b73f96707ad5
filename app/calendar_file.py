"""Reads the calendar of a year from a file: YAML as the State Council's notice reads, or CSV.

Everything that is wrong is told with file, line and how to mend it, and nothing of such a file is
used. The formats are described in docs/calendar-file.md. Refuses to know what is stored already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.calendar_csv import read_csv
from app.calendar_days import Days, NamedDay, each_day
from app.errors import CalendarRefused, FileUnreadable
from app.rows import Row, RowReader
from app.told_files import bytes_of
from engine.calendar import AdditionKind, CalendarAddition, CalendarYear, YearStatus
from workflows.national_calendar import STATUTORY_FROM, STATUTORY_TO
from workflows.problems import Path as Place
from workflows.problems import Report
from workflows.strict_yaml import parse

LARGEST = 1_000_000
LONGEST_HOLIDAY = 31
SHOWN = 40
STATUSES = tuple(one.value for one in YearStatus)
NATIONAL = {"status", "source", "holidays", "workdays"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """What a file says of a year: the national days, and days of the place with their lines."""

    year: int
    national: CalendarYear | None
    additions: tuple[tuple[int, CalendarAddition], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said beside the file: a CSV has no place for status and source.

    `year`: the only one that is accepted.
    """

    year: int | None = None
    status: YearStatus | None = None
    source: str = ""


def read_calendar_file(path: Path, said: Said, report: Report) -> CalendarFile:
    """The year of the file; CalendarRefused names every fault with its line."""
    text = _text_of(path)
    found = _from_csv(path.name, text, said, report) if _is_csv(path) else None
    if found is None and not _is_csv(path):
        found = _from_yaml(path.name, text, said, report)
    if found is not None and said.year is not None and found.year != said.year:
        zh = f"文件是{found.year}年的,要的是{said.year}年;请换文件或改 --year"
        en = f"the file is of {found.year}, wanted is {said.year}; take another file or --year"
        report.add(path.name, ("year",), zh, en)
    refuse_if_wrong(path, report)
    if found is None:
        raise FileUnreadable(file=path, reason="没有内容 / it is empty")
    return found


def refuse_if_wrong(path: Path, report: Report) -> None:
    """CalendarRefused when something is wrong with the file."""
    problems = report.problems
    if not problems:
        return
    lines = [str(one) for one in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"……另有{len(problems) - SHOWN}处 / and {len(problems) - SHOWN} more")
    raise CalendarRefused(file=path, count=len(problems), problems="\n".join(lines))


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _text_of(path: Path) -> str:
    """UTF-8 with or without its mark, else GB18030, in which spreadsheets here save."""
    data = bytes_of(path, largest=LARGEST)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    reason = "不是 UTF-8 或 GB18030 / neither UTF-8 nor GB18030"
    raise FileUnreadable(file=path, reason=reason)


def _from_csv(file: str, text: str, said: Said, report: Report) -> CalendarFile | None:
    days = read_csv(file, text, report)
    status = said.status or YearStatus.PUBLISHED
    if not said.source.strip():
        zh, en = "CSV 没有依据;请用 --source 写明", "a CSV names no source; give it with --source"
        report.add_at(file, 1, zh, en)
    if days is None:
        return None
    if status is YearStatus.PUBLISHED:
        days.check_statutory(1)
    if report.problems:
        return None
    return CalendarFile(year=days.year, national=days.as_year(status, said.source.strip()))


def _from_yaml(file: str, text: str, said: Said, report: Report) -> CalendarFile | None:
    document = parse(file, text, report)
    if document is None:
        return None
    report.know(file, document.lines)
    reader = RowReader(file, report)
    if said.status is not None or said.source:
        zh = "YAML 文件自带 status 和 source;请去掉选项 --status、--source"
        en = "a YAML file says status and source itself; leave out --status and --source"
        report.add(file, (), zh, en)
    top = reader.row(document.value, (), {"year"}, NATIONAL | {"region"})
    year = reader.number(top, "year", (), STATUTORY_FROM, STATUTORY_TO)
    if top.get("year") != year:
        # Every day of the file would be of a wrong year.
        return None
    if not top.keys() & {*NATIONAL, "region"}:
        reader.fault((), "缺少“holidays”或“region”", "“holidays” or “region” is missing")
        return None
    national = _national(reader, top, year) if top.keys() & NATIONAL else None
    additions = _region(reader, top["region"], year) if "region" in top else ()
    return CalendarFile(year=year, national=national, additions=additions)


def _national(reader: RowReader, top: Row, year: int) -> CalendarYear | None:
    for name in ("status", "source", "holidays"):
        if top.get(name) in (None, "", []):
            reader.fault((), f"缺少“{name}”", f"“{name}” is missing")
    status = reader.choice(top, "status", (), STATUSES)
    source = reader.text(top, "source", (), None)
    days = _days(reader, top, (), year, within_week=False)
    if status == YearStatus.PUBLISHED.value:
        days.check_statutory(reader.line(("holidays",)))
    if reader.report.problems:
        return None
    return days.as_year(YearStatus(status), source)


def _region(
    reader: RowReader, value: object, year: int
) -> tuple[tuple[int, CalendarAddition], ...]:
    """Days that the place settles for itself."""
    place: Place = ("region",)
    row = reader.row(value, place, {"source"}, {"holidays", "workdays"})
    source = reader.text(row, "source", place, None)
    days = _days(reader, row, place, year, within_week=True)
    kinds = ((days.holidays, AdditionKind.HOLIDAY), (days.workdays, AdditionKind.WORKDAY))
    found = (
        (one.line, CalendarAddition(day=one.day, kind=kind, name=one.name, source=source))
        for listed, kind in kinds
        for one in listed.values()
    )
    return tuple(sorted(found, key=lambda pair: pair[1].day))


def _days(reader: RowReader, row: Row, place: Place, year: int, *, within_week: bool) -> Days:
    days = Days(file=reader.file, year=year, report=reader.report)
    for position, value in enumerate(reader.rows(row.get("holidays"), (*place, "holidays"))):
        for one in _holiday(reader, value, (*place, "holidays", position)):
            days.add_holiday(one)
    for position, value in enumerate(reader.rows(row.get("workdays"), (*place, "workdays"))):
        here: Place = (*place, "workdays", position)
        item = reader.row(value, here, {"day", "name"}, set())
        day, name = _day(reader, item, "day", here), reader.text(item, "name", here, None)
        if day is not None:
            named = NamedDay(day=day, name=name, line=reader.line(here))
            days.add_workday(named, within_week=within_week)
    return days


def _holiday(reader: RowReader, value: object, place: Place) -> Iterator[NamedDay]:
    """`{name, day}`, or `{name, from, to, days}` as the notice counts them: 放假N天."""
    is_range = isinstance(value, dict) and "day" not in value
    required = {"name", "from", "to", "days"} if is_range else {"name", "day"}
    row = reader.row(value, place, required, set())
    name = reader.text(row, "name", place, None)
    first = _day(reader, row, "from" if is_range else "day", place)
    last = _day(reader, row, "to", place) if is_range else first
    if first is None or last is None:
        return
    if is_range and not _is_as_counted(reader, row, place, first, last):
        return
    line = reader.line(place)
    yield from (NamedDay(day=day, name=name, line=line) for day in each_day(first, last))


def _is_as_counted(reader: RowReader, row: Row, place: Place, first: date, last: date) -> bool:
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_HOLIDAY:
        zh = f"从{first}到{last}不成一段假期(1至{LONGEST_HOLIDAY}天);请核对起止"
        en = f"{first} to {last} is no holiday of 1 to {LONGEST_HOLIDAY} days; check both"
        reader.fault(place, zh, en)
        return False
    if "days" in row and row["days"] != length:
        zh = f"写的是{row['days']}天,{first}至{last}是{length}天;请按通知核对"
        en = f"says {row['days']} days, {first} to {last} are {length}; check with the notice"
        reader.fault((*place, "days"), zh, en)
        return False
    return True


def _day(reader: RowReader, row: Row, name: str, place: Place) -> date | None:
    """A day as the standard writes it, nothing else that means one."""
    value = row.get(name)
    if value in (None, ""):
        return None
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        zh = f"“{name}”应为日期,如 2027-02-05"
        reader.fault((*place, name), zh, f"“{name}” must be a day like 2027-02-05")
        return None
    return day
