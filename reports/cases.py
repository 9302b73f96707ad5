"""The list of cases: filtered, sorted, page by page behind a cursor, with the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    exists,
    func,
    select,
)

from db.tables import assignments, clocks, people, signatories, suggestions, units
from engine.clocks import ClockState
from engine.errors import InvalidValue
from engine.profile import Profile, Stage
from reports import case_order
from reports.case_order import places, running
from reports.paging import check_limit
from reports.visible import EVERYBODY, SeenBy

CaseSort = case_order.CaseSort
"""Orders of the list."""

MANY, COUNTED = 20_000, 1_000
"""A congress has many cases beyond the first; then up to the second of a list are counted where
people look at it, since nobody reads further and counting would take longer than the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What the list is narrowed to; empty and None mean: any.

    `unit`: has a share. `deputy`: signed. `late_on`: a clock still runs that was due before.
    """

    session: str | None = None
    states: tuple[str, ...] = ()
    kind: str | None = None
    field: str | None = None
    unit: str | None = None
    deputy: str | None = None
    key: bool | None = None
    late_on: date | None = None


EVERYTHING = CaseFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in the list, with names instead of codes; `units` holds the answering ones.

    What whoever looks may not see is empty. `due_kind`: which clock it is that is due then.
    """

    id: str
    number: str | None
    title: str
    state: str
    kind: str
    field: str
    topic: int | None
    round: int
    lead_deputy: str
    units: tuple[str, ...]
    due_on: date | None
    due_kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One page; `after` is the cursor of the next, None on the last. `more`: than `total`."""

    lines: tuple[CaseLine, ...]
    total: int
    after: str | None
    more: bool = False


def stage_states(profile: Profile, stage: Stage) -> tuple[str, ...]:
    """States of a suggestion that belong to a stage of the loop."""
    states = profile.machines["suggestion"].states
    return tuple(name for name, one in states.items() if one.stage is stage)


def list_cases(  # a page of a list has these facts
    connection: Connection,
    congress: str,
    *,
    filters: CaseFilter = EVERYTHING,
    sort: CaseSort = CaseSort.NUMBER,
    after: str | None = None,
    limit: int = 50,
    also: ColumnElement[bool] | None = None,
    seen: SeenBy = EVERYBODY,
    bounded: bool = False,
) -> CasePage:
    """A page of the list. `after` is a cursor from the page before; InvalidValue for another.

    `also`: a further condition on `suggestions`, such as a named set of the overview. What is not
    seen of a case is neither shown nor found by a filter, nor does it sort it. `bounded`: of many
    cases it may only be said that there are `more`.
    """
    check_limit(limit)
    where = [suggestions.c.congress == congress, *conditions_of(filters, seen)]
    if also is not None:
        where += [also, seen.details]
    counted = COUNTED if bounded and are_many(connection, congress) else None
    total = _total(connection, where, counted)
    few = total <= COUNTED
    found = places(connection, congress, where, seen, sort, after, limit + 1, few=few)
    ids = [one.case for one in found[:limit]]
    lines = lines_of(connection, congress, ids, seen)
    more = counted is not None and total > counted
    return CasePage(
        lines=tuple(lines[one] for one in ids),
        total=total - 1 if more else total,
        after=found[limit - 1].cursor(sort) if len(found) > limit else None,
        more=more,
    )


def are_many(connection: Connection, congress: str) -> bool:
    """Whether the congress has so many cases that a list of them is counted to a bound only."""
    first = select(suggestions.c.id).where(suggestions.c.congress == congress).limit(MANY + 1)
    query = select(func.count()).select_from(first.subquery())
    return connection.execute(query).scalar_one() > MANY


def _total(
    connection: Connection, where: Sequence[ColumnElement[bool]], counted: int | None
) -> int:
    """How many cases; one more than `counted` where there are more."""
    every = select(suggestions.c.id).where(*where)
    some = every if counted is None else every.limit(counted + 1)
    query = select(func.count()).select_from(some.subquery())
    return connection.execute(query).scalar_one()


def _check_texts(filters: CaseFilter) -> None:
    """PostgreSQL has no text with a NUL in it, and would fail instead of finding none."""
    texts = (filters.session, filters.kind, filters.field, filters.unit, filters.deputy)
    for one in (*texts, *filters.states):
        if one is not None and "\x00" in one:
            raise InvalidValue(what="筛选 / filter", value=one[:40], reason="含有 NUL / has a NUL")


def _narrowed(congress: str, filters: CaseFilter, seen: SeenBy) -> Select[Any]:
    wanted = ("id", "number", "title", "state", "kind", "field", "topic", "round")
    query = select(
        *(suggestions.c[name] for name in wanted),
        _due(seen).label("due_on"),
        case((seen.details, 1), else_=0).label("with_details"),
        case((seen.author, 1), else_=0).label("with_author"),
    )
    return query.where(suggestions.c.congress == congress, *conditions_of(filters, seen))


def conditions_of(filters: CaseFilter, seen: SeenBy) -> list[ColumnElement[bool]]:
    """What must hold of `suggestions`; no filter finds what the line would not show."""
    _check_texts(filters)
    here = suggestions.c
    found: list[ColumnElement[bool]] = [_needed(filters, seen)]
    if filters.session is not None:
        found.append(here.session == filters.session)
    if filters.states:
        found.append(here.state.in_(filters.states))
    if filters.kind is not None:
        found.append(here.kind == filters.kind)
    if filters.field is not None:
        found.append(here.field == filters.field)
    if filters.key is not None:
        found.append(here.topic.is_not(None) if filters.key else here.topic.is_(None))
    if filters.unit is not None:
        shares = assignments.c
        found.append(_among(shares, shares.unit == filters.unit))
    if filters.deputy is not None:
        signed = signatories.c
        found.append(_among(signed, signed.deputy == filters.deputy))
    if filters.late_on is not None:
        found.append(running(clocks.c.due_on < filters.late_on))
    return found


def _among(
    of: Any,  # noqa: ANN401  # the columns of a table
    condition: ColumnElement[bool],
) -> ColumnElement[bool]:
    """Whether a row of the case fulfils it; the congress is said, as the indexes begin with it."""
    return exists().where(
        of.case_id == suggestions.c.id, of.congress == suggestions.c.congress, condition
    )


def lines_of(
    connection: Connection, congress: str, ids: Sequence[str], seen: SeenBy
) -> dict[str, CaseLine]:
    """The lines of these cases by id, those that are seen."""
    query = _narrowed(congress, EVERYTHING, seen).where(suggestions.c.id.in_(ids))
    rows = connection.execute(query).mappings().all()
    return {one.id: one for one in _lines(connection, rows)}


def _needed(filters: CaseFilter, seen: SeenBy) -> ColumnElement[bool]:
    """What must be seen of a case to be found: no filter may tell what the line would not."""
    if filters.deputy is not None:
        return seen.author
    if filters.key is not None or filters.unit is not None or filters.late_on is not None:
        return seen.details
    return seen.visible


def _due(seen: SeenBy) -> ColumnElement[date]:
    mine = clocks.c.case_id == suggestions.c.id, clocks.c.state == ClockState.RUNNING.value
    first = select(func.min(clocks.c.due_on)).where(*mine).scalar_subquery()
    return first if seen is EVERYBODY else case((seen.details, first), else_=None)


def _lines(connection: Connection, rows: Sequence[Any]) -> tuple[CaseLine, ...]:
    ids = [row["id"] for row in rows]
    signed = (
        select(signatories.c.case_id, people.c.name)
        .join(
            people,
            (people.c.congress == signatories.c.congress) & (people.c.code == signatories.c.deputy),
        )
        .where(signatories.c.case_id.in_(ids), signatories.c.lead)
    )
    leads = {row.case_id: row.name for row in connection.execute(signed)}
    shares: dict[str, list[str]] = defaultdict(list)
    for case_id, name in connection.execute(
        select(assignments.c.case_id, units.c.name)
        .join(
            units,
            (units.c.congress == assignments.c.congress) & (units.c.code == assignments.c.unit),
        )
        .where(assignments.c.case_id.in_(ids), assignments.c.kind != "joint")
        .order_by(assignments.c.case_id, assignments.c.number)
    ):
        shares[case_id].append(name)
    first = _first_clocks(connection, ids)
    return tuple(
        CaseLine(
            id=row["id"],
            number=row["number"],
            title=row["title"],
            state=row["state"],
            kind=row["kind"],
            field=row["field"],
            topic=row["topic"] if row["with_details"] else None,
            round=row["round"],
            lead_deputy=leads.get(row["id"], "") if row["with_author"] else "",
            units=tuple(dict.fromkeys(shares[row["id"]])) if row["with_details"] else (),
            due_on=row["due_on"],
            due_kind="" if row["due_on"] is None else first.get(row["id"], ""),
        )
        for row in rows
    )


def _first_clocks(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The kind of the clock of each case that is due first; only cases that are listed."""
    query = (
        select(clocks.c.case_id, clocks.c.kind)
        .where(clocks.c.case_id.in_(ids), clocks.c.state == ClockState.RUNNING.value)
        .order_by(clocks.c.due_on.desc(), clocks.c.kind.desc())
    )
    return {row.case_id: row.kind for row in connection.execute(query)}
