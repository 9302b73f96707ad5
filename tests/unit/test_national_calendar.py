"""The national calendar: published years by two sources, later years honestly provisional."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from engine.calendar import DayKindName, WorkingCalendar, YearStatus
from engine.errors import InvalidValue
from workflows.national_calendar import (
    differences,
    is_published,
    national_year,
    national_years,
    statutory_days,
)

BOTH_KNOW = range(2004, 2027)

KNOWN_DIFFERENCES = {
    # New Year 2006 moved the Saturday 31 December 2005 to Tuesday 3 January. `holidays` has the
    # make-up workday; `chinese_calendar` has the free Tuesday but not the workday that paid for it.
    2005: (date(2005, 12, 31),),
}


@pytest.mark.parametrize("year", BOTH_KNOW)
def test_both_sources_agree_on_every_day(year: int) -> None:
    assert differences(year) == KNOWN_DIFFERENCES.get(year, ())


def test_a_comparison_needs_two_sources() -> None:
    with pytest.raises(InvalidValue, match="only one source"):
        differences(2040)


def test_every_year_that_both_know_is_compared() -> None:
    published = [year for year in range(1990, 2100) if is_published(year)]
    assert published == list(BOTH_KNOW)


@pytest.mark.parametrize("year", BOTH_KNOW)
def test_a_year_is_taken_over_day_by_day(year: int) -> None:
    calendar = WorkingCalendar(name="national", version=1, years={year: national_year(year)})
    day = date(year, 1, 1)
    while day.year == year:
        assert calendar.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


STATUTORY_2027 = {
    "2027-01-01": "元旦",
    "2027-02-05": "农历除夕",
    "2027-02-06": "春节",
    "2027-02-07": "春节",
    "2027-02-08": "春节",
    "2027-04-05": "清明节",
    "2027-05-01": "劳动节",
    "2027-05-02": "劳动节",
    "2027-06-09": "端午节",
    "2027-09-15": "中秋节",
    "2027-10-01": "国庆节",
    "2027-10-02": "国庆节",
    "2027-10-03": "国庆节",
}


def test_what_the_law_gives_to_everybody() -> None:
    found = {day.isoformat(): name for day, name in statutory_days(2027).items()}
    assert found == STATUTORY_2027
    assert len(statutory_days(2024)) == 11  # before 除夕 and 2 May were added
    assert not any("除夕" in name for name in statutory_days(2024).values())


@pytest.mark.parametrize("year", BOTH_KNOW)
def test_statutory_days_are_days_off_in_every_published_year(year: int) -> None:
    calendar = WorkingCalendar(name="national", version=1, years={year: national_year(year)})
    worked = [day for day in statutory_days(year) if calendar.is_working_day(day)]
    assert worked == []


@pytest.mark.parametrize("year", BOTH_KNOW)
def test_published_years(year: int) -> None:
    found = national_year(year)
    assert found.status is YearStatus.PUBLISHED
    assert len(found.holidays) >= 10
    assert found.workdays
    assert all(day.weekday() >= 5 for day in found.workdays)


@pytest.mark.parametrize("year", [2003, 2027, 2028, 2100])
def test_other_years_are_provisional_and_without_make_up_workdays(year: int) -> None:
    found = national_year(year)
    assert found.status is YearStatus.PROVISIONAL
    assert found.holidays[date(year, 10, 1)].startswith("国庆节")
    assert found.workdays == {}


@pytest.mark.parametrize("year", [1949, 2101, 0])
def test_years_that_nobody_knows_are_refused(year: int) -> None:
    with pytest.raises(InvalidValue, match="1950"):
        national_year(year)


def test_the_year_2024_as_the_state_council_arranged_it() -> None:
    calendar = WorkingCalendar(name="national", version=1, years=national_years(2023, 2025))
    rest = {date(2024, 2, 10): "春节", date(2024, 4, 5): "清明", date(2024, 10, 7): "国庆节"}
    for day, name in rest.items():
        assert calendar.describe(day).name == name
        assert calendar.describe(day).kind is DayKindName.HOLIDAY
    for day in (date(2024, 2, 4), date(2024, 2, 18), date(2024, 9, 29), date(2024, 10, 12)):
        assert calendar.describe(day).kind is DayKindName.MAKE_UP
    assert not calendar.is_working_day(date(2024, 2, 10))
    assert calendar.is_working_day(date(2024, 2, 9))  # New Year's Eve: leave was recommended only
    first, last = date(2023, 12, 31), date(2024, 12, 31)
    assert calendar.working_days_between(first, last) == 251


def test_years_are_keyed_by_themselves() -> None:
    years = national_years(2024, 2028)
    assert list(years) == [2024, 2025, 2026, 2027, 2028]
    assert all(year == found.year for year, found in years.items())
    assert years[2026].status is YearStatus.PUBLISHED
    assert years[2027].status is YearStatus.PROVISIONAL
