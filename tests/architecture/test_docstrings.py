"""Every module says in a few lines what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.architecture.sources import Source, our_python

LINES = 12


def without_purpose(sources: Iterable[Source]) -> list[str]:
    complaints = []
    for source in sources:
        purpose = ast.get_docstring(source.tree)
        if not purpose or not purpose.strip():
            complaints.append(f"{source.path}: no docstring says what the module is for")
        elif len(purpose.splitlines()) > LINES:
            complaints.append(f"{source.path}: the opening docstring has more than {LINES} lines")
    return complaints


def test_every_module_opens_with_its_purpose() -> None:
    assert without_purpose(our_python()) == []


def test_a_silent_and_a_talkative_module_are_seen() -> None:
    silent = Source(path="a.py", text="x = 1\n")
    blank = Source(path="b.py", text='"""  """\n')
    talkative = Source(path="c.py", text='"""What.\n' + "more\n" * LINES + '"""\n')
    good = Source(path="d.py", text='"""What."""\n')
    complaints = without_purpose([silent, blank, talkative, good])
    assert [one.split(":")[0] for one in complaints] == ["a.py", "b.py", "c.py"]
