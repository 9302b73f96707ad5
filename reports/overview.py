"""The year on one screen: loop, lights by unit, rates, ages, and how fast units answer.

Every number is the size of a named set (`reports.named`), so that it can open its list. Refuses
to read cases: a few grouped statements count them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    select,
    union_all,
)

from db.tables import assignments, replies, suggestions, units
from engine.profile import Stage, Text
from reports.duties import Light
from reports.funnel import funnel_of
from reports.named import (
    LEVELS,
    NamedSets,
    age_names,
    counts,
    delivered_share,
    kinds_of,
    was_late,
)
from reports.rates import percent

ENOUGH = 3
"""A unit is compared with others once it has answered so many cases."""
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCount:
    """How many cases reached a step of the loop; `aside` ones left it there."""

    name: str
    stage: Stage
    label: Text
    count: int
    aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLights:
    """Open cases of a unit by its worst light; of all units when `unit` is empty."""

    unit: str
    name: str
    red: int
    yellow: int
    green: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.red + self.yellow + self.green


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCount:
    """A rate with its formula and both of its numbers."""

    name: str
    label: Text
    wording: Text
    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Percent with one decimal; None of nothing."""
        return percent(self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPace:
    """What a unit has answered, how many of it late, and its days from hand-over to delivery."""

    unit: str
    name: str
    answered: int
    late: int
    days: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The figures of a session and the recess after it, as they are on a day.

    `ages`: open cases by days since hand-over. `paces`: the fastest unit first.
    """

    session: str
    day: date
    steps: tuple[StepCount, ...]
    open_cases: int
    ages: Mapping[str, int]
    lights: tuple[UnitLights, ...]
    rates: tuple[RateCount, ...]
    paces: tuple[UnitPace, ...]

    @property
    def best(self) -> tuple[UnitPace, ...]:
        """The five that answer fastest, of those with enough to compare."""
        return self._compared[:_SHOWN]

    @property
    def slowest(self) -> tuple[UnitPace, ...]:
        """The five that answer most slowly; nobody is among the best and the slowest."""
        rest = self._compared[_SHOWN:]
        return tuple(reversed(rest[-_SHOWN:]))

    @property
    def _compared(self) -> tuple[UnitPace, ...]:
        return tuple(one for one in self.paces if one.answered >= ENOUGH)


_SHOWN = 5


def overview_of(sets: NamedSets) -> Overview:
    """The figures of the sets' session."""
    named = _named(sets, "open", *_STEP_NAMES, *(f"age.{one}" for one in age_names()))
    return Overview(
        session=sets.session,
        day=sets.today,
        steps=_steps(named),
        open_cases=named["open"],
        ages={one: named[f"age.{one}"] for one in age_names()},
        lights=_lights(sets),
        rates=rates_of(sets),
        paces=_paces(sets),
    )


def steps_of(sets: NamedSets) -> tuple[StepCount, ...]:
    """How many cases of the sets' session came how far."""
    return _steps(_named(sets, *_STEP_NAMES))


_STEP_NAMES = tuple(f"step.{one.name}" for one in funnel_of(()))


def _steps(named: Mapping[str, int]) -> tuple[StepCount, ...]:
    return tuple(
        StepCount(
            name=one.name,
            stage=one.stage,
            label=one.label,
            count=named[f"step.{one.name}"],
            aside=one.aside,
        )
        for one in funnel_of(())
    )


def _named(sets: NamedSets, *names: str) -> Mapping[str, int]:
    """Sets that are told by the case alone: one look at every case of the session."""
    columns = [_how_many(sets.condition(one)).label(f"n{place}") for place, one in enumerate(names)]
    row = sets.connection.execute(select(*columns).select_from(suggestions).where(sets.whole)).one()
    return dict(zip(names, row, strict=True))


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer)


def _lights(sets: NamedSets) -> tuple[UnitLights, ...]:
    """The units with open cases, those with most late ones first; before them all together."""
    # One statement, as both need every running clock of the session.
    here = select(sets.lights).cte("lights_of_units").c
    by_level = [
        func.count(distinct(case((here.level == LEVELS[one], here.case_id)))).label(one.value)
        for one in Light
    ]
    named = units.c.congress == sets.congress
    by_unit = (
        select(here.unit, units.c.name, *by_level)
        .join(units, named & (units.c.code == here.unit))
        .group_by(here.unit, units.c.name)
    )
    together = select(literal("").label("unit"), literal("").label("name"), *by_level)
    rows = sets.connection.execute(union_all(together, by_unit)).mappings()
    found = [UnitLights(**row) for row in rows]
    found.sort(key=lambda one: (one.unit != "", -one.red, -one.yellow, -one.green, one.name))
    return tuple(found)


def rates_of(sets: NamedSets) -> tuple[RateCount, ...]:
    """The rates of the sets' session; cases with the same facts are judged once."""
    formulas = sets.profile.formulas
    if not formulas:
        return ()
    groups = tuple(sets.fact_groups(kinds_of(formulas)))
    return tuple(
        RateCount(
            name=one.name,
            label=one.label,
            wording=one.wording,
            part=sum(count for _, facts, count in groups if counts(one, "part", facts)),
            whole=sum(count for _, facts, count in groups if counts(one, "whole", facts)),
        )
        for one in formulas
    )


def _paces(sets: NamedSets) -> tuple[UnitPace, ...]:
    share = assignments.c
    delivered = (
        select(func.min(replies.c.delivered_at))
        .where(replies.c.case_id == share.case_id, replies.c.assignment == share.number)
        .scalar_subquery()
    )
    days = _days(sets, delivered) - _days(sets, share.handed_over_at)
    late = func.count(distinct(case((was_late(), share.case_id))))
    names = and_(units.c.congress == share.congress, units.c.code == share.unit)
    rows = sets.connection.execute(
        select(
            share.unit,
            units.c.name,
            func.count(distinct(share.case_id)).label("answered"),
            late.label("late"),
            func.avg(days).label("days"),
        )
        .select_from(suggestions)
        .join(assignments, and_(*delivered_share()))
        .join(units, names)
        .where(sets.whole)
        .group_by(share.unit, units.c.name)
    ).mappings()
    found = [UnitPace(**{**row, "days": _rounded(row["days"])}) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.days, -one.answered, one.name)))


def _days(sets: NamedSets, instant: ColumnElement[Any]) -> ColumnElement[Any]:
    """An instant as a number of days, which each database counts in its own way."""
    if sets.connection.dialect.name == "sqlite":
        return func.julianday(instant)
    return cast(func.extract("epoch", instant), Integer) / 86_400.0


def _rounded(days: object) -> Decimal:
    return Decimal(str(days)).quantize(TENTH, rounding=ROUND_HALF_UP)
