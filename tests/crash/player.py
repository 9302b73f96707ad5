"""The program that is killed: plays the small year on a database until something stops it.

    python -m tests.crash.player URL [CHECKPOINT TURN]

With a checkpoint it kills itself when it comes there for the TURNth time, after the set-up.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from tests.crash.year import play_on, stage_on

PLAYING = "playing"
"""Said on standard output when the set-up is done and the first command comes."""
FINISHED = "finished"
COMMITTING = ("before-commit", "committed")


class Deadly:
    """Counts how often a checkpoint is reached, and kills the process at the given turn.

    Commits of transactions that wrote nothing do not count: they only repeated an answer.
    """

    def __init__(self, point: str, turn: int) -> None:
        self._point = point
        self._left = turn
        self._wrote = False

    def __call__(self, point: str) -> None:
        wrote = self._wrote
        self._wrote = point == "saved" or (wrote and point != "committed")
        if point != self._point or (point in COMMITTING and not wrote):
            return
        self._left -= 1
        if self._left == 0:
            # Not an exception: nothing of the program may run after it, no `finally` either.
            os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: list[str]) -> None:
    """Play to the end, or die on the way."""
    url, *deadly = arguments
    checkpoint: Callable[[str], None] | None = None
    if deadly:
        checkpoint = Deadly(deadly[0], int(deadly[1]))
    stage = stage_on(url, checkpoint)
    print(PLAYING, flush=True)  # noqa: T201  # the test waits for it
    progress = play_on(stage)
    print(FINISHED, progress.performed, progress.repeated, flush=True)  # noqa: T201  # the same
    stage.store.database.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
