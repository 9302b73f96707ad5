"""A test that takes too much processor time fails, and the dearest files are told."""

from __future__ import annotations

import os
import re
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
WITH_SERVER = """import subprocess, sys
import pytest

BUSY = '''
import os, sys
while os.times()[0] < 0.6:
    sum(range(9999))
print(1, flush=True)
sys.stdin.read()
'''

@pytest.fixture(scope="session")
def server():
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=-1, stdout=-1) as started:
        yield started
        started.stdin.close()
"""
ASKING = """def test_that_asks(server):
    server.stdout.readline()
"""


def _told(folder: Path, budget: float, **files: str) -> str:
    """What pytest says of a folder with these files."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "--rootdir", str(folder), "--processor-budget", str(budget), str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_a_process_costs_those_who_used_it_and_not_those_who_saw_its_end(tmp_path: Path) -> None:
    told = _told(tmp_path, 5.0, conftest=CONFTEST + WITH_SERVER, test_a=ASKING, test_b=SHORT)
    assert "2 passed" in told
    _, _, files = told.partition("the dearest files")
    assert re.search(r"0\.[6-9] s  test_a\.py", files), files
    assert re.search(r"0\.[0-2] s  test_b\.py", files), files


def test_a_test_beyond_its_budget_fails_and_its_file_is_told_first(tmp_path: Path) -> None:
    told = _told(tmp_path, 0.4, conftest=CONFTEST, test_a=SHORT, test_b=LONG)
    assert "1 failed, 2 passed" in told
    assert "more than its budget of 0.4 s" in told
    _, _, files = told.partition("the dearest files")
    assert files.index("test_b.py") < files.index("test_a.py")


def test_what_may_be_dear_is_there_and_says_why() -> None:
    for file, (seconds, why) in DEAR.items():
        assert (ROOT / file).is_file(), file
        assert seconds > 0
        assert len(why.split()) > 3, file
