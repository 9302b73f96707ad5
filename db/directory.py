"""Reads the register of a congress: who is there, which days are worked, which rules are stored.

Directory and calendar have versions, profiles never change: what was read once serves until the
version moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from db import tables
from db.calendars import read_calendar
from engine.calendar import WorkingCalendar
from engine.congress import (
    Appointment,
    Congress,
    Digest,
    Directory,
    KeyTopic,
    Leave,
    Person,
    Preferences,
    Session,
    Unit,
)
from engine.errors import InvalidValue, UnknownProfile
from engine.profile import Profile

LoadProfile = Callable[[Mapping[str, str]], Profile]


class Shelf:
    """What many transactions read and few change, kept between them."""

    def __init__(self, load_profile: LoadProfile) -> None:
        self._load_profile = load_profile
        self._directories: dict[str, tuple[int, Directory]] = {}
        self._calendars: dict[str, tuple[int, WorkingCalendar]] = {}
        self._profiles: dict[tuple[str, int], Profile] = {}

    def directory(self, connection: Connection, congress: Congress, version: int) -> Directory:
        """The directory at that version."""
        kept = self._directories.get(congress.code)
        if kept is None or kept[0] != version:
            kept = (version, read_directory(connection, congress))
            self._directories[congress.code] = kept
        return kept[1]

    def keep_directory(self, congress: str, version: int, directory: Directory) -> None:
        """A directory that a committed transaction made."""
        self._directories[congress] = (version, directory)

    def calendar(self, connection: Connection, congress: Congress, version: int) -> WorkingCalendar:
        """The calendar at that version."""
        kept = self._calendars.get(congress.code)
        if kept is None or kept[0] != version:
            kept = (version, read_calendar(connection, congress.code, version))
            self._calendars[congress.code] = kept
        return kept[1]

    def profile(self, connection: Connection, name: str, version: int) -> Profile:
        """The stored profile; a version is read once in the life of a process."""
        kept = self._profiles.get((name, version))
        if kept is None:
            kept = self._profiles[name, version] = self._read_profile(connection, name, version)
        return kept

    def kept(self, name: str, version: int) -> Profile | None:
        """The stored profile, when it was read before."""
        return self._profiles.get((name, version))

    def _read_profile(self, connection: Connection, name: str, version: int) -> Profile:
        table = tables.profiles
        row = connection.execute(
            select(table.c.digest, table.c.files).where(
                table.c.name == name, table.c.version == version
            )
        ).one_or_none()
        if row is None:
            raise UnknownProfile(profile=name, version=version)
        profile = self._load_profile(row.files)
        if profile.digest != row.digest:
            raise InvalidValue(
                what="规则 / profile",
                value=profile.reference,
                reason="库中内容与登记的摘要不符 / the stored files do not have the stored digest",
            )
        return profile


def _rows(connection: Connection, table: Table, congress: str) -> list[dict[str, Any]]:
    """All rows of a congress in order of their key, without the congress."""
    names = [column.name for column in table.columns if column.name != "congress"]
    query = (
        select(*(table.c[name] for name in names))
        .where(table.c.congress == congress)
        .order_by(*table.primary_key.columns)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def read_directory(connection: Connection, congress: Congress) -> Directory:
    """Everybody and every body of the congress."""
    code = congress.code
    posts: dict[str, list[Appointment]] = {}
    for row in _rows(connection, tables.appointments, code):
        del row["position"]
        posts.setdefault(row.pop("person"), []).append(Appointment(**row))
    people = (
        Person(**row, appointments=tuple(posts.get(row["code"], ())))
        for row in _rows(connection, tables.people, code)
    )
    sessions = (Session(**row, congress=code) for row in _rows(connection, tables.sessions, code))
    topics = (KeyTopic(**row) for row in _rows(connection, tables.topics, code))
    units = (Unit(**row) for row in _rows(connection, tables.units, code))
    return Directory(
        congress=congress,
        sessions={one.code: one for one in sessions},
        units={one.code: one for one in units},
        people={one.code: one for one in people},
        topics={(one.session, one.number): one for one in topics},
        preferences=read_preferences(connection, code),
        leaves=(Leave(**row) for row in _rows(connection, tables.leaves, code)),
    )


def read_preferences(connection: Connection, congress: str) -> dict[str, Preferences]:
    """How those who said it want to be told."""
    return {
        row["person"]: Preferences(
            person=row["person"],
            channels=tuple(row["channels"]),
            digest=Digest(row["digest"]) if row["digest"] else None,
            language=row["language"],
        )
        for row in _rows(connection, tables.preferences, congress)
    }
