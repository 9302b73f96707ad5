"""What tests cost in processor time: the dearest files are told, a test beyond its budget fails.

Wall time would depend on who else is at work. A process that a test started costs it what it uses
while the test runs; servers that all tests share, which are PostgreSQL's, are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

import pytest

from tests.support.processes import own_time, time_below, time_of

BUDGET = 12.0
"""Seconds that a test may take itself: four times what the dearest take on a quiet machine."""

TOLD = 10
"""Files."""

DEAR: Mapping[str, tuple[float, str]] = {
    "tests/api/test_openapi.py": (
        40.0,
        "every operation is played, and its schemas compiled first",
    ),
    "tests/api/test_rights_routes.py": (30.0, "every role knocks at every route"),
    "tests/api/test_rights_actions.py": (30.0, "every role tries every action in every state"),
    "tests/api/test_rights_ids.py": (30.0, "hundreds of ids at every route, on both databases"),
    "tests/integration/test_demo_year.py": (60.0, "397 suggestions go through a whole year"),
    "tests/browser/test_pages.py": (80.0, "axe reads every page that a role is offered"),
    "tests/browser/test_journeys.py": (40.0, "a whole loop in Chromium, a window a person"),
    "tests/crash/test_rounds.py": (60.0, "fifty rounds a life, in each of which somebody dies"),
    "tests/crash/test_serve.py": (40.0, "the program is started and killed five times"),
    "tests/crash/test_kill.py": (40.0, "a player dies at each step and is started again"),
}
"""Files whose tests may take more, and why."""

UNBOUND = ("benchmark", "long")
"""Marks of tests that run by themselves and may take what they take."""

SPENT = "processor_seconds"
BESIDE = "processor_seconds_of_servers"


def spent() -> float:
    """Seconds of this process and of all it started."""
    return own_time() + time_below()


def _nothing() -> tuple[int, ...]:
    return ()


class Dearest:
    """Measures set-up, test and tear-down; works in each process of a run."""

    def __init__(self, budget: float, servers: Callable[[], Iterable[int]]) -> None:
        self._budget = budget
        self._servers = servers
        self._last = 0.0
        self._files: dict[str, float] = {}
        self._beside = 0.0

    def pytest_runtest_logstart(self) -> None:
        self._last = spent()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = spent()
        # What an orphan used went with it.
        seconds, self._last = max(0.0, now - self._last), now
        vars(report)[SPENT] = seconds
        budget, _why = DEAR.get(item.nodeid.partition("::")[0], (self._budget, ""))
        bound = not any(item.get_closest_marker(one) for one in UNBOUND)
        if report.when == "call" and report.passed and bound and seconds > budget:
            report.outcome = "failed"
            report.longrepr = (
                f"took {seconds:.1f} s of processor time, more than its budget of {budget:.1f} s:"
                " see CONTRIBUTING.md, or write into tests/support/dearest.py why it must"
            )
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = report.nodeid.partition("::")[0]
        self._files[file] = self._files.get(file, 0.0) + getattr(report, SPENT, 0.0)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._beside = max(self._beside, time_of(self._servers()))
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[BESIDE] = self._beside

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401  # xdist's, which may not be there
        # All workers asked the same servers.
        told = getattr(node, "workeroutput", {}).get(BESIDE, 0.0)
        self._beside = max(self._beside, told)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        whole = sum(self._files.values())
        terminalreporter.section(f"{whole:.0f} s of processor time, the dearest files")
        dearest = sorted(self._files, key=self._files.__getitem__, reverse=True)
        for name in dearest[:TOLD]:
            terminalreporter.line(f"{self._files[name]:7.1f} s  {name}")
        terminalreporter.line(f"{self._beside:7.1f} s  servers that all share, beside")


def add_option(parser: pytest.Parser) -> None:
    """On a slow machine the budget may be larger."""
    parser.addoption(
        "--processor-budget",
        type=float,
        default=BUDGET,
        metavar="SECONDS",
        help="fail a test that takes more processor time (default %(default)s)",
    )


def measure(config: pytest.Config, servers: Callable[[], Iterable[int]] = _nothing) -> None:
    """Measure this run; `servers` are processes that no test starts for itself."""
    measuring = Dearest(config.getoption("--processor-budget"), servers)
    config.pluginmanager.register(measuring, "dearest")
