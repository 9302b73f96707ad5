"""The size budget: a module is read in one sitting, a function on one page."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.architecture.sources import Source, our_python

MODULE_LINES = 400
FUNCTION_LINES = 60


def too_long(sources: Iterable[Source]) -> list[str]:
    complaints = []
    for source in sources:
        lines = len(source.text.splitlines())
        if lines > MODULE_LINES:
            complaints.append(f"{source.path}: {lines} lines, at most {MODULE_LINES}")
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    where = f"{source.path}:{node.lineno}: {node.name}"
                    complaints.append(f"{where} has {lines} lines, at most {FUNCTION_LINES}")
    return complaints


def test_everything_fits() -> None:
    assert too_long(our_python()) == []


def test_a_long_module_is_seen() -> None:
    fits = Source(path="a.py", text="x = 1\n" * MODULE_LINES)
    long = Source(path="b.py", text="x = 1\n" * (MODULE_LINES + 1))
    assert too_long([fits, long]) == ["b.py: 401 lines, at most 400"]


def test_a_long_function_is_seen_inside_a_class_too() -> None:
    body = "        x = 1\n"
    fits = "class A:\n    def f(self):\n" + body * (FUNCTION_LINES - 1)
    assert too_long([Source(path="a.py", text=fits)]) == []
    assert too_long([Source(path="a.py", text=fits + body)]) == [
        "a.py:2: f has 61 lines, at most 60"
    ]
