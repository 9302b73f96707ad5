"""People of the register one by one: how each wants to be told, and who stands in meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.errors import UnknownChannel
from app.wiring import Services
from db.register import RegisterChanges
from engine.congress import Digest, Directory, Leave, Person, Preferences
from engine.errors import UnknownLeave, UnknownPerson
from engine.leaves import by_key

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """What the register says of a person, as of a day."""

    person: Person
    wishes: Preferences
    leaves: tuple[Leave, ...]
    delegate: str | None
    stands_in_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to change in a person's wishes; None: it stays."""

    channels: tuple[str, ...] | None = None
    digest: Digest | None = None
    digest_by_rules: bool = False
    language: str | None = None
    language_by_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who changes the register, why and when."""

    actor: str
    reason: str
    now: datetime


def person_view(directory: Directory, code: str, on: date) -> PersonView:
    """UnknownPerson when there is no such person."""
    person = directory.people.get(code)
    if person is None:
        raise UnknownPerson(congress=directory.congress.code, person=code)
    return PersonView(
        person=person,
        wishes=directory.preferences_of(code),
        leaves=tuple(one for one in directory.leaves if one.person == code),
        delegate=directory.delegate_of(code, on),
        stands_in_for=directory.standing_in_for(code, on),
    )


def prefer(services: Services, congress: str, code: str, wanted: Wanted, by: By) -> Preferences:
    """Change how a person is told; UnknownChannel for one that is not open."""
    open_channels = {one.route.name for one in services.entries}
    for channel in wanted.channels or ():
        if channel not in open_channels:
            known = tuple(sorted(open_channels)) or ("没有 none",)
            raise UnknownChannel(channel=channel, known=known)
    wishes = services.directory(congress).preferences_of(code)
    if wanted.channels is not None:
        wishes = replace(wishes, channels=wanted.channels)
    if wanted.digest is not None or wanted.digest_by_rules:
        wishes = replace(wishes, digest=wanted.digest)
    if wanted.language is not None or wanted.language_by_default:
        wishes = replace(wishes, language=wanted.language)
    _apply(services, congress, RegisterChanges(preferences=(wishes,)), by)
    return wishes


def add_leave(services: Services, congress: str, leave: Leave, by: By) -> Leave:
    """Enter a leave under the person's next number; refused as `engine.leaves` says."""
    taken = (
        one.number for one in services.directory(congress).leaves if one.person == leave.person
    )
    leave = replace(leave, number=max(taken, default=0) + 1)
    _apply(services, congress, RegisterChanges(leaves=(leave,)), by)
    return leave


def end_leave(
    services: Services, congress: str, key: tuple[str, int], last_day: date, by: By
) -> Leave | None:
    """Make it the last day of the leave; None when the leave had not begun and is taken back."""
    person, number = key
    leave = by_key(services.directory(congress).leaves).get(key)
    if leave is None:
        raise UnknownLeave(person=person, number=number)
    if last_day < leave.first_day:
        _apply(services, congress, RegisterChanges(cancelled_leaves=(key,)), by)
        return None
    ended = replace(leave, last_day=min(last_day, leave.last_day))
    _apply(services, congress, RegisterChanges(leaves=(ended,)), by)
    return ended


def leaves_of(directory: Directory, person: str, on: date | None) -> Sequence[Leave]:
    """Leaves by first day: of everybody or one person, all of them or those of a day."""
    found = (
        one
        for one in directory.leaves
        if (not person or person in (one.person, one.delegate)) and (on is None or one.covers(on))
    )
    return sorted(found, key=lambda one: (one.first_day, one.person, one.number))


def _apply(services: Services, congress: str, changes: RegisterChanges, by: By) -> None:
    services.register.apply(congress, changes, actor=by.actor, reason=by.reason, now=by.now)
