"""The national calendar as data: rest days and make-up workdays 调休 of a year, and how sure.

A year is published when `chinese_calendar` has it. Beyond that `holidays` still answers, but
only with the statutory days and silently without 调休, so such a year is marked provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar
import holidays

from engine.calendar import SATURDAY, CalendarYear, YearStatus
from engine.errors import InvalidValue

STATUTORY_FROM, STATUTORY_TO = 1950, 2100
"""The years for which `holidays` knows the statutory days."""

STATUTORY = ("元旦", "春节", "除夕", "清明", "劳动", "端午", "中秋", "国庆")
MOVED = ("由", "补假", "延长")
"""How `holidays` marks days off that no law names: moved, made up for, added in one year only."""

_PUBLISHED_YEARS = frozenset(day.year for day in chinese_calendar.holidays)
_NAMES: Mapping[str, str] = {one.value: one.chinese for one in chinese_calendar.Holiday}


def national_year(year: int) -> CalendarYear:
    """The year's calendar; provisional when its arrangement is not published yet."""
    if is_published(year):
        return CalendarYear(
            year=year,
            status=YearStatus.PUBLISHED,
            source="chinese_calendar",
            holidays=_named(chinese_calendar.holidays, year),
            workdays=_named(chinese_calendar.workdays, year),
        )
    if not STATUTORY_FROM <= year <= STATUTORY_TO:
        raise InvalidValue(
            what="日历年份 / calendar year",
            value=year,
            reason=f"应在{STATUTORY_FROM}至{STATUTORY_TO}之间 / "
            f"between {STATUTORY_FROM} and {STATUTORY_TO}",
        )
    return CalendarYear(
        year=year,
        status=YearStatus.PROVISIONAL,
        source="holidays CN",
        holidays=dict(
            sorted(holidays.country_holidays("CN", years=year, language="zh_CN").items())
        ),
        workdays={},
    )


def national_years(first: int, last: int) -> dict[int, CalendarYear]:
    """The years from `first` to `last`, both included."""
    return {year: national_year(year) for year in range(first, last + 1)}


def statutory_days(year: int) -> dict[date, str]:
    """The days off that the law gives to everybody in that year, each with its name."""
    days = holidays.country_holidays("CN", years=year, observed=False, language="zh_CN")
    return {
        day: name
        for day, name in sorted(days.items())
        if any(one in name for one in STATUTORY) and not any(one in name for one in MOVED)
    }


def is_published(year: int) -> bool:
    """Whether the year's arrangement is known here as the State Council published it."""
    return year in _PUBLISHED_YEARS


def differences(year: int) -> tuple[date, ...]:
    """Days of a published year that the two sources do not agree are worked or rested."""
    if not is_published(year):
        raise InvalidValue(
            what="日历年份 / calendar year",
            value=year,
            reason="只有一个来源,无法比对 / only one source knows it",
        )
    table = holidays.country_holidays("CN", years=year)
    moved = table.weekend_workdays
    first = date(year, 1, 1)
    days = (first + timedelta(days=each) for each in range((date(year + 1, 1, 1) - first).days))
    return tuple(
        day
        for day in days
        if chinese_calendar.is_workday(day)
        != (day in moved or (day.weekday() < SATURDAY and day not in table))
    )


def _named(days: Mapping[date, str], year: int) -> dict[date, str]:
    return {day: _NAMES.get(name, name) for day, name in sorted(days.items()) if day.year == year}
