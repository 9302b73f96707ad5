"""Effects: each exists, may be used there, has its parameters and finds the fields it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.command import CLOCK
from engine.effects import EFFECTS
from engine.effects.spec import EffectSpec
from engine.profile import Action, Effect, Grant, Profile
from workflows.checks.grants import check_grants
from workflows.parts import Place
from workflows.problems import Report


def check(profile: Profile, report: Report) -> None:
    """Check the effects of every move."""
    for name, machine in profile.machines.items():
        for action in machine.actions.values():
            place = Place(report, f"{name}.yaml", ("actions", action.name, "moves"))
            for at, move in enumerate(action.moves):
                for index, effect in enumerate(move.then):
                    _check_effect(profile, action, effect, place.at(at, "then", index))


def _check_effect(profile: Profile, action: Action, effect: Effect, place: Place) -> None:
    spec = EFFECTS.get(effect.name)
    if spec is None:
        known = "、".join(sorted(EFFECTS))
        place.problem(
            f"没有效果“{effect.name}”,可用的有:{known}", f"there is no effect “{effect.name}”"
        )
        return
    if action.machine not in spec.machines:
        place.problem(
            f"效果“{effect.name}”不能用于 {action.machine}",
            f"effect “{effect.name}” may not be used in {action.machine}",
        )
    fields = {one.name for one in action.form}
    for need in spec.needs:
        if need not in fields:
            place.problem(
                f"效果“{effect.name}”要读表单字段“{need}”,动作“{action.name}”没有",
                f"effect “{effect.name}” reads form field “{need}”, "
                f"which action “{action.name}” lacks",
            )
    _check_params(profile, action, effect, spec, place)


def _check_params(
    profile: Profile, action: Action, effect: Effect, spec: EffectSpec, place: Place
) -> None:
    for key in spec.params:
        if key not in effect.params:
            place.problem(
                f"效果“{effect.name}”缺少参数“{key}”",
                f"effect “{effect.name}” lacks parameter “{key}”",
            )
    for key, value in effect.params.items():
        here = place.at(effect.name, key)
        if key not in spec.params:
            here.problem(
                f"效果“{effect.name}”没有参数“{key}”",
                f"effect “{effect.name}” has no parameter “{key}”",
            )
            continue
        if spec.params[key] == "grants" and isinstance(value, tuple):
            check_grants(profile, value, action.machine, here)
        elif not _fits(profile, action.machine, spec.params[key], value):
            shown = "…" if isinstance(value, tuple) else value
            here.problem(
                f"参数“{key}”的值“{shown}”不可用,应为 {_wanted(spec.params[key])}",
                f"parameter “{key}” may not be “{shown}”; needed: {spec.params[key]}",
            )


def clocks_used(profile: Profile, machine: str) -> set[str]:
    """Kinds of clocks that the states of a machine name, or that give one of them its rule."""
    definition = profile.machines[machine]
    return {clock.kind for state in definition.states.values() for clock in state.clocks} | {
        str(effect.params.get("to"))
        for action in definition.actions.values()
        for move in action.moves
        for effect in move.then
        if effect.name == "change_clock"
    }


def _is_final_assignment(profile: Profile, _machine: str, value: object) -> bool:
    states = profile.machines["assignment"].states
    return isinstance(value, str) and value in states and states[value].final


_KINDS: Mapping[str, Callable[[Profile, str, object], bool]] = {
    "text": lambda _profile, _machine, value: isinstance(value, str),
    "boolean": lambda _profile, _machine, value: isinstance(value, bool),
    "clock": lambda profile, machine, value: value in clocks_used(profile, machine),
    "rule": lambda profile, _machine, value: value in profile.clocks,
    "notice": lambda profile, _machine, value: value in profile.notices,
    "role": lambda profile, _machine, value: value in profile.roles and value != CLOCK,
    "series": lambda profile, _machine, value: value in profile.numbering,
    "state": _is_final_assignment,
    "grants": lambda _profile, _machine, value: (
        isinstance(value, tuple) and all(isinstance(one, Grant) for one in value)
    ),
}

_WORDING = {
    "text": "文字",
    "boolean": "true 或 false",
    "clock": "本机器的状态使用的期限",
    "rule": "clocks.yaml 中的期限",
    "notice": "notices.yaml 中的通知",
    "role": "profile.yaml 中的角色",
    "series": "profile.yaml 中的编号序列",
    "state": "assignment.yaml 中的终态",
    "grants": "人员清单",
}


def _fits(profile: Profile, machine: str, kind: str, value: object) -> bool:
    fits = _KINDS.get(kind)
    return value in kind.split("|") if fits is None else fits(profile, machine, value)


def _wanted(kind: str) -> str:
    return _WORDING.get(kind, kind.replace("|", "、"))
