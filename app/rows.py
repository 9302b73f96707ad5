"""Reads values out of the rows of a file: what is wrong goes to a report, and reading goes on.

Refuses to know what the rows are about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.problems import Path as Place
from workflows.problems import Report

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_NAME = 80
FIRST_YEAR, LAST_YEAR = 1949, 2199

Row = Mapping[str, object]


@dataclass(slots=True)
class RowReader:
    """Reads values of one file; what is wrong goes to the report and reading goes on."""

    file: str
    report: Report
    lines: Mapping[Place, int] = field(default_factory=dict)

    def fault(self, place: Place, zh: str, en: str) -> None:
        self.report.add(self.file, place, zh, en)

    def row(self, value: object, place: Place, required: set[str], optional: set[str]) -> Row:
        """The mapping at a place, with no key that is not known and none missing."""
        if not isinstance(value, Mapping):
            self.fault(place, "应为“键: 值”", "must be a mapping")
            return {}
        for name in value:
            if name not in required | optional:
                known = "、".join(sorted(required | optional))
                zh, en = f"不认识的键“{name}”,可用:{known}", f"unknown key “{name}”"
                self.fault((*place, str(name)), zh, en)
        for name in sorted(required):
            if value.get(name) in (None, ""):
                self.fault(place, f"缺少“{name}”", f"“{name}” is missing")
        return value

    def text(self, row: Row, name: str, place: Place, matching: re.Pattern[str] | None) -> str:
        """A text; empty when it is not there."""
        value = row.get(name)
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        here = (*place, name)
        if not isinstance(value, str):
            self.fault(here, f"“{name}”应为文字", f"“{name}” must be a text")
            return ""
        value = value.strip()
        if len(value) > LONGEST_NAME or any(ord(sign) < ord(" ") for sign in value):
            zh = f"“{name}”应在{LONGEST_NAME}字以内且没有控制字符"
            self.fault(here, zh, f"“{name}” must be at most {LONGEST_NAME} plain characters")
            return ""
        if value and matching is not None and not matching.fullmatch(value):
            zh = f"“{name}”的写法“{value}”不对,应符合 {matching.pattern}"
            self.fault(here, zh, f"“{name}” must look like {matching.pattern}")
        return value

    def choice(self, row: Row, name: str, place: Place, known: tuple[str, ...]) -> str:
        value = self.text(row, name, place, None)
        if value and value not in known:
            zh = f"“{name}”不能是“{value}”,可用:{'、'.join(known)}"
            self.fault((*place, name), zh, f"“{name}” must be one of {', '.join(known)}")
        return value

    def number(self, row: Row, name: str, place: Place, lowest: int, highest: int) -> int:
        value = row.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        if value is not None:
            zh = f"“{name}”应为{lowest}至{highest}的整数"
            self.fault((*place, name), zh, f"“{name}” must be from {lowest} to {highest}")
        return lowest

    def day(self, row: Row, name: str, place: Place) -> date:
        value = row.get(name)
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            if value is not None:
                zh = f"“{name}”应为日期,如 2026-01-20"
                self.fault((*place, name), zh, f"“{name}” must be a day like 2026-01-20")
            return date(FIRST_YEAR, 1, 1)

    def rows(self, value: object, place: Place) -> list[object]:
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.fault(place, "应为列表", "must be a list")
        return []

    def line(self, place: Place) -> int:
        return self.report.line_of(self.file, place)
