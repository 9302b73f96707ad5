"""The cast of the demo as frozen records. Refuses to know files, chance and the engine.

`illustrative` says that the published report does not say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class StaffRole(StrEnum):
    """What the invented staff do; values are the profile's roles."""

    UNIT_CLERK = "unit_clerk"  # 承办人
    UNIT_HEAD = "unit_head"  # 主要负责人
    COMMITTEE_CLERK = "committee_clerk"  # 代表工委经办人
    COMMITTEE_HEAD = "committee_head"
    ADMINISTRATOR = "administrator"
    CHAIRPERSONS = "chairpersons"  # 主任会议
    GOVERNMENT_CLERK = "government_clerk"  # 政府办经办人
    GOVERNMENT_LEADER = "government_leader"
    REVIEWER = "reviewer"  # 议案审查组成员
    SUPERVISING_COMMITTEE = "supervising_committee"


class Bound(StrEnum):
    """How the report puts a figure: exact, or 超/余/以上."""

    EXACT = "exact"
    OVER = "over"


class IndicatorPeriod(StrEnum):
    """What span a figure speaks of."""

    YEAR = "year"
    CUMULATIVE = "cumulative"
    YEAR_ON_YEAR = "year-on-year"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressFacts:
    """The congress 人大 and the session whose year is told."""

    code: str
    name: str
    city: str
    level: str
    term: int
    session: int
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The published headline figures."""

    total: int
    key: int
    topics: int
    key_satisfaction_percent: Decimal

    @property
    def ordinary(self) -> int:
        return self.total - self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days of the year, all in Asia/Shanghai."""

    session_opens: date
    session_closes: date
    session_cutoff: date
    recess_opens: date
    recess_closes: date
    key_topics_decided: date
    handover_meeting: date
    report_date: date
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """Names of the bodies behind the desks."""

    handover_body: str
    government_office: str
    review_group: str
    supervision: str
    supervised_at: str
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field 类别; `ordinary` is how many ordinary suggestions are drawn in it."""

    code: str
    zh: str
    en: str
    ordinary: int
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """承办单位. `system`: government, party, court, procuratorate, town or public-body."""

    code: str
    name: str
    system: str
    functions: tuple[str, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """领办领导 with the post as published; `units` (illustrative) stand below the portfolio."""

    code: str
    name: str
    post: str
    portfolio: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """督办领导: a post without a name."""

    code: str
    post: str
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """成效指标 of the report; `suggestion` is the key suggestion it is told under."""

    code: str
    suggestion: str
    label: str
    quantity: Decimal | None
    unit: str
    bound: Bound
    text: str
    period: IndicatorPeriod
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySuggestion:
    """重点建议: the lead deputy is a fact, the wording is our own."""

    code: str
    topic: int
    lead_deputy: str
    title: str
    body: str
    field: str
    keywords: tuple[str, ...]
    lead_unit: str
    joint_units: tuple[str, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """重点建议方面. `illustrative` names the fields that the report does not give."""

    number: int
    title: str
    lead_official: str
    supervisor: str
    lead_unit: str
    joint_units: tuple[str, ...]
    suggestions: tuple[KeySuggestion, ...]
    indicators: tuple[Indicator, ...]
    illustrative: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """代表团, by town or street."""

    code: str
    name: str
    town: str
    illustrative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """代表. The 20 named ones come first and have no delegation: the report gives none."""

    code: str
    name: str
    delegation: str
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An invented person of a unit or of a desk (`unit` is None)."""

    code: str
    name: str
    role: StaffRole
    post: str
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody and everything the year needs before the first suggestion is raised."""

    congress: CongressFacts
    headline: Headline
    calendar: Calendar
    offices: Offices
    fields: tuple[Field, ...]
    units: tuple[Unit, ...]
    officials: tuple[Official, ...]
    supervisors: tuple[Supervisor, ...]
    topics: tuple[Topic, ...]
    delegations: tuple[Delegation, ...]
    deputies: tuple[Deputy, ...]
    staff: tuple[Staff, ...]

    @property
    def key_suggestions(self) -> tuple[KeySuggestion, ...]:
        return tuple(one for topic in self.topics for one in topic.suggestions)

    @property
    def invented_deputies(self) -> tuple[Deputy, ...]:
        return tuple(one for one in self.deputies if one.invented)

    def unit_staff(self, unit: str, role: StaffRole) -> Staff:
        """The clerk or head of a unit."""
        return next(one for one in self.staff if one.unit == unit and one.role == role)

    def desk(self, role: StaffRole) -> tuple[Staff, ...]:
        """Who sits at a desk of the congress or of the government office."""
        return tuple(one for one in self.staff if one.unit is None and one.role == role)

    def portfolio_of(self, unit: str) -> str | None:
        """The portfolio 分管 a unit stands below; none for towns, party bodies and courts."""
        return next((one.portfolio for one in self.officials if unit in one.units), None)


PortfolioUnits = Mapping[str, tuple[str, ...]]
