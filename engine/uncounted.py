"""The days that a clock passes over, each with its reason: rest days, paused days, days rolled on.

They are found by the arithmetic that gives the due day, so that days and date agree. Refuses to
know words beyond the reason of a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from engine.calendar import DayKindName, WorkingCalendar, local_day
from engine.clocks import (
    Clock,
    SegmentKind,
    derive,
    last_start,
    rule_in_force,
    since_start,
)
from engine.periods import PeriodUnit, Roll

ONE_DAY = timedelta(days=1)


class PassedOver(StrEnum):
    """Why a day does not count. Rolled: the due day fell on it and moved on."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    ROLLED = "rolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class UncountedDay:
    """A day that does not count; `reason` is the holiday's name or what was said at the pause."""

    day: date
    why: PassedOver
    reason: str = ""


def uncounted_days(clock: Clock, calendar: WorkingCalendar) -> tuple[UncountedDay, ...]:
    """Every day between start and due day that the count passes over, in order of the days.

    A clock in natural days or months passes over paused days only; one in working days over rest
    days too. A day both paused and at rest was a rest day anyway.
    """
    clock = derive(clock, calendar)
    paused = dict(_paused(clock))
    rolled = set(_rolled(clock, calendar))
    by_working_days = _in_working_days(clock)
    first, last = _range(clock)
    found = []
    for offset in range(1, (last - first).days + 1):
        day = first + offset * ONE_DAY
        rest = rest_day(day, calendar)
        if day in rolled:
            found.append(UncountedDay(day=day, why=PassedOver.ROLLED, reason=rest.reason))
        elif by_working_days and rest is not NO_REST:
            found.append(rest)
        elif day in paused:
            found.append(UncountedDay(day=day, why=PassedOver.PAUSED, reason=paused[day]))
    return tuple(found)


NO_REST = UncountedDay(day=date.min, why=PassedOver.WEEKEND)


def rest_day(day: date, calendar: WorkingCalendar) -> UncountedDay:
    """Why nobody works on the day; NO_REST when it is worked."""
    kind = calendar.describe(day)
    if kind.kind is DayKindName.HOLIDAY:
        return UncountedDay(day=day, why=PassedOver.HOLIDAY, reason=kind.name)
    if kind.kind is DayKindName.WEEKEND:
        return UncountedDay(day=day, why=PassedOver.WEEKEND)
    return NO_REST


def made_up_days(clock: Clock, calendar: WorkingCalendar) -> tuple[tuple[date, str], ...]:
    """Make-up workdays 调休 that a count in working days met, each with its name."""
    if not _in_working_days(clock):
        return ()
    first, last = _range(derive(clock, calendar))
    days = (first + offset * ONE_DAY for offset in range(1, (last - first).days + 1))
    described = ((day, calendar.describe(day)) for day in days)
    return tuple((day, one.name) for day, one in described if one.kind is DayKindName.MAKE_UP)


def _in_working_days(clock: Clock) -> bool:
    """By its rule, or by an extension in working days."""
    rule = rule_in_force(clock)
    counted = [one.period for one in since_start(clock) if one.kind is SegmentKind.EXTEND]
    if last_start(clock).due_on is None or rule.before is not None:
        counted.append(rule.counted)
    return any(one is not None and one.unit is PeriodUnit.WORKING_DAYS for one in counted)


def _range(clock: Clock) -> tuple[date, date]:
    """The day before the first that may count, and the last; backwards from the anchor."""
    rule, begun = rule_in_force(clock), last_start(clock)
    if rule.before is not None and begun.due_on is not None:
        return clock.due_on, max(clock.due_on, begun.due_on)
    return local_day(begun.at), clock.due_on


def _paused(clock: Clock) -> Iterator[tuple[date, str]]:
    """Days lost to pauses: after the day of the pause, up to and including that of the resume."""
    since, reason = None, ""
    begun = local_day(last_start(clock).at)
    for one in since_start(clock):
        if one.kind is SegmentKind.PAUSE:
            since, reason = max(local_day(one.at), begun), one.note
        elif one.kind is SegmentKind.RESUME and since is not None:
            for offset in range(1, (local_day(one.at) - since).days + 1):
                yield since + offset * ONE_DAY, reason
            since = None


def _rolled(clock: Clock, calendar: WorkingCalendar) -> Iterator[date]:
    """The rest days from which the due day moved on."""
    rule = rule_in_force(clock)
    if rule.roll is not Roll.NEXT_WORKING_DAY or rule.before is not None:
        return
    day = clock.due_on - ONE_DAY
    plain = _unrolled(clock, calendar).due_on
    while day >= plain and not calendar.is_working_day(day):
        yield day
        day -= ONE_DAY


def _unrolled(clock: Clock, calendar: WorkingCalendar) -> Clock:
    """The same clock under rules that do not roll."""
    segments = tuple(
        replace(one, counting=replace(one.counting, roll=Roll.NONE)) if one.counting else one
        for one in clock.segments
    )
    rule = replace(clock.rule, roll=Roll.NONE)
    return derive(replace(clock, rule=rule, segments=segments), calendar)
