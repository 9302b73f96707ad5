"""A working calendar that knows one year, with the rest days of 劳动节 and their make-up days."""

from __future__ import annotations

from datetime import date

from engine.calendar import CalendarYear, WorkingCalendar, YearStatus

CALENDAR = WorkingCalendar(
    name="test",
    version=1,
    years={
        2024: CalendarYear(
            year=2024,
            status=YearStatus.PUBLISHED,
            source="test",
            holidays={date(2024, 5, day): "劳动节" for day in range(1, 6)},
            workdays={date(2024, 4, 28): "劳动节", date(2024, 5, 11): "劳动节"},
        )
    },
)
