"""What holds for every test: the same examples on every machine, and databases to test on."""

from __future__ import annotations

import gc

import pytest
import structlog
from hypothesis import settings

from tests.support.databases import (
    bare_database,
    database,
    database_url,
)
from tests.support.thrift import _thrift, shipped_passwords

__all__ = ["_thrift", "bare_database", "database", "database_url", "shipped_passwords"]

# A gate must give the same answer twice; a long search for new examples is somebody's own run:
# pytest --hypothesis-profile=search
settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("gate")


@pytest.fixture(autouse=True)
def _plain_logging() -> None:
    """A command that set the log level in one test must not silence the logs of the next."""
    structlog.reset_defaults()


def pytest_collection_finish() -> None:
    """What is imported stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
