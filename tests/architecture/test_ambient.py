"""Time and chance are arguments: nothing outside app/ asks the machine what time it is."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.architecture.sources import Source, our_python

CLOCKS = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "sqlalchemy.func.now",
        "sqlalchemy.func.current_timestamp",
        "time.gmtime",
        "time.localtime",
        "time.time",
        "time.time_ns",
    }
)
# The benchmark measures real time; app/ is where the one real clock is.
WITH_A_CLOCK = ("app/", "tests/benchmark/")
# Whoever draws is given a seeded Random; the module's own functions share one hidden state.
SEEDED = frozenset({"random.Random"})


def _known_as(tree: ast.Module) -> dict[str, str]:
    """What each imported name of a file stands for, in full."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head = alias.name.split(".")[0]
                known[alias.asname or head] = alias.name if alias.asname else head
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return known


def _dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, known)
        return f"{owner}.{node.attr}" if owner else None
    return None


def _used(source: Source) -> Iterator[tuple[int, str]]:
    tree = source.tree
    known = _known_as(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = _dotted(node, known)
            if name:
                yield node.lineno, name


def ambient_time(sources: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}:{line}: {name} reads the clock; time is an argument"
        for source in sources
        if not source.path.startswith(WITH_A_CLOCK)
        for line, name in _used(source)
        if name in CLOCKS
    ]


def ambient_chance(sources: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}:{line}: {name} is not seeded; pass a Random"
        for source in sources
        for line, name in _used(source)
        if name.startswith("random.") and name not in SEEDED and name.count(".") == 1
    ]


def test_nothing_reads_the_clock_outside_app() -> None:
    assert ambient_time(our_python()) == []


def test_nothing_draws_without_a_seed() -> None:
    assert ambient_chance(our_python()) == []


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\nx = datetime.datetime.now()\n",
        "from datetime import datetime\nx = datetime.now(tz=None)\n",
        "from datetime import date as day\nx = day.today()\n",
        "import datetime as dt\nx = dt.date.today\n",
        "from time import time\nx = time()\n",
        "import time as t\nx = t.time_ns()\n",
        "from sqlalchemy import func\nx = func.now()\n",
    ],
)
def test_each_way_to_ask_for_the_time_is_seen(text: str) -> None:
    assert len(ambient_time([Source(path="engine/rules.py", text=text)])) == 1
    assert ambient_time([Source(path="app/clock.py", text=text)]) == []


def test_time_as_an_argument_is_welcome() -> None:
    text = "from datetime import datetime\nimport time\ndef f(now: datetime): time.sleep(0)\n"
    assert ambient_time([Source(path="engine/rules.py", text=text)]) == []


def test_an_unseeded_draw_is_seen() -> None:
    bad = Source(path="a.py", text="import random\nx = random.choice([1])\n")
    good = Source(path="b.py", text="from random import Random\nx = Random(7).choice([1])\n")
    assert ambient_chance([bad, good]) == ["a.py:2: random.choice is not seeded; pass a Random"]
