"""Strict YAML: plain data with the line of everything, and nothing that can surprise.

Refuses duplicate keys, anchors and aliases, tags, second documents, and files that are too big,
too deep or too long. Only `true`, `false`, whole numbers and texts are values: `on` and `no`
stay texts, and so do dates. Built from parser events, so nothing is ever constructed that the
file asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from workflows.problems import Path, Report

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_NODES = 50_000
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,11})")
_BAD_CHARACTER = ("含有不允许的字符", "contains a character that is not allowed")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """The plain data of one file and the line on which each path begins."""

    value: object = None
    lines: dict[Path, int] = field(default_factory=dict)


class _Refused(Exception):
    """Reading stops here; the problem is in the report."""


def parse(file: str, text: str, report: Report) -> Document | None:
    """The document of a file, or None when it cannot be read; problems go to the report."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        report.add_at(file, line, *_BAD_CHARACTER)
        return None
    if size > MAX_BYTES:
        report.add_at(file, 1, f"文件超过{MAX_BYTES}字节", f"larger than {MAX_BYTES} bytes")
        return None
    reader = _Reader(file, text, report)
    try:
        return reader.read()
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        report.add_at(file, line, f"YAML 写法有误:{error.problem}", f"YAML syntax: {error.problem}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        report.add_at(file, line, *_BAD_CHARACTER)
    return None


class _Reader:
    def __init__(self, file: str, text: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._document = Document()
        self._nodes = 0

    def read(self) -> Document:
        begun = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if begun:
                    self._refuse(event, "只能有一个文档", "only one document is allowed")
                begun = True
            elif isinstance(event, yaml.NodeEvent):
                self._document.value = self._node(event, ())
        return self._document

    def _refuse(self, event: Any, zh: str, en: str) -> None:  # noqa: ANN401  # PyYAML has no types for events
        self._report.add_at(self._file, event.start_mark.line + 1, zh, en)
        raise _Refused

    def _node(self, event: Any, path: Path) -> object:  # noqa: ANN401  # the same
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse(event, f"内容超过{MAX_NODES}项", f"more than {MAX_NODES} items")
        if len(path) > MAX_DEPTH:
            self._refuse(event, f"嵌套超过{MAX_DEPTH}层", f"nested deeper than {MAX_DEPTH}")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(
                event, "不能使用锚点和别名(& *)", "anchors and aliases (& *) are not allowed"
            )
        if event.tag is not None:
            self._refuse(event, f"不能使用标签“{event.tag}”", f"tag “{event.tag}” is not allowed")
        self._document.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event.value, quoted=bool(event.style))

    def _mapping(self, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "键应为文字", "a key must be a text")
            key = event.value
            line = event.start_mark.line + 1
            self._node(event, (*path, key))
            if key in found:
                first = self._document.lines[(*path, key)]
                self._report.add_at(
                    self._file,
                    line,
                    f"重复的键“{key}”(第一次在第{first}行)",
                    f"duplicate key “{key}” (first on line {first})",
                )
            else:
                self._document.lines[(*path, key)] = line
            value = self._node(next(self._events), (*path, key))
            found.setdefault(key, value)
        return found

    def _sequence(self, path: Path) -> list[object]:
        found: list[object] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, (*path, len(found))))
        return found


def _scalar(text: str, *, quoted: bool) -> object:
    if quoted:
        return text
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return None if text in ("", "~", "null") else text
