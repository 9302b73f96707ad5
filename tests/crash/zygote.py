"""The program that forks: everything is imported and read once, a task costs a fork.

    python -m tests.crash.zygote LOG

Reads orders from standard input and answers on standard output, a line of JSON each. It has one
thread, so that a fork of it is whole.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from tests.crash.house import House, get_to_know
from tests.crash.prologue import begin, warm_web
from tests.crash.tasks import Task, run

PATIENCE = 60
"""Seconds after which a process that should have ended counts as hung."""

BROKEN = 70
"""The exit code of a task that raised."""


def main(arguments: list[str]) -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    log = os.open(arguments[0], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    # Not by the buffered door: a child must not hold half of the next order.
    pending = b""
    while chunk := os.read(sys.stdin.fileno(), 65536):
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            order = json.loads(line)
            answers.write(json.dumps(_ORDERS[order["do"]](order)) + "\n")


def _meet(order: Mapping[str, Any]) -> dict[str, object]:
    """Found a town, and so do everything once: what is read and compiled then every fork has."""
    get_to_know(order["url"], Path(order["outside"]), _begin)
    gc.collect()
    gc.freeze()
    return {"met": True}


def _begin(house: House) -> None:
    begin(house)
    warm_web(house)


def _start(order: Mapping[str, Any]) -> dict[str, object]:
    pid = os.fork()
    if pid == 0:
        _become(Task.told(order["task"]))
    return {"pid": pid}


def _become(task: Task) -> NoReturn:
    code = BROKEN
    try:
        os.close(sys.stdin.fileno())
        code = run(task)
    except BaseException:  # noqa: BLE001  # a fork must end here whatever happens
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _wait(order: Mapping[str, Any]) -> dict[str, object]:
    """Until it has ended (or, where that is asked for, stopped)."""
    pid = int(order["pid"])
    deadline = time.monotonic() + PATIENCE
    flags = os.WNOHANG | (os.WUNTRACED if order.get("stopped") else 0)
    pause = 0.001
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, flags)
        if found == 0:
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        elif os.WIFSTOPPED(status):
            return {"stopped": True}
        else:
            return {"code": os.waitstatus_to_exitcode(status)}
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return {"hung": True}


def _look(order: Mapping[str, Any]) -> dict[str, object]:
    """Whether it has ended; without waiting."""
    found, status = os.waitpid(int(order["pid"]), os.WNOHANG)
    return {"code": os.waitstatus_to_exitcode(status) if found else None}


_ORDERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, object]]] = {
    "meet": _meet,
    "start": _start,
    "wait": _wait,
    "look": _look,
}

if __name__ == "__main__":
    main(sys.argv[1:])
