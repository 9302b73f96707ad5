"""An action of the Desk against the very rows it writes, sent by the bare driver.

Fails below the floors of limits.toml; prints the aims, and what the time goes to.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.benchmark.measure import compare, record, shares
from tests.benchmark.mix import commands
from tests.benchmark.telling import tell
from tests.support.databases import KINDS

CASES = 120
LIMITS = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))
YARDSTICK = {"sqlite": "sqlite3", "postgresql": "psycopg"}
"""The raw side that is held to the floors: statement after statement, as one writes by hand."""


@pytest.mark.benchmark
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_an_action_costs_little_more_than_its_rows(kind: str, tmp_path: Path) -> None:
    mix = commands(CASES)
    recording = record(kind, tmp_path, mix)
    measured = compare(kind, tmp_path, recording)
    floor = LIMITS["floor"][kind]
    spent = shares(kind, tmp_path, mix)
    tell(kind, recording, measured, spent, {"aim": LIMITS["aim"], "floor": floor})
    side = YARDSTICK[kind]
    assert measured.ratio(side) >= floor["throughput"]
    assert measured.tail(side) <= floor["tail"]
