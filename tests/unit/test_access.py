"""Who sees what of a case, and that nothing of what is kept back is left in what is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from engine.access import UNSEEN, Sight, is_of_a_unit, public_sight, sight_of
from engine.calendar import local_day
from engine.case import Case
from engine.congress import Appointment, Directory, Leave
from engine.perform import plain
from engine.profile import Profile
from engine.redaction import AUTHOR, as_seen, history_as_seen
from engine.rights import AccessRules, Showing
from reports.case_view import case_lines
from tests.support.memory import MemoryStore
from tests.support.variants import with_people
from tests.support.world import (
    World,
    memory_world,
    national_calendar,
    shipped_profile,
    small_directory,
)

DAY = date(2026, 3, 2)
DESKS = ("reviewer", "committee", "committee-head", "chairpersons")
GOVERNMENT = ("office", "leader", "supervision")
OWN_UNITS = ("clerk-transport", "head-transport", "clerk-housing", "head-housing")
STRANGERS = ("clerk-education", "head-finance", "second-official", "official")


def _sight(case: Case, person: str, directory: Directory | None = None) -> Sight:
    return sight_of(case, person, shipped_profile(), directory or small_directory(), DAY)


def _shows(case: Case, person: str, directory: Directory | None = None) -> Showing:
    return _sight(case, person, directory).shows


def _in_hand(secrecy: str = "open") -> Case:
    """王芳's, signed by 李明, with 交通局 and 住建局."""
    world = memory_world().handed_over("transport", "housing", cosigners=("li-ming",))
    return world.look().changed(secrecy=secrecy)


# ------------------------------------------------------------------------ who sees how much


@pytest.mark.parametrize("secrecy", ["open", "summary", "author_hidden", "closed", "undeclared"])
def test_signatories_their_units_and_the_desks_see_all_at_any_secrecy(secrecy: str) -> None:
    case = _in_hand(secrecy)
    for person in ("wang-fang", "li-ming", *DESKS, *GOVERNMENT, *OWN_UNITS):
        assert _shows(case, person) is Showing.WHOLE, person


@pytest.mark.parametrize(
    ("secrecy", "shown"),
    [
        ("open", Showing.WHOLE),
        ("summary", Showing.SUMMARY),
        ("author_hidden", Showing.AUTHOR_HIDDEN),
        ("closed", Showing.NOTHING),
        ("undeclared", Showing.NOTHING),
    ],
)
def test_other_deputies_and_the_public_see_what_the_author_lets_them(
    secrecy: str, shown: Showing
) -> None:
    case = _in_hand(secrecy)
    assert _shows(case, "chen-jing") is shown
    assert public_sight(case, shipped_profile()).shows is shown


@pytest.mark.parametrize("secrecy", ["open", "author_hidden", "closed"])
def test_another_unit_and_another_portfolio_see_nothing_at_all(secrecy: str) -> None:
    case = _in_hand(secrecy)
    for person in STRANGERS:
        assert _sight(case, person) == UNSEEN, person


def test_a_case_of_another_congress_is_not_there_even_for_a_desk() -> None:
    case = _in_hand().changed(congress="dongshan")
    for person in ("committee", "wang-fang", "clerk-transport"):
        assert _sight(case, person) == UNSEEN


def test_a_draft_is_its_authors_and_of_those_they_asked() -> None:
    world = memory_world()
    form = {
        "title": "关于路灯的建议",
        "text": "建议增设路灯。",
        "field": "transport",
        "kind": "recess",
        "origin": "citizens",
        "cosigners": ["li-ming"],
    }
    world.case = world.do("draft", "wang-fang", form=form).case
    case = world.look()
    seeing = {one for one in small_directory().people if _sight(case, one).visible}
    assert seeing == {"wang-fang", "li-ming"}


def test_who_gave_a_signature_back_is_a_deputy_like_others() -> None:
    world = memory_world().raised("li-ming")
    world.do("decline_signature", "li-ming")
    assert _sight(world.look(), "li-ming") == UNSEEN
    assert _shows(world.look(), "wang-fang") is Showing.WHOLE


