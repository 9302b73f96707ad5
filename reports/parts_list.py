"""Shares, replies, ratings and promises across cases: filtered, sorted, page by page.

What is kept from whoever looks neither comes up nor counts, and no filter or order tells it: a
rating before it is final is as if it were missing. Refuses to show a part: a page is only places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    exists,
    func,
    literal,
    null,
    select,
    tuple_,
    type_coerce,
)

from db.tables import assignments, commitments, evaluations, replies, suggestions
from db.types import UtcDateTime
from engine.calendar import local_instant
from engine.congress import Directory
from engine.errors import InvalidValue
from engine.profile import Profile
from reports.cases import COUNTED, are_many
from reports.paging import check_limit, sealed, unsealed
from reports.visible import SeenBy, read_as

Condition: TypeAlias = ColumnElement[bool]
BEFORE_ALL = datetime(1, 1, 2, tzinfo=UTC)
"""Stands for an instant that has not come: sorted by the newest, such parts come last."""
ONE_DAY = timedelta(days=1)


class PartKind(StrEnum):
    """What is listed: shares 承办, replies 答复, ratings 测评, promises 承诺."""

    ASSIGNMENTS = "assignments"
    REPLIES = "replies"
    EVALUATIONS = "evaluations"
    COMMITMENTS = "commitments"


class PartSort(StrEnum):
    """By number of the case, by state, the newest first, the soonest due first (promises)."""

    NUMBER = "number"
    STATE = "state"
    NEWEST = "newest"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFilter:
    """What a list is narrowed to; None and empty mean: any. Each kind has some of these.

    `since` and `until` are days of what happens to a part: handed over, delivered, rated, due.
    """

    session: str | None = None
    states: tuple[str, ...] = ()
    unit: str | None = None
    deputy: str | None = None
    kind: str | None = None
    process: str | None = None
    result: str | None = None
    round: int | None = None
    since: date | None = None
    until: date | None = None
    open: bool | None = None


ALL_PARTS = PartFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsSeen:
    """Who looks, and what they see: of cases, of replies not delivered, of ratings not final."""

    person: str
    of_cases: SeenBy
    replies: Condition
    ratings: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlace:
    """A part, by its case and its number in it."""

    case: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPage:
    """One page; `after` is the cursor of the next, None on the last. `more`: than `total`."""

    places: tuple[PartPlace, ...]
    total: int
    more: bool
    after: str | None


def parts_seen(
    person: str,
    directory: Directory,
    rules: Sequence[Profile],
    on: date,
    *,
    seen: SeenBy,
    of_a_unit: bool,
) -> PartsSeen:
    """What the person sees of parts; who is `of_a_unit` sees no rating before it is final."""
    at = (person, directory, rules, on)
    ratings = read_as(lambda access: () if of_a_unit else access.ratings, *at)
    replied = read_as(lambda access: access.replies, *at)
    return PartsSeen(person=person, of_cases=seen, replies=replied, ratings=ratings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of part: its table, what is seen of it, and its columns as they are shown."""

    table: Table
    seen: Callable[[PartsSeen], Condition]
    columns: Callable[[PartsSeen], Mapping[str, ColumnElement[Any]]]
    sorts: frozenset[PartSort]


def list_parts(
    connection: Connection,
    congress: str,
    kind: PartKind,
    *,
    seen: PartsSeen,
    filters: PartFilter = ALL_PARTS,
    sort: PartSort = PartSort.NUMBER,
    after: str | None = None,
    limit: int = 50,
) -> PartPage:
    """A page of the list; InvalidValue for a cursor of another one.

    Of a congress with very many cases so many are counted as of a list of cases.
    """
    check_limit(limit)
    of_kind = _KINDS[kind]
    here = of_kind.table.c
    columns = of_kind.columns(seen)
    where = [
        suggestions.c.id == here.case_id,
        suggestions.c.congress == congress,
        seen.of_cases.details,
        of_kind.seen(seen),
        *_conditions(filters, columns, seen),
    ]
    query = select(here.case_id, here.number).where(*where)
    counted = COUNTED if are_many(connection, congress) else None
    some = query if counted is None else query.limit(counted + 1)
    total = connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
    more = counted is not None and total > counted
    ordered = _ordered(query, kind, columns, sort=sort, after=after)
    found = [tuple(one) for one in connection.execute(ordered.limit(limit + 1))]
    return PartPage(
        places=tuple(PartPlace(case=one[0], number=one[1]) for one in found[:limit]),
        total=total - 1 if more else total,
        more=more,
        after=_cursor(kind, sort, found[limit - 1][2:]) if len(found) > limit else None,
    )


