"""Parts that every file of a profile is made of: wordings, grants, periods, conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.conditions import Condition, FactType, compile_condition, evaluate
from engine.errors import ConditionFailed, ConditionInvalid
from engine.periods import Period, PeriodUnit
from engine.profile import Grant, Text
from workflows.problems import Path, Report

Plain = Mapping[str, Any]
Facts = Mapping[str, FactType]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file something is being built, and whom to tell about problems."""

    report: Report
    file: str
    path: Path = ()

    def at(self, *steps: str | int) -> Place:
        """A place further in."""
        return Place(self.report, self.file, (*self.path, *steps))

    def problem(self, zh: str, en: str) -> None:
        """Report a problem here."""
        self.report.add(self.file, self.path, zh, en)


def text_of(plain: Plain) -> Text:
    """A wording in both languages."""
    return Text(zh=plain["zh"], en=plain["en"])


def grants_of(plain: Iterable[Plain]) -> tuple[Grant, ...]:
    """Role and relation each; the relation is `any` when not named."""
    return tuple(Grant(role=one["role"], relation=one.get("relation", "any")) for one in plain)


def period_of(plain: Plain) -> Period:
    """`{months: 3}` as a period; the schema has seen to it that there is one entry."""
    unit, amount = next(iter(plain.items()))
    return Period(amount=amount, unit=PeriodUnit(unit))


NEVER = compile_condition("false", {})
"""Stands where a condition may not be used, so that the rest can be checked; such a profile is
refused in the end."""

_SAMPLES: Mapping[FactType, tuple[object, object]] = {
    FactType.INT: (0, 1),
    FactType.BOOL: (False, True),
    FactType.TEXT: ("", "x"),
    FactType.LIST: ([], ["x"]),
}


def condition_at(plain: Plain, key: str, facts: Facts, place: Place) -> Condition | None:
    """The compiled condition under the key, or None when there is none there.

    It is tried on two sets of sample values, so that one that answers no truth value or mixes
    kinds is found while loading.
    """
    text = plain.get(key)
    if text is None:
        return None
    try:
        condition = compile_condition(text, facts)
        for sample in (0, 1):
            evaluate(condition, {name: _SAMPLES[kind][sample] for name, kind in facts.items()})
    except (ConditionInvalid, ConditionFailed) as error:
        zh, _, en = str(error.facts["reason"]).partition(" / ")
        place.at(key).problem(
            f"条件“{text}”不能使用:{zh}", f"condition “{text}” may not be used: {en or zh}"
        )
        return NEVER
    return condition
