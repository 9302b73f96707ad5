"""Processor time of processes while they run; knows nothing of tests.

Linux tells it under `/proc`. Elsewhere only this process and those it waited for are seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
USED = slice(11, 15)
"""After the name: user and system time, of the process itself and of those it waited for."""


def own_time() -> float:
    """Seconds of this process."""
    times = os.times()
    return times.user + times.system


def time_below() -> float:
    """Seconds of the processes that this one started, ended or not, and of those they started."""
    times = os.times()
    return times.children_user + times.children_system + time_of(_children(os.getpid()))


def time_of(processes: Iterable[int]) -> float:
    """Seconds of these processes and of all below them; of one that is gone nothing."""
    return sum(_used(one) + time_of(_children(one)) for one in processes)


def _used(process: int) -> float:
    try:
        told = (PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    return sum(int(one) for one in told.rpartition(")")[2].split()[USED]) / TICKS


def _children(process: int) -> Iterator[int]:
    tasks = f"{PROC}/{process}/task"
    with suppress(OSError):
        # A list, since threads come and go meanwhile.
        for task in os.listdir(tasks):  # noqa: PTH208  # ten times as quick, after every test
            with suppress(OSError), open(f"{tasks}/{task}/children", encoding="utf-8") as told:  # noqa: PTH123  # the same
                yield from map(int, told.read().split())
