"""The list of cases: filtered, sorted, page by page behind a cursor, with the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Label,
    Select,
    case,
    exists,
    func,
    literal,
    select,
    tuple_,
)

from db.tables import assignments, audit_entries, clocks, people, signatories, suggestions, units
from engine.clocks import ClockState
from engine.errors import InvalidValue
from engine.profile import Profile, Stage
from reports.paging import check_limit, sealed, unsealed
from reports.visible import EVERYBODY, SeenBy

NEVER = date(9999, 12, 31)
"""Stands for no due day, so that such cases sort last."""


class CaseSort(StrEnum):
    """Orders of the list: number and state ascending, soonest due first, last changed first."""

    NUMBER = "number"
    DUE = "due"
    UPDATED = "updated"
    STATE = "state"


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
    """One page; `after` is the cursor of the next one, None on the last."""

    lines: tuple[CaseLine, ...]
    total: int
    after: str | None


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
) -> CasePage:
    """A page of the list. `after` is a cursor from the page before; InvalidValue for another.

    `also`: a further condition on `suggestions`, such as a named set of the overview. What is not
    seen of a case is neither shown nor found by a filter, nor does it sort it.
    """
    check_limit(limit)
    keys = _sort_keys(sort, seen)
    counted = _narrowed(congress, filters, seen)
    if also is not None:
        counted = counted.where(also, seen.details)
    narrowed = counted.add_columns(*keys)
    page = narrowed.subquery()
    columns = [page.c[one.name] for one in keys]
    query = select(page).order_by(*columns).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(*columns) > _position(after, sort, keys))
    rows = connection.execute(query).mappings().all()
    total = connection.execute(select(func.count()).select_from(counted.subquery())).scalar_one()
    shown = rows[:limit]
    cursor = None
    if len(rows) > limit:
        cursor = _cursor(sort, [shown[-1][one.name] for one in keys])
    return CasePage(lines=_lines(connection, shown), total=total, after=cursor)


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
        share = (assignments.c.case_id == here.id, assignments.c.unit == filters.unit)
        found.append(exists().where(*share))
    if filters.deputy is not None:
        signed = (signatories.c.case_id == here.id, signatories.c.deputy == filters.deputy)
        found.append(exists().where(*signed))
    if filters.late_on is not None:
        late = (*_running(), clocks.c.due_on < filters.late_on)
        found.append(exists().where(*late))
    return found


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


def _running() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return clocks.c.case_id == suggestions.c.id, clocks.c.state == ClockState.RUNNING.value


def _due(seen: SeenBy) -> ColumnElement[date]:
    first = select(func.min(clocks.c.due_on)).where(*_running()).scalar_subquery()
    shown = first if seen is EVERYBODY else case((seen.details, first), else_=None)
    return func.coalesce(shown, literal(NEVER, Date), type_=Date)


def _sort_keys(sort: CaseSort, seen: SeenBy) -> tuple[Label[Any], ...]:
    """Columns that together order all cases; the id makes each position unique."""
    here = suggestions.c
    # 第2号 before 第10号, session before recess, those without a number last.
    rank = case((here.number.is_(None), 2), (here.kind == "session", 0), else_=1)
    by_number = (
        rank.label("key_rank"),
        func.coalesce(func.length(here.number), 0).label("key_length"),
        func.coalesce(here.number, "").label("key_number"),
    )
    own = here.id.label("key_id")
    if sort is CaseSort.DUE:
        return (_due(seen).label("key_due"), own)
    if sort is CaseSort.UPDATED:
        last = select(func.max(audit_entries.c.sequence)).where(audit_entries.c.case_id == here.id)
        changed = -func.coalesce(last.scalar_subquery(), 0, type_=Integer)
        return (changed.label("key_changed"), own)
    if sort is CaseSort.STATE:
        return (here.state.label("key_state"), *by_number, own)
    return (*by_number, own)


def _cursor(sort: CaseSort, values: Sequence[Any]) -> str:
    plain = [one.isoformat() if isinstance(one, date) else one for one in values]
    return sealed([sort.value, *plain])


def _position(after: str, sort: CaseSort, keys: Sequence[Label[Any]]) -> Any:  # noqa: ANN401  # a tuple of columns' literals
    try:
        named, *values = unsealed(after)
        if named != sort.value or len(values) != len(keys):
            raise _unknown_cursor(after)
        typed = [
            date.fromisoformat(value) if isinstance(key.type, Date) else _plain(value, key, after)
            for key, value in zip(keys, values, strict=True)
        ]
    except (ValueError, TypeError) as error:
        raise _unknown_cursor(after) from error
    return tuple_(*(literal(value, key.type) for key, value in zip(keys, typed, strict=True)))


def _plain(value: object, key: Label[Any], after: str) -> object:
    wanted = int if isinstance(key.type, Integer) else str
    if type(value) is not wanted:
        raise _unknown_cursor(after)
    return value


def _unknown_cursor(after: str) -> InvalidValue:
    return InvalidValue(
        what="翻页位置 / cursor",
        value=after[:40],
        reason="应取自同一排序的上一页 / take it from the page before, in the same order",
    )


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
            due_on=None if row["due_on"] == NEVER else row["due_on"],
            due_kind="" if row["due_on"] == NEVER else first.get(row["id"], ""),
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
