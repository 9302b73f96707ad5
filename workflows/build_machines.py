"""Machines from plain data: states, actions, form fields, moves and effects."""

from __future__ import annotations

from dataclasses import replace

from engine.facts import FACTS, form_fact_types
from engine.profile import (
    Action,
    Effect,
    FieldType,
    FormField,
    MachineDefinition,
    Move,
    Stage,
    State,
    StateClock,
)
from workflows.parts import Facts, Place, Plain, condition_at, grants_of, text_of
from workflows.problems import Report


def build_machine(name: str, plain: Plain, report: Report) -> MachineDefinition:
    """The machine of a file."""
    place = Place(report, f"{name}.yaml")
    return MachineDefinition(
        name=name,
        initial=plain["initial"],
        states={
            state: _state(state, one, place.at("states", state))
            for state, one in plain["states"].items()
        },
        actions={
            action: _action(action, name, one, place.at("actions", action))
            for action, one in plain["actions"].items()
        },
    )


def _state(name: str, plain: Plain, place: Place) -> State:
    return State(
        name=name,
        label=text_of(plain["label"]),
        stage=Stage(plain["stage"]),
        owners=grants_of(plain.get("owners", ())),
        clocks=tuple(
            StateClock(
                kind=one["kind"],
                when=condition_at(one, "when", FACTS, place.at("clocks", index)),
                once=one.get("once", False),
            )
            for index, one in enumerate(plain.get("clocks", ()))
        ),
        carried=plain.get("carried", False),
        final=plain.get("final", False),
        fulfils=plain.get("fulfils", True),
    )


def _action(name: str, machine: str, plain: Plain, place: Place) -> Action:
    bare = Action(
        name=name,
        machine=machine,
        label=text_of(plain["label"]),
        by=grants_of(plain.get("by", ())),
        form=tuple(_field(one) for one in plain.get("form", ())),
        moves=(),
        automatic=plain.get("automatic", False),
        creates=plain.get("creates", False),
    )
    facts = {**FACTS, **form_fact_types(bare)}
    return replace(
        bare,
        form=tuple(
            replace(
                made,
                required_when=condition_at(one, "required_when", facts, place.at("form", index)),
            )
            for index, (made, one) in enumerate(zip(bare.form, plain.get("form", ()), strict=True))
        ),
        moves=tuple(
            _move(one, facts, place.at("moves", index)) for index, one in enumerate(plain["moves"])
        ),
    )


def _field(plain: Plain) -> FormField:
    return FormField(
        name=plain["name"],
        label=text_of(plain["label"]),
        type=FieldType(plain["type"]),
        required=plain.get("required", False),
        choices=plain.get("choices"),
        **({"max_length": plain["max_length"]} if "max_length" in plain else {}),
    )


def _move(plain: Plain, facts: Facts, place: Place) -> Move:
    return Move(
        sources=tuple(plain["from"]),
        target=plain.get("to"),
        when=condition_at(plain, "when", facts, place),
        because=text_of(plain["because"]) if "because" in plain else None,
        then=tuple(_effect(one) for one in plain.get("then", ())),
    )


def _effect(plain: str | Plain) -> Effect:
    """`name` alone, or `{name: {parameter: value}}`; lists of grants become grants."""
    if isinstance(plain, str):
        return Effect(name=plain)
    name, params = next(iter(plain.items()))
    return Effect(
        name=name,
        params={
            key: grants_of(value) if isinstance(value, list) else value
            for key, value in params.items()
        },
    )
