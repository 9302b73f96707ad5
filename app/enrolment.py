"""Sets up a database, and brings a file of units and people into a congress's register.

Everything is judged before anything is stored: one wrong row, and nothing of the file is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from app.errors import RowsRefused
from app.register_file import RegisterFile, read_register_file
from app.wiring import Services
from db.register import RegisterChanges
from engine.calendar import CalendarYear, WorkingCalendar, YearStatus
from engine.command import CLOCK
from engine.congress import ADMINISTRATOR_ROLE, Congress, Directory, Leave, Person
from engine.errors import EngineError, UnknownPerson
from engine.leaves import by_key, check_leaves
from engine.profile import Profile
from workflows import load_profile, read_files, shipped
from workflows.loader import PROFILES
from workflows.national_calendar import national_years
from workflows.problems import Report

YEARS = (2020, 2027)
"""The national calendar that a congress begins with."""
ADMINISTRATOR = "system"
Record = TypeVar("Record")
Lines = tuple[tuple[int, Record], ...]
"""Records of a file with the line each stands on."""
IN_A_UNIT = frozenset({"unit_clerk", "unit_head"})


class Outcome(StrEnum):
    """What an import does, or would do, with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVerdict:
    """One row of a file that is in order."""

    line: int
    kind: str
    code: str
    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A file that may be stored as it is, with a verdict a row."""

    file: RegisterFile
    congress: str
    verdicts: tuple[RowVerdict, ...]
    leaves: tuple[Leave, ...] = ()

    @property
    def changes(self) -> RegisterChanges:
        """What the register is to be told."""
        session, congress = self.file.session, self.file.congress
        sessions = (replace(session, congress=self.congress),) if session else ()
        return RegisterChanges(
            name=congress.name if congress else None,
            session=session.code if session else None,
            profile=(congress.profile, congress.profile_version) if congress else None,
            sessions=sessions,
            units=tuple(one for _, one in self.file.units),
            people=tuple(one for _, one in self.file.people),
            preferences=tuple(one for _, one in self.file.preferences),
            leaves=self.leaves,
        )


def judge(path: Path, *, known: Directory | None, profile: Profile | None = None) -> Enrolment:
    """The file, judged row by row; RowsRefused names every fault with its line.

    `known` is the register as it is, None for a congress that is to be created; `profile` are
    the rules of a congress that is there.
    """
    report = Report()
    file = read_register_file(path, report)
    if known is None and file.congress is None and not report.problems:
        report.add(path.name, (), "缺少“congress”", "“congress” is missing")
    rules = profile or _rules_of(file.congress, path.name, report)
    if rules is not None:
        _check_appointments(path.name, file, known, rules, report)
    if known and file.congress and file.congress.code != known.congress.code:
        zh = f"文件属于人大“{file.congress.code}”,不是“{known.congress.code}”"
        report.add(path.name, ("congress",), zh, "the file is of another congress")
    leaves = numbered(file.leaves, known)
    if not report.problems:
        _check_leaves(path.name, file, leaves, known, report)
    if report.problems:
        problems = report.problems
        lines = "\n".join(str(one) for one in problems)
        raise RowsRefused(file=path, count=len(problems), problems=lines)
    code = known.congress.code if known else file.congress.code if file.congress else ""
    verdicts = tuple(_verdicts(file, leaves, known))
    return Enrolment(
        file=file, congress=code, verdicts=verdicts, leaves=tuple(one for _, one in leaves)
    )


def numbered(leaves: Lines[Leave], known: Directory | None) -> Lines[Leave]:
    """Leaves with their numbers: one from the same day on is the same, any other is new."""
    stored = known.leaves if known else ()
    begins = {(one.person, one.first_day): one.number for one in stored}
    last: dict[str, int] = {}
    for one in stored:
        last[one.person] = max(last.get(one.person, 0), one.number)
    found = []
    for line, leave in leaves:
        number = begins.get((leave.person, leave.first_day))
        if number is None:
            number = last[leave.person] = last.get(leave.person, 0) + 1
        found.append((line, replace(leave, number=number)))
    return tuple(found)


def _check_leaves(
    name: str,
    file: RegisterFile,
    leaves: Lines[Leave],
    known: Directory | None,
    report: Report,
) -> None:
    """Each leave beside all others, those stored and those of the file."""
    congress = known.congress if known else file.congress
    if congress is None:
        return
    together = by_key(known.leaves if known else ()) | by_key(one for _, one in leaves)
    people = {**(known.people if known else {}), **{one.code: one for _, one in file.people}}
    becoming = Directory(
        congress=congress,
        sessions={},
        units={},
        people=people,
        topics={},
        leaves=together.values(),
    )
    for line, leave in leaves:
        try:
            check_leaves(becoming, (leave,))
        except EngineError as error:
            report.add_at(name, line, error.message("zh"), error.message("en"))


def _rules_of(congress: Congress | None, file: str, report: Report) -> Profile | None:
    """The shipped rules that a new congress names."""
    if congress is None:
        return None
    if (congress.profile, congress.profile_version) not in shipped():
        zh = f"没有规则“{congress.profile}”第{congress.profile_version}版"
        report.add(file, ("congress",), zh, "there is no such profile version")
        return None
    return load_profile(congress.profile, congress.profile_version)


def _check_appointments(
    name: str, file: RegisterFile, known: Directory | None, rules: Profile, report: Report
) -> None:
    units = {one.code for _, one in file.units} | set(known.units if known else ())
    portfolios = {one.code for one in rules.portfolios}
    roles = (set(rules.roles) - {CLOCK}) | {ADMINISTRATOR_ROLE}
    for line, person in file.people:
        for zh, en in _faults(person, roles, units, portfolios):
            report.add_at(name, line, f"{person.code}:{zh}", f"{person.code}: {en}")


def _faults(
    person: Person, roles: set[str], units: set[str], portfolios: set[str]
) -> Iterator[tuple[str, str]]:
    for one in person.appointments:
        if one.role not in roles:
            known = "、".join(sorted(roles))
            yield f"没有角色“{one.role}”,可用:{known}", f"no role “{one.role}”"
        if one.unit is not None and one.unit not in units:
            yield f"没有单位“{one.unit}”", f"no unit “{one.unit}”"
        if one.portfolio is not None and one.portfolio not in portfolios:
            known = "、".join(sorted(portfolios))
            yield f"没有分管“{one.portfolio}”,可用:{known}", f"no portfolio “{one.portfolio}”"
        if one.role in IN_A_UNIT and one.unit is None:
            yield f"角色“{one.role}”须写明单位", f"role “{one.role}” needs a unit"


def _verdicts(
    file: RegisterFile, leaves: Lines[Leave], known: Directory | None
) -> Iterator[RowVerdict]:
    stored_units = known.units if known else {}
    stored_people = known.people if known else {}
    for line, unit in file.units:
        outcome = _outcome(unit, stored_units.get(unit.code))
        yield RowVerdict(line=line, kind="unit", code=unit.code, name=unit.name, outcome=outcome)
    for line, person in file.people:
        outcome = _outcome(person, stored_people.get(person.code))
        yield RowVerdict(
            line=line, kind="person", code=person.code, name=person.name, outcome=outcome
        )
    names = {code: one.name for code, one in stored_people.items()}
    names |= {one.code: one.name for _, one in file.people}
    for line, wishes in file.preferences:
        code = wishes.person
        outcome = _outcome(wishes, known.preferences.get(code) if known else None)
        yield RowVerdict(
            line=line, kind="preferences", code=code, name=names[code], outcome=outcome
        )
    stored_leaves = by_key(known.leaves) if known else {}
    for line, leave in leaves:
        code = f"{leave.person}/{leave.number}"
        outcome = _outcome(leave, stored_leaves.get((leave.person, leave.number)))
        name = names[leave.person]
        yield RowVerdict(line=line, kind="leave", code=code, name=name, outcome=outcome)


def _outcome(given: object, stored: object) -> Outcome:
    if stored is None:
        return Outcome.NEW
    return Outcome.SAME if given == stored else Outcome.CHANGED


def check_actor(services: Services, congress: str, actor: str) -> None:
    """UnknownPerson unless the change is made by somebody of the congress or the administrator."""
    if actor != ADMINISTRATOR and actor not in services.directory(congress).people:
        raise UnknownPerson(congress=congress, person=actor)


def store_profiles(services: Services) -> tuple[str, ...]:
    """Store the shipped profiles; those that were not there."""
    return tuple(
        f"{name}/v{version}"
        for name, version in shipped()
        if services.register.add_profile(
            read_files(PROFILES / name / f"v{version}"), load_profile(name, version)
        )
    )


def enrol(
    services: Services,
    enrolment: Enrolment,
    *,
    reason: str,
    now: datetime,
    actor: str = ADMINISTRATOR,
) -> bool:
    """Store what was judged, in one audited change; False when it was so already."""
    return services.register.apply(
        enrolment.congress, enrolment.changes, actor=actor, reason=reason, now=now
    )


def create(services: Services, congress: Congress, *, reason: str, now: datetime) -> None:
    """A congress with nobody in it."""
    services.register.create_congress(congress, actor=ADMINISTRATOR, reason=reason, now=now)


def fill_calendar(services: Services, congress: str, *, now: datetime) -> tuple[int, ...]:
    """Give a congress the national years it lacks, and those published since; which ones."""
    with services.store.read(congress) as transaction:
        known = transaction.calendar()
    years = missing_years(known, national_years(*YEARS).values())
    changes = RegisterChanges(calendar_years=tuple(years))
    reason = "国家放假安排 / the national calendar"
    services.register.apply(congress, changes, actor=ADMINISTRATOR, reason=reason, now=now)
    return tuple(one.year for one in years)


def missing_years(known: WorkingCalendar, given: Iterable[CalendarYear]) -> Sequence[CalendarYear]:
    """Years the calendar lacks, or has only provisionally while they are published now.

    A year that the congress has settled otherwise stays as it is.
    """
    return [
        one
        for one in given
        if one.year not in known.years
        or (
            known.years[one.year].status is YearStatus.PROVISIONAL
            and one.status is YearStatus.PUBLISHED
        )
    ]
