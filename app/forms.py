"""Reads forms and batches of commands from YAML or JSON, from a file or standard input.

Shape only: whether a field exists and what it may hold is said by the engine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import FileUnreadable, OptionInvalid
from engine.profile import FieldType, Profile
from engine.usable_text import is_usable, texts_in
from workflows.problems import Report
from workflows.strict_yaml import parse

STDIN = "-"
AS_WRITTEN = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.DATE,
        FieldType.CHOICE,
        FieldType.PERSON,
        FieldType.UNIT,
        FieldType.CASE,
    }
)
"""Fields whose value is a text however it looks: a document number may be all digits."""
_OF_A_ROW = frozenset({"case", "action", "as", "subject", "form", "expect_version", "request_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One command of a batch; None where the command line says it for all."""

    number: int
    case: str | None
    action: str | None
    actor: str | None
    subject: int | None
    form: Mapping[str, object]
    expect_version: int | None
    request_key: str | None


def read_document(name: str) -> object:
    """The content of a YAML or JSON file, or of standard input for `-`."""
    try:
        text = sys.stdin.read() if name == STDIN else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileUnreadable(file=name, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(file=name, reason="不是 UTF-8 / not UTF-8") from error
    if text.lstrip()[:1] in ("{", "[") or name.endswith(".json"):
        return _from_json(name, text)
    report = Report()
    document = parse(Path(name).name if name != STDIN else "stdin", text, report)
    if document is None or report.problems:
        raise FileUnreadable(file=name, reason="\n".join(str(one) for one in report.problems))
    return document.value


def _from_json(name: str, text: str) -> object:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(file=name, reason=f"JSON: {error}") from error
    if not all(is_usable(one) for one in texts_in(found)):
        reason = "含有空字符或半个字符 / it holds NUL or half a character"
        raise FileUnreadable(file=name, reason=reason)
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key that stands twice would silently lose one of its values."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"重复的键“{name}” / duplicate key “{name}”")
        found[name] = value
    return found


def read_form_file(name: str) -> dict[str, object]:
    """A form: field names and values. An empty file is an empty form."""
    value = read_document(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FileUnreadable(file=name, reason="应为“字段: 值” / must be a mapping of fields")
    return value


def read_settings_of_form(
    given: Sequence[str], *, action: str, profile: Profile
) -> dict[str, object]:
    """Fields from `--set name=value`; lists, numbers and records are written as YAML or JSON.

    Without a value the field is emptied.
    """
    known = profile.action(action)
    types = {one.name: one.type for one in known.form} if known else {}
    form: dict[str, object] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name or name in form:
            reason = f"应为 字段=值,每个字段一次:“{one}” / use name=value, each name once"
            raise OptionInvalid(option="--set", reason=reason)
        is_text = types.get(name, FieldType.TEXT) in AS_WRITTEN
        form[name] = value if is_text or not value else _value(name, value)
    return form


def _value(name: str, text: str) -> object:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            pass  # it may still be YAML, which needs no quotes
    report = Report()
    document = parse(f"--set {name}", text, report)
    if document is None or report.problems:
        reason = "\n".join(str(one) for one in report.problems)
        raise OptionInvalid(option=f"--set {name}", reason=reason)
    return document.value


def read_batch(name: str) -> tuple[BatchRow, ...]:
    """The commands of a batch file: a list of mappings."""
    value = read_document(name)
    if not isinstance(value, list) or not value:
        reason = "应为命令的列表 / must be a list of commands"
        raise FileUnreadable(file=name, reason=reason)
    return tuple(_row(name, number, one) for number, one in enumerate(value, start=1))


def _row(name: str, number: int, row: object) -> BatchRow:
    where = f"第{number}条 / row {number}"
    if not isinstance(row, dict):
        raise FileUnreadable(file=name, reason=f"{where}: 应为“键: 值” / must be a mapping")
    unknown = sorted(set(row) - _OF_A_ROW)
    if unknown:
        known = "、".join(sorted(_OF_A_ROW))
        reason = f"{where}: 不认识的键“{unknown[0]}”,可用:{known} / unknown key"
        raise FileUnreadable(file=name, reason=reason)
    form = row.get("form") or {}
    if not isinstance(form, dict):
        raise FileUnreadable(file=name, reason=f"{where}: form 应为“字段: 值” / must be a mapping")
    return BatchRow(
        number=number,
        case=_text(row, "case"),
        action=_text(row, "action"),
        actor=_text(row, "as"),
        subject=_whole(row, "subject", name, where),
        form=form,
        expect_version=_whole(row, "expect_version", name, where),
        request_key=_text(row, "request_key"),
    )


def _text(row: Mapping[str, object], key: str) -> str | None:
    value = row.get(key)
    return None if value in (None, "") else str(value)


def _whole(row: Mapping[str, object], key: str, name: str, where: str) -> int | None:
    value = row.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise FileUnreadable(file=name, reason=f"{where}: {key} 应为整数 / must be a whole number")
