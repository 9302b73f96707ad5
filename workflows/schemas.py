"""The published JSON Schemas of a profile's files, and their errors told with line and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from workflows.problems import Path, Report

FOLDER = FilePath(__file__).parent / "schema"
MACHINES = ("suggestion", "assignment", "commitment")
SCHEMA_OF: Mapping[str, str] = {
    "profile.yaml": "profile.json",
    **{f"{name}.yaml": "machine.json" for name in MACHINES},
    "clocks.yaml": "clocks.json",
    "codes.yaml": "codes.json",
    "routing.yaml": "routing.json",
    "notices.yaml": "notices.json",
    "formulas.yaml": "formulas.json",
}
"""Every file of a profile and the schema it follows."""


def read_schema(name: str) -> dict[str, object]:
    """One published schema."""
    schema: dict[str, object] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return schema


@cache
def _validator(name: str) -> Draft202012Validator:
    common: Resource[Mapping[str, object]] = Resource.from_contents(read_schema("common.json"))
    registry: Registry[Mapping[str, object]] = Registry().with_resource("common.json", common)
    return Draft202012Validator(read_schema(name), registry=registry)


def check_shape(file: str, value: object, report: Report) -> None:
    """Hold a file against its schema; each deviation becomes a problem."""
    for error in _validator(SCHEMA_OF[file]).iter_errors(value):
        _tell(file, error, report)


def _tell(file: str, error: ValidationError, report: Report) -> None:
    path: Path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        report.add(file, (*path, key), f"名称“{key}”的写法不对", f"“{key}” is no valid name")
        return
    tell = _KEYWORDS.get(str(error.validator), _other)
    for place, zh, en in tell(error):
        report.add(file, (*path, *place), zh, en)


Told = list[tuple[Path, str, str]]


def _unknown_keys(error: ValidationError) -> Told:
    known = list(error.schema.get("properties", {}))
    told: Told = []
    for key in error.instance:
        if key in known:
            continue
        near = get_close_matches(key, known, n=1)
        meant_zh = f",是否想写“{near[0]}”" if near else f",可用的键:{'、'.join(known)}"
        meant_en = f", did you mean “{near[0]}”" if near else f"; known: {', '.join(known)}"
        told.append(((key,), f"未知的键“{key}”{meant_zh}", f"unknown key “{key}”{meant_en}"))
    return told


def _missing_keys(error: ValidationError) -> Told:
    return [
        ((), f"缺少“{key}”", f"“{key}” is missing")
        for key in error.validator_value
        if key not in error.instance
    ]


_TYPES = {
    "object": "键值表",
    "array": "列表",
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
}


def _wrong_type(error: ValidationError) -> Told:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    zh = "或".join(_TYPES.get(name, name) for name in names)
    return [((), f"“{_short(error)}”应为{zh}", f"“{_short(error)}” must be {' or '.join(names)}")]


def _not_in_list(error: ValidationError) -> Told:
    known = [str(one) for one in error.validator_value]
    return [
        (
            (),
            f"“{_short(error)}”应为其中之一:{'、'.join(known)}",
            f"“{_short(error)}” must be one of {', '.join(known)}",
        )
    ]


def _wrong_pattern(error: ValidationError) -> Told:
    return [
        (
            (),
            f"“{_short(error)}”的写法不对,应符合 {error.validator_value}",
            f"“{_short(error)}” must match {error.validator_value}",
        )
    ]


_LIMITS = {
    "minimum": ("不得小于", "must not be less than"),
    "maximum": ("不得大于", "must not be more than"),
    "minLength": ("字数不得少于", "must not be shorter than"),
    "maxLength": ("字数不得多于", "must not be longer than"),
    "minItems": ("项数不得少于", "must not have fewer items than"),
    "maxItems": ("项数不得多于", "must not have more items than"),
    "minProperties": ("项数不得少于", "must not have fewer entries than"),
    "maxProperties": ("项数不得多于", "must not have more entries than"),
}


def _over_limit(error: ValidationError) -> Told:
    zh, en = _LIMITS[str(error.validator)]
    limit = error.validator_value
    return [((), f"“{_short(error)}”{zh}{limit}", f"“{_short(error)}” {en} {limit}")]


def _other(error: ValidationError) -> Told:
    return [((), f"不符合格式:{error.message[:200]}", f"against the format: {error.message[:200]}")]


_KEYWORDS: Mapping[str, Callable[[ValidationError], Told]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _wrong_type,
    "enum": _not_in_list,
    "pattern": _wrong_pattern,
    **dict.fromkeys(_LIMITS, _over_limit),
}


def _short(error: ValidationError) -> str:
    text = "" if error.instance is None else str(error.instance)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004  # fits on a line
