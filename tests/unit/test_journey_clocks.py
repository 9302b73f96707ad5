"""Clocks of other cities' rules on the ordinary path: backwards, recurring, another rule."""

from __future__ import annotations

from datetime import date

import pytest

from engine.clocks import Clock, ClockState, SegmentKind
from engine.errors import ExtensionRefused
from engine.why import explain
from tests.support.own_rules import Plain, own_rules
from tests.support.refusing import clock_of, refused
from tests.support.world import World, memory_world, national_calendar

CLERK, JOINT = "clerk-transport", "clerk-finance"
OURS = "assignment:1"


def _all_of(world: World, kind: str) -> list[Clock]:
    return [one for one in world.look().clocks if one.kind == kind]


# ------------------------------------------------------------------------ counted backwards


def _counted_back() -> World:
    """会办意见 20 days before the lead unit's reply is due."""

    def clocks(plain: Plain) -> None:
        joint = plain["clocks"]["joint_opinion"]
        del joint["length"]
        joint["before"] = {"clock": "reply", "length": {"days": 20}}

    world = memory_world("2026-01-21", own_rules(clocks=clocks))
    return world.handed_over("transport", "finance")


def test_a_clock_counted_back_follows_the_clock_it_is_anchored_to() -> None:
    world = _counted_back()
    assert clock_of(world, "reply", OURS).due_on == date(2026, 4, 21)
    assert clock_of(world, "joint_opinion", "assignment:2").due_on == date(2026, 4, 1)
    world.do("receive", CLERK, subject=1)
    world.do("request_extension", "head-transport", subject=1, reason="涉及面广")
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    assert clock_of(world, "reply", OURS).due_on == date(2026, 7, 21)
    moved = clock_of(world, "joint_opinion", "assignment:2")
    assert moved.due_on == date(2026, 7, 1)
    assert moved.segments[-1].kind is SegmentKind.ANCHOR
    told = explain(moved, national_calendar())
    assert "2026-07-21" in told[1].zh
    (pending,) = (one for one in world.look().timers if one.clock == moved.number)
    assert pending.fire_at.date() == date(2026, 6, 16)


def test_it_follows_the_unit_that_takes_over_too() -> None:
    world = _counted_back()
    world.do("request_return", CLERK, subject=1, reason="不属本单位", proposed_unit="education")
    world.at("2026-01-26").do(
        "approve_return", "leader", subject=1, reason="同意", unit="education"
    )
    assert clock_of(world, "reply", "assignment:3").due_on == date(2026, 4, 26)
    assert clock_of(world, "joint_opinion", "assignment:2").due_on == date(2026, 4, 6)


# ------------------------------------------------------------------------------- recurring


def _reporting(**day: object) -> World:
    """进展报告: a report on fixed days of the year while the share is in progress."""

    def clocks(plain: Plain) -> None:
        plain["clocks"]["interim_report"] = {
            "label": {"zh": "阶段报告期限", "en": "Interim report"},
            "starts": "recurring",
            "source": "default",
            "ladder": "unit_short",
        } | day

    def assignment(plain: Plain) -> None:
        plain["states"]["in_progress"]["clocks"].append({"kind": "interim_report"})
        plain["actions"]["interim_report"] = {
            "label": {"zh": "阶段报告", "en": "Interim report"},
            "by": [{"role": "unit_clerk", "relation": "assignment_unit"}],
            "moves": [
                {"from": ["in_progress"], "then": [{"meet_clock": {"kind": "interim_report"}}]}
            ],
        }

    world = memory_world("2026-01-21", own_rules(clocks=clocks, assignment=assignment))
    world.handed_over().do("receive", CLERK, subject=1)
    return world


TWICE = {"on": [{"month": 3, "day": 31}, {"month": 6, "day": 30}]}


def test_a_recurring_report_is_due_again_once_it_was_given() -> None:
    world = _reporting(**TWICE)
    first = clock_of(world, "interim_report", OURS)
    assert first.due_on == date(2026, 3, 31)
    assert "固定日期3月31日" in explain(first, national_calendar())[0].zh
    world.at("2026-03-20").do("interim_report", CLERK, subject=1)
    given, following = _all_of(world, "interim_report")
    assert (given.state, given.late) == (ClockState.MET, False)
    assert (following.state, following.due_on) == (ClockState.RUNNING, date(2026, 6, 30))


