"""The cast of the demo as the register's records: congress, session, units, people.

Refuses to know where the register is kept.
"""

from __future__ import annotations

from app.demo.records import Cast, StaffRole
from engine.congress import Appointment, Congress, Person, Session, Unit

PROFILE = ("zhejiang-county", 1)
_SUPERVISOR = "supervising_committee"


def congress_of(cast: Cast) -> Congress:
    """The congress with the profile that its cases are pinned to."""
    name, version = PROFILE
    return Congress(
        code=cast.congress.code,
        name=cast.congress.name,
        level=cast.congress.level,
        profile=name,
        profile_version=version,
        session=session_of(cast).code,
    )


def session_of(cast: Cast) -> Session:
    """The session whose year is told."""
    facts, days = cast.congress, cast.calendar
    return Session(
        code=f"{facts.term}-{facts.session}",
        congress=facts.code,
        term=facts.term,
        number=facts.session,
        year=facts.year,
        opens_on=days.session_opens,
        closes_on=days.session_closes,
    )


def units_of(cast: Cast) -> tuple[Unit, ...]:
    """All units."""
    return tuple(Unit(code=one.code, name=one.name, system=one.system) for one in cast.units)


def people_of(cast: Cast) -> tuple[Person, ...]:
    """Deputies, staff, lead officials and the supervising posts, each with their roles."""
    delegations = {one.code: one.name for one in cast.delegations}
    deputies = tuple(
        Person(
            code=one.code,
            name=one.name,
            delegation=delegations.get(one.delegation, ""),
            appointments=(Appointment(role="deputy", post="代表"),),
        )
        for one in cast.deputies
    )
    staff = tuple(
        Person(
            code=one.code,
            name=one.name,
            appointments=(Appointment(role=one.role.value, post=one.post, unit=one.unit),),
        )
        for one in cast.staff
    )
    officials = tuple(
        Person(
            code=one.code,
            name=one.name,
            appointments=(
                Appointment(role="lead_official", post=one.post, portfolio=one.portfolio),
            ),
        )
        for one in cast.officials
    )
    # The report names no supervising leader, so the post stands for the person.
    supervisors = tuple(
        Person(
            code=one.code,
            name=one.post,
            appointments=(Appointment(role=_SUPERVISOR, post=one.post),),
        )
        for one in cast.supervisors
    )
    return (*deputies, *staff, *officials, *supervisors)


def desk_of(cast: Cast, role: StaffRole) -> str:
    """The code of the first person at a desk."""
    return cast.desk(role)[0].code
