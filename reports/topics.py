"""A section of the annual report a key topic 重点建议方面: who led and handled, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.case import Case
from engine.congress import Directory, KeyTopic
from engine.profile import Profile
from engine.redaction import author_hidden_in
from engine.rights import Showing
from reports.figures import Figure, cases_that, cases_with
from reports.funnel import answering
from reports.names import Names
from reports.promises import Promises, promises_of
from reports.rows import CaseRow

HIDDEN_TITLE = "（不公开）"
HIDDEN_AUTHOR = "（不公开提出人）"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """A measured result with the case whose reply reported it."""

    label: str
    quantity: Decimal | None
    unit: str
    text: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSection:
    """A topic. `suggestions` are (id, number, title); `grades` are counts by satisfaction code."""

    number: int
    title: str
    lead_deputies: tuple[str, ...]
    suggestions: tuple[tuple[str, str, str], ...]
    lead_official: str
    lead_official_post: str
    supervising_leader: str
    decided_on: date
    decided_by: str
    lead_units: tuple[str, ...]
    joint_units: tuple[str, ...]
    indicators: tuple[IndicatorLine, ...]
    answered: Figure
    grades: tuple[tuple[str, Figure], ...]
    promises: Promises


def shown_title(case: Case) -> str:
    """The title, unless the deputy wants nothing of the suggestion shown."""
    return HIDDEN_TITLE if case.secrecy == "closed" else case.title


def units_of(case: Case) -> tuple[str, ...]:
    """Codes of the units that answer for the case, each once."""
    return tuple(dict.fromkeys(one.unit for one in answering(case)))


def sections_of(
    rows: Sequence[CaseRow], *, session: str, profile: Profile, directory: Directory, as_of: date
) -> tuple[TopicSection, ...]:
    """The topics of the session that have cases, in order of number; `rows` in order of number."""
    topics = sorted(
        (one for one in directory.topics.values() if one.session == session),
        key=lambda one: one.number,
    )
    sections = []
    for topic in topics:
        own = tuple(row for row in rows if row.case.topic == topic.number)
        if own:
            sections.append(_section(topic, own, profile, directory, as_of))
    return tuple(sections)


def _told_indicators(case: Case, profile: Profile, directory: Directory) -> Iterable[IndicatorLine]:
    """No results of cases whose replies the public does not read, and nobody who is hidden."""
    shown = _shown(case, profile)
    if shown.rank < Showing.AUTHOR_HIDDEN.rank:
        return ()
    if shown is Showing.WHOLE:
        return indicators_of(case)
    hide = author_hidden_in(case, directory)
    return (replace(one, label=hide(one.label), text=hide(one.text)) for one in indicators_of(case))


def _section(
    topic: KeyTopic,
    rows: Sequence[CaseRow],
    profile: Profile,
    directory: Directory,
    as_of: date,
) -> TopicSection:
    names = Names(directory)
    lead = list(dict.fromkeys(unit for row in rows for unit in units_of(row.case)))
    joint = dict.fromkeys(
        one.unit
        for row in rows
        for one in row.case.assignments
        if one.kind == "joint" and one.unit not in lead
    )
    grades = dict.fromkeys(str(row.facts["satisfaction"]) for row in rows)
    return TopicSection(
        number=topic.number,
        title=topic.title,
        lead_deputies=tuple(dict.fromkeys(_lead_deputy(row.case, profile, names) for row in rows)),
        suggestions=tuple(
            (row.case.id, row.case.number or "", shown_title(row.case)) for row in rows
        ),
        lead_official=names.person(topic.lead_official),
        lead_official_post=names.post(topic.lead_official, "lead_official"),
        supervising_leader=names.person(topic.supervising_leader),
        decided_on=topic.decided_on,
        decided_by=topic.decided_by,
        lead_units=names.units(lead),
        joint_units=names.units(joint),
        indicators=tuple(
            line for row in rows for line in _told_indicators(row.case, profile, directory)
        ),
        answered=cases_that("已答复", rows, lambda row: bool(row.facts["answered"])),
        grades=tuple((grade, cases_with(grade, rows, "satisfaction", grade)) for grade in grades),
        promises=promises_of(rows, as_of),
    )


def _shown(case: Case, profile: Profile) -> Showing:
    """A report is for everybody: no more than the public sees of the case."""
    return profile.access.public.secrecy.get(case.secrecy, Showing.NOTHING)


def _lead_deputy(case: Case, profile: Profile, names: Names) -> str:
    named = _shown(case, profile) is Showing.WHOLE
    return names.person(case.lead_deputy) if named else HIDDEN_AUTHOR


def indicators_of(case: Case) -> list[IndicatorLine]:
    """Those of the replies of the last answered round: a second reply speaks for the first too."""
    delivered = [one for one in case.replies if one.state == "delivered"]
    last = max((one.round for one in delivered), default=0)
    current = {one.number for one in delivered if one.round == last}
    return [
        IndicatorLine(
            label=one.label, quantity=one.quantity, unit=one.unit, text=one.text, case=case.id
        )
        for one in case.indicators
        if one.reply in current
    ]
