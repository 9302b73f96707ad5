"""What the engine may rely on from any store, besides that cases come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.case import Timer
from engine.clocks import ClockState
from engine.command import CLOCK, Decision, RungKey
from engine.errors import UnknownCase, UnknownCongress, UnknownProfile
from engine.store import RecountingStore, Store
from tests.support.cases import clock, full_case, new_case
from tests.support.congress import CONGRESS, NOW, key_topic, small_calendar, small_directory
from tests.support.decisions import command, decision, entry_for, keep, receipt_for


def test_an_unknown_congress_is_refused(any_store: Store) -> None:
    with pytest.raises(UnknownCongress), any_store.begin("nowhere"):
        pass
    with pytest.raises(UnknownCongress), any_store.read("nowhere"):
        pass


def test_everybody_and_every_day_is_known(any_store: Store) -> None:
    expected = small_directory()
    with any_store.read(CONGRESS) as transaction:
        directory, calendar = transaction.directory(), transaction.calendar()
    assert directory.congress == expected.congress
    assert directory.sessions == expected.sessions
    assert directory.units == expected.units
    assert directory.people == expected.people
    assert directory.topics == {}
    assert calendar.years == small_calendar().years
    assert calendar.is_working_day(date(2026, 1, 4))


def test_a_profile_is_found_by_name_and_version(any_store: Store) -> None:
    with any_store.read(CONGRESS) as transaction:
        assert transaction.profile("tiny", 1).reference == "tiny/v1"
        with pytest.raises(UnknownProfile):
            transaction.profile("tiny", 2)
        with pytest.raises(UnknownProfile):
            transaction.profile("large", 1)


def test_what_is_not_committed_never_was(any_store: Store) -> None:
    made = decision(
        None,
        full_case(),
        by=command(request_key="first"),
        numbers_taken={"session/5-2": 1},
        topic=key_topic(),
    )
    with any_store.begin(CONGRESS) as transaction:
        head = transaction.head()
        entry = entry_for(made, head)
        transaction.save(made, entry, receipt_for(made, entry.sequence), "fingerprint")
    with any_store.begin(CONGRESS) as transaction:
        assert transaction.head() == head
        assert transaction.answer("first") is None
        assert transaction.next_number("session/5-2") == 1
        assert transaction.directory().topics == {}
        with pytest.raises(UnknownCase):
            transaction.case("case-1")


class Stop(Exception):
    """Somebody pulls the plug."""


def _save_and_stop(store: Store, made: Decision) -> None:
    with store.begin(CONGRESS) as transaction:
        entry = entry_for(made, transaction.head())
        transaction.save(made, entry, receipt_for(made, entry.sequence), "fingerprint")
        raise Stop


def test_an_error_undoes_everything(any_store: Store) -> None:
    made = decision(None, full_case(), by=command(request_key="first"))
    with any_store.read(CONGRESS) as transaction:
        head = transaction.head()
    with pytest.raises(Stop):
        _save_and_stop(any_store, made)
    with any_store.begin(CONGRESS) as transaction:
        assert transaction.head() == head
        assert transaction.answer("first") is None


def test_a_request_key_has_one_answer(any_store: Store) -> None:
    made = decision(None, full_case(), by=command(request_key="first"))
    keep(any_store, made, fingerprint="abc")
    with any_store.read(CONGRESS) as transaction:
        answer = transaction.answer("first")
        assert answer is not None
        fingerprint, action, receipt = answer
        assert (fingerprint, action) == ("abc", "draft")
        assert receipt == receipt_for(made, transaction.head().sequence)
        assert transaction.answer("second") is None


def test_a_command_without_request_key_leaves_no_answer(any_store: Store) -> None:
    keep(any_store, decision(None, full_case()))
    with any_store.read(CONGRESS) as transaction:
        assert transaction.answer("") is None


def test_each_series_counts_for_itself(any_store: Store) -> None:
    made = decision(None, new_case("case-1"), numbers_taken={"session/5-2": 1})
    keep(any_store, made)
    again = decision(None, new_case("case-2"), numbers_taken={"session/5-2": 2, "recess/5-2": 1})
    keep(any_store, again)
    with any_store.begin(CONGRESS) as transaction:
        assert transaction.next_number("session/5-2") == 3
        assert transaction.next_number("recess/5-2") == 2
        assert transaction.next_number("session/5-3") == 1


def test_the_head_follows_each_entry(any_store: Store) -> None:
    with any_store.begin(CONGRESS) as transaction:
        start = transaction.head()
        first = decision(None, new_case("case-1"))
        one = entry_for(first, start)
        transaction.save(first, one, receipt_for(first, one.sequence), "x")
        assert (transaction.head().sequence, transaction.head().digest) == (
            start.sequence + 1,
            one.digest,
        )
        second = decision(None, new_case("case-2"))
        two = entry_for(second, transaction.head())
        transaction.save(second, two, receipt_for(second, two.sequence), "y")
        transaction.commit()
    with any_store.read(CONGRESS) as transaction:
        assert transaction.head().digest == two.digest
        assert transaction.head().sequence == start.sequence + 2


def test_a_new_topic_is_in_the_directory(any_store: Store) -> None:
    made = decision(None, new_case(topic=1), topic=key_topic())
    with any_store.begin(CONGRESS) as transaction:
        entry = entry_for(made, transaction.head())
        transaction.save(made, entry, receipt_for(made, entry.sequence), "x")
        assert transaction.directory().topics == {("5-2", 1): key_topic()}
        transaction.commit()
    with any_store.read(CONGRESS) as transaction:
        assert transaction.directory().topics == {("5-2", 1): key_topic()}


def test_the_brief_names_units_that_still_handle(any_store: Store) -> None:
    keep(any_store, decision(None, full_case()))
    with any_store.read(CONGRESS) as transaction:
        by_number, by_id = transaction.brief("5-2-001"), transaction.brief("case-1")
        with pytest.raises(UnknownCase):
            transaction.brief("5-2-002")
    assert by_number == by_id
    assert (by_id.id, by_id.number, by_id.congress) == ("case-1", "5-2-001", CONGRESS)
    assert (by_id.state, by_id.merged_into) == ("handling", None)
    assert by_id.units == (("transport", "joint"),)


def test_due_timers_become_commands_the_longest_due_first(any_store: Store) -> None:
    def with_timers(identity: str, *days: int) -> None:
        clocks = tuple(
            clock(number, subject=f"assignment:{number}" if number > 1 else "case")
            for number, _ in enumerate(days, start=1)
        )
        timers = tuple(
            Timer(clock=number, plan=1, rung="week-before", fire_at=NOW + timedelta(days=day))
            for number, day in enumerate(days, start=1)
        )
        keep(any_store, decision(None, new_case(identity, clocks=clocks, timers=timers)))

    with_timers("case-b", 3, 1)
    with_timers("case-a", 3, 9)
    assert len(any_store.due_commands(NOW, 10)) == 0
    due = any_store.due_commands(NOW + timedelta(days=3), 10)
    assert [(one.case, one.subject) for one in due] == [
        ("case-b", 2),
        ("case-a", None),
        ("case-b", None),
    ]
    first = due[0]
    assert (first.congress, first.action, first.actor) == (CONGRESS, "remind", CLOCK)
    assert first.now == NOW + timedelta(days=3)
    assert first.rung == RungKey(clock=2, plan=1, rung="week-before")
    assert (first.request_key, first.expected_version, dict(first.form)) == (None, None, {})
    limited = any_store.due_commands(NOW + timedelta(days=3), 2)
    assert list(limited) == list(due[:2])


def test_a_fired_timer_is_no_longer_due(any_store: Store) -> None:
    first = keep(any_store, decision(None, full_case()))
    later = first.timers[0].fire_at
    assert len(any_store.due_commands(later, 10)) == 1
    fired = replace(first, timers=(replace(first.timers[0], fired_at=later),))
    keep(any_store, decision(first, fired))
    assert len(any_store.due_commands(later, 10)) == 0


def test_cases_with_live_clocks_come_page_by_page(any_store: Store) -> None:
    states = {
        "case-b": (ClockState.RUNNING, ClockState.RUNNING),
        "case-a": (ClockState.MET, ClockState.PAUSED),
        "case-c": (ClockState.MET, ClockState.STOPPED),
        "case-d": (ClockState.RUNNING,),
        "case-e": (),
    }
    for identity, each in states.items():
        clocks = tuple(
            clock(number, subject=f"assignment:{number}", state=state)
            for number, state in enumerate(each, start=1)
        )
        keep(any_store, decision(None, new_case(identity, clocks=clocks)))
    with any_store.read(CONGRESS) as transaction:
        assert list(transaction.open_cases(None, 2)) == ["case-a", "case-b"]
        assert list(transaction.open_cases("case-b", 2)) == ["case-d"]
        assert list(transaction.open_cases("case-d", 2)) == []


def test_a_congress_is_to_recount_until_it_is_marked(any_store: RecountingStore) -> None:
    def marked(version: int) -> None:
        with any_store.begin(CONGRESS) as transaction:
            transaction.mark_recounted(version)
            transaction.commit()

    with any_store.read(CONGRESS) as transaction:
        version = transaction.calendar().version
    marked(version - 1)
    assert list(any_store.to_recount()) == []  # nothing is open that could move
    keep(any_store, decision(None, new_case("case-a", clocks=(clock(1),))))
    assert list(any_store.to_recount()) == [CONGRESS]
    with any_store.begin(CONGRESS) as transaction:
        transaction.mark_recounted(version)
    assert list(any_store.to_recount()) == [CONGRESS]
    marked(version)
    assert list(any_store.to_recount()) == []
