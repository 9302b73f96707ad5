"""Changes the register in one audited way: congress, sessions, units, people, calendar, profiles.

Nobody is removed: a person who leaves keeps the record and loses the appointments.
Refuses to know cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, insert, select, update

from db import tables
from db.calendars import addition_row, read_calendar, remove_additions, year_row
from db.database import writing
from db.directory import read_directory
from db.people import cancel_leaves, check_people, person_row, preferences_row
from db.prepared import Batch
from db.recounts import mark_when_idle
from db.save import add_entries
from db.searched import index_named
from db.select import CongressRow, lock_congress
from db.statements import insert_or
from engine.audit import GENESIS, ChainHead, attach
from engine.calendar import CalendarAddition, CalendarYear
from engine.congress import Congress, KeyTopic, Leave, Person, Preferences, Session, Unit
from engine.errors import InvalidValue, UnknownProfile
from engine.leaves import by_key
from engine.perform import plain
from engine.profile import Profile

REGISTER = "register"
"""The action of audit entries that are about no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChanges:
    """What is to be as given; what is not named stays as it is.

    `cancelled_leaves`: those that were never taken, by person and number. `removed_additions`: days
    that are again what the national year says. `session` and `profile` (name and version) are
    those that new cases belong to.
    """

    name: str | None = None
    session: str | None = None
    profile: tuple[str, int] | None = None
    sessions: tuple[Session, ...] = ()
    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    topics: tuple[KeyTopic, ...] = ()
    preferences: tuple[Preferences, ...] = ()
    leaves: tuple[Leave, ...] = ()
    cancelled_leaves: tuple[tuple[str, int], ...] = ()
    calendar_years: tuple[CalendarYear, ...] = ()
    calendar_additions: tuple[CalendarAddition, ...] = ()
    removed_additions: tuple[date, ...] = ()


class Register:
    """Writes the register of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def add_profile(self, files: Mapping[str, str], profile: Profile) -> bool:
        """Store a profile version for ever; False when this very one is there already.

        Another content under the same name and version is refused: cases are pinned to it.
        """
        with writing(self._database) as connection:
            known = _digest(connection, profile.name, profile.version)
            if known is None:
                row = {
                    "name": profile.name,
                    "version": profile.version,
                    "digest": profile.digest,
                    "files": dict(files),
                }
                connection.execute(insert(tables.profiles).values(row))
                return True
        if known != profile.digest:
            raise InvalidValue(
                what="规则 / profile",
                value=profile.reference,
                reason="同一版本已有不同内容,请另立新版本 "
                "/ this version is stored with other content, make a new version",
            )
        return False

    def create_congress(
        self, congress: Congress, *, actor: str, reason: str, now: datetime
    ) -> None:
        """A congress with nobody in it; its profile must be stored before."""
        code = tables.congresses.c.code
        with writing(self._database) as connection:
            if connection.execute(select(code).where(code == congress.code)).first():
                raise InvalidValue(
                    what="人大 / congress", value=congress.code, reason="已存在 / exists already"
                )
            _check_profile(connection, congress.profile, congress.profile_version)
            versions = ("directory_version", "calendar_version", "recounted_version")
            row = {**asdict(congress), **dict.fromkeys(versions, 1)}
            connection.execute(insert(tables.congresses).values(row))
            head = ChainHead(congress=congress.code, sequence=0, digest=GENESIS)
            connection.execute(insert(tables.audit_heads).values(asdict(head)))
            content = {"reason": reason, "created": asdict(congress)}
            record_change(connection, head, version=1, actor=actor, content=content, now=now)

    def apply(
        self,
        congress: str,
        changes: RegisterChanges,
        *,
        actor: str,
        reason: str,
        now: datetime,
    ) -> bool:
        """Make it so, in one transaction with its audit entry; False when it was so already."""
        with writing(self._database) as connection:
            row = lock_congress(connection, congress)
            told = _put_directory(connection, row, changes)
            days = _put_calendar(connection, row, changes)
            if not told and not days:
                return False
            directory_version = row.directory_version + bool(told)
            calendar_version = row.calendar_version + bool(days)
            table = tables.congresses
            connection.execute(
                update(table)
                .where(table.c.code == congress)
                .values(directory_version=directory_version, calendar_version=calendar_version)
            )
            if days:
                mark_when_idle(connection, congress, calendar_version)
            content = {"reason": reason, **told, **days}
            version = directory_version
            record_change(
                connection, row.head, version=version, actor=actor, content=content, now=now
            )
        return True


Content = dict[str, Any]
"""What an audit entry says of a change: the new values of what differed."""


def _put_directory(connection: Connection, row: CongressRow, changes: RegisterChanges) -> Content:
    """Write what differs in the directory, and say it."""
    known = read_directory(connection, row.congress)
    code = row.congress.code
    check_people(
        known,
        people=changes.people,
        preferences=changes.preferences,
        leaves=changes.leaves,
        cancelled=changes.cancelled_leaves,
    )
    put = _Putter(connection, code)
    topics = {(one.session, one.number): one for one in changes.topics}
    told = {
        "sessions": put.changed(
            tables.sessions, known.sessions, {one.code: one for one in changes.sessions}
        ),
        "units": put.changed(tables.units, known.units, {one.code: one for one in changes.units}),
        "people": put.changed(
            tables.people,
            known.people,
            {one.code: one for one in changes.people},
            write=person_row,
        ),
        "topics": put.changed(tables.topics, known.topics, topics),
        "cancelled_leaves": cancel_leaves(connection, known, changes.cancelled_leaves),
        "preferences": put.changed(
            tables.preferences,
            known.preferences,
            {one.person: one for one in changes.preferences},
            write=preferences_row,
        ),
        "leaves": put.changed(tables.leaves, by_key(known.leaves), by_key(changes.leaves)),
        "congress": _put_congress(connection, row.congress, changes),
    }
    changed = {one["code"] for one in told["people"]}
    _put_appointments(connection, code, [one for one in changes.people if one.code in changed])
    index_named(
        connection,
        code,
        people=_renamed(known.people, changes.people),
        units=_renamed(known.units, changes.units),
    )
    return {name: values for name, values in told.items() if values}


def _renamed(
    known: Mapping[str, Person] | Mapping[str, Unit], given: Iterable[Person | Unit]
) -> tuple[str, ...]:
    """Codes of those who were called otherwise before."""
    return tuple(one.code for one in given if (was := known.get(one.code)) and was.name != one.name)


def _put_calendar(connection: Connection, row: CongressRow, changes: RegisterChanges) -> Content:
    """Write what differs in the calendar, and say it."""
    if not (changes.calendar_years or changes.calendar_additions or changes.removed_additions):
        return {}
    code = row.congress.code
    known = read_calendar(connection, code, row.calendar_version)
    put = _Putter(connection, code)
    years = {one.year: one for one in changes.calendar_years}
    additions = {one.day: one for one in changes.calendar_additions}
    told = {
        "calendar_years": put.changed(tables.calendar_years, known.years, years, write=year_row),
        "calendar_additions": put.changed(
            tables.calendar_additions, known.additions, additions, write=addition_row
        ),
        "removed_additions": remove_additions(
            connection, code, known.additions, changes.removed_additions
        ),
    }
    return {name: values for name, values in told.items() if values}


class _Putter:
    """Puts records of a congress in place of those with the same key."""

    def __init__(self, connection: Connection, congress: str) -> None:
        self._connection = connection
        self._congress = congress

    def changed(
        self,
        table: Table,
        known: Mapping[Any, Any],
        given: Mapping[Any, Any],
        *,
        write: Callable[[Any], dict[str, Any]] = asdict,
    ) -> list[Any]:
        """Write those that differ from the known ones; their plain values for the audit entry."""
        new = [one for key, one in given.items() if known.get(key) != one]
        if not new:
            return []
        query = insert_or(table, self._connection.dialect)
        keys = [column.name for column in table.primary_key.columns]
        columns = [column.name for column in table.columns]
        query = query.on_conflict_do_update(
            index_elements=keys,
            set_={name: query.excluded[name] for name in columns if name not in keys},
        )
        rows = [{**write(one), "congress": self._congress} for one in new]
        self._connection.execute(query, [{name: row[name] for name in columns} for row in rows])
        return [plain({**_asdict(one)}) for one in new]


def _asdict(record: Any) -> dict[str, Any]:  # noqa: ANN401  # any record of the register
    """Plain keys too: a calendar's are days."""
    if isinstance(record, CalendarYear):
        return year_row(record)
    return asdict(record)


