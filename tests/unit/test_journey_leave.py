"""代理: a delegate is told and may act for somebody on leave, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.command import Notice
from engine.congress import Directory, Leave
from engine.errors import LeaveRefused, NotAuthorized, UnknownPerson
from engine.leaves import check_leaves
from engine.profile import Grant, Profile
from engine.relations import Relating, people, resolve
from tests.support.refusing import kept_by, refused
from tests.support.variants import with_people
from tests.support.world import World, memory_world, shipped_profile

CLERK, HEAD, STAND_IN = "clerk-transport", "head-transport", "clerk-housing"
AWAY = Leave(
    person=CLERK,
    number=1,
    delegate=STAND_IN,
    first_day=date(2026, 1, 21),
    last_day=date(2026, 1, 23),
    reason="年休假",
)


def delegating(*roles: str) -> Profile:
    """The shipped rules, with these roles that may be delegated."""
    profile = shipped_profile()
    rules = replace(profile.supervision, delegable=roles)
    return replace(profile, supervision=rules, digest=f"delegating-{'-'.join(roles)}")


def with_leaves(*leaves: Leave) -> Directory:
    return with_people({}, leaves)


def _world(*leaves: Leave, roles: tuple[str, ...] = ("unit_clerk",)) -> World:
    world = memory_world(profile=delegating(*roles))
    kept_by_store = world.store
    kept_by_store.kept.directory = with_leaves(*leaves)  # type: ignore[attr-defined]  # a store in memory
    return world


def _notices(world: World, template: str) -> dict[str, Notice]:
    return {
        one.recipient: one for one in kept_by(world).notices.values() if one.template == template
    }


def test_the_delegate_is_told_in_place_of_who_is_away_and_both_find_it_in_the_inbox() -> None:
    world = _world(AWAY).handed_over()
    told = _notices(world, "handed_over")
    assert set(told) >= {CLERK, STAND_IN}
    own, instead = told[CLERK], told[STAND_IN]
    assert (own.stands_in_for, own.stays_in) == (None, True)
    assert (instead.stands_in_for, instead.stays_in) == (CLERK, False)
    assert instead.facts["stands_in_for"] == "孙立"
    assert instead.facts["recipient"] == "郑洁"
    assert "stands_in_for" not in own.facts
    entry = kept_by(world).entries[-1]
    assert entry.content["told_for"] == {STAND_IN: CLERK}


def test_the_delegate_may_act_is_an_owner_and_the_audit_names_both() -> None:
    world = _world(AWAY).handed_over()
    assert STAND_IN in world.owners()
    world.do("receive", STAND_IN, subject=1)
    entry = kept_by(world).entries[-1]
    assert (entry.actor, entry.content["stands_in_for"]) == (STAND_IN, CLERK)
    possible = world.desk.possible("linxi", world.case, STAND_IN, world.now)
    assert "draft_reply" in {one.action for one in possible}


def test_who_is_away_may_still_act_in_their_own_name() -> None:
    world = _world(AWAY).handed_over()
    world.do("receive", CLERK, subject=1)
    assert "stands_in_for" not in kept_by(world).entries[-1].content


@pytest.mark.parametrize("day", ["2026-01-20", "2026-01-24"])
def test_outside_of_the_leave_nobody_stands_in(day: str) -> None:
    world = _world(AWAY).handed_over()
    world.at(day)
    assert STAND_IN not in world.owners()
    refused(world, NotAuthorized, "receive", STAND_IN, subject=1)
    assert world.desk.possible("linxi", world.case, STAND_IN, world.now) == ()


def test_only_roles_of_the_rules_are_delegated() -> None:
    world = _world(AWAY, roles=("unit_head",)).handed_over()
    assert set(_notices(world, "handed_over")).isdisjoint({STAND_IN})
    assert not _notices(world, "handed_over")[CLERK].stays_in
    refused(world, NotAuthorized, "receive", STAND_IN, subject=1)


def test_nobody_signs_or_rates_for_a_deputy_whatever_the_rules_say() -> None:
    away = replace(AWAY, person="li-ming", delegate="wang-fang")
    world = _world(away, roles=("deputy",)).raised("li-ming")
    relating = Relating(
        profile=delegating("deputy"),
        directory=with_leaves(replace(away, delegate="chen-jing")),
        on=AWAY.first_day,
        case=world.look(),
    )
    for relation, expected in (
        ("pending_cosigner", ("li-ming",)),
        ("signatory", ("wang-fang",)),
        ("lead_deputy", ("wang-fang",)),
        ("rater", ()),
    ):
        assert people([Grant(role="deputy", relation=relation)], relating) == expected
    assert not any(one.stands_in_for for one in kept_by(world).notices.values())


def test_who_has_the_right_anyway_stands_in_for_nobody() -> None:
    away = replace(AWAY, person="office", delegate="committee")
    relating = Relating(
        profile=delegating("government_clerk", "committee_clerk"),
        directory=with_leaves(away),
        on=AWAY.first_day,
        case=None,
    )
    both = [Grant(role="government_clerk"), Grant(role="committee_clerk")]
    assert resolve(both, relating) == {"office": None, "committee": None}
    assert resolve(both[:1], relating) == {"office": None, "committee": "office"}
    assert people(both[:1], replace(relating, on=date(2026, 1, 24))) == ("office",)


def test_whoever_stands_in_is_told_of_a_rung_once_too() -> None:
    away = replace(AWAY, last_day=date(2026, 12, 31))
    world = _world(away).handed_over()
    world.do("receive", STAND_IN, subject=1)
    world.tick("2026-12-01")
    number = next(one.number for one in world.look().clocks if one.kind == "reply")
    of_the_clock = [
        (one.recipient, one.rung.rung)
        for one in kept_by(world).notices.values()
        if one.rung and one.rung.clock == number
    ]
    assert (STAND_IN, "overdue_1") in of_the_clock
    assert len(of_the_clock) == len({who for who, _ in of_the_clock})


@pytest.mark.parametrize(
    ("known", "added", "zh", "en"),
    [
        ((), replace(AWAY, delegate=CLERK), "本人", "oneself"),
        ((), replace(AWAY, last_day=date(2026, 1, 1)), "早于", "before it begins"),
        ((AWAY,), replace(AWAY, number=2, first_day=date(2026, 1, 23)), "重叠", "overlaps"),
        (
            (AWAY,),
            replace(AWAY, person=STAND_IN, delegate=CLERK),
            "互代",
            "no delegate of a delegate",
        ),
        (
            (AWAY,),
            replace(AWAY, person=STAND_IN, delegate=HEAD),
            "代理clerk-transport",
            "stands in",
        ),
        (
            (replace(AWAY, person=STAND_IN, delegate=HEAD),),
            AWAY,
            "转代",
            "no delegate of a delegate",
        ),
    ],
)
def test_a_leave_that_cannot_be_is_refused_with_its_reason(
    known: tuple[Leave, ...], added: Leave, zh: str, en: str
) -> None:
    with pytest.raises(LeaveRefused) as caught:
        check_leaves(with_leaves(*known, added), [added])
    assert zh in caught.value.message("zh")
    assert en in caught.value.message("en")


def test_leaves_beside_each_other_are_fine() -> None:
    later = replace(AWAY, number=2, first_day=date(2026, 1, 24), last_day=date(2026, 1, 30))
    returned = replace(later, person=STAND_IN, number=1, delegate=CLERK)
    elsewhere = replace(AWAY, person="office", delegate=STAND_IN)
    for known in ((AWAY, later), (AWAY, returned), (AWAY, elsewhere)):
        check_leaves(with_leaves(*known), known)


@pytest.mark.parametrize("changed", [{"person": "ghost"}, {"delegate": "ghost"}])
def test_a_leave_names_people_who_are_there(changed: dict[str, str]) -> None:
    leave = replace(AWAY, **changed)  # type: ignore[arg-type]  # names of people
    with pytest.raises(UnknownPerson) as caught:
        check_leaves(with_leaves(leave), [leave])
    assert caught.value.facts["person"] == "ghost"
