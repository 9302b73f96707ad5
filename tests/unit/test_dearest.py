"""A test that takes too much processor time fails, and the dearest files are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.dearest import DEAR

ROOT = Path(__file__).resolve().parents[2]
CONFTEST = """\
from tests.support import dearest

def pytest_addoption(parser):
    dearest.add_option(parser)

def pytest_configure(config):
    dearest.measure(config)
"""
SHORT = """\
def test_short():
    pass
"""
LONG = """\
import os

def test_long():
    begun = os.times().user
    while os.times().user < begun + 0.6:
        pass

def test_that_waits():
    import time
    time.sleep(0.6)
"""


def test_a_test_beyond_its_budget_fails_and_its_file_is_told_first(tmp_path: Path) -> None:
    for name, text in (("conftest", CONFTEST), ("test_a", SHORT), ("test_b", LONG)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    told = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "--processor-budget", "0.4", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "1 failed, 2 passed" in told
    assert "more than its budget of 0.4 s" in told
    _, _, files = told.partition("the dearest files")
    assert files.index("test_b.py") < files.index("test_a.py")


def test_what_may_be_dear_is_there_and_says_why() -> None:
    for file, (seconds, why) in DEAR.items():
        assert (ROOT / file).is_file(), file
        assert seconds > 0
        assert len(why.split()) > 3, file
