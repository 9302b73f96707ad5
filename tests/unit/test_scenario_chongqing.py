"""The Chongqing ordinance of 2017 as a scenario: five kinds of clock on one item.

Return 10 working days, opinion of the joint unit 30 working days and reply 3 months from the
hand-over, contact 20 working days from the receipt, rating 20 working days from the reply. Every
date was counted by hand on a paper calendar of 2024; the working days are listed beside it.
"""

from __future__ import annotations

from datetime import date

import pytest

from engine.clocks import Clock, ClockState
from engine.profile import Profile
from engine.uncounted import uncounted_days
from engine.why import Naming, explain
from tests.support.own_rules import Plain, own_rules
from tests.support.world import World, memory_world, national_calendar

HANDED_OVER, RECEIVED, JOINT_RECEIVED = "2024-04-03", "2024-04-08", "2024-04-10"
OPINION, REPLIED = "2024-05-13", "2024-06-06"

# Hand-over on Wednesday 3 April. Qingming 4-6 April, make-up Sunday 7 April; Labour Day 1-5 May,
# make-up Sunday 28 April and Saturday 11 May; Dragon Boat 8-10 June, no make-up day.
BY_HAND = {
    # 7 8 9 10 11 12 15 16 17 18 April
    ("return_window", "assignment:1"): date(2024, 4, 18),
    ("return_window", "assignment:2"): date(2024, 4, 18),
    # the same ten, then 19 22 23 24 25 26 28 29 30 April, 6 7 8 9 10 11 13 14 15 16 17 May
    ("joint_opinion", "assignment:2"): date(2024, 5, 17),
    # the third of the third month after April
    ("reply", "assignment:1"): date(2024, 7, 3),
    # received on 8 April: 9 10 11 12 15 16 17 18 19 22 23 24 25 26 28 29 30 April, 6 7 8 May
    ("first_contact", "assignment:1"): date(2024, 5, 8),
    # replied on 6 June: 7 11 12 13 14 17 18 19 20 21 24 25 26 27 28 June, 1 2 3 4 5 July
    ("evaluation", "case"): date(2024, 7, 5),
}
ARTICLES = {"return_window": 10, "joint_opinion": 30, "first_contact": 20, "evaluation": 20}


def chongqing() -> Profile:
    def clocks(plain: Plain) -> None:
        kinds = plain["clocks"]
        for kind, starts in (
            ("return_window", "handed-over"),
            ("joint_opinion", "handed-over"),
            ("first_contact", "received"),
            ("evaluation", "replied"),
        ):
            kinds[kind] |= {"starts": starts, "length": {"working_days": ARTICLES[kind]}}
            kinds[kind]["source"] = "c1-2017"
        kinds["reply"] |= {"starts": "handed-over", "length": {"months": 3}, "source": "c1-2017"}

    return own_rules(clocks=clocks)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return chongqing()


def played(profile: Profile) -> World:
    """One item with a lead and a joint unit, from hand-over to the reply."""
    world = memory_world("2024-03-20", profile).registered()
    rows = [{"unit": "transport", "kind": "lead"}, {"unit": "finance", "kind": "joint"}]
    world.at(HANDED_OVER).do("hand_over", "committee", assignments=rows)
    world.at(RECEIVED).do("receive", "clerk-transport", subject=1)
    world.at(JOINT_RECEIVED).do("receive", "clerk-finance", subject=2)
    return world


def clocks_by_name(world: World) -> dict[tuple[str, str], Clock]:
    return {(one.kind, one.subject): one for one in world.look().clocks}


def test_five_clocks_run_on_one_item_and_each_date_is_that_counted_by_hand(
    profile: Profile,
) -> None:
    world = played(profile)
    running = {
        name: one.due_on
        for name, one in clocks_by_name(world).items()
        if one.state is ClockState.RUNNING and one.kind != "progress_report"
    }
    assert running == {name: day for name, day in BY_HAND.items() if name[0] != "evaluation"}
    assert len(running) == 5


def test_the_rating_counts_from_the_reply_over_the_dragon_boat_days(profile: Profile) -> None:
    world = played(profile)
    contact = {"on": "2024-05-08", "form": "meeting", "rank": "unit_head", "summary": "面谈"}
    world.at("2024-05-08", 20).do("record_contact", "clerk-transport", subject=1, form=contact)
    world.at(OPINION).do("give_opinion", "clerk-finance", subject=2, opinion="经费可以安排")
    world.do("accept_opinion", "clerk-transport", subject=2)
    world.do("draft_reply", "clerk-transport", subject=1, result="A", text="已增设。")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", "head-transport", subject=1, document_number="渝交〔2024〕1号")
    world.at(REPLIED).do("deliver_reply", "clerk-transport", subject=1)
    clock = clocks_by_name(world)["evaluation", "case"]
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, BY_HAND["evaluation", "case"])
    assert clock.segments[0].at == world.look().replies[0].delivered_at
    # Contact on the evening of its last day is in time, the opinion four working days early.
    for name in (("first_contact", "assignment:1"), ("joint_opinion", "assignment:2")):
        met = clocks_by_name(world)[name]
        assert (met.state, met.late, met.due_on) == (ClockState.MET, False, BY_HAND[name])


@pytest.mark.parametrize(
    "name", [one for one in BY_HAND if one[0] not in ("reply", "evaluation")], ids=str
)
def test_each_date_is_explained_by_the_days_it_passes_over(
    profile: Profile, name: tuple[str, str]
) -> None:
    world = played(profile)
    clock = clocks_by_name(world)[name]
    passed = uncounted_days(clock, national_calendar())
    begun = date.fromisoformat(RECEIVED if name[0] == "first_contact" else HANDED_OVER)
    assert (clock.due_on - begun).days - len(passed) == ARTICLES[name[0]]
    lines = explain(clock, national_calendar(), Naming(profile=profile))
    assert f"{ARTICLES[name[0]]}个工作日" in lines[0].zh
    assert "重庆市人大代表建议工作条例" in lines[0].zh
    assert "Chongqing" in lines[0].en
    assert "2024-04-07" in lines[2].zh or name[0] == "first_contact"
    assert str(BY_HAND[name]) in lines[-1].zh


def test_the_reply_may_be_extended_and_all_other_clocks_stay(profile: Profile) -> None:
    world = played(profile)
    world.at("2024-06-20").do("request_extension", "head-transport", subject=1, reason="涉及面广")
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    found = clocks_by_name(world)
    assert found["reply", "assignment:1"].due_on == date(2024, 10, 3)
    assert found["joint_opinion", "assignment:2"].due_on == BY_HAND["joint_opinion", "assignment:2"]
    naming = Naming(profile=profile, people={"committee": "何军", "office": "马超群"})
    told = [one.zh for one in explain(found["reply", "assignment:1"], national_calendar(), naming)]
    assert any("马超群" in one and "何军" in one and "涉及面广" in one for one in told)
