"""Processor time of processes, as Linux counts it: what a stop-watch of a busy machine hides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PARENT, USED = 1, slice(11, 15)
"""Places in /proc/PID/stat behind the name: parent; user and system time, own and of the dead."""


def seconds_of(process: int) -> float:
    """What a process and its ended children have used so far."""
    return sum(map(int, _stat(process)[USED])) / TICK


def seconds_of_family(process: int) -> float:
    """The same, with its children that still live."""
    return seconds_of(process) + sum(seconds_of(one) for one in _children(process))


def parent_of(process: int) -> int:
    """Who started a process."""
    return int(_stat(process)[PARENT])


def _stat(process: int) -> list[str]:
    text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    return text.rpartition(") ")[2].split()


def _children(process: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if parent_of(int(folder.name)) == process:
                yield int(folder.name)
        except OSError:
            # It has ended meanwhile.
            continue
