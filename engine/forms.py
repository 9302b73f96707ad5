"""What is filled in for an action: each field is checked and brought into its plain form.

A form arrives as JSON-like values from any door. Refuses what it does not know, so that a
misspelt field is never silently dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import cast

from engine.command import Surroundings
from engine.conditions import evaluate
from engine.errors import FormIncomplete, FormInvalid, InvalidValue
from engine.periods import Period, PeriodUnit
from engine.profile import Action, FieldType, FormField, Text

MAX_ROWS = 200
"""Rows in one list field; a list longer than this is refused."""
MAX_PERIOD = 366
"""Days or months that a form may ask for."""
MAX_INTEGER = 1_000_000_000
"""Fits every database's integer."""
MAX_DIGITS = 15
"""Digits before and after the point of a measured quantity."""
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2199, 12, 31)
"""A day outside is a slip of the pen, and reminders around it could not be counted."""


def read_form(action: Action, form: Mapping[str, object], at: Surroundings) -> dict[str, object]:
    """Checked values by field name, without empty ones.

    FormInvalid for an unknown field or a wrong value, FormIncomplete naming every required
    field that is missing.
    """
    fields = {one.name: one for one in action.form}
    for name in form:
        if name not in fields:
            known = "、".join(fields) or "无 / none"
            reason = f"没有这个字段,可填:{known} / no such field"
            raise FormInvalid(action=action.label, field=name, reason=reason)
    values: dict[str, object] = {}
    for name, one in fields.items():
        given = form.get(name)
        if given is None or given in ("", [], ()):
            continue
        try:
            read = _READERS[one.type](one, given, at)
        except InvalidValue as error:
            raise FormInvalid(
                action=action.label,
                field=_named(one),
                reason=error.facts["reason"],
            ) from error
        if read != "":
            values[name] = read
    missing = [_named(one) for one in action.form if one.required and one.name not in values]
    if missing:
        raise FormIncomplete(action=action.label, fields=missing)
    return values


def emptied_in(form: Mapping[str, object], values: Mapping[str, object]) -> frozenset[str]:
    """Fields that were sent and are empty: what is left out stays, what is sent empty is emptied.

    `values`: what `read_form` made of the form, which has no empty ones.
    """
    return frozenset(form) - set(values)


def require_conditional(
    action: Action, values: Mapping[str, object], facts: Mapping[str, object]
) -> None:
    """FormIncomplete for fields that are required in this situation and missing."""
    missing = [
        _named(one)
        for one in action.form
        if one.required_when is not None
        and one.name not in values
        and evaluate(one.required_when, facts)
    ]
    if missing:
        raise FormIncomplete(action=action.label, fields=missing)


def _named(one: FormField) -> Text:
    return Text(zh=f"{one.label.zh}({one.name})", en=f"{one.label.en} ({one.name})")


def _refuse(one: FormField, given: object, zh: str, en: str) -> InvalidValue:
    return InvalidValue(what=one.name, value=given, reason=f"{zh} / {en}")


def _text(one: FormField, given: object, _at: Surroundings) -> str:
    if not isinstance(given, str):
        raise _refuse(one, given, "应为文字", "must be text")
    text = given.replace("\r\n", "\n").strip()  # a browser ends lines so
    if len(text) > one.max_length:
        limit = one.max_length
        raise _refuse(one, "…", f"最多{limit}字,现有{len(text)}字", f"at most {limit} characters")
    if any(char < " " and char not in "\n\t" for char in text):
        raise _refuse(one, "…", "含有控制字符", "contains control characters")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _refuse(one, "…", "含有不完整的字符", "contains half a character")
    return text


def _date(one: FormField, given: object, _at: Surroundings) -> date:
    try:
        day = date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError as error:
        raise _refuse(one, given, "日期应如 2026-03-01", "must be like 2026-03-01") from error
    if not isinstance(day, date) or isinstance(day, datetime):
        raise _refuse(one, given, "日期应如 2026-03-01", "must be like 2026-03-01")
    if not FIRST_DAY <= day <= LAST_DAY:
        span = f"{FIRST_DAY} … {LAST_DAY}"
        raise _refuse(one, given, f"日期应在 {span} 之间", f"must lie in {span}")
    return day


def _integer(one: FormField, given: object, _at: Surroundings) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise _refuse(one, given, "应为整数", "must be a whole number")
    if abs(given) > MAX_INTEGER:
        raise _refuse(one, given, f"最大{MAX_INTEGER}", f"at most {MAX_INTEGER}")
    return given


def _boolean(one: FormField, given: object, _at: Surroundings) -> bool:
    if not isinstance(given, bool):
        raise _refuse(one, given, "应为是或否", "must be true or false")
    return given


def _choice(one: FormField, given: object, at: Surroundings) -> str:
    if one.choices == "results":
        codes = tuple(at.profile.results)
    else:
        codes = tuple(choice.code for choice in at.profile.choices[str(one.choices)])
    if given not in codes:
        known = "、".join(codes)
        raise _refuse(one, given, f"应为其中之一:{known}", f"must be one of {known}")
    return str(given)


def _person(one: FormField, given: object, at: Surroundings) -> str:
    if not isinstance(given, str) or given not in at.directory.people:
        raise _refuse(one, given, f"没有人员“{given}”", f"no person “{given}”")
    return given


