"""What is in hand: every open case, share, promise and order as one row, in flat SQL.

Lists and counts come from the same conditions, so a number and the list behind it never differ.
Refuses to load whole cases: see `reports.agenda_page` for the rows of one page.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from db.tables import assignments, clocks, commitments, orders, suggestions
from engine.calendar import WorkingCalendar
from engine.clocks import ClockState
from engine.congress import Directory
from engine.periods import PeriodUnit
from engine.profile import MachineDefinition, Profile
from reports.duties import Light

Pins: TypeAlias = Mapping[tuple[str, int], Profile]
"""The rules that cases of the congress are pinned to."""

OF_CASES = "suggestion"
KEPT = 128
"""For so many of those who looked last, statements wait to be used again: making one takes longer
than asking it."""


class AgendaSort(StrEnum):
    """Soonest due first; by number of the case; by unit; by state."""

    DUE = "due"
    NUMBER = "number"
    UNIT = "unit"
    STATE = "state"


class Scope(StrEnum):
    """Whose things: those that wait for me, those of my units, those I lead, or all I may see."""

    MINE = "mine"
    UNITS = "units"
    LED = "led"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaFilter:
    """What the agenda is narrowed to; None and empty mean: any.

    `effects`: things in a state from which a move with one of these effects leads on.
    `received`: whether the unit has signed for its share. `key`: of a key topic, or of none.
    `cases`: these only.
    """

    machine: str | None = None
    effects: tuple[str, ...] = ()
    state: str | None = None
    stage: str | None = None
    shares: tuple[str, ...] = ()
    received: bool | None = None
    unit: str | None = None
    light: Light | None = None
    topic: int | None = None
    key: bool | None = None
    cases: tuple[str, ...] = ()


EVERYTHING = AgendaFilter()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looking:
    """Who looks, on which day, with what is needed to say what is whose.

    `seen`: the condition on `suggestions` of what they may see. One is only equal to itself, so
    that statements made for it can be kept with it.
    """

    congress: str
    person: str
    directory: Directory
    calendar: WorkingCalendar
    today: date
    pins: Pins
    seen: ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many things of one machine, state, unit and light; `light` None: no clock runs."""

    machine: str
    state: str
    unit: str | None
    light: Light | None
    count: int


def pins_of(connection: Connection, congress: str) -> tuple[tuple[str, int], ...]:
    """Which rules cases of the congress are pinned to."""
    here = suggestions.c
    query = select(here.profile, here.profile_version).where(here.congress == congress).distinct()
    return tuple((name, version) for name, version in connection.execute(query))


def pins_of_cases(
    connection: Connection, congress: str, cases: AbstractSet[str]
) -> dict[str, tuple[str, int]]:
    """Which rules these cases are pinned to, by id."""
    here = suggestions.c
    query = select(here.id, here.profile, here.profile_version)
    rows = connection.execute(query.where(here.congress == congress, here.id.in_(sorted(cases))))
    return {case: (name, version) for case, name, version in rows}


@lru_cache(maxsize=KEPT)
def things(looking: Looking) -> CTE:
    """Everything open that may be seen, with the first running clock of each."""
    seen = _seen_cases(looking)
    open_ones = union_all(
        _cases(seen),
        _shares(seen, "assignment", assignments),
        _shares(seen, "assignment", assignments, _unsettled(seen, looking.pins)),
        _shares(seen, "commitment", commitments),
        _shares(seen, "order", orders),
    ).subquery("open_things")
    first = _first_clocks(looking.congress)
    joined = open_ones.outerjoin(
        first,
        and_(
            first.c.case_id == open_ones.c.case_id,
            first.c.subject == open_ones.c.subject,
            first.c.place == 1,
        ),
    )
    light = _light(open_ones, first, looking).label("light")
    columns = (*open_ones.c, first.c.clock, first.c.due_on, light)
    return select(*columns).select_from(joined).cte("things")


