"""How answers look: tables and lines for people, JSON for machines.

What people wrote is shown without control characters, so that no text can play with a terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath

from rich.console import Console, JustifyMethod
from rich.table import Table

from engine.calendar import SHANGHAI
from engine.conditions import Condition
from engine.errors import BihuanError
from engine.profile import Text

WIDE = 160
"""Columns where nobody looks through a window."""
_CONTROL = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def console_on(stream: object) -> Console:
    """A console that takes texts as they are."""
    wide = None if getattr(stream, "isatty", bool)() else WIDE
    return Console(
        file=stream,  # type: ignore[arg-type]  # whatever stands for standard output
        markup=False,
        emoji=False,
        highlight=False,
        width=wide,
    )


def shown(value: object) -> str:
    """A value in a cell or line."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, Text):
        return shown(value.zh if value.zh == value.en else f"{value.zh} {value.en}")
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return "、".join(shown(one) for one in value) or "—"
    return str(value).translate(_CONTROL)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; a column whose name ends with # holds numbers."""
    made = Table(title=title, title_justify="left")
    for name in columns:
        side: JustifyMethod = "right" if name.endswith("#") else "left"
        # Chinese has no blanks to break at; whatever does not fit goes on in the next line.
        made.add_column(name.rstrip("#"), justify=side, overflow="fold")
    for row in rows:
        made.add_row(*(shown(cell) for cell in row))
    return made


def plain(value: object) -> object:
    """What JSON can hold: records become objects, days and instants ISO 8601, decimals texts."""
    if isinstance(value, BihuanError):
        return value.as_dict()
    if isinstance(value, Condition):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {_key(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | PurePath) else value


def _key(name: object) -> str:
    return name.isoformat() if isinstance(name, date) else str(name)


def write_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")
