"""Strict reading of the demo's YAML: duplicate, unknown, missing and misshapen keys are refused.

Refuses to know what the files mean.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

DATA = Path(__file__).parent / "data"

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


class DemoDataError(ValueError):
    """A data file of the demo cannot be used; says what, where and how to mend it."""

    code = "demo-data"

    def __init__(self, *, where: str, chinese: str, english: str) -> None:
        super().__init__(f"{where}: {chinese} / {english}")
        self.where = where


class _StrictLoader(yaml.SafeLoader):
    """YAML's safe loader, except that a key given twice is an error and not the last one wins."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002  # PyYAML's own
    ) -> dict[Hashable, object]:
        seen: list[str] = []
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise DemoDataError(
                    where=f"{Path(node.start_mark.name).name}:{line}",
                    chinese=f"键“{key}”重复，请删去一个",
                    english=f"key {key!r} is given twice, remove one",
                )
            seen.append(key)
        return super().construct_mapping(node, deep=deep)


class Section:
    """One mapping of a file, read key by key; `done` refuses whatever nobody asked for."""

    def __init__(self, content: object, where: str) -> None:
        self._where = where
        if not isinstance(content, dict):
            raise self._wrong("应为键值对", "must be a mapping")
        self._content: dict[str, object] = {str(key): value for key, value in content.items()}
        self._asked: list[str] = []

    def has(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str) -> str:
        value = self._take(key, str)
        if not value.strip():
            raise self._wrong(f"“{key}”不能为空", f"{key!r} must not be empty")
        return value

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else None

    def integer(self, key: str) -> int:
        return self._take(key, int)

    def day(self, key: str) -> date:
        return self._take(key, date)

    def flag(self, key: str) -> bool:
        return self._take(key, bool)

    def decimal(self, key: str) -> Decimal:
        """A figure, written as text so that it stays as printed."""
        value = self._take(key, str)
        try:
            return Decimal(value)
        except InvalidOperation:
            raise self._wrong(
                f"“{key}”应为十进制数", f"{key!r} must be a decimal number, not {value!r}"
            ) from None

    def choice(self, key: str, kind: type[_E]) -> _E:
        """One word out of a closed list."""
        value = self.text(key)
        words = [one.value for one in kind]
        if value not in words:
            raise self._wrong(
                f"“{key}”应为 {'、'.join(words)} 之一",
                f"{key!r} must be one of {', '.join(words)}, not {value!r}",
            )
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        return self._texts(key, self._take(key, list))

    def texts_by_key(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """A mapping whose values are lists of texts, in the order of the file."""
        table = self._take(key, dict)
        return {str(name): self._texts(f"{key}.{name}", row) for name, row in table.items()}

    def text_by_key(self, key: str) -> Mapping[str, str]:
        """A mapping of text to text, in the order of the file."""
        inner = self.section(key)
        return {name: inner.text(name) for name in inner.keys_left()}

    def section(self, key: str) -> Section:
        return Section(self._take(key, dict), f"{self._where} > {key}")

    def sections(self, key: str) -> tuple[Section, ...]:
        rows = self._take(key, list)
        return tuple(
            Section(row, f"{self._where} > {key}[{place}]") for place, row in enumerate(rows)
        )

    def keys_left(self) -> tuple[str, ...]:
        return tuple(key for key in self._content if key not in self._asked)

    def done(self) -> None:
        """Refuse keys that were not asked for: a misspelt key must not be silently lost."""
        left = self.keys_left()
        if left:
            raise self._wrong(
                f"未知的键 {'、'.join(left)}，请更正或删去",
                f"unknown key {', '.join(left)}: correct or remove it",
            )

    def _take(self, key: str, kind: type[_T]) -> _T:
        if key not in self._content:
            raise self._wrong(f"缺少“{key}”，请补上", f"{key!r} is missing, add it")
        self._asked.append(key)
        value = self._content[key]
        # True is an int to Python but never a count to a reader.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._wrong(
                f"“{key}”类型不对，应为 {kind.__name__}",
                f"{key!r} must be {kind.__name__}, not {type(value).__name__}",
            )
        return value

    def _texts(self, key: str, rows: object) -> tuple[str, ...]:
        if not isinstance(rows, list) or not all(isinstance(row, str) and row for row in rows):
            raise self._wrong(f"“{key}”应为文字列表", f"{key!r} must be a list of texts")
        return tuple(rows)

    def _wrong(self, chinese: str, english: str) -> DemoDataError:
        return DemoDataError(where=self._where, chinese=chinese, english=english)


def read(name: str, folder: Path = DATA) -> Section:
    """The whole of one data file as a section."""
    path = folder / name
    with path.open(encoding="utf-8") as file:
        content = yaml.load(file, Loader=_StrictLoader)  # noqa: S506  # a SafeLoader: plain values only
    return Section(content, name)
