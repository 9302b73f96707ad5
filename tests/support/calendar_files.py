"""Calendar files for tests: the year 2027 as an invented notice arranges it, in both formats."""

from __future__ import annotations

from datetime import date, timedelta

from engine.calendar import DayKindName, WorkingCalendar
from workflows.national_calendar import national_year

NOTICE = "国办发明电〔2026〕99号"
YEAR_2027 = f"""\
year: 2027
status: published
source: {NOTICE}
holidays:
  - {{name: 元旦, from: 2027-01-01, to: 2027-01-03, days: 3}}
  - {{name: 春节, from: 2027-02-05, to: 2027-02-12, days: 8}}
  - {{name: 清明节, from: 2027-04-03, to: 2027-04-05, days: 3}}
  - {{name: 劳动节, from: 2027-05-01, to: 2027-05-05, days: 5}}
  - {{name: 端午节, day: 2027-06-09}}
  - {{name: 中秋节, day: 2027-09-15}}
  - {{name: 国庆节, from: 2027-10-01, to: 2027-10-07, days: 7}}
workdays:
  - {{day: 2027-01-30, name: 春节}}
  - {{day: 2027-02-20, name: 春节}}
  - {{day: 2027-04-25, name: 劳动节}}
  - {{day: 2027-05-08, name: 劳动节}}
  - {{day: 2027-09-26, name: 国庆节}}
  - {{day: 2027-10-09, name: 国庆节}}
"""
"""Invented: nobody has published it. Its Spring Festival takes three days that a provisional
year, which knows the weekends and statutory days only, has for working days."""

REGION = """\
region:
  source: 桂政办电〔2026〕99号
  holidays:
    - {name: 三月三, from: 2027-04-08, to: 2027-04-09, days: 2}
  workdays:
    - {day: 2027-04-10, name: 三月三补班}
"""


def csv_of(year: int) -> str:
    """A published year as a row for every day."""
    calendar = WorkingCalendar(name="", version=1, years={year: national_year(year)})
    rows = ["date,kind,name"]
    day = date(year, 1, 1)
    while day.year == year:
        one = calendar.describe(day)
        name = one.name if one.kind in (DayKindName.HOLIDAY, DayKindName.MAKE_UP) else ""
        rows.append(f"{day},{one.kind.value},{name}")
        day += timedelta(days=1)
    return "\n".join(rows) + "\n"
