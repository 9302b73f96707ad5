"""What an action asks for, as a page or a program must fill it in: fields with their choices."""

from __future__ import annotations

from collections.abc import Iterator

from engine.congress import Directory
from engine.profile import Action, FieldType, FormField, Profile, Text
from web.house import ActionForm, Choice, FieldForm


def form_of(
    action: Action, subject: int | None, profile: Profile, directory: Directory
) -> ActionForm:
    """The action with its fields."""
    return ActionForm(
        action=action.name,
        label=action.label,
        machine=action.machine,
        subject=subject,
        fields=tuple(
            FieldForm(
                name=one.name,
                label=one.label,
                type=one.type,
                required=one.required,
                max_length=one.max_length,
                choices=tuple(_choices(one, profile, directory)),
            )
            for one in action.form
        ),
    )


def _choices(one: FormField, profile: Profile, directory: Directory) -> Iterator[Choice]:
    if one.choices == "results":
        for result in profile.results.values():
            yield Choice(value=result.code, label=result.label)
    elif one.choices is not None:
        for code in profile.choices[one.choices]:
            yield Choice(value=code.code, label=code.label)
    elif one.type in (FieldType.UNIT, FieldType.ASSIGNMENTS):
        for unit in directory.units.values():
            yield Choice(value=unit.code, label=Text(zh=unit.name, en=unit.name))
    elif one.type in (FieldType.PERSON, FieldType.PERSONS):
        for person in directory.people.values():
            yield Choice(value=person.code, label=Text(zh=person.name, en=person.name))
