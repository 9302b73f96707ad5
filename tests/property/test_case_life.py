"""Whatever people do in whatever order: no case is lost, and what was refused changed nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.audit import ChainHead, verify
from engine.case import Case, Timer
from engine.clocks import ClockState
from engine.command import CLOCK
from engine.obligations import is_live, is_pending
from engine.perform import Desk
from engine.profile import State
from tests.support.memory import Kept, MemoryStore
from tests.support.walking import Walk, new_walk
from tests.support.world import CONGRESS, memory_store, shipped_profile

STEPS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 2**16)), min_size=5, max_size=60)
ANSWERED = ("rating", "studying", "concluding", "closed")
MOST_WALKS = 200
# Shrinking sixty steps takes minutes; who needs it adds Phase.shrink for a while.
WALKS = settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def _kept(walk: Walk) -> Kept:
    assert isinstance(walk.store, MemoryStore)
    return walk.store.kept


def _state(machine: str, name: str) -> State:
    return shipped_profile().machines[machine].states[name]


def _is_open(machine: str, name: str) -> bool:
    return not _state(machine, name).final


def _check_owner_and_clock(case: Case, owners: tuple[str, ...]) -> None:
    ticking = {one.subject for one in case.clocks if is_live(one)}
    shares = [one for one in case.assignments if _is_open("assignment", one.state)]
    if _is_open("suggestion", case.state):
        assert owners
        assert "case" in ticking or (_state("suggestion", case.state).carried and shares)
    else:
        assert owners == ()
        assert shares == []
        assert "case" not in ticking
    assert {f"assignment:{one.number}" for one in shares} == {
        one for one in ticking if one.startswith("assignment")
    }
    for machine in ("commitment", "order"):
        still_open = {
            f"{machine}:{one.number}"
            for one in case.subjects(machine)
            if _is_open(machine, one.state)
        }
        assert still_open == {one for one in ticking if one.startswith(machine)}


def _check_supervision(case: Case) -> None:
    standing = Counter(
        (one.subject, one.clock) for one in case.orders if _is_open("order", one.state)
    )
    assert set(standing.values()) <= {1}
    assert all((one.ended_at is None) is _is_open("order", one.state) for one in case.orders)
    logged = Counter((one.subject, one.clock) for one in case.supervisions if one.kind == "order")
    assert logged == Counter((one.subject, one.clock) for one in case.orders)
    judged = Counter((one.month, one.party) for one in case.judgements)
    assert set(judged.values()) <= {1}


def _check_clocks_and_timers(case: Case, timers: tuple[Timer, ...]) -> None:
    live = [(one.kind, one.subject) for one in case.clocks if is_live(one)]
    assert len(live) == len(set(live))
    running = {one.number for one in case.clocks if one.state is ClockState.RUNNING}
    pending = Counter(one.clock for one in timers if is_pending(one))
    assert set(pending) <= running
    assert set(pending.values()) <= {1}
    assert len({(one.clock, one.plan, one.rung) for one in timers}) == len(timers)
    assert not [one for one in timers if one.fired_at is not None and one.cancelled_at is not None]


def _check_answers(case: Case) -> None:
    delivered = {one.assignment for one in case.replies if one.state == "delivered"}
    answering = [one for one in case.assignments if one.kind != "joint" and one.round == case.round]
    if case.state in ANSWERED:
        assert case.answered_at is not None
        assert {one.state for one in answering} <= {"answered", "returned"}
        assert any(one.number in delivered for one in answering)
        assert not any(_is_open("assignment", one.state) for one in case.assignments)
    elif case.state == "handling":
        assert case.answered_at is None
    for one in case.assignments:
        assert (one.state == "answered") is (one.number in delivered)
    signed = {one.deputy for one in case.signatories if one.state == "confirmed"}
    rated = Counter((one.deputy, one.round) for one in case.evaluations)
    assert set(rated.values()) <= {1}
    assert {deputy for deputy, _ in rated} <= signed
    sent = Counter((one.reply, one.deputy) for one in case.deliveries)
    assert set(sent.values()) <= {1}
    replies = sum(one.state == "delivered" for one in case.replies)
    assert len(sent) == replies * len(signed)
    assert case.round <= 2


def _check(walk: Walk) -> None:
    case, _, owners = walk.desk.look(CONGRESS, walk.case, walk.now)
    _check_owner_and_clock(case, owners)
    _check_clocks_and_timers(case, _kept(walk).cases[walk.case].timers)
    _check_answers(case)
    _check_supervision(case)


def _attempt(walk: Walk, rng: Random, *, sensible: bool) -> None:
    """One command: accepted it makes one version and one entry, refused it makes nothing."""
    command = walk.anything(rng) if sensible else walk.nonsense(rng)
    before, kept = walk.look(), _kept(walk)
    entries = len(kept.entries)
    if walk.perform(command) is None:
        assert walk.look().version == before.version + 1
        assert len(_kept(walk).entries) == entries + 1
        assert walk.look().id == before.id
    else:
        assert _kept(walk) is kept
        assert walk.look() == before


def _advance(walk: Walk, rng: Random) -> bool:
    """One step nearer to the end, if any is accepted."""
    return any(walk.perform(command) is None for command in walk.onwards(rng))


def _walk(steps: list[tuple[int, int]], *, checking: bool = True) -> Walk:
    walk = new_walk(Random(len(steps)))
    for kind, seed in steps:
        rng = Random(seed)
        if kind == 0:
            walk.pass_time(rng.choice((1, 3, 10, 40)))
        elif kind <= 2:
            _attempt(walk, rng, sensible=kind == 2)
        elif kind <= 4:
            _attempt(walk, rng, sensible=True)
        else:
            _advance(walk, rng)
        if checking:
            _check(walk)
    return walk


def _finish(walk: Walk) -> None:
    """Bring the case to its end, and its promises and orders too."""
    for turn in range(80):
        case = walk.look()
        if not _is_open("suggestion", case.state):
            break
        assert _advance(walk, Random(turn)), case.state
    case = walk.look()
    assert not _is_open("suggestion", case.state)
    for one in case.commitments:
        if _is_open("commitment", one.state):
            command = walk.command("keep_commitment", f"clerk-{one.unit}", one.number, Random(1))
            assert walk.perform(command) is None
    for order in case.orders:
        if _is_open("order", order.state):
            command = walk.command("withdraw_order", "committee", order.number, Random(1))
            assert walk.perform(command) is None


def _head(kept: Kept) -> ChainHead:
    last = kept.entries[-1]
    return ChainHead(congress=CONGRESS, sequence=last.sequence, digest=last.digest)


@given(STEPS)
@WALKS
def test_no_walk_loses_its_case_and_each_can_be_brought_to_an_end(
    steps: list[tuple[int, int]],
) -> None:
    walk = _walk(steps)
    _finish(walk)
    _check(walk)
    case = walk.look()
    assert not [one for one in case.clocks if is_live(one)]
    assert case.timers == ()
    versions = [one.version for one in _kept(walk).entries if one.case == walk.case]
    assert versions == list(range(1, case.version + 1))


@given(STEPS)
@WALKS
def test_the_record_verifies_and_the_same_commands_give_the_same_digests(
    steps: list[tuple[int, int]],
) -> None:
    walk = _walk(steps, checking=False)
    kept = _kept(walk)
    assert verify(kept.entries, head=_head(kept)) == len(kept.entries) == len(walk.accepted)
    again = memory_store()
    desk = Desk(again, lambda: "unused")
    for command in walk.accepted:
        desk.perform(command)
    assert [one.digest for one in again.kept.entries] == [one.digest for one in kept.entries]
    assert again.kept.cases == kept.cases
    assert again.kept.notices == kept.notices


@given(STEPS, st.integers(0, 400))
@WALKS
def test_left_alone_for_a_year_no_case_ends_and_none_is_forgotten(
    steps: list[tuple[int, int]], days: int
) -> None:
    walk = _walk(steps, checking=False)
    ended = not _is_open("suggestion", walk.look().state)
    walk.pass_time(days)
    walk.pass_time(400)
    _check(walk)
    assert ended is not _is_open("suggestion", walk.look().state)
    assert not walk.store.due_commands(walk.now + timedelta(seconds=1), 10)
    by_clock = [one for one in walk.accepted if one.actor == CLOCK]
    assert len({(one.case, one.rung) for one in by_clock}) == len(by_clock)


def test_walks_reach_every_state_of_the_shipped_profile() -> None:
    rng = Random(22)  # of some twenty tried, that which meets the rare states soonest
    unseen = {
        (name, state)
        for name, machine in shipped_profile().machines.items()
        for state in machine.states
    }
    for _ in range(MOST_WALKS):
        walk = new_walk(rng)
        for _ in range(90):
            choice = rng.random()
            if choice < 0.05:
                walk.pass_time(rng.choice((1, 3)))
            elif choice < 0.5:
                walk.perform(walk.anything(rng))
            else:
                _advance(walk, rng)
            case = walk.look()
            unseen.discard(("suggestion", case.state))
            unseen.difference_update(("assignment", one.state) for one in case.assignments)
            unseen.difference_update(("commitment", one.state) for one in case.commitments)
            unseen.difference_update(("order", one.state) for one in case.orders)
        if not unseen:
            return
    assert unseen == set()
