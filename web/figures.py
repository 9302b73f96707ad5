"""What the web shows, as records, and the ports through which `app` gives it.

Public figures only: no text of a case, and no name that the annual report does not print.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from engine.profile import Stage, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressName:
    """A congress that may be asked for."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelFigure:
    """How many cases reached a step; `aside` ones left the loop there."""

    name: str
    stage: Stage
    label: Text
    count: int
    aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RateFigure:
    """A rate with its formula and both of its numbers; no percent of nothing."""

    name: str
    label: Text
    formula: Text
    percent: Decimal | None
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFigure:
    """A measured result; the quantity as it was given."""

    label: str
    quantity: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFigure:
    """A key topic as the annual report prints it; `suggestions` are (number, title)."""

    number: int
    title: str
    lead_deputies: tuple[str, ...]
    lead_official: str
    lead_official_post: str
    suggestions: tuple[tuple[str, str], ...]
    lead_units: tuple[str, ...]
    joint_units: tuple[str, ...]
    answered: int
    indicators: tuple[IndicatorFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFigures:
    """The figures of a congress's present session; `note` warns of what was made up."""

    code: str
    congress: str
    session: str
    session_name: str
    as_of: date
    profile: str
    note: str
    funnel: tuple[FunnelFigure, ...]
    rates: tuple[RateFigure, ...]
    topics: tuple[TopicFigure, ...]


class Figures(Protocol):
    """Gives public figures."""

    def congresses(self) -> tuple[CongressName, ...]:
        """Those that are there, in order of code."""
        ...

    def figures(self, congress: str) -> PublicFigures:
        """The figures of the present session; UnknownCongress when there is no such congress."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is looked at: not `ok`, and the installation cannot be used.

    Degraded: it can be used, but something is late or failing; `mend` says what to do.
    """

    name: str
    ok: bool
    detail: str
    degraded: bool = False
    mend: str = ""


class Readiness(Protocol):
    """Tells whether the installation can be used."""

    def checks(self) -> tuple[Check, ...]:
        """Database, schema, worker and queues, as they are now."""
        ...