def _put_appointments(connection: Connection, congress: str, people: Sequence[Person]) -> None:
    """Appointments have no life of their own: those of a person are written anew."""
    if not people:
        return
    table = tables.appointments
    connection.execute(
        delete(table).where(
            table.c.congress == congress, table.c.person.in_([one.code for one in people])
        )
    )
    rows = [
        {"congress": congress, "person": one.code, "position": position, **asdict(appointment)}
        for one in people
        for position, appointment in enumerate(one.appointments, start=1)
    ]
    if rows:
        connection.execute(insert(table), rows)


def _put_congress(connection: Connection, known: Congress, changes: RegisterChanges) -> Content:
    """Name, session and profile."""
    wanted = known
    if changes.name is not None:
        wanted = replace(wanted, name=changes.name)
    if changes.session is not None:
        wanted = replace(wanted, session=changes.session)
    if changes.profile is not None:
        name, version = changes.profile
        _check_profile(connection, name, version)
        wanted = replace(wanted, profile=name, profile_version=version)
    was = asdict(known)
    changed = {name: value for name, value in asdict(wanted).items() if was[name] != value}
    if changed:
        table = tables.congresses
        connection.execute(update(table).where(table.c.code == known.code).values(changed))
    return changed


def _check_profile(connection: Connection, name: str, version: int) -> None:
    if _digest(connection, name, version) is None:
        raise UnknownProfile(profile=name, version=version)


def _digest(connection: Connection, name: str, version: int) -> str | None:
    table = tables.profiles
    return connection.execute(
        select(table.c.digest).where(table.c.name == name, table.c.version == version)
    ).scalar_one_or_none()


def record_change(
    connection: Connection,
    head: ChainHead,
    *,
    version: int,
    actor: str,
    content: Content,
    now: datetime,
) -> None:
    """The audit entry of a change."""
    entry = attach(
        head,
        case=None,
        version=version,
        at=now,
        actor=actor,
        action=REGISTER,
        rule="",
        content=content,
    )
    batch = Batch(connection)
    add_entries(batch, [entry])
    batch.send()
