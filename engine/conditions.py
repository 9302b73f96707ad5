"""Conditions of a profile in CEL: checked and bounded before use, evaluated over declared facts.

The only place that knows the CEL library. A profile is untrusted input, so only the small part
of CEL that `engine.grammar` reads is let through to it (docs/decisions/0004-cel-bounds.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import cel

from engine.errors import ConditionFailed, ConditionInvalid
from engine.grammar import MAX_LENGTH, FactType, refusal

__all__ = [
    "MAX_LENGTH",
    "MAX_LIST",
    "MAX_TEXT",
    "Condition",
    "FactType",
    "compile_condition",
    "evaluate",
]

MAX_LIST = 200
"""Items of a list fact; a longer one is an error, never cut off."""
MAX_TEXT = 20_000
"""Characters of a text fact."""
MAX_ITEM = 200
"""Characters of a text in a list."""
MAX_ANSWERS = 1_000
"""Answers of a condition that are remembered."""
LARGEST = 2**63 - 1
"""CEL numbers have 64 bits; the library turns a larger one into an inexact number."""

_OPERATORS = frozenset(
    {"_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"}
    | {"_+_", "_-_", "-_", "@in", "_?_:_", "@not_strictly_false"}
)
_FUNCTIONS = frozenset({"size", "contains", "startsWith", "endsWith"})
_SAMPLES: tuple[Mapping[FactType, object], ...] = tuple(
    {FactType.INT: number, FactType.BOOL: truth, FactType.TEXT: text, FactType.LIST: items}
    for number, truth, text, items in (
        (0, False, "", []),
        (1, True, "a", ["a"]),
        (1, True, "a", [1]),
        (2, False, "b", []),
    )
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. Two are equal when their texts and the facts they use are."""

    text: str
    program: cel.Program = field(compare=False, repr=False)
    names: tuple[str, ...] = ()
    kinds: tuple[FactType, ...] = ()
    answers: dict[object, bool] = field(default_factory=dict, compare=False, repr=False)


def compile_condition(text: str, facts: Mapping[str, FactType]) -> Condition:
    """A condition over the declared facts; ConditionInvalid says what may not be used.

    1. `engine.grammar` reads the text and refuses what lies outside its small part of CEL.
    2. The library compiles it.
    3. The library must not see more names and functions than were read.
    4. It is tried on samples of its facts: it must be able to answer true or false.
    """
    read = refusal(text, facts)
    if read.reason:
        raise ConditionInvalid(expression=text[:80], reason=read.reason)
    try:
        program = cel.compile(text)
        seen, functions = set(program.variables()), set(program.functions())
    except BaseException as error:
        raise ConditionInvalid(
            expression=text, reason=f"语法错误 / syntax: {_first_line(_ours(error))}"
        ) from error
    names = tuple(sorted(read.names))
    if seen - read.names - read.loop_names or functions - _OPERATORS - _FUNCTIONS:
        raise ConditionInvalid(
            expression=text, reason="写法有歧义,请改写 / ambiguous, write it another way"
        )
    condition = Condition(text, program, names, tuple(facts[name] for name in names))
    _try_on_samples(condition)
    return condition


def evaluate(condition: Condition, facts: Mapping[str, object]) -> bool:
    """Whether the condition holds; ConditionFailed when it cannot be told.

    The same values give the same answer, and most conditions meet the same few again and again.
    """
    if FactType.LIST in condition.kinds:
        return _evaluate(condition, facts)
    values = [facts.get(name) for name in condition.names]
    # Python takes 1 and True for the same key; a condition does not.
    key = (*values, *map(type, values))
    answer = condition.answers.get(key)
    if answer is None:
        answer = _evaluate(condition, facts)
        if len(condition.answers) >= MAX_ANSWERS:
            condition.answers.clear()
        condition.answers[key] = answer
    return answer


def _evaluate(condition: Condition, facts: Mapping[str, object]) -> bool:
    chosen: dict[str, object] = {}
    for name, kind in zip(condition.names, condition.kinds, strict=True):
        if name not in facts:
            raise ConditionFailed(
                expression=condition.text, reason=f"缺少事实 {name} / fact missing"
            )
        value = facts[name]
        wrong = _wrong(kind, value)
        if wrong:
            raise ConditionFailed(expression=condition.text, reason=f"事实 {name} {wrong}")
        chosen[name] = list(value) if isinstance(value, tuple) else value
    answer = _execute(condition, chosen)
    if not isinstance(answer, bool):
        raise ConditionFailed(
            expression=condition.text, reason="结果不是真假 / the result is not a truth value"
        )
    return answer


def _execute(condition: Condition, values: dict[str, object]) -> object:
    try:
        return condition.program.execute(values)
    except BaseException as error:
        raise ConditionFailed(
            expression=condition.text, reason=_first_line(_ours(error))
        ) from error


def _ours(error: BaseException) -> BaseException:
    """The library's failure; what is not its own passes on.

    A panic in Rust arrives as a PanicException, which is no Exception.
    """
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
        raise error
    return error


def _first_line(error: BaseException) -> str:
    """The library repeats the whole expression with each of its errors; once is enough."""
    text = str(error)
    _, found, cause = text.partition("ERROR: <input>:")
    return (cause if found else text).partition("\n")[0][:200]


def _try_on_samples(condition: Condition) -> None:
    failures: list[ConditionFailed] = []
    for sample in _SAMPLES:
        facts = {
            name: sample[kind] for name, kind in zip(condition.names, condition.kinds, strict=True)
        }
        try:
            answer = _execute(condition, facts)
        except ConditionFailed as error:
            failures.append(error)
            continue
        if not isinstance(answer, bool):
            raise ConditionInvalid(
                expression=condition.text,
                reason="结果不是真假 / the result is not a truth value",
            )
    # A list may hold numbers or texts, so only some of the samples can fit its items.
    allowed = len(_SAMPLES) - 1 if FactType.LIST in condition.kinds else 0
    if len(failures) > allowed:
        raise ConditionInvalid(
            expression=condition.text,
            reason=f"无法计算 / cannot be told: {failures[0].facts['reason']}",
        ) from failures[0]


def _wrong(kind: FactType, value: object) -> str:
    """Why the value is no fact of the kind; empty when it is."""
    if kind is FactType.INT:
        return _wrong_number(value)
    if kind is FactType.TEXT:
        return _wrong_text(value, MAX_TEXT)
    if kind is FactType.BOOL:
        return "" if isinstance(value, bool) else "不是真假 / is not a truth value"
    if not isinstance(value, list | tuple):
        return "不是列表 / is not a list"
    if len(value) > MAX_LIST:
        return f"超过{MAX_LIST}项 / has more than {MAX_LIST} items"
    reasons = (_wrong_item(item) for item in value)
    return next((reason for reason in reasons if reason), "")


def _wrong_item(item: object) -> str:
    if isinstance(item, bool):
        return ""
    return _wrong_number(item) if isinstance(item, int) else _wrong_text(item, MAX_ITEM)


def _wrong_number(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return "不是整数 / is not a whole number"
    return "" if -LARGEST <= value <= LARGEST else "数字过大 / is too large"


def _wrong_text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        return "不是文字 / is not text"
    return "" if len(value) <= longest else f"超过{longest}字 / is longer than {longest} characters"
