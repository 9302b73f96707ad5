"""The rows of a profile's page that tell who may do what, when, and what it does."""

from __future__ import annotations

from engine.machine import EVERY_OPEN_STATE
from engine.profile import Action, Effect, FormField, MachineDefinition, Move, Profile
from workflows.markdown import both, code, joined, who


def action_rows(profile: Profile, machine: MachineDefinition) -> list[tuple[str, ...]]:
    """One row per move, in the profile's order; later moves of an action leave its name out."""
    rows: list[tuple[str, ...]] = []
    for action in machine.actions.values():
        for index, move in enumerate(action.moves):
            first = index == 0
            rows.append(
                (
                    f"{both(action.label)} {code(action.name)}" if first else "″",
                    _doer(profile, action) if first else "″",
                    _when(machine, move),
                    joined(_field(one) for one in action.form) if first else "″",
                    joined(_effect(profile, one) for one in move.then),
                )
            )
    return rows


def _doer(profile: Profile, action: Action) -> str:
    return "自动 automatic" if action.automatic else who(profile, action.by)


def _when(machine: MachineDefinition, move: Move) -> str:
    sources = (
        "任何未结束的状态 any open state"
        if move.sources == (EVERY_OPEN_STATE,)
        else "、".join(machine.states[one].label.zh for one in move.sources)
    )
    target = "" if move.target is None else f" → {machine.states[move.target].label.zh}"
    condition = "" if move.when is None else f",若 if {code(move.when.text)}"
    return f"{sources}{target}{condition}"


def _field(one: FormField) -> str:
    need = ""
    if one.required:
        need = "*"
    elif one.required_when is not None:
        need = f"*若 if {code(one.required_when.text)}"
    return f"{one.label.zh} {code(one.name)}{need}"


def _effect(profile: Profile, effect: Effect) -> str:
    if effect.name == "notify":
        grants = effect.params["to"]
        told = who(profile, grants) if isinstance(grants, tuple) else ""
        return f"告知 tell {told}({code(str(effect.params['notice']))})"
    params = ", ".join(f"{key} {value}" for key, value in effect.params.items())
    return code(effect.name) + (f" {params}" if params else "")
