"""A document as blocks that every writer can print: headings, paragraphs, notes, tables.

Refuses to know figures and formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Align(StrEnum):
    """How a column stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Level 1 is a part (一、), 2 a section (（一）), 3 a small one."""

    level: int
    text: str
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text; `label` stands before it in bold."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark in smaller type."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; widths are in millimetres."""

    title: str
    width: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `dense` is for long lists."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    dense: bool = False


Block = Heading | Paragraph | Note | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document with its title lines, running header and date."""

    title: tuple[str, ...]
    header: str
    author: str
    dated: date
    blocks: tuple[Block, ...]


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text on one line, without signs that no document may hold."""
    return re.sub(r"\s*[\r\n]+\s*", " ", _UNPRINTABLE.sub("", text)).strip()


_DIGITS = "零一二三四五六七八九"
_TEN = 10
_HUNDRED = 100


def chinese_number(number: int) -> str:
    """十八 for 18; digits from a hundred on, which no term or topic reaches."""
    if not 0 <= number < _HUNDRED:
        return str(number)
    tens, ones = divmod(number, _TEN)
    if tens == 0:
        return _DIGITS[ones]
    head = "" if tens == 1 else _DIGITS[tens]
    return f"{head}十{_DIGITS[ones] if ones else ''}"


def chinese_day(day: date) -> str:
    """2025年1月8日."""
    return f"{day.year}年{day.month}月{day.day}日"
