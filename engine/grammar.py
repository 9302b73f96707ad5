"""The part of CEL that a profile may use, read token by token without evaluating anything.

Names of declared facts, numbers, plain texts, comparisons, logic, `+` and `-`, lists, one level
of list macros and four functions. What is not listed here is refused. Refuses to know the CEL
library: `engine.conditions` compares its own view with this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile

MAX_LENGTH = 500
"""Characters of one condition."""
MAX_NESTING = 12
"""Brackets within brackets."""
MAX_CHOICES = 8
"""`?` in one condition; each nests the next."""
MAX_MACROS = 2
"""List macros in one condition, never one within another: nested ones take seconds."""
MAX_SUMS = 8
"""`+` and `-`; each may copy a text."""
MAX_LITERAL = 100
"""Characters of a text written in a condition."""
MAX_ITEMS = 20
"""Items of a list written in a condition."""

MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
TEXT_METHODS = frozenset({"contains", "startsWith", "endsWith"})
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<text>'[^'\"\\\x00-\x1f\x7f]*'|\"[^'\"\\\x00-\x1f\x7f]*\")"
    r"|(?P<mark>&&|\|\||==|!=|<=|>=|[-<>!+?:.,()\[\]])"
)
_GLUED = {"number": "name number text", "name": "text", "text": "name number text"}


class FactType(StrEnum):
    """Kinds of facts; a list holds texts, numbers or truth values."""

    INT = "int"
    BOOL = "bool"
    TEXT = "text"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a condition refers to, or why it is refused."""

    reason: str = ""
    names: frozenset[str] = frozenset()
    loop_names: frozenset[str] = frozenset()


