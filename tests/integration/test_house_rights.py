"""Ids and numbers tried at the house's doors: no case of another unit or congress comes out.

Two congresses share the database; the same people, units and numbers exist in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from random import Random

import pytest

from db.reads import Read, Reads
from engine.command import Command
from engine.errors import InvalidValue, NotAuthorized, UnknownCase
from engine.perform import plain
from reports.cases import EVERYTHING, CaseFilter, CaseSort
from tests.support.databases import url_fixture
from tests.support.two_congresses import (
    NOW,
    OTHER,
    SECRECY,
    TWO_CONGRESSES,
    Town,
    open_town,
    town,
)
from tests.support.world import (
    CONGRESS,
    PEOPLE,
    World,
    local,
)
from web.gate import Visitor
from web.house import SeenCase

__all__ = ["town"]

database_url = url_fixture(TWO_CONGRESSES)
DEEDS = ("close", "rate", "receive", "urge", "withdraw", "designate_key", "edit")
FAR = date(2099, 1, 1)
Ask = Callable[[Visitor, str], object]


@pytest.fixture
def fresh(database_url: str) -> Iterator[Town]:
    """One in which things are done."""
    with open_town(database_url) as opened:
        yield opened


def _neighbours(town: Town, rng: Random) -> list[str]:
    """Every id and number there is, those next to them, and what people try besides."""
    real = [one.id for one in town.cases] + [one.number for one in town.cases if one.number]
    near = []
    for one in real:
        place = rng.randrange(len(one))
        near.append(one[:place] + rng.choice("0123456789abcdef-%_") + one[place + 1 :])
        near.append(one + rng.choice(" %_*'\"0"))
    tried = ["", "%", "_", "*", "' OR 1=1 --", "../case-1", "case-1\x00", "0", "-1", "案" * 300]
    return [*real, *near, *tried]


def _asks(town: Town) -> dict[str, Ask]:
    house = town.house

    def acted(visitor: Visitor, reference: str) -> object:
        return house.try_out(visitor, _command(reference, "close"), door="api")

    return {
        "case": lambda visitor, one: house.case(visitor, one, door="page"),
        "why": lambda visitor, one: house.why(visitor, one, door="api"),
        "audit": lambda visitor, one: house.audit(visitor, one, door="api"),
        "try_out": acted,
    }


def _command(reference: str, action: str, actor: str = "committee") -> Command:
    """As forged as a program can make it: in a desk's name, from any congress."""
    return Command(congress=OTHER, action=action, actor=actor, now=NOW, case=reference)


def _refusal(ask: Ask, visitor: Visitor, reference: str) -> UnknownCase | None:
    try:
        ask(visitor, reference)
    except UnknownCase as error:
        return error
    except NotAuthorized:
        return None
    return None


ABROAD = ("chen-jing", "committee", "clerk-transport", "clerk-finance", "nobody")
"""Who is asked for in the other congress as well."""
PERSONS = [*(one.code for one in PEOPLE), "nobody"]


def test_what_is_not_seen_is_answered_like_what_does_not_exist(town: Town) -> None:
    rng = Random(7)
    asked = 0
    for person in PERSONS:
        visitor = town.visitor(person, rng.choice((CONGRESS, CONGRESS, OTHER)))
        sights = town.sights(visitor)
        seen = {
            name
            for one in town.cases
            if sights[one.id].visible
            for name in (one.id, one.number)
            if name
        }
        for reference in rng.sample(_neighbours(town, rng), 12):
            for name, ask in _asks(town).items():
                if reference in seen:
                    continue
                error = _refusal(ask, visitor, reference)
                assert error is not None, (person, name, reference)
                assert error.facts == UnknownCase(case=reference).facts
                asked += 1
    assert asked > 500


def test_what_is_seen_is_shown_as_far_as_it_is_seen(town: Town) -> None:
    shown = 0
    for person in PERSONS:
        visitor = town.visitor(person)
        for identity, sight in town.sights(visitor).items():
            if not sight.visible:
                continue
            found = town.house.case(visitor, identity, door="page")
            assert found.hidden == sight.hidden
            assert found.view.case.id == identity
            told = str(plain(found.view))
            if not sight.author:
                assert "王芳" not in told
                assert "wang-fang" not in told
            if not sight.details:
                assert _is_bare(found)
            shown += 1
    assert shown > 60


def _is_bare(found: SeenCase) -> bool:
    view = found.view
    parts = (view.owners, view.clocks, view.shares, view.replies, view.history, found.actions)
    return not any(parts) and not view.case.text


