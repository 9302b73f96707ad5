"""成效灯: three parties judge each month; the light holds when they agree, and the clock waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.clocks import ClockState
from engine.errors import FormIncomplete, FormInvalid, NotAllowed, NotAuthorized
from engine.facts import case_facts
from engine.outcome import Accord, OutcomeStanding, outcomes_of
from reports.duties import duties_of
from tests.support.in_hand import TOPIC
from tests.support.refusing import clocks_of, refused, told
from tests.support.world import CONGRESS, World, memory_world, shipped_profile

UNIT, OFFICE, COMMITTEE = "clerk-transport", "office", "committee"


def _key() -> World:
    """A key suggestion in handling since January."""
    world = memory_world().registered()
    world.do("designate_key", "chairpersons", form=TOPIC)
    world.do("hand_over", "committee", assignments=[{"unit": "transport", "kind": "lead"}])
    return world


def _judge(world: World, actor: str, light: str, **form: object) -> None:
    world.do("judge_outcome", actor, form={"light": light, **form})


def _standing(world: World) -> OutcomeStanding:
    return outcomes_of(world.look(), shipped_profile())[-1]


def _light(world: World) -> object:
    return case_facts(world.look(), shipped_profile())["outcome_light"]


def _waits_for(world: World, day: str) -> tuple[str, ...]:
    case, at, _ = world.desk.look(CONGRESS, world.case, world.now)
    duties = duties_of(case, at.profile, at.directory, date.fromisoformat(day))
    return next((one.owners for one in duties if one.subject == "case"), ())


def test_the_light_holds_when_all_three_agree() -> None:
    world = _key().at("2026-01-22")
    _judge(world, UNIT, "blue", note="正在勘察")
    assert (_standing(world).accord, _standing(world).missing) == (
        Accord.PENDING,
        ("government", "committee"),
    )
    _judge(world, OFFICE, "blue")
    assert (_standing(world).light, _light(world)) == (None, "")
    _judge(world, "supervision", "blue")
    standing = _standing(world)
    assert (standing.month, standing.accord, standing.light) == ("2026-01", Accord.AGREED, "blue")
    assert (standing.said["unit"].by, standing.said["unit"].note) == (UNIT, "正在勘察")
    assert _light(world) == "blue"


def test_a_dispute_is_told_as_soon_as_two_differ_and_a_new_judgement_settles_it() -> None:
    world = _key().at("2026-02-10")
    _judge(world, UNIT, "green")
    _judge(world, COMMITTEE, "red")
    standing = _standing(world)
    assert (standing.accord, standing.light, standing.missing) == (
        *(Accord.DISPUTED, None),
        ("government",),
    )
    assert {party: one.light for party, one in standing.said.items()} == {
        "unit": "green",
        "committee": "red",
    }
    _judge(world, UNIT, "red")
    _judge(world, OFFICE, "red")
    assert (_standing(world).accord, _light(world)) == (Accord.AGREED, "red")
    assert len(world.look().judgements) == 3  # the unit's second took the place of its first


def test_the_clock_is_met_by_the_last_party_and_comes_again_next_month() -> None:
    world = _key().at("2026-01-23")
    for actor in (UNIT, OFFICE, COMMITTEE):
        (clock,) = clocks_of(world, "outcome_judgement")
        assert (clock.due_on, clock.state) == (date(2026, 1, 25), ClockState.RUNNING)
        _judge(world, actor, "blue")
    met, running = clocks_of(world, "outcome_judgement")
    assert (met.state, met.late) == (ClockState.MET, False)
    assert (running.due_on, running.state) == (date(2026, 2, 25), ClockState.RUNNING)


def test_an_overdue_month_is_judged_first_unless_another_is_named() -> None:
    world = _key()
    world.tick("2026-03-10")  # January and February were not judged
    (clock,) = clocks_of(world, "outcome_judgement")
    assert clock.due_on == date(2026, 1, 25)
    assert [one.rung for one in world.look().supervisions if one.subject == "case"] == ["overdue_1"]
    _judge(world, OFFICE, "blue", month="2026-03")
    for actor in (UNIT, OFFICE, COMMITTEE):
        _judge(world, actor, "blue")
    months = {(one.month, one.party) for one in world.look().judgements}
    assert months == {
        ("2026-01", "unit"),
        ("2026-01", "government"),
        ("2026-01", "committee"),
        ("2026-03", "government"),
    }
    met, running = clocks_of(world, "outcome_judgement")
    assert (met.late, running.due_on) == (True, date(2026, 3, 25))


def test_whoever_has_not_judged_owns_the_case_meanwhile() -> None:
    world = _key().at("2026-02-10")
    everybody = ("clerk-transport", "committee", "head-transport", "office", "supervision")
    assert _waits_for(world, "2026-02-10") == everybody
    for actor in (UNIT, OFFICE):
        world.do("judge_outcome", actor, light="blue", month="2026-01")
    assert _waits_for(world, "2026-02-10") == ("committee", "supervision")


def test_an_ordinary_suggestion_waits_for_no_judgement_and_may_get_one() -> None:
    world = memory_world().handed_over().at("2026-02-10")
    assert clocks_of(world, "outcome_judgement") == ()
    assert _waits_for(world, "2026-02-10") == ()
    _judge(world, OFFICE, "yellow")
    assert _standing(world).said["government"].light == "yellow"


def test_a_suggestion_made_key_in_handling_is_judged_from_then_on() -> None:
    world = memory_world().handed_over().at("2026-02-26")
    world.do("designate_key", "chairpersons", form=TOPIC)
    (clock,) = clocks_of(world, "outcome_judgement")
    assert clock.due_on == date(2026, 3, 25)
    assert len(clocks_of(world, "reply", "assignment:1")) == 1


def test_the_answer_ends_the_waiting_and_a_last_judgement_is_possible() -> None:
    world = _key().replied()
    (clock,) = clocks_of(world, "outcome_judgement")
    assert clock.state is ClockState.STOPPED
    for actor in (UNIT, OFFICE, COMMITTEE):
        _judge(world, actor, "green")
    assert _light(world) == "green"
    assert world.look().state == "rating"


def test_the_parties_are_reminded_before_the_day() -> None:
    world = _key()
    world.tick("2026-01-26")
    assert told(world, "clock_soon").count(OFFICE) == 0  # began after the rung
    for actor in (UNIT, OFFICE, COMMITTEE):
        _judge(world, actor, "blue")
    world.tick("2026-02-20")
    assert set(told(world, "clock_soon")) >= {UNIT, OFFICE, COMMITTEE}


@pytest.mark.parametrize(
    ("month", "cause"),
    [
        ("2026-2", "应如"),
        ("2026-13", "应如"),
        ("2026-03", "将来"),
        ("2025-12", "2026-01才开始"),
    ],
)
def test_a_month_that_cannot_be_judged_is_refused(month: str, cause: str) -> None:
    world = _key().at("2026-02-10")
    error = refused(world, FormInvalid, "judge_outcome", OFFICE, light="blue", month=month)
    assert cause in str(error.facts["reason"])


def test_only_the_parties_judge_and_only_what_is_in_hand() -> None:
    world = _key()
    refused(world, FormIncomplete, "judge_outcome", OFFICE)
    refused(world, FormInvalid, "judge_outcome", OFFICE, light="purple")
    for actor in ("wang-fang", "clerk-education", "leader", "chairpersons"):
        refused(world, NotAuthorized, "judge_outcome", actor, light="blue")
    refused(memory_world().registered(), NotAllowed, "judge_outcome", OFFICE, light="blue")


def test_who_may_act_but_speaks_for_no_party_is_told_so() -> None:
    profile = shipped_profile()
    scheme = profile.supervision.outcome
    assert scheme is not None
    fewer = replace(scheme, parties=scheme.parties[:2])
    supervision = replace(profile.supervision, outcome=fewer)
    world = memory_world(profile=replace(profile, supervision=supervision, digest="two parties"))
    world.handed_over()
    error = refused(world, FormInvalid, "judge_outcome", COMMITTEE, light="blue")
    assert "承办单位" in str(error.facts["reason"])
