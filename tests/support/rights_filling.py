"""Fills in a form from what the list of actions says of it: names, kinds and choices of fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

FREE: Mapping[str, object] = {
    "text": "第1项",
    "long-text": "说明一段。",
    "date": "2026-07-01",
    "integer": 1,
    "boolean": True,
    "persons": [],
    "period": {"days": 5},
    "assignments": [{"unit": "transport", "kind": "lead", "reason": "职责所在"}],
    "commitments": [],
    "indicators": [],
}
BETTER: Mapping[str, object] = {
    "lead_official": "official",
    "supervising_leader": "supervision",
    "proposed_unit": "housing",
    "main": "more-12",
    "handler": "clerk-transport",
    "topic_number": 2,
    "cosigners": ["chen-jing"],
    "month": "2026-07",
}
"""Where the first choice would make no sense."""


def filled(fields: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Something in each field that must be filled in."""
    return {str(one["name"]): _value(one) for one in fields if one["required"]}


def _value(one: Mapping[str, Any]) -> object:
    if one["name"] in BETTER:
        return BETTER[one["name"]]
    if one["type"] in FREE:
        return FREE[one["type"]]
    return one["choices"][0]["value"]
