"""The test's side of the zygote: has processes forked, kills and resumes them, sees their end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crash.killing import ROOT
from tests.crash.tasks import Task

KILLED = -signal.SIGKILL


@dataclass(slots=True)
class Child:
    """A process that was forked. It stays in the list of processes until it was waited for."""

    nursery: Nursery
    pid: int
    code: int | None = None

    def kill(self) -> None:
        """End it from outside."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)

    def resume(self) -> None:
        """Let it go on after it was stopped."""
        os.kill(self.pid, signal.SIGCONT)

    def wait(self) -> int:
        """Its exit code once it has ended; negative when a signal ended it."""
        if self.code is None:
            answer = self.nursery.order({"do": "wait", "pid": self.pid})
            assert "hung" not in answer, f"a process hung\n{self.nursery.told()}"
            self.code = int(answer["code"])
        return self.code

    def is_over(self) -> bool:
        """Whether it has ended by now."""
        if self.code is None:
            answer = self.nursery.order({"do": "look", "pid": self.pid})
            self.code = answer["code"]
        return self.code is not None

    def ended(self) -> bool:
        """Whether it was killed; an end by itself must have been a good one."""
        code = self.wait()
        assert code in (0, KILLED), f"a process ended with {code}\n{self.nursery.told()}"
        return code == KILLED

    def stopped(self) -> bool:
        """Wait until it stops; False when it ended before."""
        answer = self.nursery.order({"do": "wait", "pid": self.pid, "stopped": True})
        if "code" in answer:
            self.code = int(answer["code"])
        return "stopped" in answer


class Nursery:
    """Has tasks done by processes of their own."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def meet(self, url: str, outside: Path) -> None:
        """Found the town there; all that is forked later knows this database."""
        assert self.order({"do": "meet", "url": url, "outside": str(outside)}) == {"met": True}

    def start(self, task: Task) -> Child:
        """Fork a process for the task."""
        answer = self.order({"do": "start", "task": task.plain()})
        return Child(self, int(answer["pid"]))

    def order(self, order: dict[str, object]) -> dict[str, Any]:
        """Give an order and hear the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self.heard()

    def heard(self) -> dict[str, Any]:
        """The next answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the zygote died\n{self.told()}"
        found: dict[str, Any] = json.loads(line)
        return found

    def told(self) -> str:
        """The end of what the processes wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-4000:]


@contextmanager
def nursery_in(folder: Path) -> Iterator[Nursery]:
    """A zygote that runs meanwhile."""
    log = folder / "zygote.log"
    log.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.zygote", str(log)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    nursery = Nursery(process, log)
    try:
        yield nursery
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()
