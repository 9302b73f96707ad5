"""What was typed into a form of an action: flat names and texts, read into the action's fields.

Shape only: whether a value is allowed is said by the engine, which sees the same fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.exceptions import HTTPException

from engine.profile import FieldType, Text
from engine.usable_text import usable
from web.bodies import LONGEST_FORM
from web.errors import FormUnreadable
from web.house import ActionForm, FieldForm

MAX_FIELDS = 2000
MAX_ROWS = 60
"""Rows of one list that a page shows; a batch is entered elsewhere."""
PARTS: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.ASSIGNMENTS: ("unit", "kind", "reason"),
    FieldType.COMMITMENTS: ("text", "due_on"),
    FieldType.INDICATORS: ("label", "quantity", "unit", "text"),
    FieldType.PERSONS: ("person",),
}
"""Fields that are lists of rows, and what a row asks for."""
FIRST_ROWS = 1
BROKEN = Text(
    zh="内容不完整、字段过多,或带有此处不收的文件",
    en="it is broken, has too many fields, or brings a file, which is not for here",
)
WHOLE = Text(zh="请填整数，如 3", en="Give a whole number such as 3")
WHOLE_PERIOD = Text(zh="请填数量和单位，如 3 个月", en="Give an amount and a unit: 3 months")
NOBODY = Text(
    zh="没有找到“{name}”，或有同名的人。请从列表中选，或写明代码，如 王芳(wang-fang)",
    en="Nobody is called “{name}”, or several are. Choose from the list, or add the code",
)


async def typed_form(request: Request) -> dict[str, str]:
    """The texts of a form that was sent, without what cannot be kept; files are not for here."""
    try:
        async with request.form(
            max_files=0, max_fields=MAX_FIELDS, max_part_size=LONGEST_FORM
        ) as sent:
            given = {name: value for name, value in sent.items() if isinstance(value, str)}
    except HTTPException as error:
        raise FormUnreadable(reason=BROKEN) from error
    return {usable(name): usable(value) for name, value in given.items()}


def name_of(field: str, row: int | None = None, part: str = "") -> str:
    """The name of an input, and its id."""
    return f"f-{field}" if row is None else f"f-{field}-{row}-{part}"


def rows_of(one: FieldForm, values: Mapping[str, str]) -> int:
    """How many rows of a list are shown."""
    said = values.get(f"n-{one.name}", "")
    return max(FIRST_ROWS, min(int(said), MAX_ROWS)) if _is_whole(said) else FIRST_ROWS


def only_typed(values: Mapping[str, str]) -> dict[str, str]:
    """What belongs to the fields, without the form's own machinery."""
    return {name: value for name, value in values.items() if name.startswith(("f-", "n-"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The fields as the engine takes them, and what could not be read, by field."""

    form: Mapping[str, object]
    errors: Mapping[str, Text]


def read_typed(form: ActionForm, values: Mapping[str, str]) -> Read:
    """Fields from texts; an empty one is left out."""
    found: dict[str, object] = {}
    errors: dict[str, Text] = {}
    for one in form.fields:
        try:
            value = _field(one, values)
        except _Unread as error:
            errors[one.name] = error.reason
            continue
        if value not in ("", None, []):
            found[one.name] = value
    return Read(form=found, errors=errors)


class _Unread(Exception):
    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__()


def _field(one: FieldForm, values: Mapping[str, str]) -> object:
    if one.type in PARTS:
        return _rows(one, values)
    said = values.get(name_of(one.name), "").strip()
    if one.type is FieldType.PERIOD:
        return _period(said, values.get(f"{name_of(one.name)}-unit", ""))
    if not said:
        return None
    if one.type is FieldType.INTEGER:
        if not _is_whole(said.removeprefix("-")):
            raise _Unread(WHOLE)
        return int(said)
    if one.type is FieldType.BOOLEAN:
        return said == "yes"
    if one.type is FieldType.PERSON:
        return person_of(one, said)
    return values[name_of(one.name)] if one.type is FieldType.LONG_TEXT else said


def _period(amount: str, unit: str) -> object:
    if not amount:
        return None
    if not _is_whole(amount):
        raise _Unread(WHOLE_PERIOD)
    return {unit: int(amount)}


def _rows(one: FieldForm, values: Mapping[str, str]) -> list[object]:
    found: list[object] = []
    for row in range(rows_of(one, values)):
        parts = {
            part: values.get(name_of(one.name, row, part), "").strip() for part in PARTS[one.type]
        }
        # A kind is always chosen: alone it is no row.
        if not any(said for part, said in parts.items() if part != "kind"):
            continue
        if one.type is FieldType.PERSONS:
            found.append(person_of(one, parts["person"]))
        else:
            found.append(_record(one.type, parts))
    return found


def _record(kind: FieldType, parts: Mapping[str, str]) -> dict[str, object]:
    """What must be there is sent even when it is empty, so that the engine can name it."""
    needed = {
        FieldType.ASSIGNMENTS: ("unit", "kind"),
        FieldType.COMMITMENTS: ("text", "due_on"),
        FieldType.INDICATORS: ("label",),
    }[kind]
    return {part: said for part, said in parts.items() if said or part in needed}


def person_of(one: FieldForm, said: str) -> str:
    """The code of a person who was named by code, by name, or by both."""
    codes = {choice.value for choice in one.choices}
    inside = said.replace("（", "(").replace("）", ")").rpartition("(")[2].rstrip(")")
    for guess in (said, inside):
        if guess in codes:
            return guess
    named = [choice.value for choice in one.choices if choice.label.zh == said]
    if len(named) == 1:
        return named[0]
    raise _Unread(Text(zh=NOBODY.zh.format(name=said), en=NOBODY.en.format(name=said)))


def _is_whole(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= 9  # noqa: PLR2004  # more than any field may hold


KINDS = {
    "lead": Text(zh="主办", en="Lead"),
    "joint": Text(zh="会办", en="Joint"),
    "separate": Text(zh="分办", en="Separate"),
}
PERIOD_UNITS = {
    "days": Text(zh="天", en="days"),
    "working_days": Text(zh="个工作日", en="working days"),
    "months": Text(zh="个月", en="months"),
}


def shown_answers(
    form: ActionForm, values: Mapping[str, str]
) -> tuple[tuple[FieldForm, tuple[Text, ...]], ...]:
    """What was typed, in the words of the choices, line by line; fields left empty are left out."""
    found = []
    for one in form.fields:
        lines = tuple(_shown_rows(one, values) if one.type in PARTS else _shown(one, values))
        if lines:
            found.append((one, lines))
    return tuple(found)


def _shown(one: FieldForm, values: Mapping[str, str]) -> list[Text]:
    said = values.get(name_of(one.name), "").strip()
    if not said:
        return []
    if one.type is FieldType.BOOLEAN:
        return [Text(zh="是", en="Yes") if said == "yes" else Text(zh="否", en="No")]
    if one.type is FieldType.PERIOD:
        unit = PERIOD_UNITS.get(values.get(f"{name_of(one.name)}-unit", ""), Text(zh="", en=""))
        return [Text(zh=f"{said}{unit.zh}", en=f"{said} {unit.en}")]
    return [_labelled(one, said)]


def _shown_rows(one: FieldForm, values: Mapping[str, str]) -> list[Text]:
    lines = []
    for row in range(rows_of(one, values)):
        parts = {
            part: values.get(name_of(one.name, row, part), "").strip() for part in PARTS[one.type]
        }
        if not any(said for part, said in parts.items() if part != "kind"):
            continue
        words = [_part(one, part, said) for part, said in parts.items() if said]
        lines.append(
            Text(zh="，".join(word.zh for word in words), en=", ".join(word.en for word in words))
        )
    return lines


def _part(one: FieldForm, part: str, said: str) -> Text:
    if part == "kind" and said in KINDS:
        return KINDS[said]
    is_unit = part == "unit" and one.type is FieldType.ASSIGNMENTS
    return _labelled(one, said) if is_unit or part == "person" else Text(zh=said, en=said)


def _labelled(one: FieldForm, said: str) -> Text:
    for choice in one.choices:
        if choice.value == said:
            return choice.label
    return Text(zh=said, en=said)
