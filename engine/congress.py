"""Who is there: congress, sessions, units, people and key topics as one read-only directory.

Refuses to know cases and storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


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
    ) -> None:
        self.congress = congress
        self.sessions = sessions
        self.units = units
        self.people = people
        self.topics = topics
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
