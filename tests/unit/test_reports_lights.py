"""时间灯: which colour a clock has on which day, by the thresholds of its rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.periods import Period, PeriodUnit
from engine.profile import LightRule, Profile
from reports.duties import Light, light
from tests.support.cases import clock
from tests.support.own_rules import own_rules
from tests.support.world import national_calendar, shipped_profile

FIVE_DAYS = Period(amount=5, unit=PeriodUnit.DAYS)


def _rules(lights: LightRule) -> Profile:
    profile = shipped_profile()
    return replace(profile, supervision=replace(profile.supervision, lights=lights))


def _light(lights: LightRule, due_on: str, today: str, kind: str = "reply") -> Light:
    one = clock(kind=kind, due_on=date.fromisoformat(due_on))
    day = date.fromisoformat(today)
    return light(one, _rules(lights), today=day, calendar=national_calendar())


@pytest.mark.parametrize(
    ("today", "colour"),
    [
        ("2026-06-16", Light.RED),
        ("2026-06-15", Light.YELLOW),
        ("2026-06-10", Light.YELLOW),
        ("2026-06-09", Light.GREEN),
    ],
)
def test_natural_days_before_the_due_day(today: str, colour: Light) -> None:
    assert _light(LightRule(yellow=FIVE_DAYS), "2026-06-15", today) is colour


@pytest.mark.parametrize(
    ("today", "colour"),
    [
        ("2026-05-07", Light.YELLOW),  # Thursday after the holiday of five days
        ("2026-04-29", Light.YELLOW),
        ("2026-04-28", Light.GREEN),
        ("2026-05-09", Light.RED),
    ],
)
def test_working_days_before_the_due_day_pass_over_a_holiday(today: str, colour: Light) -> None:
    three = Period(amount=3, unit=PeriodUnit.WORKING_DAYS)
    assert _light(LightRule(yellow=three), "2026-05-07", today) is colour


def test_a_kind_of_clock_may_have_a_threshold_of_its_own() -> None:
    rule = LightRule(yellow=FIVE_DAYS, by_clock={"reply": Period(amount=15, unit=PeriodUnit.DAYS)})
    assert _light(rule, "2026-06-15", "2026-06-01") is Light.YELLOW
    assert _light(rule, "2026-06-15", "2026-06-01", kind="receipt") is Light.GREEN


def test_nothing_is_yellow_before_its_due_day_when_the_threshold_is_none() -> None:
    rule = LightRule(yellow=Period(amount=0, unit=PeriodUnit.DAYS))
    assert _light(rule, "2026-06-15", "2026-06-14") is Light.GREEN
    assert _light(rule, "2026-06-15", "2026-06-15") is Light.YELLOW


def test_the_thresholds_come_from_the_file() -> None:
    profile = own_rules(
        supervision=lambda plain: plain.update(
            lights={"yellow": {"working_days": 4}, "clocks": {"study": {"days": 2}}}
        )
    )
    lights = profile.supervision.lights
    assert lights.yellow == Period(amount=4, unit=PeriodUnit.WORKING_DAYS)
    assert lights.by_clock == {"study": Period(amount=2, unit=PeriodUnit.DAYS)}