def _ordered(
    query: Select[Any],
    kind: PartKind,
    columns: Mapping[str, ColumnElement[Any]],
    *,
    sort: PartSort,
    after: str | None,
) -> Select[Any]:
    """Case, number and sort keys of each, from behind the cursor on."""
    if sort not in _KINDS[kind].sorts:
        raise InvalidValue(what="排序 / sort", value=sort.value, reason=kind.value)
    keys = _keys(_KINDS[kind].table, columns, sort)
    backwards = sort is PartSort.NEWEST
    query = query.add_columns(*(one.label(f"key_{at}") for at, one in enumerate(keys)))
    query = query.order_by(*(one.desc() if backwards else one for one in keys))
    if after is None:
        return query
    given = zip(_position(kind, sort, after), keys, strict=True)
    bound = tuple_(*(literal(value, key.type) for value, key in given))
    return query.where(tuple_(*keys) < bound if backwards else tuple_(*keys) > bound)


def _keys(
    table: Table, columns: Mapping[str, ColumnElement[Any]], sort: PartSort
) -> tuple[ColumnElement[Any], ...]:
    """By what it is sorted; the last ones make the order total."""
    own = (suggestions.c.number_key, table.c.case_id, table.c.number)
    if sort is PartSort.STATE:
        return (columns["state"], *own)
    if sort is PartSort.NEWEST:
        return (columns["newest"], *own)
    return (columns["day"], *own) if sort is PartSort.DUE else own


_OWN: tuple[type, ...] = (str, str, int)
_OF_KEYS: Mapping[PartSort, tuple[type, ...]] = {
    PartSort.NUMBER: _OWN,
    PartSort.STATE: (str, *_OWN),
    PartSort.NEWEST: (datetime, *_OWN),
    PartSort.DUE: (date, *_OWN),
}


def _cursor(kind: PartKind, sort: PartSort, keys: Iterable[Any]) -> str:
    plain = (one.isoformat() if isinstance(one, date) else one for one in keys)
    return sealed([kind.value, sort.value, *plain])


def _position(kind: PartKind, sort: PartSort, after: str) -> tuple[Any, ...]:
    try:
        of_kind, of_sort, *values = unsealed(after)
        wanted = _OF_KEYS[sort]
        if (of_kind, of_sort) != (kind.value, sort.value):
            raise _unknown_cursor(after)
        return tuple(_value(one, as_) for one, as_ in zip(values, wanted, strict=True))
    except (ValueError, TypeError, OverflowError) as error:
        raise _unknown_cursor(after) from error


def _value(given: object, wanted: type) -> object:
    if wanted is datetime and isinstance(given, str):
        instant = datetime.fromisoformat(given)
        if instant.tzinfo is None:
            raise ValueError(given)
        return instant.astimezone(UTC)
    if wanted is date and isinstance(given, str):
        return date.fromisoformat(given)
    if type(given) is not wanted:
        raise TypeError(given)
    return given


def _unknown_cursor(after: str) -> InvalidValue:
    reason = "应取自同一排序的上一页 / take it from the page before, in the same order"
    return InvalidValue(what="翻页位置 / cursor", value=after[:40], reason=reason)


