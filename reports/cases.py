"""The list of cases: filtered, sorted, page by page behind a cursor, with the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Engine,
    Row,
    Select,
    case,
    func,
    select,
)

from db.tables import assignments, clocks, people, signatories, suggestions, units
from engine.errors import InvalidValue
from engine.profile import Profile, Stage
from reports import case_order
from reports.by_row import is_one_of, running_state, there_is
from reports.case_order import CasePlace, Start, places, places_of_few, position, running
from reports.paging import check_limit
from reports.visible import EVERYBODY, SeenBy

CaseSort = case_order.CaseSort
"""Orders of the list."""
Selectable: TypeAlias = Select[tuple[str]] | CompoundSelect[tuple[str]]

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
    known: int | None = None,
) -> CasePage:
    """A page of the list. `after` is a cursor from the page before; InvalidValue for another.

    `also`: a further condition on `suggestions`, such as a named set of the overview. What is not
    seen of a case is neither shown nor found by a filter, nor does it sort it. `bounded`: of many
    cases it may only be said that there are `more`. `known`: how many there are, when somebody
    has just counted them.
    """
    check_limit(limit)
    _check_texts(filters)
    start = None if after is None else position(after, sort)
    asked = _Asked(congress=congress, filters=filters, seen=seen, also=also)
    total, more, found = _found(
        connection, asked, sort, start, limit + 1, bounded=bounded, known=known
    )
    ids = [one.case for one in found[:limit]]
    lines = lines_of(connection, congress, ids, seen)
    return CasePage(
        lines=tuple(lines[one] for one in ids),
        total=total,
        after=found[limit - 1].cursor(sort) if len(found) > limit else None,
        more=more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is looked for."""

    congress: str
    filters: CaseFilter
    seen: SeenBy
    also: ColumnElement[bool] | None

    def where(self, *, by_row: bool) -> list[ColumnElement[bool]]:
        """What must hold of `suggestions`."""
        seen = self.seen.by_row if by_row else self.seen
        own = suggestions.c.congress == self.congress
        found = [own, *conditions_of(self.filters, seen, by_row=by_row)]
        return found if self.also is None else [*found, self.also, seen.details]

    def candidates(self) -> list[Selectable]:
        """Sets of cases beyond which none is found, each of which may be small."""
        filters = self.filters
        found: list[Selectable] = []
        own, signed, share = clocks.c, signatories.c, assignments.c
        if filters.late_on is not None:
            late = own.state == running_state(), own.due_on < filters.late_on
            found.append(select(own.case_id).where(own.congress == self.congress, *late))
        if filters.deputy is not None:
            here = signed.congress == self.congress, signed.deputy == filters.deputy
            found.append(select(signed.case_id).where(*here))
        if filters.unit is not None:
            here = share.congress == self.congress, share.unit == filters.unit
            found.append(select(share.case_id).where(*here))
        return found if self.seen.among is None else [*found, self.seen.among]


def _found(  # what, in which order, from where on
    connection: Connection,
    asked: _Asked,
    sort: CaseSort,
    start: Start,
    limit: int,
    *,
    bounded: bool,
    known: int | None,
) -> tuple[int, bool, list[CasePlace]]:
    """How many there are, whether there are more, and where the ones of a page stand.

    Few cases are looked at one by one and sorted. Many are walked through in their order.
    """
    congress, seen = asked.congress, asked.seen
    for some in asked.candidates():
        ids = _few(connection, some)
        if ids == ():
            return 0, False, []
        if ids is not None:
            where = [is_one_of(connection, suggestions.c.id, ids), *asked.where(by_row=True)]
            few = places_of_few(connection, congress, where, seen.by_row, sort, start, limit)
            return few[0], False, few[1]
    counted = COUNTED if bounded and are_many(connection, congress) else None
    total = known
    if total is None:
        total = _total(connection, asked.where(by_row=False), counted)
    if total == 0:
        return 0, False, []
    if total <= COUNTED:
        where = asked.where(by_row=False)
        few = places_of_few(connection, congress, where, seen, sort, start, limit)
        return few[0], False, few[1]
    more = known is None and counted is not None
    where = asked.where(by_row=True)
    found = places(connection, congress, where, seen.by_row, sort, start, limit)
    return total - 1 if more else total, more, found


def _few(connection: Connection, candidates: Selectable) -> tuple[str, ...] | None:
    """The cases of the set, when they are few."""
    some = select(candidates.subquery("candidates").c.case_id).limit(COUNTED + 1)
    ids = connection.execute(some).scalars().all()
    return tuple(dict.fromkeys(ids)) if len(ids) <= COUNTED else None


