"""Laws of the working hours of notices, for any hours, calendar and instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import SHANGHAI, CalendarYear, WorkingCalendar, YearStatus
from engine.delivery import DeliveryRule, Hours, when_to_send

ONE_DAY = timedelta(days=1)
moments = st.datetimes(
    min_value=datetime(2025, 12, 1),  # noqa: DTZ001  # the strategy puts the zone on
    max_value=datetime(2026, 12, 1),  # noqa: DTZ001  # the strategy puts the zone on
    timezones=st.just(UTC),
)
minutes = st.integers(min_value=0, max_value=24 * 60 - 1)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    first = date(2026, 1, 1)
    within = st.integers(min_value=0, max_value=364).map(lambda each: first + each * ONE_DAY)
    rest = draw(st.sets(within, max_size=30))
    year = CalendarYear(
        year=2026,
        status=YearStatus.PUBLISHED,
        source="drawn",
        holidays=dict.fromkeys(rest, "假"),
        workdays={
            day: "班" for day in draw(st.sets(within, max_size=10)) - rest if day.weekday() >= 5
        },
    )
    return WorkingCalendar(name="drawn", version=1, years={2026: year})


@st.composite
def rules(draw: st.DrawFn) -> DeliveryRule:
    start, at, end = sorted(draw(st.lists(minutes, min_size=3, max_size=3, unique=True)))
    has_hours = draw(st.booleans())
    return DeliveryRule(
        hours=Hours(start=_clock(start), end=_clock(end)) if has_hours else None,
        working_days_only=draw(st.booleans()),
        digest_at=_clock(at) if draw(st.booleans()) else None,
        urgent_at_once=draw(st.booleans()),
    )


def _sent(
    rule: DeliveryRule, at: datetime, calendar: WorkingCalendar, kind: tuple[bool, bool]
) -> datetime:
    urgent, digest = kind
    return when_to_send(rule, urgent=urgent, digest=digest, decided_at=at, calendar=calendar)


kinds = st.tuples(st.booleans(), st.booleans())


@given(rules(), calendars(), moments, kinds)
def test_never_before_it_was_decided_and_twice_is_as_once(
    rule: DeliveryRule, calendar: WorkingCalendar, at: datetime, kind: tuple[bool, bool]
) -> None:
    sent = _sent(rule, at, calendar, kind)
    assert sent >= at
    assert _sent(rule, sent, calendar, kind) == sent


@given(rules(), calendars(), moments, moments, kinds)
def test_what_is_decided_later_is_not_sent_earlier(
    rule: DeliveryRule,
    calendar: WorkingCalendar,
    one: datetime,
    other: datetime,
    kind: tuple[bool, bool],
) -> None:
    first, second = sorted((one, other))
    assert _sent(rule, first, calendar, kind) <= _sent(rule, second, calendar, kind)


@given(rules(), calendars(), moments, kinds)
def test_only_what_is_urgent_leaves_outside_of_the_hours(
    rule: DeliveryRule, calendar: WorkingCalendar, at: datetime, kind: tuple[bool, bool]
) -> None:
    sent = _sent(rule, at, calendar, kind).astimezone(SHANGHAI)
    if kind[0] and rule.urgent_at_once:
        assert sent == at
        return
    if rule.working_days_only:
        assert calendar.is_working_day(sent.date())
    if rule.hours is not None:
        assert rule.hours.start <= sent.time() < rule.hours.end
    if kind[1] and rule.digest_at is not None:
        assert sent.time() == rule.digest_at


@given(rules(), calendars(), moments, kinds)
def test_it_waits_no_longer_than_it_must(
    rule: DeliveryRule, calendar: WorkingCalendar, at: datetime, kind: tuple[bool, bool]
) -> None:
    """Against a slow search: minute by minute is too slow, so by the moments that may be first."""
    sent = _sent(rule, at, calendar, kind)
    if kind[0] and rule.urgent_at_once:
        return
    day = at.astimezone(SHANGHAI).date()
    starts = {rule.hours.start if rule.hours else time.min, rule.digest_at or time(9, 0)}
    while day <= sent.astimezone(SHANGHAI).date():
        for start in starts:
            moment = datetime.combine(day, start, tzinfo=SHANGHAI)
            if at <= moment < sent:
                assert _sent(rule, moment, calendar, kind) == sent
        day += ONE_DAY
