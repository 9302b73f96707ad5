"""Writes down who opened a case that is not open to everybody: the one place that does.

Refuses to decide who may open it. A visit (one request, one command) that opens a case several
times has read it once; acting is no reading, since the history tells it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

from app.enrolment import ADMINISTRATOR
from app.wiring import Services
from db.reads import Read, Reads
from engine.case import Case
from engine.congress import ADMINISTRATOR_ROLE
from engine.profile import Profile

COMMAND_LINE = "cli"
"""The door of whoever has the machine; no right of the profile lets them in."""

HISTORY = "history"
"""The door of whoever searches the history of the whole congress."""


def note_reading(
    services: Services,
    case: Case,
    profile: Profile,
    *,
    person: str,
    door: str,
    right: str,
    visit: str,
) -> None:
    """Write it down where the case is not open, once for the visit."""
    if not profile.access.is_logged(case.secrecy):
        return
    one = Read(
        congress=case.congress,
        case_id=case.id,
        person=person,
        door=door,
        why=f"{case.secrecy} {right}",
        at=services.clock(),
    )
    Reads(services.database).note(_identity(visit, case.id), one)


def note_at_the_command_line(
    services: Services, case: Case, *, person: str = ADMINISTRATOR
) -> None:
    """The reading of a command, in the name of whoever it acts for."""
    profile = services.profile(case.profile, case.profile_version)
    note_reading(
        services, case, profile, person=person, door=COMMAND_LINE, right=COMMAND_LINE, visit=""
    )


def note_cases_read(
    services: Services, cases: Iterable[str], *, person: str = ADMINISTRATOR
) -> None:
    """The same for a command that shows something of many cases, by number or id."""
    congress = services.congress()
    for one in sorted(set(cases)):
        with services.store.read(congress) as transaction:
            case = transaction.case(one)
        note_at_the_command_line(services, case, person=person)


def note_history_read(
    services: Services, congress: str, cases: Iterable[str], *, person: str, visit: str
) -> None:
    """A search in the history has told who acted on these cases, by id."""
    wanted = sorted(set(cases))
    if not wanted:
        return
    known = []
    with services.store.read(congress) as transaction:
        transaction.expect(wanted)
        for one in wanted:
            case = transaction.case(one)
            known.append((case, transaction.profile(case.profile, case.profile_version)))
    for case, profile in known:
        note_reading(
            services,
            case,
            profile,
            person=person,
            door=HISTORY,
            right=ADMINISTRATOR_ROLE,
            visit=visit,
        )


def _identity(visit: str, case: str) -> str:
    """The same for every opening of the case in a visit."""
    if not visit:
        return uuid.uuid4().hex
    return hashlib.sha256(f"{visit}\n{case}".encode()).hexdigest()[:32]
