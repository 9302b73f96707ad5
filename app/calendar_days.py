"""The days of a calendar file as they are collected: each once, in its year, with its line.

What both formats have in common. Refuses to know how a file is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.calendar import SATURDAY, CalendarYear, YearStatus
from workflows.national_calendar import STATUTORY_FROM, STATUTORY_TO, statutory_days
from workflows.problems import Report

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDay:
    """A day of a file with its name and line."""

    day: date
    name: str
    line: int


@dataclass(slots=True, kw_only=True)
class Days:
    """Rest days and make-up workdays of one year; what does not go together goes to the report."""

    file: str
    year: int
    report: Report
    holidays: dict[date, NamedDay] = field(default_factory=dict)
    workdays: dict[date, NamedDay] = field(default_factory=dict)

    def add_holiday(self, one: NamedDay) -> None:
        """A rest day; no two entries may have it."""
        if self._is_free(one):
            self.holidays[one.day] = one

    def add_workday(self, one: NamedDay, *, within_week: bool = False) -> None:
        """A make-up workday; it lies on a weekend unless it may lie within the week."""
        if one.day.weekday() < SATURDAY and not within_week:
            zh = f"{one.day}是{weekday(one.day)},调休上班日应在周末;请核对日期"
            en = f"{one.day} is no weekend: a make-up workday lies on one; check the day"
            self.report.add_at(self.file, one.line, zh, en)
        elif self._is_free(one):
            self.workdays[one.day] = one

    def _is_free(self, one: NamedDay) -> bool:
        if one.day.year != self.year:
            zh = f"{one.day}不属于{self.year}年;请写入它那一年的日历"
            en = f"{one.day} is not a day of {self.year}; put it into the calendar of its own year"
            self.report.add_at(self.file, one.line, zh, en)
            return False
        known = self.holidays.get(one.day) or self.workdays.get(one.day)
        if known is None:
            return True
        what = "放假" if one.day in self.holidays else "上班"
        zh = f"{one.day}“{one.name}”与第{known.line}行“{known.name}”({what})重叠;请只留一处"
        en = f"{one.day} overlaps with line {known.line} (“{known.name}”); keep one of them"
        self.report.add_at(self.file, one.line, zh, en)
        return False

    def check_statutory(self, line: int) -> None:
        """A published year gives everybody the days off that the law does."""
        if not STATUTORY_FROM <= self.year <= STATUTORY_TO:
            return
        for day, name in statutory_days(self.year).items():
            if day not in self.holidays:
                zh = f"缺少法定假日 {day}({name});请补入放假的日子"
                en = f"the statutory day off {day} ({name}) is missing; add it to the days off"
                self.report.add_at(self.file, line, zh, en)

    def as_year(self, status: YearStatus, source: str) -> CalendarYear:
        """The year, in order of the days. Only when nothing is wrong."""
        return CalendarYear(
            year=self.year,
            status=status,
            source=source,
            holidays={day: self.holidays[day].name for day in sorted(self.holidays)},
            workdays={day: self.workdays[day].name for day in sorted(self.workdays)},
        )


def each_day(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, both included."""
    return (first + offset * ONE_DAY for offset in range((last - first).days + 1))


def weekday(day: date) -> str:
    """周一 … 周日."""
    return f"周{'一二三四五六日'[day.weekday()]}"