def conditions(table: FromClause, filters: AgendaFilter, pins: Pins) -> list[ColumnElement[bool]]:
    """The filter as conditions on `things`."""
    here = table.c
    found = [_is_somebodys(table, pins)]
    plain = (
        (here.machine, filters.machine),
        (here.state, filters.state),
        (here.unit, filters.unit),
        (here.light, filters.light.value if filters.light else None),
        (here.topic, filters.topic),
    )
    found += [column == value for column, value in plain if value is not None]
    if filters.effects:
        found.append(_in_states(table, pins, lambda one: states_before(one, filters.effects)))
    if filters.stage is not None:
        found.append(_in_states(table, pins, lambda one: _of_stage(one, filters.stage)))
    if filters.shares:
        found.append(here.share.in_(filters.shares))
    if filters.received is not None:
        received = here.received == 1
        found.append(received if filters.received else ~received)
    if filters.key is not None:
        found.append(here.topic.is_not(None) if filters.key else here.topic.is_(None))
    if filters.cases:
        found.append(here.case_id.in_(filters.cases))
    return found


def states_before(machine: MachineDefinition, effects: tuple[str, ...]) -> tuple[str, ...]:
    """States from which a move with one of the effects leads to another state."""
    everywhere = tuple(name for name, one in machine.states.items() if not one.final)
    found = {
        source
        for action in machine.actions.values()
        for move in action.moves
        if move.target is not None and any(one.name in effects for one in move.then)
        for source in (everywhere if move.sources == ("*",) else move.sources)
    }
    return tuple(sorted(found))


def _of_stage(machine: MachineDefinition, stage: str | None) -> tuple[str, ...]:
    return tuple(name for name, one in machine.states.items() if one.stage.value == stage)


def _in_states(table: FromClause, pins: Pins, states: Any) -> ColumnElement[bool]:  # noqa: ANN401  # a function of a machine
    here = table.c
    return or_(
        *(
            and_(pinned(table, pin), here.machine == name, here.state.in_(states(machine)))
            for pin, profile in pins.items()
            for name, machine in profile.machines.items()
            if states(machine)
        ),
        literal(value=False),
    )


def pinned(table: FromClause, pin: tuple[str, int]) -> ColumnElement[bool]:
    """Whether the case is judged by these rules."""
    return and_(table.c.profile == pin[0], table.c.profile_version == pin[1])


def _is_somebodys(table: FromClause, pins: Pins) -> ColumnElement[bool]:
    """A case that its shares carry is in nobody's hand, unless its own clock asks something."""
    here = table.c
    carried = [
        and_(pinned(table, pin), here.state == name)
        for pin, profile in pins.items()
        for name, state in profile.machines[OF_CASES].states.items()
        if state.carried
    ]
    if not carried:
        return true()
    return or_(here.machine != OF_CASES, ~or_(*carried), here.due_on.is_not(None))


_OF_THE_CASE = ("number", "title", "profile", "profile_version", "topic", "session")
_WIDTHS = {"share": Text, "handler": Text, "unit": Text, "follower": Text, "about": Text}


def _seen_cases(looking: Looking) -> CTE:
    """Cases that may be seen, apart: their conditions must not meet the tables of the shares."""
    here = suggestions.c
    columns = (*_OF_THE_CASE, "id", "kind", "state", "round", "ended_at")
    query = select(*(here[name] for name in columns))
    return query.where(here.congress == looking.congress, looking.seen).cte("seen_cases")


def _cases(seen: CTE) -> Select[Any]:
    here = seen.c
    return select(
        here.id.label("case_id"),
        *(here[name] for name in _OF_THE_CASE),
        here.kind.label("case_kind"),
        literal(OF_CASES).label("machine"),
        literal(0).label("own"),
        literal("case").label("subject"),
        here.state.label("state"),
        here.round.label("round"),
        *(cast(null(), kind).label(name) for name, kind in _WIDTHS.items()),
        cast(null(), Text).label("about_clock"),
        literal(1).label("received"),
    ).where(here.ended_at.is_(None))


