"""What holds for every test: the same examples on every machine, and databases to test on."""

from __future__ import annotations

import gc

import pytest
import structlog
from hypothesis import settings

from tests.support import dearest, scratch
from tests.support.databases import (
    bare_database,
    database,
    database_url,
    servers,
)
from tests.support.thrift import _thrift, shipped_passwords

__all__ = ["_thrift", "bare_database", "database", "database_url", "shipped_passwords"]

# A gate must give the same answer twice; a long search for new examples is somebody's own run:
# pytest --hypothesis-profile=search
settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("gate")


def pytest_addoption(parser: pytest.Parser) -> None:
    dearest.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    scratch.settle()
    dearest.measure(config, servers)


@pytest.fixture(autouse=True)
def _plain_logging() -> None:
    """A command that set the log level in one test must not silence the logs of the next."""
    structlog.reset_defaults()


LONGEST = ("tests/crash/", "tests/browser/", "tests/integration/")
"""What two workers begin with, so that neither is left alone with it in the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs a file: what its tests share is set up once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            file = item.nodeid.partition("::")[0]
            # Those that read our own files parse them once.
            group = "architecture" if file.startswith("tests/architecture/") else file
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    turns = (turn for turn, start in enumerate(LONGEST) if item.nodeid.startswith(start))
    return next(turns, len(LONGEST))


def pytest_collection_finish() -> None:
    """What is imported stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
