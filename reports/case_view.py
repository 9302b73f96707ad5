"""The view of one case: what was done, which clocks run, who must act, what was said and promised.

Works on a case and its entries that somebody loaded already; `read_history` loads the entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from db.attachments import LABELS as FILE_LABELS
from db.tables import audit_entries
from engine.audit import AuditEntry
from engine.calendar import WorkingCalendar
from engine.case import (
    INSTRUCTION,
    Case,
    Commitment,
    Contact,
    Evaluation,
    Order,
    Reply,
)
from engine.case_recount import ACTION as RECOUNT
from engine.case_recount import LABEL as RECOUNTED
from engine.clocks import ClockState
from engine.command import CLOCK
from engine.congress import Directory
from engine.outcome import OutcomeStanding, outcomes_of
from engine.profile import Profile, Text
from engine.work import subject_key
from reports.duties import Light, duties_of, light
from reports.names import Names

OF_CASES = "suggestion"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One audit entry. `to` holds what the case or its shares became; empty when nothing moved.

    `machine`: of which rows the subject is one, as its rules say; empty when they do not know it.
    `said`: the words of an instruction 批示; other words stand with what they are about. `unsaid`:
    whether there are such words, which are kept from whoever looks.
    """

    sequence: int
    at: datetime
    actor: str
    action: Text
    subject: int | None
    to: tuple[Text, ...]
    machine: str = ""
    said: str = ""
    unsaid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A clock; `days_left` and `light` only while it runs."""

    label: Text
    subject: str
    state: str
    due_on: date
    days_left: int | None
    light: Light | None
    late: bool
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLine:
    """Something open and the names of those who must act."""

    subject: str
    state: Text
    unit: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """One unit's share."""

    number: int
    unit: str
    kind: str
    state: Text
    round: int
    handler: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """All that `case show` prints; `signatories` are (name, state), the lead deputy first."""

    case: Case
    state: Text
    signatories: tuple[tuple[str, str], ...]
    owners: tuple[OwnerLine, ...]
    clocks: tuple[ClockLine, ...]
    shares: tuple[ShareLine, ...]
    contacts: tuple[tuple[str, Contact], ...]
    replies: tuple[tuple[str, Reply], ...]
    evaluations: tuple[tuple[str, Evaluation], ...]
    commitments: tuple[tuple[str, Commitment], ...]
    orders: tuple[tuple[str, Order], ...]
    outcomes: tuple[OutcomeStanding, ...]
    history: tuple[HistoryLine, ...]


def read_history(connection: Connection, congress: str, case: str) -> tuple[AuditEntry, ...]:
    """The entries of a case, oldest first."""
    query = (
        select(audit_entries)
        .where(audit_entries.c.congress == congress, audit_entries.c.case_id == case)
        .order_by(audit_entries.c.sequence)
    )
    return tuple(
        AuditEntry(
            congress=row.congress,
            sequence=row.sequence,
            case=row.case_id,
            version=row.version,
            at=row.at,
            actor=row.actor,
            action=row.action,
            rule=row.rule,
            content=row.content,
            previous=row.previous,
            digest=row.digest,
        )
        for row in connection.execute(query)
    )


def case_lines(
    case: Case,
    entries: Sequence[AuditEntry],
    *,
    profile: Profile,
    directory: Directory,
    calendar: WorkingCalendar,
    today: date,
) -> CaseView:
    """The view of the case under the profile it is pinned to, with names for codes."""
    names = Names(directory)
    unit_of = {one.number: names.unit(one.unit) for one in case.assignments}
    states = profile.machines["assignment"].states
    return CaseView(
        case=case,
        state=profile.machines["suggestion"].states[case.state].label,
        signatories=tuple((names.person(one.deputy), one.state) for one in case.signatories),
        owners=tuple(
            OwnerLine(
                subject=duty.subject,
                state=duty.state,
                unit=names.unit(duty.unit),
                owners=names.people(duty.owners),
            )
            for duty in duties_of(case, profile, directory, today)
        ),
        clocks=_clock_lines(case, profile, calendar, today),
        shares=tuple(
            ShareLine(
                number=one.number,
                unit=unit_of[one.number],
                kind=one.kind,
                state=states[one.state].label,
                round=one.round,
                handler=names.person(one.handler),
                reason=one.reason,
            )
            for one in case.assignments
        ),
        contacts=tuple((names.person(one.deputy), one) for one in case.contacts),
        replies=tuple((unit_of[one.assignment], one) for one in case.replies),
        evaluations=tuple((names.person(one.deputy), one) for one in case.evaluations),
        commitments=tuple((names.unit(one.unit), one) for one in case.commitments),
        orders=tuple((names.unit(one.unit), one) for one in case.orders),
        outcomes=outcomes_of(case, profile),
        history=_history(case, entries, profile, names),
    )


def _history(
    case: Case, entries: Sequence[AuditEntry], profile: Profile, names: Names
) -> tuple[HistoryLine, ...]:
    """The words come from the case and not from the entries: there they are as they may be seen."""
    said = {
        (one.by, one.at, one.subject): one.note
        for one in case.supervisions
        if one.kind == INSTRUCTION
    }
    found = []
    for entry in entries:
        line = _history_line(entry, profile, names)
        if _instructs(entry.action, profile):
            key = (entry.actor, entry.at, subject_key(line.machine or OF_CASES, line.subject))
            line = replace(line, said=said.get(key, ""), unsaid=said.get(key) == "")
        found.append(line)
    return tuple(found)


def _instructs(name: str, profile: Profile) -> bool:
    action = profile.action(name)
    moves = action.moves if action else ()
    return any(one.name == "instruct" for move in moves for one in move.then)


def _clock_lines(
    case: Case, profile: Profile, calendar: WorkingCalendar, today: date
) -> tuple[ClockLine, ...]:
    lines = []
    for one in case.clocks:
        running = one.state is ClockState.RUNNING
        days_left = (one.due_on - today).days if running else None
        lines.append(
            ClockLine(
                label=profile.clocks[one.kind].label,
                subject=one.subject,
                state=one.state.value,
                due_on=one.due_on,
                days_left=days_left,
                light=light(one, profile, today=today, calendar=calendar) if running else None,
                late=one.late or (days_left is not None and days_left < 0),
                provisional=one.provisional,
            )
        )
    return tuple(lines)


def _history_line(entry: AuditEntry, profile: Profile, names: Names) -> HistoryLine:
    action = profile.action(entry.action)
    subject = entry.content.get("subject")
    by_clock = entry.actor == CLOCK
    return HistoryLine(
        sequence=entry.sequence,
        at=entry.at,
        actor="系统时钟" if by_clock else names.person(entry.actor),
        action=action.label if action else _of_no_profile(entry.action),
        subject=subject if isinstance(subject, int) else None,
        to=_moved_to(entry.content, profile),
        machine=action.machine if action else "",
    )


def _of_no_profile(action: str) -> Text:
    if action == RECOUNT:
        return RECOUNTED
    return FILE_LABELS.get(action, Text(zh=action, en=action))


def _moved_to(content: Mapping[str, object], profile: Profile) -> tuple[Text, ...]:
    steps = content.get("steps")
    found = []
    for step in steps if isinstance(steps, list) else ():
        machine = profile.machines.get(step["machine"])
        state = machine.states.get(step["to"]) if machine else None
        if state is not None and step["from"] != step["to"]:
            found.append(state.label)
    return tuple(found)