def _unsettled(seen: CTE, pins: Pins) -> ColumnElement[bool]:
    """Shares whose unit has done its part and that the rules keep open.

    A joint opinion 会办意见 is one until the lead unit has taken it.
    """
    here, of_case = assignments.c, seen.c
    still = [
        and_(
            of_case.profile == name,
            of_case.profile_version == version,
            here.state.in_(
                [one.name for one in rules.machines["assignment"].states.values() if not one.final]
            ),
        )
        for (name, version), rules in pins.items()
    ]
    return and_(
        of_case.ended_at.is_(None), here.ended_at.is_not(None), or_(literal(value=False), *still)
    )


def _shares(
    seen: CTE, machine: str, table: Table, which: ColumnElement[bool] | None = None
) -> Select[Any]:
    """Those without an end, or those of which something else is said."""
    here, of_case = table.c, seen.c

    def own(name: str, *, called: str | None = None) -> ColumnElement[Any]:
        column = here[name] if name in here else cast(null(), Text)
        return column.label(called or name)

    is_order, is_share = table is orders, table is assignments
    received: ColumnElement[Any] = literal(1)
    if is_share:
        received = case((here.received_at.is_(None), 0), else_=1)
    return select(
        of_case.id.label("case_id"),
        *(of_case[name] for name in _OF_THE_CASE),
        of_case.kind.label("case_kind"),
        literal(machine).label("machine"),
        here.number.label("own"),
        (literal(f"{machine}:") + cast(here.number, Text)).label("subject"),
        here.state.label("state"),
        (here.round if is_share else of_case.round).label("round"),
        own("kind", called="share"),
        own("handler"),
        own("unit"),
        own("assigned_to", called="follower"),
        (here.subject if is_order else cast(null(), Text)).label("about"),
        own("clock", called="about_clock"),
        received.label("received"),
    ).where(here.case_id == of_case.id, here.ended_at.is_(None) if which is None else which)


def _first_clocks(congress: str) -> Subquery:
    here = clocks.c
    place = func.row_number().over(
        partition_by=(here.case_id, here.subject), order_by=(here.due_on, here.number)
    )
    return (
        select(
            here.case_id,
            here.subject,
            here.kind.label("clock"),
            here.due_on,
            place.label("place"),
        )
        .where(here.congress == congress, here.state == ClockState.RUNNING.value)
        .subquery("first_clocks")
    )


def _light(open_ones: Subquery, first: Subquery, looking: Looking) -> ColumnElement[Any]:
    """时间灯 as `reports.duties.light` has it, with the last yellow day worked out beforehand."""
    yellow = [
        and_(
            pinned(open_ones, pin),
            first.c.clock.in_(kinds),
            first.c.due_on <= literal(until, Date),
        )
        for pin, profile in looking.pins.items()
        for until, kinds in _yellow_until(profile, looking).items()
    ]
    return case(
        (first.c.due_on.is_(None), cast(null(), Text)),
        (first.c.due_on < looking.today, literal(Light.RED.value)),
        (or_(literal(value=False), *yellow), literal(Light.YELLOW.value)),
        else_=literal(Light.GREEN.value),
    )


def _yellow_until(profile: Profile, looking: Looking) -> dict[date, list[str]]:
    """For each day: the kinds of clocks that are yellow today when due up to it."""
    found: dict[date, list[str]] = {}
    for kind in profile.clocks:
        rule = profile.supervision.lights
        ahead = rule.by_clock.get(kind, rule.yellow)
        if ahead.unit is PeriodUnit.WORKING_DAYS:
            until = _last_due(looking, ahead.amount)
        else:
            until = looking.today + timedelta(days=ahead.amount)
        found.setdefault(until, []).append(kind)
    return found


def _last_due(looking: Looking, amount: int) -> date:
    """The last due day whose yellow begins today or earlier."""
    calendar, day = looking.calendar, looking.today
    while calendar.add_working_days(day + timedelta(days=1), -amount) <= looking.today:
        day += timedelta(days=1)
    return day
