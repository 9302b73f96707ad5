"""The rates (解决率、满意率 …): each formula of a profile over the facts stored with the cases.

A rate always comes with its formula and with the cases behind both of its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import Connection, select

from db.tables import suggestions
from engine.conditions import evaluate
from engine.profile import Profile, Text
from reports.rows import of_session

WHOLE = Decimal(100)
STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A formula with its result: case ids of the numerator (counted) and denominator."""

    name: str
    label: Text
    wording: Text
    numerator_rule: str
    denominator_rule: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]

    @property
    def percent(self) -> Decimal | None:
        """Percent with one decimal; None when there is nothing to look at."""
        return percent(len(self.numerator), len(self.denominator))


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent; 100 and 0 are said only when they are exactly so."""
    if whole == 0:
        return None
    exact = Decimal(part) * WHOLE / Decimal(whole)
    rounded = exact.quantize(STEP, rounding=ROUND_HALF_UP)
    if rounded == WHOLE and part != whole:
        return WHOLE - STEP
    if rounded == 0 and part != 0:
        return STEP
    return rounded


def percent_text(value: Decimal | None) -> str:
    """`98.7%`, `100%`, or a dash when there is nothing to look at."""
    if value is None:
        return "—"
    return f"{value.normalize():f}%"


def rates_of(
    facts: Iterable[tuple[str, Mapping[str, object]]], profile: Profile
) -> tuple[Rate, ...]:
    """The profile's rates over pairs of case id and facts, in the profile's order."""
    known = tuple(facts)
    return tuple(
        Rate(
            name=one.name,
            label=one.label,
            wording=one.wording,
            numerator_rule=one.numerator.text,
            denominator_rule=one.denominator.text,
            numerator=tuple(
                case
                for case, values in known
                if evaluate(one.denominator, values) and evaluate(one.numerator, values)
            ),
            denominator=tuple(case for case, values in known if evaluate(one.denominator, values)),
        )
        for one in profile.formulas
    )


def rates(
    connection: Connection, congress: str, session: str, profile: Profile
) -> tuple[Rate, ...]:
    """The rates of all cases of a session and its recess."""
    query = (
        select(suggestions.c.id, suggestions.c.facts)
        .where(of_session(congress, session))
        .order_by(suggestions.c.id)
    )
    return rates_of([(case, facts) for case, facts in connection.execute(query)], profile)
