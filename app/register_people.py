"""Reads people of a register file: posts and addresses, how they want to be told, who stands in.

Refuses to know what is stored already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.rows import CODE, Row, RowReader
from engine.congress import Appointment, Digest, Leave, Person, Preferences
from workflows.problems import Path as Place

EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,24}")
CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,39}")
OWN_FIELDS = frozenset({"email", "phone", "code", "fixed"})
"""What a channel may ask for besides the address book."""
PORTFOLIO = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
"""A code of the profile, where they may be longer than those of the register."""
BOOK_KEY = re.compile(r"[a-z][a-z0-9_-]{0,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledPerson:
    """A person of a file. Wishes None: nothing is said of them.

    Wishes and leaves come with the line they stand on; leaves have no number yet.
    """

    person: Person
    wishes: tuple[int, Preferences] | None
    leaves: tuple[tuple[int, Leave], ...]

    @property
    def code(self) -> str:
        """The person's code."""
        return self.person.code


def person_of(reader: RowReader, value: object, place: Place) -> EnrolledPerson:
    """The person at a place, with wishes and leaves."""
    optional = {"delegation", "email", "phone", "addresses", "appointments"}
    row = reader.row(value, place, {"code", "name"}, optional | {"preferences", "leaves"})
    code = reader.text(row, "code", place, CODE)
    appointments = tuple(
        _appointment(reader, one, (*place, "appointments", position))
        for position, one in enumerate(
            reader.rows(row.get("appointments"), (*place, "appointments"))
        )
    )
    person = Person(
        code=code,
        name=reader.text(row, "name", place, None),
        delegation=reader.text(row, "delegation", place, None),
        email=reader.text(row, "email", place, EMAIL),
        phone=reader.text(row, "phone", place, PHONE),
        addresses=_addresses(reader, row, place),
        appointments=appointments,
    )
    return EnrolledPerson(
        person=person,
        wishes=_wishes(reader, row, place, code),
        leaves=tuple(_leaves(reader, row, place, code)),
    )


def _addresses(reader: RowReader, row: Row, place: Place) -> dict[str, str]:
    """The address book: under the name that a channel asks for."""
    here: Place = (*place, "addresses")
    book = row.get("addresses")
    if book is None:
        return {}
    if not isinstance(book, Mapping):
        reader.fault(here, "应为“键: 值”", "must be a mapping")
        return {}
    found = {}
    for name in book:
        if not BOOK_KEY.fullmatch(str(name)) or name in OWN_FIELDS:
            zh = f"通讯录里不能用“{name}”,应符合 {BOOK_KEY.pattern} 且不是 email、phone 等固定项"
            reader.fault((*here, str(name)), zh, f"“{name}” cannot be the name of an address")
        found[str(name)] = reader.text(book, str(name), here, None)
    return {name: address for name, address in found.items() if address}


def _wishes(reader: RowReader, row: Row, place: Place, code: str) -> tuple[int, Preferences] | None:
    if row.get("preferences") is None:
        return None
    here: Place = (*place, "preferences")
    wishes = reader.row(row["preferences"], here, set(), {"channels", "digest", "language"})
    channels = reader.rows(wishes.get("channels"), (*here, "channels"))
    digest = reader.choice(wishes, "digest", here, tuple(one.value for one in Digest))
    said = Preferences(
        person=code,
        channels=tuple(reader.text({"channel": one}, "channel", here, CHANNEL) for one in channels),
        digest=Digest(digest) if digest in {one.value for one in Digest} else None,
        language=reader.choice(wishes, "language", here, ("zh", "en")) or None,
    )
    return reader.line(here), said


def _leaves(reader: RowReader, row: Row, place: Place, person: str) -> Iterator[tuple[int, Leave]]:
    for position, one in enumerate(reader.rows(row.get("leaves"), (*place, "leaves"))):
        here: Place = (*place, "leaves", position)
        yield reader.line(here), _leave(reader, one, here, person)


def _leave(reader: RowReader, value: object, place: Place, person: str) -> Leave:
    row = reader.row(value, place, {"delegate", "first_day", "last_day"}, {"reason"})
    return Leave(
        person=person,
        number=0,
        delegate=reader.text(row, "delegate", place, CODE),
        first_day=reader.day(row, "first_day", place),
        last_day=reader.day(row, "last_day", place),
        reason=reader.text(row, "reason", place, None),
    )


def _appointment(reader: RowReader, value: object, place: Place) -> Appointment:
    row = reader.row(value, place, {"role"}, {"unit", "post", "portfolio"})
    return Appointment(
        role=reader.text(row, "role", place, None),
        post=reader.text(row, "post", place, None),
        unit=reader.text(row, "unit", place, CODE) or None,
        portfolio=reader.text(row, "portfolio", place, PORTFOLIO) or None,
    )
