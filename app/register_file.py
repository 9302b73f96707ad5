"""Reads who belongs to a congress from a YAML or CSV file, and says row by row what is wrong.

The YAML format is described in docs/cli.md; CSV has one row a unit, or one row an appointment.
Refuses to know what is stored already.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import FileUnreadable
from app.register_people import EnrolledPerson, person_of
from app.rows import CODE, FIRST_YEAR, LAST_YEAR, Row, RowReader
from app.told_files import bytes_of
from engine.congress import Congress, Leave, Person, Preferences, Session, Unit
from workflows.problems import Path as Place
from workflows.problems import Report
from workflows.strict_yaml import parse

LEVELS = ("town", "county", "city", "province", "nation")
SYSTEMS = ("government", "party", "court", "procuratorate", "town", "congress")
SESSION_CODE = re.compile(r"[0-9a-z-]{1,20}")
LARGEST = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """What a file says, with the line it stands on; leaves have no number yet."""

    congress: Congress | None = None
    session: Session | None = None
    units: tuple[tuple[int, Unit], ...] = ()
    people: tuple[tuple[int, Person], ...] = ()
    preferences: tuple[tuple[int, Preferences], ...] = ()
    leaves: tuple[tuple[int, Leave], ...] = ()


def read_register_file(path: Path, report: Report) -> RegisterFile:
    """What the file says; problems go to the report, with the line of each."""
    data = bytes_of(path, largest=LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(file=path, reason="不是 UTF-8 / not UTF-8") from error
    reader = RowReader(path.name, report)
    if path.suffix.lower() == ".csv":
        return _from_csv(reader, text)
    document = parse(path.name, text, report)
    if document is None:
        return RegisterFile()
    report.know(path.name, document.lines)
    return _from_yaml(reader, document.value)


def _from_yaml(reader: RowReader, value: object) -> RegisterFile:
    top = reader.row(value, (), set(), {"congress", "session", "units", "people"})
    session = _session(reader, top)
    people: tuple[tuple[int, EnrolledPerson], ...] = _each(reader, top, "people", person_of)
    return RegisterFile(
        congress=_congress(reader, top, session),
        session=session,
        units=_each(reader, top, "units", _unit),
        people=tuple((line, one.person) for line, one in people),
        preferences=tuple(one.wishes for _, one in people if one.wishes),
        leaves=tuple(leave for _, one in people for leave in one.leaves),
    )


def _each(
    reader: RowReader, top: Row, name: str, read: Callable[[RowReader, object, Place], Any]
) -> tuple[tuple[int, Any], ...]:
    """The records of a list with their lines; a code that comes twice is a fault."""
    found: dict[str, tuple[int, Any]] = {}
    for position, value in enumerate(reader.rows(top.get(name), (name,))):
        place: Place = (name, position)
        record = read(reader, value, place)
        if record.code in found:
            first = found[record.code][0]
            zh = f"代码“{record.code}”重复(第一次在第{first}行)"
            reader.fault(place, zh, f"code “{record.code}” stands twice (first on line {first})")
        elif record.code:
            found[record.code] = (reader.line(place), record)
    return tuple(found.values())


def _congress(reader: RowReader, top: Row, session: Session | None) -> Congress | None:
    if "congress" not in top:
        return None
    place: Place = ("congress",)
    optional = {"profile", "profile_version"}
    row = reader.row(top["congress"], place, {"code", "name", "level"}, optional)
    if session is None:
        reader.fault(place, "新建人大还须写明“session”", "a congress needs a “session”")
    version = reader.number(row, "profile_version", place, 1, 10_000)
    return Congress(
        code=reader.text(row, "code", place, CODE),
        name=reader.text(row, "name", place, None),
        level=reader.choice(row, "level", place, LEVELS),
        profile=reader.text(row, "profile", place, CODE) or "zhejiang-county",
        profile_version=version,
        session=session.code if session else "",
    )


def _session(reader: RowReader, top: Row) -> Session | None:
    if "session" not in top:
        return None
    place: Place = ("session",)
    required = {"code", "term", "number", "year", "opens_on", "closes_on"}
    row = reader.row(top["session"], place, required, set())
    session = Session(
        code=reader.text(row, "code", place, SESSION_CODE),
        congress="",
        term=reader.number(row, "term", place, 1, 100),
        number=reader.number(row, "number", place, 1, 100),
        year=reader.number(row, "year", place, FIRST_YEAR, LAST_YEAR),
        opens_on=reader.day(row, "opens_on", place),
        closes_on=reader.day(row, "closes_on", place),
    )
    if session.closes_on < session.opens_on:
        reader.fault(place, "闭幕不能早于开幕", "it cannot close before it opens")
    return session


def _unit(reader: RowReader, value: object, place: Place) -> Unit:
    row = reader.row(value, place, {"code", "name", "system"}, set())
    return Unit(
        code=reader.text(row, "code", place, CODE),
        name=reader.text(row, "name", place, None),
        system=reader.choice(row, "system", place, SYSTEMS),
    )


_OF_UNITS = {"code", "name", "system"}
_OF_PEOPLE = {"code", "name", "delegation", "email", "phone", "role", "unit", "post", "portfolio"}


def _from_csv(reader: RowReader, text: str) -> RegisterFile:
    """Units when the header has `system`, people otherwise; rows of one code are one person."""
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        header = set(rows.fieldnames or ())
        of_units = "system" in header
        known = _OF_UNITS if of_units else _OF_PEOPLE
        if not {"code", "name"} <= header or not header <= known:
            zh = f"表头应含 code、name,可用:{'、'.join(sorted(known))}"
            reader.report.add_at(reader.file, 1, zh, f"header may have {', '.join(sorted(known))}")
            return RegisterFile()
        lines = [(rows.line_num, dict(row)) for row in rows]
    except csv.Error as error:
        reader.report.add_at(reader.file, rows.line_num, f"CSV 写法有误:{error}", f"CSV: {error}")
        return RegisterFile()
    top, places = _as_yaml(reader, lines, "units" if of_units else "people")
    reader.report.know(reader.file, places)
    return _from_yaml(reader, top)


def _as_yaml(
    reader: RowReader, lines: list[tuple[int, dict[str, Any]]], name: str
) -> tuple[dict[str, Any], dict[Place, int]]:
    """The rows in the shape of the YAML file, and the line of each place."""
    found: dict[str, dict[str, Any]] = {}
    places: dict[Place, int] = {(): 1, (name,): 1}
    listed: list[dict[str, Any]] = []
    for line, row in lines:
        if None in row:
            reader.report.add_at(reader.file, line, "列数多于表头", "more cells than the header")
            continue
        cells = {key: value for key, value in row.items() if value not in (None, "")}
        post = {key: cells.pop(key) for key in ("role", "unit", "post", "portfolio") & cells.keys()}
        code = str(cells.get("code", ""))
        if name == "people" and code in found:
            known = found[code]
            if {**known, **cells} != known:
                zh = f"“{code}”的姓名等与前一行不同"
                reader.report.add_at(reader.file, line, zh, f"“{code}” differs from the row above")
        else:
            known = dict(cells)
            found[code] = known
            listed.append(known)
            places[name, len(listed) - 1] = line
        if post:
            known.setdefault("appointments", []).append(post)
            position = len(known["appointments"]) - 1
            places[name, listed.index(known), "appointments", position] = line
    return {name: listed}, places
