"""The published schemas are valid, closed and bounded, and every file has one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from workflows import load_profile, shipped
from workflows.schemas import FOLDER, SCHEMA_OF, read_schema

NAMES = sorted(file.name for file in FOLDER.glob("*.json"))


def parts(schema: object) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for one in schema.values():
            yield from parts(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from parts(one)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_2020_12(name: str) -> None:
    schema = read_schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", NAMES)
def test_no_object_takes_unknown_keys_and_everything_is_bounded(name: str) -> None:
    for one in parts(read_schema(name)):
        kinds = one.get("type", ())
        if "object" in kinds:
            open_map = isinstance(one.get("additionalProperties"), dict)
            assert one.get("additionalProperties") is False or (
                open_map and "propertyNames" in one and "maxProperties" in one
            ), one
        if "array" in kinds:
            assert "maxItems" in one, one
        if "string" in kinds:
            assert "maxLength" in one or "pattern" in one, one
        if "integer" in kinds:
            assert "minimum" in one, one
            assert "maximum" in one, one


def test_every_file_of_a_profile_has_a_schema_and_every_schema_a_use() -> None:
    assert {*SCHEMA_OF.values(), "common.json"} == set(NAMES)


@pytest.mark.parametrize(("name", "version"), shipped())
def test_every_shipped_profile_loads(name: str, version: int) -> None:
    profile = load_profile(name, version)
    assert (profile.name, profile.version) == (name, version)
    assert len(profile.digest) == 64
