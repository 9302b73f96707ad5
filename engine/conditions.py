"""Conditions of a profile in CEL: checked and bounded before use, evaluated over declared facts.

The only place that knows the CEL library. A profile is untrusted input: macros and functions
beyond a short list are refused, because `size` of a text counts bytes and nested macros over a
long list take seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import cel

from engine.errors import ConditionFailed, ConditionInvalid

MAX_LENGTH = 500
"""Characters of one condition."""
MAX_NESTING = 12
"""Brackets within brackets."""
MAX_LIST = 200
"""Items of a list fact."""
MAX_MACROS = 1
"""Macros in one condition; one over MAX_LIST items takes well under a millisecond."""


class FactType(StrEnum):
    """Kinds of facts; a list holds texts or numbers."""

    INT = "int"
    BOOL = "bool"
    TEXT = "text"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. Two are equal when their texts are."""

    text: str
    program: cel.Program = field(compare=False, repr=False)
    names: tuple[str, ...] = ()


_OPERATORS = frozenset(
    {"_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"}
    | {"_+_", "_-_", "-_", "@in", "_?_:_", "@not_strictly_false"}
)
_MACROS = re.compile(r"\.\s*(all|exists|exists_one|map|filter)\s*\(\s*(\w+)\s*,")
_SIZE = re.compile(r"\bsize\s*\(\s*(\w*)\s*\)")
_TEXT_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def compile_condition(text: str, facts: Mapping[str, FactType]) -> Condition:
    """A condition over the declared facts; ConditionInvalid says what may not be used."""
    reason = _refusal(text)
    if reason:
        raise ConditionInvalid(expression=text[:80], reason=reason)
    try:
        program = cel.compile(text)
    except (ValueError, RuntimeError) as error:
        raise ConditionInvalid(expression=text, reason=f"语法错误 / syntax: {error}") from error
    bare = _TEXT_LITERAL.sub("''", text)
    bound = {name for _, name in _MACROS.findall(bare)}
    names = tuple(name for name in program.variables() if name not in bound)
    reason = _unknown_names(names, facts) or _unknown_functions(bare, program.functions(), facts)
    if reason:
        raise ConditionInvalid(expression=text, reason=reason)
    return Condition(text, program, names)


def _refusal(text: str) -> str:
    if len(text) > MAX_LENGTH:
        return f"超过{MAX_LENGTH}字 / longer than {MAX_LENGTH} characters"
    bare = _TEXT_LITERAL.sub("''", text)
    depth = deepest = 0
    for char in bare:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_NESTING:
        return f"括号超过{MAX_NESTING}层 / nested deeper than {MAX_NESTING}"
    if len(_MACROS.findall(bare)) > MAX_MACROS:
        return f"最多用{MAX_MACROS}个列表宏 / at most {MAX_MACROS} list macro"
    if "{" in bare:
        return "不能使用映射 / maps are not allowed"
    return ""


def _unknown_names(names: tuple[str, ...], facts: Mapping[str, FactType]) -> str:
    unknown = [name for name in names if name not in facts]
    if unknown:
        listed = "、".join(unknown)
        return f"没有声明的事实:{listed} / undeclared facts"
    return ""


def _unknown_functions(bare: str, functions: list[str], facts: Mapping[str, FactType]) -> str:
    for name in functions:
        if name == "size":
            sized = _SIZE.findall(bare)
            if len(sized) != bare.count("size") or any(
                facts.get(one) is not FactType.LIST for one in sized
            ):
                return (
                    "size 只能用于列表事实;文字长度请用 title_length 等事实 / "
                    "size only of a list fact; for text use a length fact"
                )
        elif name not in _OPERATORS:
            return f"不能使用函数 {name} / function not allowed"
    return ""


def evaluate(condition: Condition, facts: Mapping[str, object]) -> bool:
    """Whether the condition holds; ConditionFailed when it cannot be told."""
    chosen: dict[str, object] = {}
    for name in condition.names:
        if name not in facts:
            raise ConditionFailed(
                expression=condition.text, reason=f"缺少事实 {name} / fact missing"
            )
        value = facts[name]
        if isinstance(value, list | tuple) and len(value) > MAX_LIST:
            raise ConditionFailed(
                expression=condition.text, reason=f"{name} 超过{MAX_LIST}项 / list too long"
            )
        chosen[name] = list(value) if isinstance(value, tuple) else value
    try:
        answer = condition.program.execute(chosen)
    except (ValueError, RuntimeError, TypeError, ArithmeticError, LookupError) as error:
        raise ConditionFailed(expression=condition.text, reason=str(error)) from error
    if not isinstance(answer, bool):
        raise ConditionFailed(
            expression=condition.text, reason="结果不是真假 / the result is not a truth value"
        )
    return answer
