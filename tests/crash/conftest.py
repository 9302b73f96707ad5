"""What the crash tests share: a zygote for each kind of database, as long as the tests run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.crash.nursery import Nursery, nursery_in
from tests.support.databases import KINDS


@pytest.fixture(scope="session")
def nurseries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Nursery]]:
    """The zygote of each kind, made when it is asked for."""
    with ExitStack() as stack:

        @cache
        def of(kind: str) -> Nursery:
            return stack.enter_context(nursery_in(tmp_path_factory.mktemp(f"nursery-{kind}")))

        yield of


@pytest.fixture(
    scope="module",
    params=[pytest.param(one, marks=pytest.mark.xdist_group(f"crash-{one}")) for one in KINDS],
)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; the two kinds run side by side."""
    return str(request.param)


@pytest.fixture
def nursery(kind: str, nurseries: Callable[[str], Nursery]) -> Nursery:
    """Where processes come from."""
    return nurseries(kind)
