"""Where tests write: in memory, if the machine has room there; what they wrote goes when they end.

A test of what survives on disk asks for `on_disk`. `--basetemp FOLDER` keeps what was written.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # the folder itself is ours, see `settle`
ROOM = 3 << 30
"""Bytes that must be free: several times what the suite writes."""
BEGINNING = "bihuan-tests-"
DISK = "TESTS_ON_DISK"
"""Where the folder on disk is, for the processes that this one starts."""


def settle() -> None:
    """Let temporary files of this process, and of those it starts, lie in memory."""
    if DISK in os.environ or not MEMORY.is_dir():
        return
    _sweep()
    if shutil.disk_usage(MEMORY).free < ROOM or not os.access(MEMORY, os.W_OK):
        return
    os.environ[DISK] = tempfile.gettempdir()
    # PostgreSQL may run as somebody else, who has to get through.
    folder = MEMORY / f"{BEGINNING}{os.getpid()}"
    folder.mkdir(mode=0o755)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    # The first to be registered is the last to run: servers have been stopped by then.
    atexit.register(_remove, folder, os.getpid())


def on_disk() -> Path:
    """A folder for temporary files that are really written."""
    return Path(os.environ.get(DISK) or tempfile.gettempdir())


def _remove(folder: Path, owner: int) -> None:
    # A fork of the owner is not the owner.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Take away what runs left behind that were killed."""
    for left in MEMORY.glob(f"{BEGINNING}*"):
        owner = left.name.removeprefix(BEGINNING)
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    with suppress(ProcessLookupError):
        try:
            os.kill(process, 0)
        except PermissionError:
            return True
        return True
    return False
