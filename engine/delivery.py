"""At which hours notices leave the house: the rule of a congress, and the instant it gives.

Refuses to know notices and people: see `engine.sending`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.calendar import SHANGHAI, WorkingCalendar, local_day, local_instant

ONE_DAY = timedelta(days=1)
MORNING = time(9, 0)
"""When the digest goes out for those who want one where the rules know neither it nor hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """办公时间: notices leave from `start` on, and no more from `end` on, in Asia/Shanghai."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRule:
    """How notices leave the house; without hours at any time, without a digest one by one.

    `digest_at`: what the clock tells goes out together once a day. What a person did is told by
    itself, unless the recipient wants one message a day.
    """

    hours: Hours | None = None
    working_days_only: bool = False
    digest_at: time | None = None
    urgent_at_once: bool = True

    def opens(self, day: date, calendar: WorkingCalendar) -> bool:
        """Whether ordinary notices leave on the day at all."""
        return not self.working_days_only or calendar.is_working_day(day)


def when_to_send(
    rule: DeliveryRule,
    *,
    urgent: bool,
    digest: bool,
    decided_at: datetime,
    calendar: WorkingCalendar,
) -> datetime:
    """The first instant from `decided_at` on at which the rule lets it go."""
    if urgent and rule.urgent_at_once:
        return decided_at
    if digest:
        return _first_from(decided_at, _digest_time(rule), rule, calendar)
    if rule.hours is None and not rule.working_days_only:
        return decided_at
    start = rule.hours.start if rule.hours else time.min
    if _is_open(decided_at, rule, calendar):
        return decided_at
    return _first_from(decided_at, start, rule, calendar)


def _digest_time(rule: DeliveryRule) -> time:
    if rule.digest_at is not None:
        return rule.digest_at
    return rule.hours.start if rule.hours else MORNING


def _is_open(instant: datetime, rule: DeliveryRule, calendar: WorkingCalendar) -> bool:
    if not rule.opens(local_day(instant), calendar):
        return False
    clock = instant.astimezone(SHANGHAI).time()
    return rule.hours is None or rule.hours.start <= clock < rule.hours.end


def _first_from(
    instant: datetime, at: time, rule: DeliveryRule, calendar: WorkingCalendar
) -> datetime:
    """The first open day's instant at that time of day which is not before the given one."""
    day = local_day(instant)
    while not rule.opens(day, calendar) or local_instant(day, at) < instant:
        day += ONE_DAY
    return local_instant(day, at)