class _Refused(Exception):
    """Carries the reason to `refusal`."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


_END = _Token("end", "")


@dataclass(slots=True)
class _Bracket:
    """An open bracket: a list, a call, a macro with its loop name, or plain."""

    role: str
    loop: str = ""
    commas: int = 0


@dataclass(slots=True)
class _Reader:
    tokens: list[_Token]
    facts: Mapping[str, FactType]
    open: list[_Bracket] = field(default_factory=list)
    ends_list: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    loops: set[str] = field(default_factory=set)
    macros: int = 0

    def at(self, index: int) -> _Token:
        return self.tokens[index] if 0 <= index < len(self.tokens) else _END


def refusal(text: str, facts: Mapping[str, FactType]) -> Reading:
    """Read a condition: the facts it uses, or the reason why a profile may not write it."""
    try:
        reader = _Reader(_tokens(text), facts)
        _count(reader.tokens)
        for index, token in enumerate(reader.tokens):
            if token.kind == "name":
                _name(reader, index, token.text)
            elif token.kind == "mark":
                _mark(reader, index, token.text)
    except _Refused as refused:
        return Reading(reason=str(refused))
    return Reading(names=frozenset(reader.names), loop_names=frozenset(reader.loops))


def _tokens(text: str) -> list[_Token]:
    if len(text) > MAX_LENGTH:
        raise _Refused(f"超过{MAX_LENGTH}字 / longer than {MAX_LENGTH} characters")
    found: list[_Token] = []
    before, at = "space", 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _Refused(f"第{at + 1}字起不能这样写 / not allowed: {text[at : at + 10]}")
        kind, piece = str(match.lastgroup), match.group()
        if kind in _GLUED.get(before, ""):
            raise _Refused(f"缺少空格或运算符 / something is missing before {piece[:20]}")
        if kind == "text" and len(piece) > MAX_LITERAL + 2:
            raise _Refused(f"文字超过{MAX_LITERAL}字 / a text longer than {MAX_LITERAL} characters")
        if kind != "space":
            found.append(_Token(kind, piece))
        before, at = kind, match.end()
    return found


def _count(tokens: list[_Token]) -> None:
    marks = [one.text for one in tokens if one.kind == "mark"]
    if marks.count("+") + marks.count("-") > MAX_SUMS:
        raise _Refused(f"加减超过{MAX_SUMS}次 / more than {MAX_SUMS} sums")
    if marks.count("?") > MAX_CHOICES:
        raise _Refused(f"“?”超过{MAX_CHOICES}次 / more than {MAX_CHOICES} choices")


def _name(reader: _Reader, index: int, name: str) -> None:
    before, after = reader.at(index - 1).text, reader.at(index + 1).text
    if name in ("true", "false", "in"):
        return
    if after == "(":
        _call(reader, index, name, method=before == ".")
        return
    loop = next((one.loop for one in reader.open if one.loop), "")
    if name == loop:
        return
    if name not in reader.facts:
        raise _Refused(f"没有声明的事实“{name}” / undeclared fact {name}")
    if loop and reader.facts[name] is FactType.LIST:
        raise _Refused(f"列表宏内不能再用列表“{name}” / list {name} within a list macro")
    _compared(reader, index, reader.facts[name])
    reader.names.add(name)


def _compared(reader: _Reader, index: int, kind: FactType) -> None:
    """Refuse `state == 1` and `state in [1]`: CEL calls them false without a word."""
    met = []
    if reader.at(index + 1).text in COMPARISONS:
        met.append(reader.at(index + 2))
    if reader.at(index - 1).text in COMPARISONS:
        met.append(reader.at(index - 2))
    if (reader.at(index + 1).text, reader.at(index + 2).text) == ("in", "["):
        met += takewhile(lambda one: one.text != "]", reader.tokens[index + 3 :])
    for token in met:
        other = _kind_of(reader, token)
        if other is not None and other is not kind:
            name = reader.at(index).text
            raise _Refused(
                f"“{name}”是{kind.value},不能与{token.text}比较 / "
                f"{name} is {kind.value}, {token.text} is {other.value}"
            )


def _kind_of(reader: _Reader, token: _Token) -> FactType | None:
    if token.kind == "name":
        return FactType.BOOL if token.text in ("true", "false") else reader.facts.get(token.text)
    known = {"number": FactType.INT, "text": FactType.TEXT}
    return FactType.INT if token.text == "-" else known.get(token.kind)


def _call(reader: _Reader, index: int, name: str, *, method: bool) -> None:
    if name == "size":
        _size(reader, index, method=method)
    elif name in MACROS and method:
        _macro(reader, index, name)
    elif name not in TEXT_METHODS or not method:
        raise _Refused(f"不能使用函数“{name}” / function {name} is not allowed")


def _size(reader: _Reader, index: int, *, method: bool) -> None:
    if method:
        if _is_list(reader, index - 2):
            return
        given = reader.at(index - 2).text
    else:
        if _is_list(reader, index + 2) and reader.at(index + 3).text == ")":
            return
        given = reader.at(index + 2).text
    hint = f"{given}_length"
    known = hint if hint in reader.facts else "title_length"
    raise _Refused(
        f"size 只用于列表,文字会按字节计数;长度请用 {known} 这样的事实 / "
        f"size is for list facts, of a text it counts bytes; use a length fact such as {known}"
    )


def _is_list(reader: _Reader, index: int) -> bool:
    if reader.at(index - 1).text == ".":
        return False
    return index in reader.ends_list or reader.facts.get(reader.at(index).text) is FactType.LIST


def _macro(reader: _Reader, index: int, name: str) -> None:
    reader.macros += 1
    if reader.macros > MAX_MACROS:
        raise _Refused(f"列表宏超过{MAX_MACROS}个 / more than {MAX_MACROS} list macros")
    if any(one.loop for one in reader.open):
        raise _Refused(f"列表宏“{name}”不能套用 / list macro {name} within another")
    if not _is_list(reader, index - 2):
        raise _Refused(f"“{name}”只用于列表事实 / {name} is for list facts")
    loop = reader.at(index + 2)
    if loop.kind != "name" or reader.at(index + 3).text != ",":
        raise _Refused(f"应写作 列表.{name}(x, 条件) / write list.{name}(x, condition)")
    if loop.text in reader.facts or loop.text in ("true", "false", "in"):
        raise _Refused(f"“{loop.text}”不能作循环变量 / {loop.text} cannot be a loop name")


def _mark(reader: _Reader, index: int, mark: str) -> None:
    if mark == "(":
        reader.open.append(_opened(reader, index))
    elif mark == "[":
        before = reader.at(index - 1)
        closes = before.kind == "mark" and before.text in ")]"
        if (
            closes
            or before.kind in ("number", "text")
            or (before.kind == "name" and before.text != "in")
        ):
            raise _Refused("不能按序号取值 / picking by position is not allowed")
        reader.open.append(_Bracket("list"))
    elif mark in ")]":
        _close(reader, index, mark)
    elif mark == ",":
        _comma(reader)
    elif mark == "." and (reader.at(index + 1).kind, reader.at(index + 2).text) != ("name", "("):
        raise _Refused("“.”后应是方法 / a method call must follow the dot")
    if len(reader.open) > MAX_NESTING:
        raise _Refused(f"括号超过{MAX_NESTING}层 / nested deeper than {MAX_NESTING}")


def _opened(reader: _Reader, index: int) -> _Bracket:
    before = reader.at(index - 1)
    if before.kind != "name" or before.text == "in":
        return _Bracket("plain")
    if before.text not in MACROS:
        return _Bracket("call")
    loop = reader.at(index + 1).text
    reader.loops.add(loop)
    return _Bracket(before.text, loop=loop)


def _close(reader: _Reader, index: int, mark: str) -> None:
    if not reader.open or (reader.open[-1].role == "list") != (mark == "]"):
        raise _Refused("括号不配对 / brackets do not match")
    if reader.open.pop().role in ("map", "filter"):
        reader.ends_list.add(index)


def _comma(reader: _Reader) -> None:
    inner = reader.open[-1] if reader.open else _Bracket("plain")
    inner.commas += 1
    most = MAX_ITEMS - 1 if inner.role == "list" else int(bool(inner.loop))
    if inner.commas > most:
        raise _Refused("逗号过多 / one comma too many")