def test_a_unit_that_gave_the_case_back_still_sees_what_became_of_it() -> None:
    world = memory_world().handed_over("education")
    world.do(
        "request_return", "head-education", subject=1, reason="不属职责", proposed_unit="housing"
    )
    world.do("approve_return", "leader", subject=1, reason="同意", unit="housing")
    case = world.look()
    assert _shows(case, "clerk-education") is Showing.WHOLE
    assert _shows(case, "clerk-housing") is Showing.WHOLE
    assert _sight(case, "clerk-transport") == UNSEEN


def test_lead_officials_see_their_portfolio_and_their_topic() -> None:
    educated = memory_world().handed_over("education").look()
    assert _shows(educated, "official") is Showing.WHOLE
    assert _sight(educated, "second-official") == UNSEEN
    world = memory_world().registered()
    topic: dict[str, object] = {
        "topic_number": 1,
        "topic_title": "上学路上的安全",
        "lead_official": "second-official",
        "supervising_leader": "chairpersons",
        "decided_on": "2026-01-21",
        "decided_by": "主任会议",
    }
    world.do("designate_key", "chairpersons", form=topic)
    directory = world.desk.look("linxi", world.case, world.now)[1].directory
    assert _shows(world.look(), "second-official", directory) is Showing.WHOLE
    assert _sight(world.look(), "official", directory) == UNSEEN


def test_a_delegation_sees_its_own_before_they_are_registered() -> None:
    people = small_directory().people
    directory = with_people(
        {
            "wang-fang": replace(people["wang-fang"], delegation="城东"),
            "li-ming": replace(people["li-ming"], delegation="城东"),
            "chen-jing": replace(people["chen-jing"], delegation="城西"),
        }
    )
    case = memory_world().raised().look()
    assert _shows(case, "li-ming", directory) is Showing.WHOLE
    assert _sight(case, "chen-jing", directory) == UNSEEN
    assert _sight(case.changed(secrecy="closed"), "li-ming", directory) == UNSEEN


def test_a_delegate_sees_what_they_stand_in_for_and_only_as_long() -> None:
    leave = Leave(
        person="clerk-transport",
        number=1,
        delegate="clerk-education",
        first_day=DAY,
        last_day=DAY,
    )
    directory, case = with_people({}, [leave]), _in_hand("closed")
    assert _shows(case, "clerk-education", directory) is Showing.WHOLE
    later = date(2026, 3, 3)
    assert sight_of(case, "clerk-education", shipped_profile(), directory, later) == UNSEEN


def test_nobody_stands_in_for_a_deputy_who_signed() -> None:
    leave = Leave(person="wang-fang", number=1, delegate="chen-jing", first_day=DAY, last_day=DAY)
    assert _sight(_in_hand("closed"), "chen-jing", with_people({}, [leave])) == UNSEEN


def test_whoever_the_rules_do_not_name_sees_nothing() -> None:
    silent = replace(shipped_profile(), access=AccessRules())
    case = _in_hand()
    for person in ("wang-fang", "committee", "clerk-transport"):
        assert sight_of(case, person, silent, small_directory(), DAY) == UNSEEN
    assert public_sight(case, silent) == UNSEEN


# -------------------------------------------------------------------------- what is taken out


def _rated_by_one() -> World:
    """Answered; 王芳 is dissatisfied, 李明 has not rated."""
    world = memory_world().handed_over("transport", cosigners=("li-ming",)).replied("transport")
    world.do(
        "rate",
        "wang-fang",
        process="satisfied",
        result="dissatisfied",
        comment="过街处仍无护栏",
    )
    return world


def _given(case: Case, person: str) -> dict[str, str | None]:
    shown = as_seen(case, _sight(case, person), person, small_directory())
    return {one.deputy: one.result for one in shown.evaluations if one.state != "open"}


def test_no_unit_sees_a_rating_before_all_are_in() -> None:
    world = _rated_by_one()
    case = world.look()
    for person in ("clerk-transport", "head-transport", "office", "leader", "chen-jing"):
        assert _given(case, person) == {}, person
    assert _given(case, "wang-fang") == {"wang-fang": "dissatisfied"}
    assert _given(case, "li-ming") == {}
    assert _given(case, "committee") == {"wang-fang": "dissatisfied"}
    world.do("rate", "li-ming", process="satisfied", result="satisfied")
    final = {"wang-fang": "dissatisfied", "li-ming": "satisfied"}
    assert _given(world.look(), "clerk-transport") == final


