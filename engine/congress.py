"""Who is there: congress, sessions, units, people and key topics as one read-only directory.

Refuses to know cases and storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

ADMINISTRATOR_ROLE = "administrator"
"""系统管理员: who looks after register, calendar, accounts and notices.

Every congress has the role; no profile grants it anything, so an administrator acts on no case.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session (次会议) with the recess that follows it; dates are days in Asia/Shanghai."""

    code: str
    congress: str
    term: int
    number: int
    year: int
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """承办单位. `system`: government, party, court, procuratorate, town or congress."""

    code: str
    name: str
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A role a person holds, in a unit or over a portfolio where the role needs one."""

    role: str
    post: str = ""
    unit: str | None = None
    portfolio: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Anybody who acts or is told: deputy, clerk, head, official."""

    code: str
    name: str
    appointments: tuple[Appointment, ...]
    delegation: str = ""
    email: str = ""
    phone: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)


class Digest(StrEnum):
    """How a person wants ordinary notices: together once a day, or each by itself."""

    DAILY = "daily"
    AT_ONCE = "at-once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How a person wants to be told. None and empty: as the rules and the installation say.

    `channels` are names of channels; the person is told by no other one.
    """

    person: str
    channels: tuple[str, ...] = ()
    digest: Digest | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """代理: a person is away, and a delegate stands in; both days are counted."""

    person: str
    number: int
    delegate: str
    first_day: date
    last_day: date
    reason: str = ""

    def covers(self, day: date) -> bool:
        """Whether the person is away on the day."""
        return self.first_day <= day <= self.last_day

    def meets(self, other: Leave) -> bool:
        """Whether there is a day that both cover."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTopic:
    """重点建议方面: decided by the chairpersons' meeting 主任会议."""

    number: int
    session: str
    title: str
    lead_official: str
    supervising_leader: str
    decided_on: date
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Congress:
    """The tenant: its level, current session and the profile that new cases are pinned to."""

    code: str
    name: str
    level: str
    profile: str
    profile_version: int
    session: str


class Directory:
    """Read-only index over the people and bodies of one congress at one version."""

    def __init__(
        self,
        *,
        congress: Congress,
        sessions: Mapping[str, Session],
        units: Mapping[str, Unit],
        people: Mapping[str, Person],
        topics: Mapping[tuple[str, int], KeyTopic],
        preferences: Mapping[str, Preferences] | None = None,
        leaves: Iterable[Leave] = (),
    ) -> None:
        self.congress = congress
        self.sessions = sessions
        self.units = units
        self.people = people
        self.topics = topics
        self.preferences: Mapping[str, Preferences] = preferences or {}
        self.leaves: tuple[Leave, ...] = tuple(leaves)
        self._by_role: dict[str, list[tuple[str, Appointment]]] = {}
        self._holders: dict[tuple[str, str | None, str | None], tuple[str, ...]] = {}
        for person in people.values():
            for appointment in person.appointments:
                self._by_role.setdefault(appointment.role, []).append((person.code, appointment))

    def holders(
        self, role: str, *, unit: str | None = None, portfolio: str | None = None
    ) -> tuple[str, ...]:
        """Codes of those who hold the role (in the unit, over the portfolio), in code order."""
        key = (role, unit, portfolio)
        if key not in self._holders:
            found = {
                code
                for code, appointment in self._by_role.get(role, ())
                if (unit is None or appointment.unit == unit)
                and (portfolio is None or appointment.portfolio == portfolio)
            }
            self._holders[key] = tuple(sorted(found))
        return self._holders[key]

    def roles_of(self, person: str) -> tuple[str, ...]:
        """Roles the person holds; none for somebody unknown."""
        known = self.people.get(person)
        return tuple(sorted({one.role for one in known.appointments})) if known else ()

    def units_of(self, person: str) -> tuple[str, ...]:
        """Units in which the person holds a role."""
        known = self.people.get(person)
        if known is None:
            return ()
        return tuple(sorted({one.unit for one in known.appointments if one.unit}))

    def preferences_of(self, person: str) -> Preferences:
        """How the person wants to be told; whoever said nothing leaves it to the rules."""
        return self.preferences.get(person) or Preferences(person=person)

    def delegate_of(self, person: str, on: date) -> str | None:
        """Who stands in for the person on the day; None when the person is there."""
        for one in self.leaves:
            if one.person == person and one.covers(on):
                return one.delegate
        return None

    def standing_in_for(self, delegate: str, on: date) -> tuple[str, ...]:
        """For whom the delegate stands in on the day, in code order."""
        return tuple(
            sorted(one.person for one in self.leaves if one.delegate == delegate and one.covers(on))
        )

    def with_topic(self, topic: KeyTopic) -> Directory:
        """The directory with one topic more, or with a topic changed."""
        return Directory(
            congress=self.congress,
            sessions=self.sessions,
            units=self.units,
            people=self.people,
            topics={**self.topics, (topic.session, topic.number): topic},
            preferences=self.preferences,
            leaves=self.leaves,
        )
