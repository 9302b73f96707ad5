"""A tick fires what is due: once, and a broken case keeps no other one waiting."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from structlog.testing import capture_logs

from engine.command import CLOCK, Command, Receipt, RungKey
from engine.errors import BihuanError, InvariantBroken, TimerGone
from engine.perform import Desk, Verdict
from engine.store import Transaction
from tests.support.world import local, memory_world
from worker.ticks import FireReport, fire_all_due, fire_due_timers

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class DueRows:
    """A store of which only the due rows matter."""

    due: list[Command]
    held: str = ""
    postponed: list[tuple[str | None, datetime, str]] = field(default_factory=list)

    def due_congresses(self, now: datetime) -> Sequence[str]:
        assert now == NOW
        return list(dict.fromkeys(one.congress for one in self.due))

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        assert now == NOW
        return self.due[:limit]

    def due_in(self, congress: str, limit: int) -> list[Command]:
        return [one for one in self.due if one.congress == congress][:limit]

    def postpone(self, command: Command, until: datetime, error: str) -> None:
        self.postponed.append((command.case, until, error))

    def begin(self, congress: str) -> AbstractContextManager[Transaction]:
        raise AssertionError(congress)

    def begin_unless_held(self, congress: str) -> AbstractContextManager[Transaction | None]:
        raise AssertionError(congress)

    def read(self, congress: str) -> AbstractContextManager[Transaction]:
        looking = SimpleNamespace(due_commands=lambda _now, limit: self.due_in(congress, limit))
        return nullcontext(cast("Transaction", looking))


class StubbornDesk(Desk):
    """Performs everything but what it was told to meet trouble with."""

    def __init__(self, store: DueRows, trouble: dict[str, Exception]) -> None:
        super().__init__(store, lambda: "case-0")
        self.rows = store
        self.trouble = trouble
        self.batches: list[list[str | None]] = []
        self.done: list[str | None] = []

    def perform_due(self, congress: str, now: datetime, limit: int) -> tuple[Verdict, ...] | None:
        assert now == NOW
        if congress == self.rows.held:
            return None
        return self.perform_many(self.rows.due_in(congress, limit))

    def perform_many(self, commands: Iterable[Command]) -> tuple[Verdict, ...]:
        group = list(commands)
        self.batches.append([one.case for one in group])
        verdicts = []
        for one in group:
            error = self.trouble.get(str(one.case))
            if error is not None and not isinstance(error, BihuanError):
                raise error
            receipt = None if error else receipt_of(one)
            verdicts.append(Verdict(command=one, receipt=receipt, error=error))
        self.done += [one.command.case for one in verdicts if one.receipt]
        return tuple(verdicts)


def receipt_of(command: Command) -> Receipt:
    return Receipt(
        case=str(command.case),
        number=None,
        version=2,
        state="handling",
        action=command.action,
        subject=None,
        audit_sequence=1,
    )


def due(case: str, congress: str = "linxi") -> Command:
    return Command(
        congress=congress,
        action="remind_reply",
        actor=CLOCK,
        now=NOW,
        case=case,
        rung=RungKey(clock=1, plan=0, rung="overdue"),
    )


def fire(commands: list[Command], **trouble: Exception) -> tuple[FireReport, StubbornDesk, DueRows]:
    store = DueRows(due=commands)
    desk = StubbornDesk(store, trouble)
    with capture_logs():
        report = fire_due_timers(desk, store, NOW)
    return report, desk, store


def test_due_timers_fire_together_one_batch_a_congress() -> None:
    commands = [due("a"), due("x", "dongshan"), due("b")]
    report, desk, store = fire(commands)
    assert report == FireReport(fired=3)
    assert desk.batches == [["a", "b"], ["x"]]
    assert store.postponed == []


def test_a_broken_case_is_put_off_and_the_others_fire() -> None:
    report, desk, store = fire([due("a"), due("b"), due("c")], b=ZeroDivisionError("defect"))
    assert report == FireReport(fired=2, broken=1)
    assert desk.done == ["a", "c"]
    assert store.postponed == [("b", NOW + timedelta(hours=1), "ZeroDivisionError: defect")]


def test_a_broken_case_of_one_congress_does_not_concern_another() -> None:
    report, desk, _store = fire([due("a"), due("x", "dongshan")], a=ValueError("defect"))
    assert report == FireReport(fired=1, broken=1)
    assert desk.batches[-1] == ["x"]


def test_a_refusal_is_put_off_for_somebody_to_look_at() -> None:
    refusal = InvariantBroken(action="催办", case="b", reason="没有责任人")
    report, desk, store = fire([due("a"), due("b")], b=refusal)
    assert report == FireReport(fired=1, refused=1)
    assert desk.done == ["a"]
    assert [one[0] for one in store.postponed] == ["b"]
    assert "没有责任人" in store.postponed[0][2]


def test_a_timer_that_another_worker_fired_is_no_trouble() -> None:
    report, _desk, store = fire([due("a"), due("b")], a=TimerGone(case="a", rung="overdue"))
    assert report == FireReport(fired=1, gone=1)
    assert store.postponed == []


def test_a_congress_that_another_worker_is_busy_with_is_left_to_it() -> None:
    store = DueRows(due=[due("a"), due("x", "dongshan")], held="linxi")
    desk = StubbornDesk(store, {})
    assert fire_due_timers(desk, store, NOW) == FireReport(fired=1)
    assert desk.done == ["x"]
    assert store.postponed == []


def test_the_limit_is_handed_on() -> None:
    store = DueRows(due=[due("a"), due("b")])
    assert fire_due_timers(StubbornDesk(store, {}), store, NOW, limit=1) == FireReport(fired=1)


class Emptying(StubbornDesk):
    """What it performs is due no more, as in a true store."""

    def perform_due(self, congress: str, now: datetime, limit: int) -> tuple[Verdict, ...] | None:
        verdicts = super().perform_due(congress, now, limit)
        del self.rows.due[:limit]
        return verdicts


def test_the_collector_rests_during_a_batch_and_works_again_whatever_became_of_it() -> None:
    seen = []

    class Watching(StubbornDesk):
        def perform_due(
            self, congress: str, now: datetime, limit: int
        ) -> tuple[Verdict, ...] | None:
            seen.append(gc.isenabled())
            return super().perform_due(congress, now, limit)

    store = DueRows(due=[due("a")])
    for trouble in ({}, {"a": ValueError("defect")}):
        with capture_logs():
            fire_due_timers(Watching(store, dict(trouble)), store, NOW)
        assert gc.isenabled()
    assert seen == [False, False]


def test_a_tick_goes_on_until_nothing_is_due() -> None:
    store = DueRows(due=[due(f"case-{each}") for each in range(7)])
    desk = Emptying(store, {})
    assert fire_all_due(desk, store, NOW, limit=2) == FireReport(fired=7)
    assert [len(one) for one in desk.batches] == [2, 2, 2, 1]


def test_a_tick_ends_after_so_many_rounds_and_leaves_the_rest_to_the_next() -> None:
    store = DueRows(due=[due(f"case-{each}") for each in range(7)])
    desk = Emptying(store, {})
    assert fire_all_due(desk, store, NOW, limit=2, rounds=2) == FireReport(fired=4)
    assert fire_all_due(desk, store, NOW, limit=2, rounds=2) == FireReport(fired=3)


def test_what_is_refused_does_not_keep_a_tick_going() -> None:
    refusal = InvariantBroken(action="催办", case="a", reason="没有责任人")
    store = DueRows(due=[due("a")])
    with capture_logs():
        report = fire_all_due(StubbornDesk(store, {"a": refusal}), store, NOW)
    assert report == FireReport(refused=1)


def test_what_breaks_is_logged_with_the_row_it_broke_on() -> None:
    store = DueRows(due=[due("a")])
    with capture_logs() as logs:
        fire_due_timers(StubbornDesk(store, {"a": ValueError("defect")}), store, NOW)
    assert [(one["action"], one["event"]) for one in logs] == [
        ("fire", "performed one by one instead"),
        ("fire", "timer broke"),
    ]
    assert (logs[1]["case"], logs[1]["rung"]) == ("a", "overdue")


def test_a_rung_of_the_shipped_profile_fires_once() -> None:
    world = memory_world().raised("li-ming")
    day = local("2026-03-02", 9)
    assert fire_due_timers(world.desk, world.store, local("2026-01-21", 11)) == FireReport()
    fired = fire_due_timers(world.desk, world.store, day)
    assert fired.fired >= 1
    assert (fired.refused, fired.broken) == (0, 0)
    while fire_due_timers(world.desk, world.store, day).fired:
        pass
    assert world.look().state == "first_review"
    assert fire_due_timers(world.desk, world.store, day) == FireReport()
