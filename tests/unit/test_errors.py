"""Errors: each says in Chinese and English what is wrong, with its facts filled in."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from engine.errors import BihuanError, EngineError, StaleCase, all_error_types

SAMPLE: dict[str, object] = {
    "subject": "建议5届2次第1号",
    "state": "待初审",
    "action": "立案编号",
    "possible": ("初审通过", "退回修改"),
    "actor": "zhao-min",
    "needed": ("议案审查组成员",),
    "reasons": ("签发前至少与代表面商一次",),
    "fields": ["标题(title)", "正文(text)"],
    "field": "正文(text)",
    "reason": "应为文字 / must be text",
    "case": "5届2次第1号",
    "expected": 31,
    "actual": 47,
    "machine": "assignment",
    "profile": "zhejiang-county/v1",
    "congress": "临溪县",
    "person": "sun-li",
    "version": 19,
    "key": "key-23",
    "first": "register",
    "rung": "overdue_1",
    "clock": "reply",
    "expression": "round < 2",
    "what": "期限",
    "value": "十年",
    "problems": "suggestion.yaml:12 …",
    "sequence": 53,
    "by": "赵敏",
    "on": "2026-04-06",
    "weight": 3,
    "again": "2026-04-10",
    "order": 2,
    "number": 61,
    "first_day": "2026-05-04",
    "last_day": "2026-05-08",
}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
KINDS = [
    kind
    for kind in all_error_types()
    if kind.__module__ == "engine.errors" and kind is not EngineError
]


def _placeholders(kind: type[BihuanError]) -> set[str]:
    return set(PLACEHOLDER.findall(kind.zh))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_holds_every_fact_and_no_open_placeholder(
    kind: type[BihuanError], language: str
) -> None:
    names = _placeholders(kind)
    assert set(PLACEHOLDER.findall(kind.en)) <= names | {"case"}
    text = kind(**SAMPLE).message(language)
    assert not PLACEHOLDER.search(text)
    template = kind.zh if language == "zh" else kind.en
    for name in PLACEHOLDER.findall(template):
        given = SAMPLE[name]
        for part in given if isinstance(given, list | tuple) else [given]:
            assert str(part) in text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_both_wordings_tell_the_same_facts(kind: type[BihuanError]) -> None:
    assert _placeholders(kind) == set(PLACEHOLDER.findall(kind.en))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_an_error_is_plain_json_for_machines(kind: type[BihuanError]) -> None:
    told = json.loads(json.dumps(kind(**SAMPLE).as_dict()))
    assert told["code"] == kind.code
    assert told["facts"]["expected"] == 31
    assert told["facts"]["fields"] == SAMPLE["fields"]
    assert (told["zh"], told["en"]) == (kind(**SAMPLE).message("zh"), kind(**SAMPLE).message("en"))


def test_every_code_belongs_to_one_error() -> None:
    codes = [kind.code for kind in all_error_types()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert issubclass(StaleCase, EngineError)


def test_what_is_missing_or_empty_reads_as_a_dash() -> None:
    error = StaleCase(case=None, expected=(), actual=date(2026, 1, 21))
    assert error.message("en") == (
        "Case — was changed meanwhile: you saw version —, now 2026-01-21. Reload it."
    )
    assert error.as_dict()["facts"] == {"case": None, "expected": [], "actual": "2026-01-21"}


def test_a_forgotten_fact_is_seen_and_does_not_hide_the_error() -> None:
    assert "{actual}" in StaleCase(case="1", expected=2).message("zh")
    assert str(StaleCase(case="1", expected=2, actual=3)) == StaleCase(
        case="1", expected=2, actual=3
    ).message("en")