def test_a_late_report_serves_for_the_days_that_have_passed() -> None:
    world = _reporting(**TWICE)
    world.at("2026-06-30").do("interim_report", CLERK, subject=1)
    given, following = _all_of(world, "interim_report")
    assert given.late
    assert following.due_on == date(2027, 3, 31)


def test_a_monthly_one_keeps_to_the_end_of_short_months() -> None:
    world = _reporting(monthly=31)
    found = [clock_of(world, "interim_report", OURS).due_on]
    for day in ("2026-01-31", "2026-02-10", "2026-03-02"):
        world.at(day).do("interim_report", CLERK, subject=1)
        found.append(_all_of(world, "interim_report")[-1].due_on)
    expected = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert found == expected


def test_leaving_the_state_ends_it_without_a_report() -> None:
    world = _reporting(**TWICE)
    world.do("request_extension", "head-transport", subject=1, reason="涉及面广")
    (ended,) = _all_of(world, "interim_report")
    assert ended.state is ClockState.STOPPED


# ---------------------------------------------------------------- from receipt, another rule


def test_a_clock_may_count_from_the_receipt() -> None:
    def clocks(plain: Plain) -> None:
        plain["clocks"]["first_contact"] |= {"starts": "received", "length": {"days": 10}}

    world = memory_world("2026-01-21", own_rules(clocks=clocks)).handed_over()
    world.at("2026-01-23").do("receive", CLERK, subject=1)
    assert clock_of(world, "first_contact", OURS).due_on == date(2026, 2, 2)


def _widened() -> World:
    """涉及面广、难度大: six months from the same start, by a decision and not on request."""

    def clocks(plain: Plain) -> None:
        plain["clocks"]["reply_wide"] = {
            "label": {"zh": "答复期限(涉及面广)", "en": "Reply to a wide matter"},
            "starts": "handed-over",
            "length": {"months": 6},
            "source": "z0-43",
        }

    def assignment(plain: Plain) -> None:
        plain["actions"]["declare_wide"] = {
            "label": {"zh": "认定涉及面广", "en": "Declare it a wide matter"},
            "by": [{"role": "committee_clerk"}],
            "moves": [
                {
                    "from": ["in_progress"],
                    "then": [{"change_clock": {"kind": "reply", "to": "reply_wide"}}],
                }
            ],
        }

    world = memory_world("2026-01-21", own_rules(clocks=clocks, assignment=assignment))
    world.handed_over().do("receive", CLERK, subject=1)
    return world


def test_another_rule_in_mid_case_counts_from_the_same_start() -> None:
    world = _widened()
    world.at("2026-04-01").do("declare_wide", "committee", subject=1)
    clock = clock_of(world, "reply", OURS)
    assert clock.due_on == date(2026, 7, 21)
    assert clock.segments[-1].rule == "zhejiang-county/v1#reply_wide"
    assert clock.segments[-1].by == "committee"
    told = explain(clock, national_calendar())
    assert "6个月" in told[1].zh
    (pending,) = (one for one in world.look().timers if one.clock == clock.number)
    assert pending.fire_at.date() == date(2026, 7, 6)


# ---------------------------------------------------------------------- extensions that help


def test_an_extension_that_gives_no_day_more_is_refused() -> None:
    world = memory_world().handed_over()
    world.do("receive", CLERK, subject=1)
    error = refused(
        world,
        ExtensionRefused,
        "request_extension",
        CLERK,
        subject=1,
        reason="难",
        period={"months": 3},
    )
    assert "没有更多时间" in error.message("zh")
    assert "2026-04-21" in error.message("en")


@pytest.mark.parametrize(("day", "gains"), [("2026-05-20", True), ("2026-05-22", False)])
def test_an_extension_that_is_over_already_is_refused(
    day: str,
    gains: bool,  # noqa: FBT001  # a parameter of the table above
) -> None:
    world = memory_world().handed_over()
    world.do("receive", CLERK, subject=1)
    world.at(day)
    asked = {"reason": "难", "period": {"months": 4}}
    if gains:
        world.do("request_extension", CLERK, subject=1, form=asked)
        return
    error = refused(world, ExtensionRefused, "request_extension", CLERK, subject=1, form=asked)
    assert "2026-05-21" in error.message("zh")
