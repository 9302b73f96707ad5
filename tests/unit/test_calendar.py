"""The working calendar: kinds of days, counting, uncertain years and the edges of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from engine.calendar import (
    AdditionKind,
    CalendarAddition,
    CalendarYear,
    DayKind,
    DayKindName,
    WorkingCalendar,
    YearStatus,
    end_of_day,
    local_day,
    local_instant,
)
from engine.errors import InvalidValue

FRIDAY = date(2024, 9, 27)
SATURDAY = date(2024, 9, 28)
MAKE_UP_SUNDAY = date(2024, 9, 29)
MONDAY = date(2024, 9, 30)
NATIONAL_WEEK = {date(2024, 10, day): "国庆节" for day in range(1, 8)}


def year(
    holidays: Mapping[date, str] | None = None, workdays: Mapping[date, str] | None = None
) -> CalendarYear:
    return CalendarYear(
        year=2024,
        status=YearStatus.PUBLISHED,
        source="test",
        holidays=NATIONAL_WEEK if holidays is None else holidays,
        workdays={MAKE_UP_SUNDAY: "国庆节"} if workdays is None else workdays,
    )


@pytest.fixture
def calendar() -> WorkingCalendar:
    return WorkingCalendar(name="test", version=3, years={2024: year()})


def test_what_days_are(calendar: WorkingCalendar) -> None:
    kinds = {
        FRIDAY: (DayKindName.WORKDAY, ""),
        SATURDAY: (DayKindName.WEEKEND, ""),
        MAKE_UP_SUNDAY: (DayKindName.MAKE_UP, "国庆节"),
        date(2024, 10, 5): (DayKindName.HOLIDAY, "国庆节"),
    }
    for day, (kind, name) in kinds.items():
        assert (calendar.describe(day).kind, calendar.describe(day).name) == (kind, name)
        assert calendar.is_working_day(day) == (kind in (DayKindName.WORKDAY, DayKindName.MAKE_UP))


def test_next_working_day(calendar: WorkingCalendar) -> None:
    assert calendar.next_working_day(FRIDAY) == FRIDAY
    assert calendar.next_working_day(SATURDAY) == MAKE_UP_SUNDAY
    assert calendar.next_working_day(date(2024, 10, 1)) == date(2024, 10, 8)


@pytest.mark.parametrize(
    ("start", "amount", "first_day_counts", "expected"),
    [
        (FRIDAY, 0, False, FRIDAY),
        (FRIDAY, 1, False, MAKE_UP_SUNDAY),
        (FRIDAY, 2, False, MONDAY),
        (FRIDAY, 3, False, date(2024, 10, 8)),
        (FRIDAY, 1, True, FRIDAY),
        (FRIDAY, 3, True, MONDAY),
        (SATURDAY, 1, True, MAKE_UP_SUNDAY),
        (SATURDAY, 0, True, SATURDAY),
        (date(2024, 10, 8), -1, False, MONDAY),
        (date(2024, 10, 8), -2, True, MONDAY),
    ],
)
def test_adding_working_days(
    calendar: WorkingCalendar,
    *,
    start: date,
    amount: int,
    first_day_counts: bool,
    expected: date,
) -> None:
    found = calendar.add_working_days(start, amount, first_day_counts=first_day_counts)
    assert found == expected


def test_counting_working_days(calendar: WorkingCalendar) -> None:
    assert calendar.working_days_between(FRIDAY, FRIDAY) == 0
    assert calendar.working_days_between(FRIDAY, date(2024, 10, 8)) == 3
    assert calendar.working_days_between(date(2024, 10, 8), FRIDAY) == -3


def test_a_year_outside_the_table_knows_weekends_only_and_says_so(
    calendar: WorkingCalendar,
) -> None:
    assert calendar.status_of(2024) is YearStatus.PUBLISHED
    assert calendar.status_of(2025) is YearStatus.PROVISIONAL
    assert calendar.is_working_day(date(2025, 10, 1))
    assert not calendar.is_working_day(date(2025, 10, 4))


def test_a_day_of_another_year_is_refused() -> None:
    with pytest.raises(InvalidValue, match="not a day of 2024"):
        year(holidays={date(2025, 1, 1): "元旦"})
    with pytest.raises(InvalidValue, match="not a day of 2024"):
        year(workdays={date(2025, 1, 4): "元旦"})


def test_a_day_cannot_be_both() -> None:
    with pytest.raises(InvalidValue, match="both"):
        year(holidays={SATURDAY: "中秋"}, workdays={SATURDAY: "国庆节"})


def test_a_make_up_workday_within_the_week_is_a_slip() -> None:
    with pytest.raises(InvalidValue, match="on a weekend"):
        year(workdays={MONDAY: "国庆节"})


def test_a_year_under_the_wrong_key_is_refused() -> None:
    with pytest.raises(InvalidValue, match="holds the days of 2024"):
        WorkingCalendar(name="test", version=1, years={2025: year()})


def test_the_day_in_shanghai() -> None:
    assert local_day(datetime(2024, 3, 1, 15, 59, tzinfo=UTC)) == date(2024, 3, 1)
    assert local_day(datetime(2024, 3, 1, 16, 0, tzinfo=UTC)) == date(2024, 3, 2)
    west = timezone(timedelta(hours=-8))
    assert local_day(datetime(2024, 3, 1, 8, 0, tzinfo=west)) == date(2024, 3, 2)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no time zone"):
        local_day(datetime(2024, 3, 1, 8, 0))  # noqa: DTZ001  # the mistake under test


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    ends = end_of_day(date(2024, 3, 1))
    assert ends == datetime(2024, 3, 1, 16, 0, tzinfo=UTC)
    assert ends.tzinfo is UTC
    assert local_day(ends - timedelta(microseconds=1)) == date(2024, 3, 1)
    assert local_day(ends) == date(2024, 3, 2)


def test_a_time_of_day_in_shanghai() -> None:
    assert local_instant(date(2024, 3, 1), time(9, 0)) == datetime(2024, 3, 1, 1, 0, tzinfo=UTC)


def _own(day: date, kind: AdditionKind, name: str) -> CalendarAddition:
    return CalendarAddition(day=day, kind=kind, name=name, source="地方通知")


THIRD_OF_THIRD = _own(date(2024, 4, 11), AdditionKind.HOLIDAY, "三月三")
WORKED_HOLIDAY = _own(date(2024, 10, 4), AdditionKind.WORKDAY, "防汛值守")


def test_what_the_place_settles_goes_before_the_national_year() -> None:
    own = _own(MAKE_UP_SUNDAY, AdditionKind.HOLIDAY, "庙会")
    calendar = WorkingCalendar(
        name="test",
        version=3,
        years={2024: year()},
        additions=(THIRD_OF_THIRD, WORKED_HOLIDAY, own),
    )
    assert calendar.describe(THIRD_OF_THIRD.day) == DayKind(
        kind=DayKindName.HOLIDAY, name="三月三", source="地方通知"
    )
    assert not calendar.is_working_day(THIRD_OF_THIRD.day)
    assert calendar.describe(WORKED_HOLIDAY.day).kind is DayKindName.MAKE_UP
    assert calendar.is_working_day(WORKED_HOLIDAY.day)
    assert calendar.describe(own.day).kind is DayKindName.HOLIDAY
    assert not calendar.is_working_day(own.day)
    nationally = {
        THIRD_OF_THIRD.day: DayKind(kind=DayKindName.WORKDAY, source="test"),
        WORKED_HOLIDAY.day: DayKind(kind=DayKindName.HOLIDAY, name="国庆节", source="test"),
        own.day: DayKind(kind=DayKindName.MAKE_UP, name="国庆节", source="test"),
    }
    assert {day: calendar.nationally(day) for day in nationally} == nationally
    assert calendar.nationally(date(2023, 1, 2)).source == ""


def test_a_year_that_is_put_anew_leaves_what_the_place_settled(calendar: WorkingCalendar) -> None:
    local = calendar.changed(additions=(THIRD_OF_THIRD, WORKED_HOLIDAY))
    assert (local.version, calendar.version) == (4, 3)
    anew = local.changed(years=(year(holidays={}, workdays={}),), removed=(WORKED_HOLIDAY.day,))
    assert anew.version == 5
    assert list(anew.additions) == [THIRD_OF_THIRD.day]
    assert not anew.is_working_day(THIRD_OF_THIRD.day)
    assert anew.describe(date(2024, 10, 4)).kind is DayKindName.WORKDAY
    assert calendar.is_working_day(THIRD_OF_THIRD.day)
