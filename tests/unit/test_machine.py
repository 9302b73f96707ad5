"""The machine: the first move that holds is taken, and the shared machine remembers no case."""

from __future__ import annotations

import threading

import pytest

from engine.conditions import FactType, compile_condition
from engine.errors import ConditionRefused
from engine.machine import Machines, RuleMachine
from engine.profile import Action, MachineDefinition, Move, Stage, State, Text
from tests.support.variants import with_action
from tests.support.world import shipped_profile

FACTS = {"round": FactType.INT}
BECAUSE = Text(zh="轮次不对", en="wrong round")


def _text(word: str) -> Text:
    return Text(zh=word, en=word)


def _move(
    sources: tuple[str, ...], target: str | None, when: str = "", because: Text | None = None
) -> Move:
    condition = compile_condition(when, FACTS) if when else None
    return Move(sources=sources, target=target, when=condition, because=because)


def _action(name: str, *moves: Move, automatic: bool = False) -> Action:
    return Action(
        name=name,
        machine="suggestion",
        label=_text(name),
        by=(),
        form=(),
        moves=moves,
        automatic=automatic,
    )


def _machine(*actions: Action) -> RuleMachine:
    states = {
        name: State(name=name, label=_text(name), stage=Stage.RAISE, final=name == "end")
        for name in ("start", "middle", "end")
    }
    return RuleMachine(
        MachineDefinition(
            name="suggestion",
            initial="start",
            states=states,
            actions={one.name: one for one in actions},
        )
    )


GO = _action(
    "go",
    _move(("start",), "middle", "round == 1"),
    _move(("start",), "end", "round == 2", BECAUSE),
    _move(("middle",), "end"),
)


def test_the_first_move_whose_condition_holds_is_taken() -> None:
    machine = _machine(GO)
    assert machine.move("start", GO, {"round": 1}) == ("middle", GO.moves[0])
    assert machine.move("start", GO, {"round": 2}) == ("end", GO.moves[1])
    assert machine.move("middle", GO, {"round": 9}) == ("end", GO.moves[2])


def test_of_two_moves_that_hold_the_earlier_one_counts() -> None:
    both = _action("go", _move(("start",), "middle", "round > 0"), _move(("start",), "end"))
    assert _machine(both).move("start", both, {"round": 1}) == ("middle", both.moves[0])
    assert _machine(both).move("start", both, {"round": 0}) == ("end", both.moves[1])


def test_when_none_holds_every_reason_is_given() -> None:
    with pytest.raises(ConditionRefused) as caught:
        _machine(GO).move("start", GO, {"round": 3})
    assert caught.value.told("reasons") == ["round == 1", "轮次不对"]


def test_a_move_without_a_target_stays() -> None:
    stay = _action("stay", _move(("start", "middle"), None))
    machine = _machine(stay)
    assert machine.move("start", stay, {"round": 1}) == ("start", stay.moves[0])
    assert machine.move("middle", stay, {"round": 1}) == ("middle", stay.moves[0])


def test_a_star_means_every_open_state() -> None:
    everywhere = _action("tell", _move(("*",), None))
    machine = _machine(everywhere)
    assert machine.expand(("*",)) == ("start", "middle")
    assert machine.expand(("end",)) == ("end",)
    assert machine.has_move("middle", "tell")
    assert not machine.has_move("end", "tell")


def test_actions_of_a_state_come_in_the_order_of_the_profile() -> None:
    later = _action("back", _move(("middle",), "start"))
    machine = _machine(GO, later)
    assert machine.actions_in("middle") == (GO, later)
    assert machine.actions_in("start") == (GO,)
    assert machine.actions_in("end") == ()
    assert not machine.has_move("start", "no-such-action")


def test_one_decision_leaves_nothing_behind_for_the_next() -> None:
    machine = _machine(GO)
    with pytest.raises(ConditionRefused):
        machine.move("start", GO, {"round": 3})
    assert machine.move("start", GO, {"round": 1})[0] == "middle"
    with pytest.raises(ConditionRefused) as caught:
        machine.move("start", GO, {"round": 4})
    assert caught.value.told("reasons") == ["round == 1", "轮次不对"]
    assert machine.move("start", GO, {"round": 1})[0] == "middle"


def test_threads_share_a_machine_and_never_a_position() -> None:
    machine = _machine(GO)
    wrong: list[str] = []

    def ask(round_: int, target: str) -> None:
        for _ in range(200):
            found, _move_taken = machine.move("start", GO, {"round": round_})
            if found != target:
                wrong.append(found)

    threads = [threading.Thread(target=ask, args=one) for one in ((1, "middle"), (2, "end")) * 2]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_machines_are_built_once_for_a_profile_and_apart_for_another() -> None:
    machines = Machines()
    profile = shipped_profile()
    assert machines.of(profile, "assignment") is machines.of(profile, "assignment")
    assert machines.of(profile, "assignment") is not machines.of(profile, "suggestion")
    other = with_action("assignment", "receive", lambda action: action)
    assert machines.of(other, "assignment") is not machines.of(profile, "assignment")


def test_every_final_state_of_the_shipped_profile_has_no_action_at_all() -> None:
    machines = Machines()
    profile = shipped_profile()
    for name, definition in profile.machines.items():
        machine = machines.of(profile, name)
        for state in definition.states.values():
            assert bool(machine.actions_in(state.name)) is not state.final, state.name
