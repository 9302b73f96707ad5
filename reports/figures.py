"""A figure with the cases behind it: the only way a number gets into a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.case import Case
from reports.rates import percent
from reports.rows import CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, what it counts and the ids of the cases in which it was counted."""

    label: str
    value: int
    unit: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A figure as a part of a whole."""

    code: str
    figure: Figure
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Percent of the whole; None when that is empty."""
        return percent(self.figure.value, self.whole)


def cases_that(label: str, rows: Iterable[CaseRow], holds: Callable[[CaseRow], bool]) -> Figure:
    """How many cases there are of a kind (件)."""
    ids = tuple(row.case.id for row in rows if holds(row))
    return Figure(label=label, value=len(ids), unit="件", cases=ids)


def total_of(
    label: str, unit: str, rows: Iterable[CaseRow], count: Callable[[Case], int]
) -> Figure:
    """A sum over cases, with those that have a part in it."""
    counted = [(row.case.id, count(row.case)) for row in rows]
    return Figure(
        label=label,
        value=sum(amount for _, amount in counted),
        unit=unit,
        cases=tuple(case for case, amount in counted if amount),
    )


def cases_with(label: str, rows: Iterable[CaseRow], fact: str, value: object) -> Figure:
    """How many cases there are whose stored fact has the value."""
    return cases_that(label, rows, lambda row: row.facts[fact] == value)
