"""What the house answers of many cases together: funnel, rates, outcome, bulletin; and proofs.

Whose cases may be named is told by `sees`; numbers are of all cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from app.bulletins import shown_bulletin
from app.public import known_session
from app.wiring import Services
from reports.bulletin import Bulletin, UnitStanding
from reports.case_view import HistoryLine
from reports.named import ALL_CASES, REGISTERED_CASES, NamedSets
from reports.outcome import OutcomePage, outcomes
from reports.overview import RateCount, StepCount, rates_of, steps_of
from reports.visible import Condition
from web.house import AuditLine

Sees = Callable[[str], bool]


def funnel_of_session(services: Services, congress: str, session: str) -> tuple[StepCount, ...]:
    """The funnel of the session named, or of the present one."""
    with _counting(services, congress, session, ALL_CASES) as sets:
        return steps_of(sets)


def rates_of_session(services: Services, congress: str, session: str) -> tuple[RateCount, ...]:
    """The rates of the session's registered cases, as the annual report counts them."""
    with _counting(services, congress, session, REGISTERED_CASES) as sets:
        return rates_of(sets)


@contextmanager
def _counting(
    services: Services, congress: str, session: str, counted: Condition
) -> Iterator[NamedSets]:
    wanted = known_session(services.directory(congress), session)
    with services.reading() as connection:
        yield NamedSets(
            connection=connection,
            congress=congress,
            session=wanted,
            profile=services.profile_of(congress),
            rules=services.profile,
            calendar=services.calendar(congress),
            today=services.today,
            seen=counted,
        )


def outcome_of_month(
    services: Services, congress: str, month: str, sees: Sees, *, after: str | None, limit: int
) -> OutcomePage:
    """The outcome lights of a month, without the lines of cases that are not seen."""
    with services.reading() as connection:
        page = outcomes(
            connection,
            congress,
            month,
            rules=services.profile,
            directory=services.directory(congress),
            today=services.today,
            after=after,
            limit=limit,
        )
    return replace(page, lines=tuple(one for one in page.lines if sees(one.case)))


def bulletin_of_month(services: Services, congress: str, month: str, sees: Sees) -> Bulletin:
    """The bulletin as issued or as it stands, without the cases that are not seen."""
    found = shown_bulletin(services, congress, month).bulletin
    return replace(found, units=tuple(_trimmed(one, sees) for one in found.units))


def proofs_of(services: Services, case: str, shown: Sequence[HistoryLine]) -> tuple[AuditLine, ...]:
    """Each line that is shown with its place in the hash chain."""
    entries = {one.sequence: one for one in services.trail.history(case)}
    found = ((line, entries[line.sequence]) for line in shown if line.sequence in entries)
    return tuple(
        AuditLine(
            shown=line,
            version=entry.version,
            rule=entry.rule,
            previous=entry.previous,
            digest=entry.digest,
        )
        for line, entry in found
    )


def _trimmed(unit: UnitStanding, sees: Sees) -> UnitStanding:
    return replace(
        unit,
        open_items=tuple(one for one in unit.open_items if sees(one.case)),
        overdue=tuple(one for one in unit.overdue if sees(one.case)),
        orders=tuple(one for one in unit.orders if sees(one.case)),
    )
