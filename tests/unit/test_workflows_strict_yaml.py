"""Strict YAML: what it reads, on which line, and what it refuses."""

from __future__ import annotations

import pytest

from workflows.problems import Problem, Report
from workflows.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_NODES, Document, parse


def read(text: str) -> Document:
    """The document of a text that is right."""
    report = Report()
    document = parse("a.yaml", text, report)
    assert report.problems == ()
    assert document is not None
    return document


def refuse(text: str) -> Problem:
    """The only problem of a text that is wrong."""
    report = Report()
    parse("a.yaml", text, report)
    assert len(report.problems) == 1
    return report.problems[0]


def test_only_true_false_and_whole_numbers_are_more_than_text() -> None:
    text = "a: on\nb: no\nc: 2016-05-27\nd: 3\ne: true\nf: '3'\ng: 1e3\nh: 0o17\ni: -15\nj: .inf\n"
    assert read(text).value == {
        "a": "on",
        "b": "no",
        "c": "2016-05-27",
        "d": 3,
        "e": True,
        "f": "3",
        "g": "1e3",
        "h": "0o17",
        "i": -15,
        "j": ".inf",
    }


def test_keys_are_texts_even_when_they_look_like_something_else() -> None:
    assert read("on: a\n3: b\ntrue: c\n").value == {"on": "a", "3": "b", "true": "c"}


def test_every_path_knows_its_line() -> None:
    document = read("# first\na:\n  - b: 1\n    c: 2\n  - {d: 3,\n     e: 4}\n")
    assert document.lines[("a",)] == 2
    assert document.lines[("a", 0, "c")] == 4
    assert document.lines[("a", 1)] == 5
    assert document.lines[("a", 1, "e")] == 6


def test_a_duplicate_key_names_both_lines() -> None:
    problem = refuse("a: 1\nb: 2\na: 3\n")
    assert problem.line == 3
    assert "第一次在第1行" in problem.zh


def test_every_duplicate_key_is_told() -> None:
    report = Report()
    parse("a.yaml", "a: 1\na: 2\nb: {c: 1, c: 2}\n", report)
    assert [one.line for one in report.problems] == [2, 3]


@pytest.mark.parametrize(
    ("text", "line", "zh"),
    [
        ("a: &x 1\nb: *x\n", 1, "锚点"),
        ("a: 1\nb: *x\n", 2, "别名"),
        ("a: !!int 3\n", 1, "标签"),
        ("a: ! 3\n", 1, "标签"),
        ("a: !!python/name:os.system ''\n", 1, "标签"),
        ("a: 1\n---\nb: 2\n", 2, "一个文档"),
        ("? [a]\n: 1\n", 1, "键应为文字"),
        ("a: {b: 1\nc: 2\n", 2, "YAML 写法有误"),
        ("a:\n\t- b\n", 2, "YAML 写法有误"),
        ("a: 1\nb: \x07\n", 2, "不允许的字符"),
        ("a: 1\nb: \ud800\n", 2, "不允许的字符"),
    ],
)
def test_what_could_surprise_is_refused_with_its_line(text: str, line: int, zh: str) -> None:
    problem = refuse(text)
    assert problem.line == line
    assert zh in problem.zh


def test_an_alias_bomb_ends_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30))
    assert refuse(bomb).line == 1


def test_depth_length_and_size_are_bounded() -> None:
    assert "嵌套" in refuse("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)).zh
    assert "内容超过" in refuse("- a\n" * (MAX_NODES + 1)).zh
    assert "字节" in refuse("a: " + "永" * (MAX_BYTES // 3)).zh
