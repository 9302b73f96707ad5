"""How the installation is: what is stored, and which case is unsound.

Says what is so; what is to be done about it is said by whoever asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from db.database import reading
from db.tables import congresses, profiles, suggestions
from engine.calendar import WorkingCalendar
from engine.command import CLOCK, Command, Surroundings
from engine.congress import Directory
from engine.errors import InvariantBroken
from engine.facts import case_facts
from engine.invariants import check_invariants
from engine.profile import Profile
from engine.work import Work
from reports.rows import CaseRow, Rules, read_rows

AT_ONCE = 500
"""Whole cases held in memory by whoever looks into all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressLine:
    """A congress and how many cases it has."""

    code: str
    name: str
    profile: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """A stored profile version and how many cases are pinned to it."""

    name: str
    version: int
    digest: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsound:
    """Something that must never be so."""

    case: str
    number: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """How many cases were looked into at once, the id of the last, and what is wrong with them."""

    cases: int
    last: str
    faults: tuple[Unsound, ...]


def unreachable(database: Engine) -> str | None:
    """Why the database cannot be asked anything; None when it can."""
    try:
        with reading(database) as connection:
            connection.execute(select(1))
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error)
        return " ".join(cause.split()) or type(error).__name__
    return None


def congress_lines(connection: Connection) -> tuple[CongressLine, ...]:
    """Every congress, in order of code."""
    cases = (
        select(func.count())
        .where(suggestions.c.congress == congresses.c.code)
        .correlate(congresses)
        .scalar_subquery()
    )
    here = congresses.c
    query = select(here.code, here.name, here.profile, here.profile_version, cases).order_by(
        here.code
    )
    return tuple(
        CongressLine(code=code, name=name, profile=f"{profile}/v{version}", cases=count)
        for code, name, profile, version, count in connection.execute(query)
    )


def stored_profiles(connection: Connection) -> tuple[StoredProfile, ...]:
    """Every stored profile version."""
    pinned = and_(
        suggestions.c.profile == profiles.c.name,
        suggestions.c.profile_version == profiles.c.version,
    )
    cases = select(func.count()).where(pinned).correlate(profiles).scalar_subquery()
    here = profiles.c
    query = select(here.name, here.version, here.digest, cases.label("cases")).order_by(
        here.name, here.version
    )
    return tuple(StoredProfile(**row) for row in connection.execute(query).mappings())


def unsound_cases(
    connection: Connection,
    congress: str,
    *,
    after: str = "",
    rules: Rules,
    directory: Directory,
    calendar: WorkingCalendar,
    now: datetime,
) -> Portion:
    """What is wrong with the next cases of a congress, in order of id.

    Each is judged by the rules it is pinned to; however many there are, only a portion is held.
    """
    here = suggestions.c
    beyond = (here.congress == congress) & (here.id > after)
    ids = select(here.id).where(beyond).order_by(here.id).limit(AT_ONCE)
    known = connection.execute(ids).scalars().all()
    if not known:
        return Portion(cases=0, last="", faults=())
    faults = tuple(
        fault
        for row in read_rows(connection, beyond, here.id <= known[-1])
        for fault in unsound(
            row,
            profile=rules(row.case.profile, row.case.profile_version),
            directory=directory,
            calendar=calendar,
            now=now,
        )
    )
    return Portion(cases=len(known), last=known[-1], faults=faults)


def unsound(
    row: CaseRow,
    *,
    profile: Profile,
    directory: Directory,
    calendar: WorkingCalendar,
    now: datetime,
) -> tuple[Unsound, ...]:
    """What is wrong with a case: open without an owner or a clock, or other facts than stored."""
    case = row.case
    look = Command(congress=case.congress, action="look", actor=CLOCK, now=now, case=case.id)
    at = Surroundings(profile=profile, directory=directory, calendar=calendar)
    work = Work(command=look, at=at, case=case, form={})
    found: list[str] = []
    try:
        check_invariants(work)
    except InvariantBroken as error:
        found += dict.fromkeys((*error.told("reason", "zh"), *error.told("reason", "en")))
    present = case_facts(case, profile)
    differing = sorted(
        name for name in {*present, *row.facts} if present.get(name) != row.facts.get(name)
    )
    if differing:
        names = "、".join(differing)
        found.append(f"存储的事实与重算不符:{names} / stored facts differ: {names}")
    return tuple(Unsound(case=case.id, number=case.number, reason=one) for one in found)
