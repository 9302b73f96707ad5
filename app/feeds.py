"""Gives out, ends and serves personal calendar feeds; the only place that makes their tokens."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import UnknownFeed
from app.wiring import Services, address_of
from db.accounts import Accounts
from db.feeds import FeedRow
from engine.calendar import local_day
from engine.congress import Directory
from engine.errors import UnknownPerson
from reports.feed import feed_of
from reports.writers.ics import ics

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A feed just given out, with the address that is shown this once."""

    feed: FeedRow
    url: str


def issue_feed(
    services: Services, congress: str, person: str, *, label: str, actor: str, reason: str
) -> NewFeed:
    """A new address for the person's deadlines; UnknownPerson when there is no such person."""
    _known_person(services, congress, person)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = services.feeds.issue(
        congress,
        person,
        token=token,
        label=label,
        actor=actor,
        reason=reason,
        now=services.clock(),
    )
    return NewFeed(feed=feed, url=f"{address_of(services.settings)}/feeds/{token}.ics")


def revoke_feeds(
    services: Services,
    congress: str,
    *,
    ids: Sequence[str],
    person: str,
    actor: str,
    reason: str,
) -> tuple[FeedRow, ...]:
    """End feeds by short name, or all of a person; UnknownFeed when a name is not an open one's."""
    if person:
        _known_person(services, congress, person)
    given_out = [one.id for one in services.feeds.issued(congress) if one.revoked_at is None]
    for one in ids:
        if given_out.count(one) != 1:
            raise UnknownFeed(congress=congress, feed=one)
    return services.feeds.revoke(
        congress,
        ids=ids,
        person=person or None,
        actor=actor,
        reason=reason,
        now=services.clock(),
    )


def calendar_of(services: Services, congress: str, person: str, language: str) -> bytes:
    """A person's deadlines as iCalendar, as the rows are now."""
    directory = _known_person(services, congress, person)
    with services.reading() as connection:
        feed = feed_of(
            connection,
            congress,
            person,
            rules=services.profile,
            directory=directory,
            today=local_day(services.clock()),
        )
    return ics(feed, language=language)


class FeedsOfRows:
    """The calendars behind the tokens (the port `web.feeds.FeedReader`)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def calendar(self, token: str, language: str) -> bytes | None:
        """The calendar; None for a token that was never issued, is revoked, or of elsewhere.

        Whose account was disabled gets none either: who has left hears of nothing new.
        """
        services = self._services
        feed = services.feeds.holder(token)
        served = services.settings.congress
        if feed is None or (served and feed.congress != served):
            return None
        account = Accounts(services.database).of_person(feed.congress, feed.person)
        if account is not None and account.disabled_at is not None:
            return None
        found = calendar_of(services, feed.congress, feed.person, language)
        services.feeds.used(feed, services.clock())
        return found


def _known_person(services: Services, congress: str, person: str) -> Directory:
    directory = services.directory(congress)
    if person not in directory.people:
        raise UnknownPerson(congress=congress, person=person)
    return directory