def _persons(one: FormField, given: object, at: Surroundings) -> tuple[str, ...]:
    people = tuple(_person(one, item, at) for item in _rows(one, given))
    if len(set(people)) != len(people):
        raise _refuse(one, given, "人员重复", "a person is named twice")
    return people


def _unit(one: FormField, given: object, at: Surroundings) -> str:
    if not isinstance(given, str) or given not in at.directory.units:
        raise _refuse(one, given, f"没有单位“{given}”", f"no unit “{given}”")
    return given


def _case(one: FormField, given: object, at: Surroundings) -> str:
    if not isinstance(given, str) or given not in at.linked:
        raise _refuse(one, given, f"没有建议“{given}”", f"no case “{given}”")
    return at.linked[given].id


def _period(one: FormField, given: object, _at: Surroundings) -> Period:
    if isinstance(given, Period):
        return given
    if isinstance(given, Mapping) and len(given) == 1:
        unit, amount = next(iter(given.items()))
        known = {item.value: item for item in PeriodUnit}
        whole = isinstance(amount, int) and not isinstance(amount, bool)
        if unit in known and whole and 0 < amount <= MAX_PERIOD:
            return Period(amount=amount, unit=known[unit])
    raise _refuse(one, given, '应如 {"months": 3}', 'must be like {"months": 3}')


def _rows(one: FormField, given: object) -> list[object]:
    if not isinstance(given, list | tuple):
        raise _refuse(one, given, "应为列表", "must be a list")
    if len(given) > MAX_ROWS:
        raise _refuse(one, len(given), f"最多{MAX_ROWS}行", f"at most {MAX_ROWS} rows")
    return list(given)


def _records(
    one: FormField, given: object, required: set[str], optional: set[str]
) -> list[dict[str, object]]:
    records = []
    for place, row in enumerate(_rows(one, given), start=1):
        if not isinstance(row, Mapping):
            raise _refuse(one, row, f"第{place}行应为对象", f"row {place} must be an object")
        keys = set(row)
        if not required <= keys or not keys <= required | optional:
            want = "、".join(sorted(required))
            raise _refuse(
                one, row, f"第{place}行应有且只有:{want}", f"row {place} needs exactly {want}"
            )
        empty = sorted(name for name in required if _is_blank(row[name]))
        if empty:
            names = "、".join(empty)
            raise _refuse(one, row, f"第{place}行缺:{names}", f"row {place} lacks {names}")
        records.append(cast("dict[str, object]", dict(row)))
    return records


def _is_blank(given: object) -> bool:
    return given is None or (isinstance(given, str) and not given.strip())


def _assignments(one: FormField, given: object, at: Surroundings) -> list[dict[str, object]]:
    rows = _records(one, given, {"unit", "kind"}, {"rule", "reason"})
    units = []
    for row in rows:
        units.append(_unit(one, row["unit"], at))
        if row["kind"] not in ("lead", "joint", "separate"):
            raise _refuse(one, row["kind"], "承办方式应为 lead、joint 或 separate", "unknown kind")
        for name in ("rule", "reason"):
            if name in row:
                row[name] = _text(one, row[name] or "", at)
    kinds = [row["kind"] for row in rows]
    if len(set(units)) != len(units):
        raise _refuse(one, units, "同一单位只能出现一次", "a unit may appear only once")
    leads = kinds.count("lead")
    if leads > 1 or (leads and "separate" in kinds) or not (leads or "separate" in kinds):
        raise _refuse(
            one,
            kinds,
            "应有一个主办,或者全部为分办(可加会办)",
            "needs one lead, or separate units only (plus joint ones)",
        )
    return rows


def _commitments(one: FormField, given: object, at: Surroundings) -> list[dict[str, object]]:
    rows = _records(one, given, {"text", "due_on"}, set())
    return [
        {"text": _text(one, row["text"], at), "due_on": _date(one, row["due_on"], at)}
        for row in rows
    ]


def _indicators(one: FormField, given: object, at: Surroundings) -> list[dict[str, object]]:
    rows = _records(one, given, {"label"}, {"quantity", "unit", "text"})
    checked: list[dict[str, object]] = []
    for row in rows:
        quantity = row.get("quantity")
        try:
            number = None if quantity is None else Decimal(str(quantity))
        except InvalidOperation as error:
            raise _refuse(one, quantity, "数量应为数字", "must be a number") from error
        if number is not None and not _is_storable(number):
            reason = f"数量应为不超过{MAX_DIGITS}位的数"
            raise _refuse(one, quantity, reason, f"must be a number of at most {MAX_DIGITS} digits")
        checked.append(
            {
                "label": _text(one, row["label"], at),
                "quantity": number,
                "unit": _text(one, row.get("unit") or "", at),
                "text": _text(one, row.get("text") or "", at),
            }
        )
    return checked


def _is_storable(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return (
        isinstance(exponent, int)  # a letter for what is not finite
        and exponent >= -MAX_DIGITS
        and number.adjusted() < MAX_DIGITS
    )


_READERS: Mapping[FieldType, Callable[[FormField, object, Surroundings], object]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.DATE: _date,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
    FieldType.PERSON: _person,
    FieldType.PERSONS: _persons,
    FieldType.UNIT: _unit,
    FieldType.CASE: _case,
    FieldType.PERIOD: _period,
    FieldType.ASSIGNMENTS: _assignments,
    FieldType.COMMITMENTS: _commitments,
    FieldType.INDICATORS: _indicators,
}