def test_no_list_no_search_and_no_calendar_names_what_is_not_seen(town: Town) -> None:
    for person in PERSONS:
        for congress in (CONGRESS, OTHER) if person in ABROAD else (CONGRESS,):
            visitor = town.visitor(person, congress)
            told = str(plain(_everything_listed(town, visitor)))
            for one in town.unseen(visitor):
                assert one.id not in told, (person, congress)
                assert one.title not in told
    desk = str(plain(_everything_listed(town, town.visitor("committee"))))
    assert all(one.id in desk for one in town.cases if one.congress == CONGRESS)


def _everything_listed(town: Town, visitor: Visitor) -> list[object]:
    house = town.house
    listed = [
        house.cases(visitor, filters=filters, sort=sort, after=None, limit=500)
        for filters, sort in (
            *((EVERYTHING, one) for one in CaseSort),
            (CaseFilter(unit="transport"), CaseSort.DUE),
            (CaseFilter(deputy="wang-fang"), CaseSort.NUMBER),
        )
    ]
    found = [house.search(visitor, text, limit=500) for text in ("建议", "5")]
    return [*listed, *found, house.due(visitor, FAR), house.waiting(visitor)]


def test_the_total_of_a_list_counts_only_what_is_seen(town: Town) -> None:
    for person in PERSONS:
        visitor = town.visitor(person)
        seen = [one for one in town.sights(visitor).values() if one.visible]
        for sort in CaseSort:
            page = town.house.cases(visitor, filters=EVERYTHING, sort=sort, after=None, limit=1)
            assert page.total == len(seen), person
        assert town.house.search(visitor, "印记", limit=1).total == len(seen)


def test_no_filter_tells_more_than_the_line(town: Town) -> None:
    visitor = town.visitor("chen-jing")
    by_deputy = town.house.cases(
        visitor,
        filters=CaseFilter(deputy="wang-fang"),
        sort=CaseSort.NUMBER,
        after=None,
        limit=500,
    )
    found = {one.id for one in by_deputy.lines}
    assert town.ids["crossing"] in found
    assert not found & {town.ids[one] for one in SECRECY}
    everything = town.house.cases(
        visitor, filters=EVERYTHING, sort=CaseSort.NUMBER, after=None, limit=500
    )
    lines = {one.id: one for one in everything.lines}
    assert lines[town.ids["crossing"]].lead_deputy == "王芳"
    assert lines[town.ids["bus"]].lead_deputy == ""
    assert lines[town.ids["bus"]].units == ("交通局",)
    assert lines[town.ids["pool"]].due_on is None
    assert town.ids["canteen"] not in lines


def test_a_text_that_no_database_can_hold_is_refused_and_not_asked_for(town: Town) -> None:
    visitor = town.visitor("committee")
    with pytest.raises(InvalidValue):
        town.house.search(visitor, "建\x00议", limit=5)
    with pytest.raises(InvalidValue):
        town.house.cases(
            visitor,
            filters=CaseFilter(unit="trans\x00port"),
            sort=CaseSort.NUMBER,
            after=None,
            limit=5,
        )
    verdicts = town.house.perform_many(visitor, [_command("case-1\x00", "close")])
    assert isinstance(verdicts[0].error, UnknownCase)


def test_whoever_a_command_names_it_is_the_visitors_own(town: Town) -> None:
    before = town.entries()
    for person in ("clerk-education", "head-finance", "chen-jing", "nobody"):
        visitor = town.visitor(person)
        for one in town.unseen(visitor):
            commands = [_command(one.id, action) for action in DEEDS]
            for command in commands:
                with pytest.raises(UnknownCase):
                    town.house.perform(visitor, command)
            verdicts = town.house.perform_many(visitor, commands)
            assert [verdict.command for verdict in verdicts] == commands
            assert all(isinstance(verdict.error, UnknownCase) for verdict in verdicts)
    assert town.entries() == before


def test_a_command_on_a_case_that_is_seen_is_judged_by_who_gives_it(town: Town) -> None:
    crossing = town.ids["crossing"]
    with pytest.raises(NotAuthorized):
        town.house.perform(town.visitor("clerk-transport"), _command(crossing, "close"))


def test_a_form_cannot_ask_whether_another_case_exists(town: Town) -> None:
    visitor, pool = town.visitor("committee"), town.ids["pool"]
    for main in (town.ids["abroad-open"], "no-such-case"):
        command = replace(_command(pool, "merge"), form={"main": main})
        with pytest.raises(UnknownCase) as caught:
            town.house.perform(visitor, command)
        assert caught.value.facts == UnknownCase(case=main).facts


