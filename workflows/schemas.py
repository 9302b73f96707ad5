"""The published JSON Schemas of a profile's files, and their errors told with line and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from workflows.problems import Path, Report

FOLDER = FilePath(__file__).parent / "schema"
MACHINES = ("suggestion", "assignment", "commitment", "order")
SCHEMA_OF: Mapping[str, str] = {
    "profile.yaml": "profile.json",
    **{f"{name}.yaml": "machine.json" for name in MACHINES},
    "clocks.yaml": "clocks.json",
    "supervision.yaml": "supervision.json",
    "access.yaml": "access.json",
    "codes.yaml": "codes.json",
    "routing.yaml": "routing.json",
    "notices.yaml": "notices.json",
    "formulas.yaml": "formulas.json",
}
"""Every file of a profile and the schema it follows."""


def read_schema(name: str) -> dict[str, Any]:
    """One published schema."""
    schema: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return schema


@cache
def _validator(name: str) -> Draft202012Validator:
    """The validator of a schema, with the shared parts put in so that nothing is looked up."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    schema = json.loads(text.replace('"common.json#', '"#'))
    return Draft202012Validator({**schema, "$defs": read_schema("common.json")["$defs"]})


def check_shape(file: str, value: object, report: Report) -> None:
    """Hold a file against its schema; each deviation becomes a problem."""
    for error in _validator(SCHEMA_OF[file]).iter_errors(value):
        _tell(file, error, report)


@dataclass(frozen=True, slots=True)
class _Deviation:
    """What a schema error is about: the keyword that was broken, its value, what was given."""

    keyword: str
    wanted: Any
    given: Any
    known: tuple[str, ...]
    message: str

    @property
    def shown(self) -> str:
        """What was given, short enough for a line."""
        text = "" if self.given is None else str(self.given)
        return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


MAX_SHOWN = 60
Told = list[tuple[Path, str, str]]
"""Path below the error, wording in Chinese and in English."""


def _tell(file: str, error: ValidationError, report: Report) -> None:
    path: Path = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        report.add(file, (*path, key), f"名称“{key}”的写法不对", f"“{key}” is no valid name")
        return
    properties = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    deviation = _Deviation(
        keyword=str(error.validator),
        wanted=error.validator_value,
        given=error.instance,
        known=tuple(properties),
        message=error.message[:200],
    )
    tell = _KEYWORDS.get(deviation.keyword, _other)
    for place, zh, en in tell(deviation):
        report.add(file, (*path, *place), zh, en)


def _unknown_keys(it: _Deviation) -> Told:
    told: Told = []
    for key in it.given:
        if key in it.known:
            continue
        near = get_close_matches(key, it.known, n=1)
        meant_zh = f"是否想写“{near[0]}”" if near else f"可用的键:{'、'.join(it.known)}"
        meant_en = f"did you mean “{near[0]}”" if near else f"known keys: {', '.join(it.known)}"
        told.append(((key,), f"未知的键“{key}”,{meant_zh}", f"unknown key “{key}”, {meant_en}"))
    return told


def _missing_keys(it: _Deviation) -> Told:
    return [((), f"缺少“{key}”", f"“{key}” is missing") for key in it.wanted if key not in it.given]


_TYPES = {
    "object": "键值表",
    "array": "列表",
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
}


def _wrong_type(it: _Deviation) -> Told:
    names = [it.wanted] if isinstance(it.wanted, str) else list(it.wanted)
    zh = "或".join(_TYPES.get(name, name) for name in names)
    return [((), f"“{it.shown}”应为{zh}", f"“{it.shown}” must be {' or '.join(names)}")]


def _not_in_list(it: _Deviation) -> Told:
    known = [str(one) for one in it.wanted]
    return [
        (
            (),
            f"“{it.shown}”应为其中之一:{'、'.join(known)}",
            f"“{it.shown}” must be one of {', '.join(known)}",
        )
    ]


def _wrong_pattern(it: _Deviation) -> Told:
    return [
        (
            (),
            f"“{it.shown}”的写法不对,应符合 {it.wanted}",
            f"“{it.shown}” must match {it.wanted}",
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


def _over_limit(it: _Deviation) -> Told:
    zh, en = _LIMITS[it.keyword]
    return [((), f"“{it.shown}”{zh}{it.wanted}", f"“{it.shown}” {en} {it.wanted}")]


def _other(it: _Deviation) -> Told:
    return [((), f"不符合格式:{it.message}", f"against the format: {it.message}")]


_KEYWORDS: Mapping[str, Callable[[_Deviation], Told]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _wrong_type,
    "enum": _not_in_list,
    "pattern": _wrong_pattern,
    **dict.fromkeys(_LIMITS, _over_limit),
}
