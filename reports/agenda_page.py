"""One page of the agenda: its rows with names, owners, the reason they wait and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from db.tables import suggestions
from engine.access import sight_of
from engine.case import Assignment, Case, Commitment, Order
from engine.command import Surroundings
from engine.outcome import OutcomeStanding, outcomes_of
from engine.profile import Profile, Stage, Text
from engine.redaction import as_seen
from engine.work import subject_key, subject_of
from reports.agenda import OF_CASES, Looking
from reports.duties import Duty, Light, duties_of
from reports.names import Names
from reports.next_steps import NextStep, next_steps, presses
from reports.rows import read_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why it waits, in somebody's own words: a return, an extension, a draft or an order."""

    kind: str  # return, extension, reply, order, promise
    by: str
    text: str
    extra: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """One open thing. `mine`: it waits for whoever looks. `outcome`: 成效灯 of its case.

    `steps`: what they can do to move it; `presses`: how they can urge or order about it.
    """

    case: str
    number: str | None
    title: str
    machine: str
    subject: int | None
    state: Text
    stage: Stage
    unit: str
    share: str
    round: int
    topic: int | None
    clock: Text | None
    due_on: date | None
    light: Light | None
    owners: tuple[str, ...]
    mine: bool
    reason: Reason | None
    steps: tuple[NextStep, ...]
    presses: tuple[NextStep, ...]
    outcome: OutcomeStanding | None
    outcome_label: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPage:
    """One page of a list, its number and how many there are; `total` counts things.

    `after`: a cursor that goes on behind its last line; None on the last page.
    """

    lines: tuple[AgendaLine, ...]
    total: int
    page: int
    pages: int
    after: str | None = None


def lines_of(
    connection: Connection, rows: Sequence[Row[Any]], looking: Looking, now: datetime
) -> tuple[AgendaLine, ...]:
    """The lines of rows of `reports.agenda.things`, in the order given."""
    wanted = suggestions.c.id.in_({row.case_id for row in rows})
    cases = {one.case.id: one.case for one in read_rows(connection, wanted)} if rows else {}
    looked = {one.id: _look(one, looking) for one in cases.values()}
    return tuple(_line(row, looked[row.case_id], looking, now) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """A case: `whole` to decide by; `shown`, and its duties by subject, to tell of."""

    whole: Case
    shown: Case
    duties: Mapping[str, Duty]


def _look(case: Case, looking: Looking) -> _Looked:
    profile = looking.pins[case.profile, case.profile_version]
    sight = sight_of(case, looking.person, profile, looking.directory, looking.today)
    # Who must still rate says who has rated.
    shown = as_seen(case, sight, looking.person, looking.directory)
    duties = duties_of(shown, profile, looking.directory, looking.today)
    return _Looked(whole=case, shown=shown, duties={one.subject: one for one in duties})


def _line(row: Row[Any], looked: _Looked, looking: Looking, now: datetime) -> AgendaLine:
    case = looked.whole
    profile = looking.pins[case.profile, case.profile_version]
    names = Names(looking.directory)
    own = None if row.machine == OF_CASES else row.own
    duty = looked.duties.get(subject_key(row.machine, own))
    clocks = duty.clocks if duty else ()
    state = profile.machines[row.machine].states[row.state]
    at = Surroundings(profile=profile, directory=looking.directory, calendar=looking.calendar)
    standings = outcomes_of(case, profile) if case.judgements else ()
    return AgendaLine(
        case=case.id,
        number=case.number,
        title=case.title,
        machine=row.machine,
        subject=own,
        state=state.label,
        stage=state.stage,
        unit=names.unit(row.unit),
        share=row.share or "",
        round=row.round,
        topic=case.topic,
        clock=profile.clocks[row.clock].label if row.clock else None,
        due_on=row.due_on,
        light=Light(row.light) if row.light else None,
        owners=names.people(duty.owners) if duty else (),
        mine=bool(duty and looking.person in duty.owners),
        # What somebody wrote about it is not quoted in passing where each reading is written down.
        reason=None
        if profile.access.is_logged(case.secrecy)
        else _reason(looked.shown, row.machine, own, profile, looking),
        steps=next_steps(
            case, looking.person, at, machine=row.machine, subject=own, clocks=clocks, now=now
        ),
        presses=presses(case, looking.person, at, machine=row.machine, subject=own, now=now),
        outcome=standings[-1] if standings else None,
        outcome_label=_outcome_label(standings, profile),
    )


def _outcome_label(standings: tuple[OutcomeStanding, ...], profile: Profile) -> Text | None:
    scheme = profile.supervision.outcome
    light = standings[-1].light if standings else None
    if scheme is None or light is None:
        return None
    return next(one.label for one in profile.choices[scheme.lights] if one.code == light)


def _reason(
    case: Case, machine: str, own: int | None, profile: Profile, looking: Looking
) -> Reason | None:
    """Why the thing stands where it stands, when somebody said so."""
    found, names = subject_of(case, machine, own), Names(looking.directory)
    if isinstance(found, Order):
        return Reason(
            kind="order", by=names.person(found.opened_by), text=found.answer or found.reason
        )
    if isinstance(found, Commitment):
        return Reason(kind="promise", by=names.unit(found.unit), text=found.text)
    if not isinstance(found, Assignment):
        return None
    asked = _asked(case, found, names)
    return asked or _draft(case, found, profile, names)


def _asked(case: Case, share: Assignment, names: Names) -> Reason | None:
    """What the unit has asked for and nobody has decided yet."""
    for asked in case.returns:
        if asked.assignment == share.number and asked.state == "pending":
            return Reason(
                kind="return",
                by=names.person(asked.requested_by),
                text=asked.reason,
                extra=names.unit(asked.proposed_unit),
            )
    for wished in case.extensions:
        if wished.assignment == share.number and wished.state == "pending":
            return Reason(
                kind="extension", by=names.person(wished.requested_by), text=wished.reason
            )
    return None


def _draft(case: Case, share: Assignment, profile: Profile, names: Names) -> Reason | None:
    """The reply on its way to delivery."""
    for letter in reversed(case.replies):
        if letter.assignment == share.number and letter.state in ("draft", "checked", "signed"):
            codes = profile.choices.get("results", ())
            label = next((one.label.zh for one in codes if one.code == letter.result), "")
            return Reason(
                kind="reply",
                by=names.person(letter.drafted_by),
                text=letter.text,
                extra=label or letter.result,
            )
    return None
