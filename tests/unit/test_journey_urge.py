"""催办: who may, how much it counts, and how soon the same may be said again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.command import CLOCK
from engine.congress import Appointment, Person
from engine.errors import ConditionRefused, NotAuthorized, UrgedAlready
from engine.profile import Profile, Urging
from tests.support.refusing import kept_by, refused, told
from tests.support.variants import with_people
from tests.support.world import World, memory_world, shipped_profile

HEAD, CLERK = "head-transport", "clerk-transport"


def _urged(world: World, actor: str, *, action: str = "urge", subject: int = 1) -> int:
    """The weight that the word of the actor got."""
    world.do(action, actor, subject=subject, note="请抓紧")
    return world.look().supervisions[-1].weight


def test_a_word_counts_by_the_role_and_that_of_the_clock_counts_one() -> None:
    world = memory_world().handed_over()
    weights = [_urged(world, one) for one in ("office", "committee", "supervision")]
    assert [*weights, _urged(world, "committee-head")] == [2, 3, 4, 5]
    world.tick("2026-01-27")
    chased = world.look().supervisions[-1]
    assert (chased.by, chased.clock, chased.weight) == (CLOCK, "receipt", 1)


def test_of_several_roles_the_weightiest_that_the_action_grants_counts() -> None:
    roles = ("government_clerk", "committee_clerk", "lead_official")
    both = Person(
        code="office", name="马超群", appointments=tuple(Appointment(role=one) for one in roles)
    )
    world = memory_world()
    kept_by(world)
    world.store.kept.directory = with_people({"office": both})  # type: ignore[attr-defined]  # in memory
    assert _urged(world.handed_over(), "office") == 3


def test_a_role_that_the_rules_do_not_weigh_counts_one() -> None:
    world = memory_world(profile=_rules(Urging(weights={"committee_head": 5})))
    assert _urged(world.handed_over(), "committee") == 1


def _rules(urging: Urging) -> Profile:
    profile = shipped_profile()
    changed = replace(profile.supervision, urging=urging)
    return replace(profile, supervision=changed, digest="urging")


def test_nobody_of_no_more_weight_repeats_it_within_three_working_days() -> None:
    world = memory_world().handed_over().at("2026-01-22")  # a Thursday
    world.do("urge", "committee", subject=1, note="请签收")
    for actor in ("committee", "office"):
        error = refused(world, UrgedAlready, "urge", actor, subject=1, note="请签收")
        facts = error.facts
        assert (facts["by"], facts["on"], facts["weight"]) == ("何军", "2026-01-22", 3)
        assert facts["again"] == "2026-01-28"  # after Friday, Monday and Tuesday
    world.at("2026-01-27", 23)
    refused(world, UrgedAlready, "urge", "office", subject=1, note="请签收")
    assert _urged(world.at("2026-01-28", 0), "office") == 2


def test_a_word_of_more_weight_may_follow_but_not_of_the_same_person() -> None:
    world = memory_world().handed_over()
    assert _urged(world, "office") == 2
    assert _urged(world, "committee-head") == 5
    refused(world, UrgedAlready, "urge", "committee-head", subject=1, note="再催")
    error = refused(world, UrgedAlready, "urge", "supervision", subject=1, note="再催")
    assert error.facts["by"] == "邓华"


def test_another_share_is_another_thing() -> None:
    world = memory_world().handed_over("transport", "finance")
    assert _urged(world, "committee") == 3
    assert _urged(world, "committee", subject=2) == 3


def test_rungs_are_never_refused_and_refuse_nobody() -> None:
    world = memory_world().handed_over()
    _urged(world.at("2026-01-26"), "committee")
    world.tick("2026-01-27")
    assert world.look().supervisions[-1].by == CLOCK
    assert _urged(world, "supervision") == 4


def test_without_a_period_anybody_repeats_at_once() -> None:
    world = memory_world(profile=_rules(Urging())).handed_over()
    assert [_urged(world, "committee"), _urged(world, "committee")] == [1, 1]


def test_a_deputy_urges_once_something_is_overdue() -> None:
    world = memory_world().handed_over("transport", cosigners=("li-ming",))
    error = refused(world, ConditionRefused, "urge_as_deputy", "wang-fang", subject=1, note="急")
    assert "期限届满后" in error.message("zh")
    world.at("2026-01-26", 23)  # receipt was due today
    refused(world, ConditionRefused, "urge_as_deputy", "wang-fang", subject=1, note="急")
    assert _urged(world.at("2026-01-27", 0), "li-ming", action="urge_as_deputy") == 2
    assert told(world, "urged") == [CLERK, HEAD]
    refused(world, UrgedAlready, "urge_as_deputy", "wang-fang", subject=1, note="急")
    refused(world, NotAuthorized, "urge_as_deputy", "chen-jing", subject=1, note="急")
    refused(world, NotAuthorized, "urge", "wang-fang", subject=1, note="急")


@pytest.mark.parametrize("day", ["2026-07-01"])
def test_a_deputy_urges_about_an_overdue_promise(day: str) -> None:
    world = memory_world().handed_over()
    promise = [{"text": "年内建成", "due_on": "2026-06-30"}]
    world.replied(result="B", text="列入计划。", commitments=promise)
    action = "urge_commitment_as_deputy"
    refused(world, ConditionRefused, action, "wang-fang", subject=1, note="请兑现")
    assert _urged(world.at(day), "wang-fang", action=action) == 2
