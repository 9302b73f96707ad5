"""成效灯 of a month: per case what the parties said and whether they agree, and counts by unit.

A case is asked about when somebody judged it for the month, or when its clock of the outcome was
due in it. Refuses to judge: see `engine.outcome`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, exists, or_

from db.tables import clocks, outcome_judgements, suggestions
from engine.case import Case
from engine.clocks import ClockState
from engine.congress import Directory
from engine.errors import InvalidValue
from engine.outcome import Accord, OutcomeStanding, month_of, outcome_of
from engine.profile import OutcomeScheme, Profile
from engine.relations import answering_units
from reports.bulletin import month_days
from reports.names import Names
from reports.paging import check_limit
from reports.rows import Rules, by_number, read_rows


class OutcomeSort(StrEnum):
    """Orders of the list: by number; disputed before pending before agreed; by unit."""

    NUMBER = "number"
    ACCORD = "accord"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFilter:
    """What the list is narrowed to; None means any. `unit`: it answers for the case."""

    unit: str | None = None
    light: str | None = None
    accord: Accord | None = None


EVERYTHING = OutcomeFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """One case: `said` has the light of each party that has judged, `light` the agreed one."""

    case: str
    number: str | None
    title: str
    topic: int | None
    units: tuple[str, ...]
    accord: Accord
    light: str | None
    said: Mapping[str, str]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOutcome:
    """A unit's cases of the month: how many in each agreed light, pending and disputed."""

    unit: str
    name: str
    lights: Mapping[str, int]
    pending: int
    disputed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePage:
    """One page; units are those of all cases, not of the page alone. `after`: the next page."""

    month: str
    lines: tuple[OutcomeLine, ...]
    units: tuple[UnitOutcome, ...]
    total: int
    after: str | None


def outcomes(  # a page of a list has these facts
    connection: Connection,
    congress: str,
    month: str,
    *,
    rules: Rules,
    directory: Directory,
    today: date,
    filters: OutcomeFilter = EVERYTHING,
    sort: OutcomeSort = OutcomeSort.NUMBER,
    after: str | None = None,
    limit: int = 50,
) -> OutcomePage:
    """The month's cases page by page. `after` is the cursor that the page before gave."""
    check_limit(limit)
    found = [
        one for one in _standings(connection, congress, month, rules, today) if _fits(one, filters)
    ]
    names = Names(directory)
    found.sort(key=lambda one: _order(one, sort, names))
    first = _after(found, after)
    shown = found[first : first + limit]
    more = first + limit < len(found)
    return OutcomePage(
        month=month,
        lines=tuple(_line(one, names) for one in shown),
        units=_by_unit(found, names),
        total=len(found),
        after=shown[-1].case.id if more else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    case: Case
    units: tuple[str, ...]
    standing: OutcomeStanding


def _standings(
    connection: Connection, congress: str, month: str, rules: Rules, today: date
) -> Iterable[_Judged]:
    first, last = month_days(month, today)
    for row in read_rows(connection, *_candidates(congress, month, first, last)):
        case = row.case
        profile = rules(case.profile, case.profile_version)
        scheme = profile.supervision.outcome
        if scheme is None or not _is_asked(case, scheme, month):
            continue
        yield _Judged(
            case=case,
            units=_units(case, profile),
            standing=outcome_of(case, scheme, month),
        )


def _candidates(
    congress: str, month: str, first: date, last: date
) -> tuple[ColumnElement[bool], ...]:
    here = suggestions.c
    judged = exists().where(
        outcome_judgements.c.case_id == here.id, outcome_judgements.c.month == month
    )
    asked = exists().where(
        clocks.c.case_id == here.id,
        clocks.c.subject == "case",
        clocks.c.due_on.between(first, last),
        clocks.c.state != ClockState.STOPPED.value,
    )
    return here.congress == congress, or_(judged, asked)


def _is_asked(case: Case, scheme: OutcomeScheme, month: str) -> bool:
    return any(one.month == month for one in case.judgements) or any(
        one.kind == scheme.clock
        and one.subject == "case"
        and month_of(one.due_on) == month
        and one.state is not ClockState.STOPPED
        for one in case.clocks
    )


def _units(case: Case, profile: Profile) -> tuple[str, ...]:
    """Those that answer, in the order of their shares."""
    answering = answering_units(case, profile)
    return tuple(dict.fromkeys(one.unit for one in case.assignments if one.unit in answering))


def _fits(one: _Judged, filters: OutcomeFilter) -> bool:
    return (
        filters.unit in (None, *one.units)
        and filters.light in (None, one.standing.light)
        and filters.accord in (None, one.standing.accord)
    )


_FIRST = (Accord.DISPUTED, Accord.PENDING, Accord.AGREED)


def _order(one: _Judged, sort: OutcomeSort, names: Names) -> tuple[object, ...]:
    number = by_number(one.case)
    if sort is OutcomeSort.ACCORD:
        return _FIRST.index(one.standing.accord), number
    if sort is OutcomeSort.UNIT:
        return tuple(names.unit(unit) for unit in one.units), number
    return (number,)


def _after(found: list[_Judged], after: str | None) -> int:
    if after is None:
        return 0
    for place, one in enumerate(found):
        if one.case.id == after:
            return place + 1
    raise InvalidValue(
        what="翻页位置 / cursor", value=after, reason="不是本列表给出的位置 / not of this list"
    )


def _line(one: _Judged, names: Names) -> OutcomeLine:
    standing = one.standing
    return OutcomeLine(
        case=one.case.id,
        number=one.case.number,
        title=one.case.title,
        topic=one.case.topic,
        units=names.units(one.units),
        accord=standing.accord,
        light=standing.light,
        said={party: judged.light for party, judged in standing.said.items()},
        missing=standing.missing,
    )


def _by_unit(found: list[_Judged], names: Names) -> tuple[UnitOutcome, ...]:
    units = sorted({unit for one in found for unit in one.units}, key=names.unit)
    return tuple(
        _summed(unit, names.unit(unit), [one.standing for one in found if unit in one.units])
        for unit in units
    )


def _summed(unit: str, name: str, standings: list[OutcomeStanding]) -> UnitOutcome:
    accords = Counter(one.accord for one in standings)
    return UnitOutcome(
        unit=unit,
        name=name,
        lights=Counter(one.light for one in standings if one.light is not None),
        pending=accords[Accord.PENDING],
        disputed=accords[Accord.DISPUTED],
    )
