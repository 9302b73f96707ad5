"""Nothing half-built: no stub, no note to self, no test that is skipped."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from tests.architecture.sources import Source, our_python

# Put together from parts, so that this file does not hold what it looks for.
NOTES = re.compile(r"#.*\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")) + r")\b")
STUB = "NotImplemented" + "Error"
SKIPS = frozenset({"skip", "skipif", "xfail", "importorskip"})


def unfinished(sources: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}:{line}: {what}"
        for source in sources
        for line, what in sorted((*_notes(source), *_nodes(source)))
    ]


def _notes(source: Source) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if NOTES.search(line):
            yield number, "a note to self"


def _nodes(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == STUB:
            yield node.lineno, "a stub"
        if isinstance(node, ast.Attribute) and node.attr in SKIPS and _of_pytest(node.value):
            yield node.lineno, "a test that may not run"


def _of_pytest(node: ast.expr) -> bool:
    return ast.unparse(node) in {"pytest", "pytest.mark"}


def test_nothing_is_half_built() -> None:
    assert unfinished(our_python()) == []


@pytest.mark.parametrize(
    "line",
    [
        f"raise {STUB}",
        f"raise {STUB}('later')",
        "@pytest.mark.skip\ndef test_a(): pass",
        "@pytest.mark.skipif(True, reason='r')\ndef test_a(): pass",
        "pytest.skip('no database')",
        "x = 1  # " + "TO" + "DO: more",
    ],
)
def test_something_half_built_is_seen(line: str) -> None:
    assert len(unfinished([Source(path="a.py", text=line + "\n")])) == 1
