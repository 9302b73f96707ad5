"""The monthly bulletin 通报: which units are overdue, by how much, and which have no arrears.

A clock of a unit is overdue in a month when its due day lies before the last day of the month
and it was then still open, or when it was met late within the month. What is due on the last day
itself belongs to the next month. A clock that was paused in time, or that fell away, is not
overdue. Each is counted as it stood at the month's end, whatever was done with it since.

Refuses to know rows (see `reports.arrears`), wording and formats (see `reports.paper_bulletin`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from engine.errors import InvalidValue
from engine.profile import Text

ONE_DAY = timedelta(days=1)


class BulletinSort(StrEnum):
    """Orders of the units: most overdue clocks first, longest overdue first, or by name."""

    OVERDUE = "overdue"
    DAYS = "days"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """A share or promise that a unit had in hand at the month's end."""

    case: str
    number: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """An order 督办单 to a unit that was not ended at the month's end."""

    case: str
    number: str
    order: int
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueItem:
    """A clock that was overdue in the month. `met_on` is None while it was still open."""

    case: str
    number: str
    title: str
    subject: str
    clock: int
    kind: str
    label: Text
    due_on: date
    met_on: date | None
    days: int
    first_reminded_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStanding:
    """A unit at the month's end: what it had in hand, what was overdue, which orders stood."""

    unit: str
    name: str
    open_items: tuple[OpenItem, ...]
    overdue: tuple[OverdueItem, ...]
    orders: tuple[OpenOrder, ...]

    @property
    def is_clear(self) -> bool:
        """Neither an overdue clock nor an open order."""
        return not self.overdue and not self.orders

    @property
    def longest(self) -> int:
        """Days by which the most overdue clock was overdue."""
        return max((one.days for one in self.overdue), default=0)

    @property
    def still_open(self) -> tuple[OverdueItem, ...]:
        """Overdue clocks that were not met by the month's end."""
        return tuple(one for one in self.overdue if one.met_on is None)

    @property
    def first_reminded_on(self) -> date | None:
        """When the unit was first reminded of anything that was overdue."""
        days = [one.first_reminded_on for one in self.overdue if one.first_reminded_on]
        return min(days, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """The bulletin of a month. `is_whole`: the month is over, nothing can change any more."""

    code: str
    congress: str
    month: str
    until: date
    is_whole: bool
    units: tuple[UnitStanding, ...]

    @property
    def arrears(self) -> tuple[UnitStanding, ...]:
        """Units with an overdue clock or an open order."""
        return tuple(one for one in self.units if not one.is_clear)

    @property
    def clear(self) -> tuple[UnitStanding, ...]:
        """Units with something in hand and no arrears."""
        return tuple(one for one in self.units if one.is_clear and one.open_items)

    @property
    def overdue(self) -> tuple[OverdueItem, ...]:
        """Every overdue clock, unit by unit."""
        return tuple(item for unit in self.units for item in unit.overdue)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFilter:
    """What a bulletin is narrowed to: a unit, a kind of clock; None means any."""

    unit: str | None = None
    kind: str | None = None


def month_days(month: str, today: date) -> tuple[date, date]:
    """First and last day of a month `YYYY-MM`; InvalidValue for another form or one to come."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
    if found is None or found[1] == "0000":
        raise _unusable(month, "应为 2024-09 的形式 / write it as 2024-09")
    first = date(int(found[1]), int(found[2]), 1)
    if first > today:
        raise _unusable(month, "还没有开始 / it has not begun")
    return first, (first + 31 * ONE_DAY).replace(day=1) - ONE_DAY


def month_before(day: date) -> str:
    """The month before that of the day, as `YYYY-MM`."""
    return f"{day.replace(day=1) - ONE_DAY:%Y-%m}"


def _unusable(month: str, reason: str) -> InvalidValue:
    return InvalidValue(what="月份 / month", value=month, reason=reason)


def sorted_by(sort: BulletinSort, bulletin: Bulletin) -> Bulletin:
    """The same with its units in another order."""

    def key(one: UnitStanding) -> tuple[int, int, str]:
        if sort is BulletinSort.OVERDUE:
            return -len(one.overdue), -one.longest, one.unit
        return (-one.longest if sort is BulletinSort.DAYS else 0), 0, one.unit

    return replace(bulletin, units=tuple(sorted(bulletin.units, key=key)))


def narrowed(filters: BulletinFilter, bulletin: Bulletin) -> Bulletin:
    """Only that unit, only clocks of that kind; with a kind, units without one are left out."""
    units = [one for one in bulletin.units if filters.unit in (None, one.unit)]
    if filters.kind is not None:
        kept = [
            replace(one, overdue=tuple(each for each in one.overdue if each.kind == filters.kind))
            for one in units
        ]
        units = [one for one in kept if one.overdue]
    return replace(bulletin, units=tuple(units))


def by_kind(items: Iterable[OverdueItem]) -> tuple[tuple[Text, tuple[OverdueItem, ...]], ...]:
    """Overdue clocks by kind, the most frequent kind first."""
    grouped: dict[str, list[OverdueItem]] = defaultdict(list)
    for one in items:
        grouped[one.kind].append(one)
    ordered = sorted(grouped.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple((found[0].label, tuple(found)) for _, found in ordered)
