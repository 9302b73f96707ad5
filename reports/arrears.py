"""Counts the monthly bulletin from rows, as they stood at the month's end.

What overdue means is said in `reports.bulletin`. An obligation is a unit's when the unit owns a
state in which the clock runs; what a desk or an official must decide is not laid to a unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, exists, or_

from db.tables import commitments, suggestions
from engine.calendar import WorkingCalendar, end_of_day, local_day, local_instant
from engine.case import INSTRUCTION, Case
from engine.clocks import Clock, ClockState, Segment, SegmentKind, derive
from engine.congress import Directory
from engine.profile import Profile
from engine.work import machine_of_key
from reports.bulletin import (
    Bulletin,
    BulletinSort,
    OpenItem,
    OpenOrder,
    OverdueItem,
    UnitStanding,
    month_days,
    sorted_by,
)
from reports.names import Names
from reports.rows import Rules, read_rows
from reports.topics import shown_title

OF_THE_SHARE = frozenset({"assignment_unit", "handler", "commitment_unit", "order_unit"})
"""Relations of an owner by which a clock is an obligation of the unit it is about."""
OF_THE_LEAD = "lead_unit"


def bulletin_of(
    connection: Connection,
    congress: str,
    month: str,
    *,
    rules: Rules,
    directory: Directory,
    calendar: WorkingCalendar,
    today: date,
) -> Bulletin:
    """The bulletin of a month, counted from rows; of a running month as it stands today."""
    first, last = month_days(month, today)
    until = min(last, today)
    count = _Count(
        since=local_instant(first, time()), end=end_of_day(until), until=until, calendar=calendar
    )
    for row in read_rows(connection, *_candidates(congress, count)):
        count.add(row.case, rules(row.case.profile, row.case.profile_version))
    return sorted_by(
        BulletinSort.OVERDUE,
        Bulletin(
            code=congress,
            congress=directory.congress.name,
            month=month,
            until=until,
            is_whole=today > last,
            units=count.standings(Names(directory)),
        ),
    )


def _candidates(congress: str, count: _Count) -> tuple[ColumnElement[bool], ...]:
    """Cases in which a unit may have had something in hand in the month."""
    here = suggestions.c
    promised = exists().where(
        commitments.c.case_id == here.id,
        or_(commitments.c.ended_at.is_(None), commitments.c.ended_at >= count.since),
    )
    return (
        here.congress == congress,
        here.handed_over_at < count.end,
        or_(here.ended_at.is_(None), here.ended_at >= count.since, promised),
    )


class _Count:
    """What was found of each unit in one month."""

    def __init__(
        self, *, since: datetime, end: datetime, until: date, calendar: WorkingCalendar
    ) -> None:
        self.since = since
        self.end = end
        self._until = until
        self._calendar = calendar
        self._open: dict[str, list[OpenItem]] = defaultdict(list)
        self._overdue: dict[str, list[OverdueItem]] = defaultdict(list)
        self._orders: dict[str, list[OpenOrder]] = defaultdict(list)

    def add(self, case: Case, profile: Profile) -> None:
        """Count one case."""
        number = case.number or ""
        for subject, unit in self._in_hand(case):
            self._open[unit].append(OpenItem(case=case.id, number=number, subject=subject))
        for order in case.orders:
            owing = order.unit  # None: to a desk, by the clock that the desk let run out
            if owing and order.opened_at < self.end and not self._ended(order.ended_at):
                opened_on = local_day(order.opened_at)
                self._orders[owing].append(
                    OpenOrder(case=case.id, number=number, order=order.number, opened_on=opened_on)
                )
        binding = obligations(profile)
        for clock in case.clocks:
            obliged = _obliged(case, clock, binding.get(clock.kind))
            item = self._overdue_item(case, clock, profile) if obliged else None
            if obliged and item:
                self._overdue[obliged].append(item)

    def standings(self, names: Names) -> tuple[UnitStanding, ...]:
        """The units that something was found of."""
        return tuple(
            UnitStanding(
                unit=unit,
                name=names.unit(unit),
                open_items=tuple(self._open[unit]),
                overdue=tuple(sorted(self._overdue[unit], key=lambda one: one.due_on)),
                orders=tuple(self._orders[unit]),
            )
            for unit in sorted({*self._open, *self._overdue, *self._orders})
        )

    def _ended(self, at: datetime | None) -> bool:
        return at is not None and at < self.end

    def _in_hand(self, case: Case) -> Iterator[tuple[str, str]]:
        for share in case.assignments:
            if share.handed_over_at < self.end and not self._ended(share.ended_at):
                yield f"assignment:{share.number}", share.unit
        delivered = {one.number: one.delivered_at for one in case.replies}
        for promise in case.commitments:
            made_at = delivered.get(promise.reply)
            if made_at and made_at < self.end and not self._ended(promise.ended_at):
                yield f"commitment:{promise.number}", promise.unit

    def _overdue_item(self, case: Case, clock: Clock, profile: Profile) -> OverdueItem | None:
        then = self._as_it_stood(clock)
        if then is None:
            return None
        met_on = local_day(then.stopped_at) if then.stopped_at else None
        if not self._is_overdue(then):
            return None
        return OverdueItem(
            case=case.id,
            number=case.number or "",
            title=shown_title(case),
            subject=clock.subject,
            clock=clock.number,
            kind=clock.kind,
            label=profile.clocks[clock.kind].label,
            due_on=then.due_on,
            met_on=met_on,
            days=((met_on or self._until) - then.due_on).days,
            first_reminded_on=self._first_reminded(case, then),
        )

    def _as_it_stood(self, clock: Clock) -> Clock | None:
        """The clock at the month's end; None before it began.

        An end that came later is taken back. What else came later is too, under the calendar as
        it is now: which holidays were known then is not kept.
        """
        past = tuple(one for one in clock.segments if one.at < self.end)
        if not past:
            return None
        if len(past) == len(clock.segments):
            return clock
        earlier = replace(
            clock,
            segments=past,
            state=ClockState.PAUSED if _is_paused(past) else ClockState.RUNNING,
            stopped_at=None,
            late=False,
        )
        only_ended = all(one.kind is SegmentKind.STOP for one in clock.segments[len(past) :])
        return earlier if only_ended else derive(earlier, self._calendar)

    def _is_overdue(self, clock: Clock) -> bool:
        if clock.state is ClockState.MET and clock.stopped_at is not None:
            return clock.late and clock.stopped_at >= self.since
        if clock.due_on >= self._until or clock.state is ClockState.STOPPED:
            return False
        pauses = [one.at for one in clock.segments if one.kind is SegmentKind.PAUSE]
        return clock.state is ClockState.RUNNING or pauses[-1] >= clock.due_at

    def _first_reminded(self, case: Case, clock: Clock) -> date | None:
        """The first reminder or order about the clock, or about its subject by a person."""
        days = [
            local_day(one.at)
            for one in case.supervisions
            if one.kind != INSTRUCTION
            and one.subject == clock.subject
            and one.clock in ("", clock.kind)
            and clock.segments[0].at <= one.at < self.end
        ]
        return min(days, default=None)


def _is_paused(segments: Sequence[Segment]) -> bool:
    paused = False
    for one in segments:
        if one.kind is SegmentKind.PAUSE:
            paused = True
        elif one.kind in (SegmentKind.RESUME, SegmentKind.REBASE):
            paused = False
    return paused


def obligations(profile: Profile) -> Mapping[str, str]:
    """For each kind of clock that binds a unit: by which relation of an owner it does.

    A clock binds whoever owns a state in which it runs; the first owner named is the one who
    must act. Kinds that only run while somebody else decides bind no unit, nor do windows, which
    close by themselves when their time is over.
    """
    relations: dict[str, Counter[str]] = defaultdict(Counter)
    for name, machine in profile.machines.items():
        if name == "suggestion":
            continue
        for state in machine.states.values():
            for one in state.clocks if state.owners else ():
                relations[one.kind][state.owners[0].relation] += 1
    found = {}
    for kind, known in relations.items():
        if _is_window(kind, profile):
            continue
        if OF_THE_SHARE & set(known):
            found[kind] = "share"
        elif OF_THE_LEAD in known:
            found[kind] = "lead"
    return found


def _is_window(kind: str, profile: Profile) -> bool:
    """Whether a rung of the clock's own ladder ends it: nobody can be late for it."""
    actions = (profile.action(rung.action) for rung in profile.clocks[kind].ladder)
    return any(
        move.target is not None
        or any(one.name == "stop_clock" and one.params.get("kind") == kind for one in move.then)
        for action in actions
        if action is not None
        for move in action.moves
    )


def _obliged(case: Case, clock: Clock, obligation: str | None) -> str | None:
    if obligation is None:
        return None
    if obligation == "share":
        return _unit_of(case, clock.subject)
    leads = [
        one.unit for one in case.assignments if one.kind == "lead" and one.round == clock.round
    ]
    return leads[-1] if leads else None


def _unit_of(case: Case, subject: str) -> str | None:
    """The unit whose share, promise or order it is."""
    machine, number = machine_of_key(subject)
    found: dict[str, dict[int, str | None]] = {
        "assignment": {one.number: one.unit for one in case.assignments},
        "commitment": {one.number: one.unit for one in case.commitments},
        "order": {one.number: one.unit for one in case.orders},
    }
    return None if number is None else found.get(machine, {}).get(number)
