"""What tests cost in processor time: the dearest files are told, a test beyond its budget fails.

Wall time would depend on who else is at work. PostgreSQL's own time is not seen, nor that of a
process that nobody waited for yet.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping

import pytest

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
    "tests/crash/test_rounds.py": (60.0, "fifty rounds a life, in each of which somebody dies"),
    "tests/crash/test_serve.py": (40.0, "the program is started and killed five times"),
    "tests/crash/test_kill.py": (40.0, "a player dies at each step and is started again"),
}
"""Files whose tests may take more, and why."""

UNBOUND = ("benchmark", "long")
"""Marks of tests that run by themselves and may take what they take."""

SPENT = "processor_seconds"


def spent() -> float:
    """Seconds of this process and of those it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Dearest:
    """Measures set-up, test and tear-down; works in each process of a run."""

    def __init__(self, budget: float) -> None:
        self._budget = budget
        self._last = 0.0
        self._files: dict[str, float] = {}

    def pytest_runtest_logstart(self) -> None:
        self._last = spent()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = spent()
        seconds, self._last = now - self._last, now
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

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        whole = sum(self._files.values())
        terminalreporter.section(f"{whole:.0f} s of processor time, the dearest files")
        dearest = sorted(self._files, key=self._files.__getitem__, reverse=True)
        for name in dearest[:TOLD]:
            terminalreporter.line(f"{self._files[name]:7.1f} s  {name}")


def add_option(parser: pytest.Parser) -> None:
    """On a slow machine the budget may be larger."""
    parser.addoption(
        "--processor-budget",
        type=float,
        default=BUDGET,
        metavar="SECONDS",
        help="fail a test that takes more processor time (default %(default)s)",
    )


def measure(config: pytest.Config) -> None:
    """Measure this run."""
    config.pluginmanager.register(Dearest(config.getoption("--processor-budget")), "dearest")
