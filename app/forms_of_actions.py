"""What an action asks for, as a page or a program must fill it in: fields with their choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.conditions import evaluate
from engine.effects.spec import Nomination
from engine.facts import CASE_FACTS, case_facts
from engine.nameable import nameable
from engine.profile import Action, FieldType, FormField, Profile, Text
from web.house import ActionForm, Choice, FieldForm, RequiredWhen

OR = "||"
ANSWER = re.compile(
    r"""\s*form_(?P<field>\w+)\s*==\s*(?P<quote>["'])(?P<value>[^"']*)(?P=quote)\s*"""
)
"""A condition that asks for one answer; of several, joined by OR, any one may be given."""


def form_of(action: Action, subject: int | None, profile: Profile, at: Nomination) -> ActionForm:
    """The action with its fields, filled in where `at` says."""
    fields = {
        one.name: FieldForm(
            name=one.name,
            label=one.label,
            type=one.type,
            required=one.required,
            max_length=one.max_length,
            choices=tuple(_choices(one, action, profile, at)),
        )
        for one in action.form
    }
    return ActionForm(
        action=action.name,
        label=action.label,
        machine=action.machine,
        subject=subject,
        fields=tuple(_as_it_stands(one, fields, profile, at) for one in action.form),
    )


def _as_it_stands(
    one: FormField, fields: Mapping[str, FieldForm], profile: Profile, at: Nomination
) -> FieldForm:
    """What is known of the case already is settled: the field is required, or it is not."""
    field, condition = fields[one.name], one.required_when
    if condition is None or at.case is None or not set(condition.names) <= set(CASE_FACTS):
        return replace(field, required_when=required_when(one, fields))
    return replace(field, required=evaluate(condition, case_facts(at.case, profile)))


def required_when(one: FormField, fields: Mapping[str, FieldForm]) -> RequiredWhen | None:
    """When the field must be filled in, as far as it can be said before; None for always or never.

    `fields`: those of the same form, whose choices give the answers their words.
    """
    if one.required_when is None:
        return None
    condition = one.required_when.text
    asked = [ANSWER.fullmatch(part) for part in condition.split(OR)]
    answers = []
    for match in asked:
        field = fields.get(match["field"]) if match else None
        if match is None or field is None:
            return RequiredWhen(condition=condition)
        told = {choice.value: choice for choice in field.choices}
        value = match["value"]
        plain = Choice(value=value, label=Text(zh=value, en=value))
        answers.append((field.name, told.get(value, plain)))
    return RequiredWhen(condition=condition, answers=tuple(answers))


def _choices(one: FormField, action: Action, profile: Profile, at: Nomination) -> Iterator[Choice]:
    if one.choices == "results":
        for result in profile.results.values():
            yield Choice(value=result.code, label=result.label)
    elif one.choices is not None:
        for code in profile.choices[one.choices]:
            yield Choice(value=code.code, label=code.label)
    elif one.type in (FieldType.UNIT, FieldType.ASSIGNMENTS):
        for unit in at.directory.units.values():
            yield Choice(value=unit.code, label=Text(zh=unit.name, en=unit.name))
    elif one.type in (FieldType.PERSON, FieldType.PERSONS):
        fitting = nameable(action, one.name, at)
        for person in at.directory.people.values():
            if fitting is None or person.code in fitting:
                yield Choice(value=person.code, label=Text(zh=person.name, en=person.name))