def _conditions(
    filters: PartFilter, columns: Mapping[str, ColumnElement[Any]], seen: PartsSeen
) -> list[Condition]:
    """What must hold; of a column that the kind lacks nothing is asked."""
    plain = ("unit", "deputy", "kind", "process", "result", "round")
    wanted = {name: getattr(filters, name) for name in plain}
    found = [columns[name] == value for name, value in wanted.items() if value is not None]
    if filters.session is not None:
        found.append(suggestions.c.session == filters.session)
    if filters.states:
        found.append(columns["state"].in_(filters.states))
    if filters.deputy is not None:
        # Who rates is who signed.
        found.append(seen.of_cases.author)
    if filters.open is not None:
        found.append(columns["ended"].is_(None) if filters.open else columns["ended"].is_not(None))
    day = columns["day"]
    of_days = not isinstance(day.type, UtcDateTime)
    if filters.since is not None:
        first = filters.since if of_days else local_instant(filters.since, time())
        found.append(day >= first)
    if filters.until is not None:
        last = filters.until + ONE_DAY
        found.append(day < (last if of_days else local_instant(last, time())))
    return found


def _of_assignments(_seen: PartsSeen) -> Mapping[str, ColumnElement[Any]]:
    here = assignments.c
    return {
        **{name: here[name] for name in ("state", "unit", "kind", "round")},
        "day": here.handed_over_at,
        "newest": here.handed_over_at,
        "ended": here.ended_at,
    }


def _of_replies(_seen: PartsSeen) -> Mapping[str, ColumnElement[Any]]:
    here, share = replies.c, assignments.alias("of_the_reply").c
    unit = select(share.unit).where(share.case_id == here.case_id, share.number == here.assignment)
    return {
        **{name: here[name] for name in ("state", "result", "round")},
        "unit": unit.scalar_subquery(),
        "day": here.delivered_at,
        "newest": here.drafted_at,
    }


def _delivered_or_seen(seen: PartsSeen) -> Condition:
    return (replies.c.state == "delivered") | seen.replies


def _of_evaluations(seen: PartsSeen) -> Mapping[str, ColumnElement[Any]]:
    """As `engine.redaction` masks them: while one of a round is missing, so are all but mine."""
    here, other = evaluations.c, evaluations.alias("of_the_round").c
    unfinished = exists().where(
        other.case_id == here.case_id, other.round == here.round, other.state == literal("open")
    )
    # Not simply its contrary: of a case without a topic that may be neither true nor false.
    unseen = case((seen.ratings, 0), else_=1) == 1
    kept = unfinished & unseen & (here.deputy != seen.person)

    def shown(name: str) -> ColumnElement[Any]:
        return case((kept, null()), else_=here[name])

    return {
        "state": case((kept, literal("open")), else_=here.state),
        "process": shown("process"),
        "result": shown("result"),
        "round": here.round,
        "deputy": here.deputy,
        "day": type_coerce(case((kept, null()), else_=here.at), UtcDateTime),
        "newest": type_coerce(
            case((kept | here.at.is_(None), literal(BEFORE_ALL, UtcDateTime)), else_=here.at),
            UtcDateTime,
        ),
    }


def _of_commitments(_seen: PartsSeen) -> Mapping[str, ColumnElement[Any]]:
    here = commitments.c
    return {
        **{name: here[name] for name in ("state", "unit")},
        "day": here.due_on,
        "ended": here.ended_at,
    }


def _all(_seen: PartsSeen) -> Condition:
    return suggestions.c.id.is_not(None)


_SOME = frozenset({PartSort.NUMBER, PartSort.STATE})
_KINDS: Mapping[PartKind, _Kind] = {
    PartKind.ASSIGNMENTS: _Kind(
        table=assignments, seen=_all, columns=_of_assignments, sorts=_SOME | {PartSort.NEWEST}
    ),
    PartKind.REPLIES: _Kind(
        table=replies,
        seen=_delivered_or_seen,
        columns=_of_replies,
        sorts=_SOME | {PartSort.NEWEST},
    ),
    PartKind.EVALUATIONS: _Kind(
        table=evaluations, seen=_all, columns=_of_evaluations, sorts=_SOME | {PartSort.NEWEST}
    ),
    PartKind.COMMITMENTS: _Kind(
        table=commitments, seen=_all, columns=_of_commitments, sorts=_SOME | {PartSort.DUE}
    ),
}
