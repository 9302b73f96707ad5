"""The page about calendar files: its examples are read as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from app.calendar_csv import CHINESE
from app.calendar_file import NATIONAL, CalendarFile, Said, read_calendar_file
from engine.calendar import AdditionKind, YearStatus
from tests.docs.pages import page, table_rows, unnamed
from tests.support.calendar_files import csv_of
from workflows.national_calendar import national_year
from workflows.problems import Report

PAGE = "docs/calendar-file.md"
SOURCE = "国务院办公厅通知"


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page(PAGE), re.MULTILINE | re.DOTALL)


def read(folder: Path, name: str, text: str, said: Said) -> CalendarFile:
    (folder / name).write_text(text, encoding="utf-8")
    return read_calendar_file(folder / name, said, Report())


def test_the_whole_year_of_the_page_is_the_year_as_it_was_published(tmp_path: Path) -> None:
    whole, _ = examples("yaml")
    found = read(tmp_path, "year.yaml", whole, Said()).national
    assert found is not None
    known = national_year(2026)
    assert (found.year, found.status) == (2026, YearStatus.PUBLISHED)
    assert set(found.holidays) == set(known.holidays)
    assert set(found.workdays) == set(known.workdays)


def test_the_days_of_the_place_are_read(tmp_path: Path) -> None:
    _, region = examples("yaml")
    found = read(tmp_path, "region.yaml", region, Said())
    assert found.national is None
    assert [(f"{one.day:%m-%d}", one.kind) for _, one in found.additions] == [
        ("04-20", AdditionKind.HOLIDAY),
        ("04-21", AdditionKind.HOLIDAY),
        ("04-25", AdditionKind.WORKDAY),
    ]


def test_the_rows_of_the_page_begin_a_whole_year(tmp_path: Path) -> None:
    (rows,) = examples("csv")
    whole = csv_of(2026)
    assert whole.startswith(rows)
    found = read(tmp_path, "year.csv", whole, Said(source=SOURCE)).national
    assert found is not None
    assert found.holidays == national_year(2026).holidays


def test_every_key_and_kind_is_described() -> None:
    words = [*NATIONAL, "year", "region", *(one.value for one in CHINESE.values())]
    assert unnamed(page(PAGE), words) == []
    told = {cell for row in table_rows(page(PAGE)) for cell in row}
    assert set(CHINESE) <= told
