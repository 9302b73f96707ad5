"""The monthly bulletin: shown as it stands or as it was issued; issued once, by hand or tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import structlog

from app.errors import BulletinTooEarly
from app.wiring import Services
from db.bulletins import BulletinIssued, FrozenBulletin, Telling
from engine.calendar import local_day, local_instant
from engine.command import CLOCK
from engine.congress import Directory, Person
from engine.profile import Profile
from engine.relations import Relating, people
from reports.arrears import bulletin_of
from reports.bulletin import Bulletin, month_before
from reports.bulletin_json import bulletin_from_json, bulletin_to_json
from reports.health import congress_lines
from reports.paper_bulletin import Issue, month_name, summary

MORNING = time(9, 0)
"""Bulletins are issued by themselves when people are at work."""
BY_ITSELF = "按规则每月印发 / monthly, as the rules say"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBulletin:
    """A bulletin, and when it was issued where it was."""

    bulletin: Bulletin
    frozen: FrozenBulletin | None

    @property
    def issue(self) -> Issue | None:
        """What the paper prints of the issue."""
        if self.frozen is None:
            return None
        return Issue(on=local_day(self.frozen.issued_at), digest=self.frozen.digest)


def shown_bulletin(services: Services, congress: str, month: str) -> ShownBulletin:
    """The issued one of the month from its frozen rows, else as it stands now."""
    frozen = services.bulletins.find(congress, month)
    if frozen is not None:
        return ShownBulletin(bulletin=bulletin_from_json(frozen.content), frozen=frozen)
    counted = _counted(services, congress, month, local_day(services.clock()))
    return ShownBulletin(bulletin=counted, frozen=None)


def audience_of(profile: Profile, directory: Directory, on: date) -> tuple[Person, ...]:
    """Who is told of a bulletin, as the rules say: people of the register, in order of code."""
    relating = Relating(profile=profile, directory=directory, on=on, case=None)
    rule = profile.supervision.bulletin
    told = people(rule.audience, relating) if rule else ()
    return tuple(directory.people[one] for one in told if one in directory.people)


def issue_bulletin(
    services: Services, congress: str, month: str, *, actor: str, reason: str, now: datetime
) -> FrozenBulletin:
    """Count a month that is over, freeze it and tell its audience, in one transaction.

    BulletinTooEarly while the month goes on, BulletinIssued when it has its bulletin.
    """
    bulletin = _counted(services, congress, month, local_day(now))
    if not bulletin.is_whole:
        raise BulletinTooEarly(month=month)
    return services.bulletins.issue(
        congress,
        month,
        until=bulletin.until,
        content=bulletin_to_json(bulletin),
        telling=telling_of(services, congress, bulletin, local_day(now)),
        actor=actor,
        reason=reason,
        now=now,
    )


def telling_of(services: Services, congress: str, bulletin: Bulletin, on: date) -> Telling:
    """Who would be told of a bulletin on the day, and what."""
    facts = {
        "congress": bulletin.congress,
        "title": month_name(bulletin),
        "due_on": bulletin.until.isoformat(),
        "reason": summary(bulletin),
    }
    told = audience_of(services.profile_of(congress), services.directory(congress), on)
    return Telling(people=told, facts=facts, leaving=services.store.leaving(congress))


def issue_due_bulletins(services: Services, now: datetime) -> int:
    """Issue last month's bulletin where the day of the rules has come; how many were issued.

    Not before people are at work on a working day, and not for a month in which no unit had
    anything in hand. One congress that breaks keeps no other waiting; the error is raised when
    all were tried.
    """
    with services.reading() as connection:
        codes = [one.code for one in congress_lines(connection)]
    issued, broken = 0, None
    for code in codes:
        try:
            issued += _issue_if_due(services, code, now)
        except Exception as error:
            log.exception("bulletin not issued", action="bulletin", congress=code)
            broken = error
    if broken is not None:
        raise broken
    return issued


def _issue_if_due(services: Services, congress: str, now: datetime) -> int:
    rule = services.profile_of(congress).supervision.bulletin
    today = local_day(now)
    if rule is None or today.day < rule.day or now < local_instant(today, MORNING):
        return 0
    month = month_before(today)
    if month in services.bulletins.months(congress):
        return 0
    with services.store.read(congress) as transaction:
        if not transaction.calendar().is_working_day(today):
            return 0
    if not _counted(services, congress, month, today).units:
        return 0
    try:
        issue_bulletin(services, congress, month, actor=CLOCK, reason=BY_ITSELF, now=now)
    except BulletinIssued:
        # Another worker was faster.
        return 0
    log.info("bulletin issued", action="bulletin", congress=congress, month=month)
    return 1


def _counted(services: Services, congress: str, month: str, today: date) -> Bulletin:
    with services.store.read(congress) as transaction:
        directory, calendar = transaction.directory(), transaction.calendar()
    with services.reading() as connection:
        return bulletin_of(
            connection,
            congress,
            month,
            rules=services.profile,
            directory=directory,
            calendar=calendar,
            today=today,
        )