def test_no_account_of_a_unit_enters_a_rating(fresh: Town) -> None:
    lamps = fresh.ids["lamps"]
    world = World(
        desk=fresh.services.desk, store=fresh.services.store, now=local("2026-02-10"), case=lamps
    )
    _answered(world)
    rating = {"process": "satisfied", "result": "satisfied"}
    before = fresh.entries()
    for person in ("clerk-housing", "head-housing", "clerk-education"):
        command = replace(_command(lamps, "rate", "wang-fang"), form=rating)
        with pytest.raises(NotAuthorized):
            fresh.house.perform(fresh.visitor(person), command)
        seen = fresh.house.case(fresh.visitor(person), lamps, door="page")
        assert "rate" not in {one.action for one in seen.actions}
    assert fresh.entries() == before
    own = replace(_command(lamps, "rate"), form=rating)
    fresh.house.perform(fresh.visitor("wang-fang"), own)
    assert fresh.entries() == before + 1


def _answered(world: World) -> None:
    met: dict[str, object] = {
        "on": "2026-02-10",
        "form": "phone",
        "rank": "staff",
        "summary": "电话",
    }
    world.do("record_contact", "clerk-housing", subject=2, form=met)
    world.do("draft_reply", "clerk-housing", subject=2, result="A", text="已安装。")
    world.do("check_reply", "office", subject=2)
    world.do("sign_reply", "head-housing", subject=2, document_number="临建〔2026〕2号")
    world.do("deliver_reply", "clerk-housing", subject=2)


def test_a_dry_run_shows_no_rating_that_is_not_final(fresh: Town) -> None:
    world = World(desk=fresh.services.desk, store=fresh.services.store, now=local("2026-02-10"))
    world.handed_over("transport", cosigners=("li-ming",)).replied(
        "transport", result="B", commitments=[{"text": "年内完工", "due_on": "2026-12-01"}]
    )
    world.do("rate", "wang-fang", process="satisfied", result="satisfied")
    report = replace(
        _command(world.case, "update_commitment"), subject=1, form={"progress": "已招标"}
    )
    told = fresh.house.try_out(fresh.visitor("clerk-transport"), report, door="api")
    assert told.before is not None
    for case in (told.before, told.after):
        assert {one.state for one in case.evaluations} == {"open"}
    assert told.facts == {}


def test_the_second_click_of_who_no_longer_sees_the_case_gets_the_first_answer(
    fresh: Town,
) -> None:
    world = World(desk=fresh.services.desk, store=fresh.services.store, now=local("2026-03-02"))
    case = world.raised("chen-jing").case
    decline = replace(_command(case, "decline_signature"), request_key="click")
    visitor = fresh.visitor("chen-jing")
    first = fresh.house.perform(visitor, decline)
    again = fresh.house.perform(visitor, decline)
    assert (again.version, again.first) == (first.version, False)
    with pytest.raises(UnknownCase):
        fresh.house.case(visitor, case, door="page")
    with pytest.raises(UnknownCase):
        fresh.house.perform(fresh.visitor("clerk-education"), decline)


def test_what_somebody_has_typed_is_theirs(town: Town) -> None:
    place = f"case/{town.ids['crossing']}/act/close"
    town.house.keep_draft(town.visitor("committee"), place, {"reason": "未尽事宜"})
    assert town.house.draft(town.visitor("committee"), place) == {"reason": "未尽事宜"}
    for other in (
        town.visitor("committee-head"),
        town.visitor("clerk-transport"),
        town.visitor("committee", OTHER),
    ):
        assert town.house.draft(other, place) == {}


def test_each_reading_of_what_is_not_open_is_written_down_and_no_other(fresh: Town) -> None:
    reads = Reads(fresh.services.database)
    closed, opened = fresh.ids["canteen"], fresh.ids["crossing"]
    fresh.house.case(fresh.visitor("committee"), closed, door="page")
    fresh.house.case(fresh.visitor("clerk-education"), closed, door="api")
    fresh.house.case(fresh.visitor("committee"), opened, door="page")
    with pytest.raises(UnknownCase):
        fresh.house.case(fresh.visitor("chen-jing"), closed, door="page")
    assert fresh.house.sees(fresh.visitor("committee"), closed)
    found = reads.of_case(closed, limit=10)
    assert {(one.person, one.door, one.why) for one in found} == {
        ("committee", "page", "closed committee_clerk:any"),
        ("clerk-education", "api", "closed unit_clerk:unit"),
    }
    assert all((one.congress, one.at) == (CONGRESS, NOW) for one in found)
    assert reads.of_case(opened, limit=10) == ()


def test_the_newest_readings_come_first(fresh: Town) -> None:
    reads = Reads(fresh.services.database)
    case = fresh.ids["canteen"]
    for number, day in enumerate(("2026-05-01", "2026-05-03", "2026-05-02")):
        at: datetime = local(day)
        one = Read(congress=CONGRESS, case_id=case, person="committee", door="page", why="", at=at)
        reads.note(f"read-{number}", one)
    days = [one.at.day for one in reads.of_case(case, limit=2)]
    assert days == [3, 2]