def are_many(connection: Connection, congress: str) -> bool:
    """Whether the congress has so many cases that a list of them is counted to a bound only."""
    many = _MANY.setdefault(connection.engine, set())
    if congress in many:
        return True
    # By place: the index needs no more than the last of them.
    first = select(suggestions.c.id).where(suggestions.c.congress == congress)
    beyond = first.order_by(suggestions.c.number_key).offset(MANY).limit(1)
    if connection.execute(beyond).scalar() is None:
        return False
    many.add(congress)
    return True


_MANY: MutableMapping[Engine, set[str]] = WeakKeyDictionary()
"""Congresses of which that is known: no case is ever taken away."""


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


def conditions_of(
    filters: CaseFilter, seen: SeenBy, *, by_row: bool = False
) -> list[ColumnElement[bool]]:
    """What must hold of `suggestions`; no filter finds what the line would not show."""
    return [needed(filters, seen), *narrowing(filters, by_row=by_row)]


def narrowing(filters: CaseFilter, *, by_row: bool) -> list[ColumnElement[bool]]:
    """What the filters ask of `suggestions`, whoever looks."""
    _check_texts(filters)
    here = suggestions.c
    found: list[ColumnElement[bool]] = []
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
        found.append(_among(shares, shares.unit == filters.unit, by_row=by_row))
    if filters.deputy is not None:
        signed = signatories.c
        found.append(_among(signed, signed.deputy == filters.deputy, by_row=by_row))
    if filters.late_on is not None:
        found.append(running(clocks.c.due_on < filters.late_on, by_row=by_row))
    return found


def _among(
    of: Any,  # noqa: ANN401  # the columns of a table
    condition: ColumnElement[bool],
    *,
    by_row: bool,
) -> ColumnElement[bool]:
    """Whether a row of the case fulfils it; the congress is said, as the indexes begin with it."""
    own = of.case_id == suggestions.c.id, of.congress == suggestions.c.congress
    return there_is(*own, condition, by_row=by_row)


def lines_of(
    connection: Connection, congress: str, ids: Sequence[str], seen: SeenBy
) -> dict[str, CaseLine]:
    """The lines of these cases by id, those that are seen."""
    if not ids:
        return {}
    here, seen = suggestions.c, seen.by_row
    query = select(
        *(here[name] for name in _SHOWN),
        case((seen.details, 1), else_=0).label("with_details"),
        case((seen.author, 1), else_=0).label("with_author"),
    ).where(is_one_of(connection, here.id, ids), here.congress == congress, seen.visible)
    rows = connection.execute(query).all()
    return {one.id: one for one in _lines(connection, rows)}


_SHOWN = ("id", "number", "title", "state", "kind", "field", "topic", "round")


def needed(filters: CaseFilter, seen: SeenBy) -> ColumnElement[bool]:
    """What must be seen of a case to be found: no filter may tell what the line would not."""
    if filters.deputy is not None:
        return seen.author
    if filters.key is not None or filters.unit is not None or filters.late_on is not None:
        return seen.details
    return seen.visible


def _lines(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[CaseLine]:
    ids = [row.id for row in rows]
    leads, shares = _leads(connection, ids), _shares(connection, ids)
    first = _first_clocks(connection, ids)
    for row in rows:
        due_on, due_kind = first.get(row.id, (None, "")) if row.with_details else (None, "")
        yield CaseLine(
            id=row.id,
            number=row.number,
            title=row.title,
            state=row.state,
            kind=row.kind,
            field=row.field,
            topic=row.topic if row.with_details else None,
            round=row.round,
            lead_deputy=leads.get(row.id, "") if row.with_author else "",
            units=tuple(dict.fromkeys(shares[row.id])) if row.with_details else (),
            due_on=due_on,
            due_kind=due_kind,
        )


def _leads(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The name of the deputy who leads each case."""
    here = signatories.c
    named = (people.c.congress == here.congress) & (people.c.code == here.deputy)
    query = select(here.case_id, people.c.name).join(people, named)
    found = query.where(is_one_of(connection, here.case_id, ids), here.lead)
    return dict(connection.execute(found).all())


def _shares(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The names of the units that answer each case, in order of their shares."""
    here = assignments.c
    named = (units.c.congress == here.congress) & (units.c.code == here.unit)
    query = select(here.case_id, units.c.name).join(units, named)
    query = query.where(is_one_of(connection, here.case_id, ids), here.kind != "joint")
    found: dict[str, list[str]] = defaultdict(list)
    for case_id, name in connection.execute(query.order_by(here.case_id, here.number)):
        found[case_id].append(name)
    return found


def _first_clocks(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[date, str]]:
    """Day and kind of the clock of each case that is due first; only cases that are listed."""
    here = clocks.c
    query = (
        select(here.case_id, here.due_on, here.kind)
        .where(is_one_of(connection, here.case_id, ids), here.state == running_state())
        .order_by(here.due_on.desc(), here.kind.desc())
    )
    return {case_id: (due_on, kind) for case_id, due_on, kind in connection.execute(query)}
