"""The annual report as figures and sections, each figure with the ids of the cases behind it.

Counts the suggestions that were registered 立案; what was refused or withdrawn before that stands
aside. Refuses to know how it is worded and printed: see `reports.paper` and `reports.writers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Connection

from engine.congress import Directory, Session
from engine.errors import InvalidValue
from engine.profile import Profile, Text
from reports.funnel import FunnelStep, funnel_of
from reports.headline import Headline, headline_of
from reports.names import Names
from reports.rows import CaseRow, of_session, read_rows
from reports.topics import TopicSection, sections_of, shown_title, units_of


class Part(StrEnum):
    """What of a report may be made up for a demonstration."""

    UNITS = "units"
    SUGGESTIONS = "suggestions"
    SUPERVISORS = "supervisors"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrative:
    """Which parts are marked 示意, and the note that says why; empty for a real report."""

    parts: frozenset[Part] = frozenset()
    note: str = ""


REAL = Illustrative()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionLine:
    """One suggestion of the annex. `satisfaction` is a code, empty while nobody rated."""

    id: str
    serial: int
    number: str
    title: str
    units: tuple[str, ...]
    result: str
    satisfaction: str
    key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualReport:
    """The report of a session and the recess after it, as the rows stand."""

    congress: str
    session: Session
    as_of: date
    profile: str
    profile_title: Text
    headline: Headline
    funnel: tuple[FunnelStep, ...]
    topics: tuple[TopicSection, ...]
    suggestions: tuple[SuggestionLine, ...]
    satisfaction_labels: tuple[tuple[str, str], ...]
    illustrative: Illustrative = REAL

    @property
    def is_empty(self) -> bool:
        """Whether no suggestion was registered."""
        return not self.suggestions


def annual_report(
    connection: Connection,
    congress: str,
    session: str,
    *,
    profile: Profile,
    directory: Directory,
    as_of: date,
    illustrative: Illustrative = REAL,
) -> AnnualReport:
    """The report from the rows as they are; `as_of` dates it and says which promises are late."""
    held = directory.sessions.get(session)
    if held is None:
        known = "、".join(sorted(directory.sessions)) or "—"
        raise InvalidValue(
            what="会次 / session",
            value=session,
            reason=f"没有这次会议,现有:{known} / unknown, there are: {known}",
        )
    everything = read_rows(connection, of_session(congress, session))
    rows = tuple(row for row in everything if row.case.registered_at is not None)
    names = Names(directory)
    return AnnualReport(
        congress=directory.congress.name,
        session=held,
        as_of=as_of,
        profile=profile.reference,
        profile_title=profile.title,
        headline=headline_of(rows, everything, profile=profile, names=names, as_of=as_of),
        funnel=funnel_of(everything),
        topics=sections_of(
            rows, session=session, profile=profile, directory=directory, as_of=as_of
        ),
        suggestions=_annex(rows, names),
        satisfaction_labels=tuple(
            (one.code, one.label.zh) for one in profile.choices.get("satisfaction", ())
        ),
        illustrative=illustrative,
    )


def _annex(rows: Sequence[CaseRow], names: Names) -> tuple[SuggestionLine, ...]:
    return tuple(
        SuggestionLine(
            id=row.case.id,
            serial=serial,
            number=row.case.number or "",
            title=shown_title(row.case),
            units=names.units(units_of(row.case)),
            result=str(row.facts.get("result", "")),
            satisfaction=str(row.facts.get("satisfaction", "")),
            key=row.case.topic is not None,
        )
        for serial, row in enumerate(rows, start=1)
    )


def quantity_text(quantity: Decimal | None) -> str:
    """A quantity as it was given, without an exponent."""
    return "" if quantity is None else f"{quantity:f}"