def test_whoever_serves_a_unit_sees_no_unfinished_rating_whatever_else_they_are() -> None:
    clerk = small_directory().people["clerk-transport"]
    both = (*clerk.appointments, Appointment(role="committee_clerk"))
    directory = with_people({"clerk-transport": replace(clerk, appointments=both)})
    assert is_of_a_unit("clerk-transport", directory)
    assert not _sight(_rated_by_one().look(), "clerk-transport", directory).ratings


def test_a_reply_is_the_units_and_the_desks_until_it_is_delivered() -> None:
    world = memory_world().handed_over("transport", cosigners=("li-ming",))
    world.do("receive", "clerk-transport", subject=1)
    met: dict[str, object] = {
        "on": world.now.date().isoformat(),
        "form": "meeting",
        "rank": "staff",
        "summary": "面谈",
    }
    world.do("record_contact", "clerk-transport", subject=1, form=met)
    world.do("draft_reply", "clerk-transport", subject=1, result="A", text="拟于六月完工。")
    case = world.look()
    for person, seen in (("wang-fang", 0), ("chen-jing", 0), ("clerk-transport", 1), ("office", 1)):
        shown = as_seen(case, _sight(case, person), person, small_directory())
        assert len(shown.replies) == seen, person


def _told(world: World, person: str, profile: Profile) -> str:
    """Everything that a page could show this person of the case, as one text."""
    case, directory = world.look(), small_directory()
    sight = sight_of(case, person, profile, directory, DAY)
    assert isinstance(world.store, MemoryStore)
    entries = [one for one in world.store.kept.entries if one.case == case.id]
    view = case_lines(
        as_seen(case, sight, person, directory),
        history_as_seen(entries, case, sight, person, profile),
        profile=profile,
        directory=directory,
        calendar=national_calendar(),
        today=local_day(world.now),
    )
    return json.dumps(plain(view), ensure_ascii=False, default=str)


class _Hidden(World):
    """A world whose case is not open."""

    secrecy = "author_hidden"

    def look(self) -> Case:
        return World.look(self).changed(secrecy=self.secrecy)


def _hidden(world: World, secrecy: str) -> World:
    hidden = _Hidden(desk=world.desk, store=world.store, now=world.now, case=world.case)
    hidden.secrecy = secrecy
    return hidden


def test_a_hidden_author_is_named_nowhere() -> None:
    world = memory_world().handed_over("transport", cosigners=("li-ming",))
    world.replied("transport", text="王芳代表:您和李明代表的建议收悉。")
    world.do("rate", "wang-fang", process="satisfied", result="satisfied")
    told = _told(_hidden(world, "author_hidden"), "chen-jing", shipped_profile())
    for name in ("王芳", "李明", "wang-fang", "li-ming"):
        assert name not in told
    assert "代表的建议收悉" in told
    assert AUTHOR in told
    assert "王芳" in _told(_hidden(world, "author_hidden"), "committee", shipped_profile())


def test_a_summary_is_number_title_and_state() -> None:
    world = memory_world().handed_over("transport", cosigners=("li-ming",)).replied("transport")
    hidden = _hidden(world, "summary")
    sight = _sight(hidden.look(), "chen-jing")
    shown = as_seen(hidden.look(), sight, "chen-jing", small_directory())
    told = json.dumps(plain(shown), ensure_ascii=False, default=str)
    for kept_back in ("王芳", "wang-fang", "人车混行", 'transport"', "已增设", "过街、"):
        assert kept_back not in told.replace('"field": "transport"', ""), kept_back
    assert (shown.number, shown.title, shown.state) == (
        hidden.look().number,
        hidden.look().title,
        "rating",
    )
    assert (shown.clocks, shown.assignments, shown.replies) == ((), (), ())
    assert sight.hidden == {"details", "author", "attachments", "replies", "ratings"}


def test_the_history_does_not_tell_who_has_rated() -> None:
    world = _rated_by_one()
    case = world.look()
    assert isinstance(world.store, MemoryStore)
    entries = world.store.kept.entries
    for person, told in (("clerk-transport", 0), ("committee", 1), ("wang-fang", 1)):
        shown = history_as_seen(entries, case, _sight(case, person), person, shipped_profile())
        assert len([one for one in shown if one.action == "rate"]) == told, person
