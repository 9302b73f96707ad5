"""The world outside of the house: what it was told is on disk, whatever dies inside.

A line for each message that came; a message that was handed over is never forgotten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.outbox import ChannelRoute, Message
from tests.crash.fate import Reach

CHANNEL = "outside"
ROUTES = (ChannelRoute(name=CHANNEL, reaches="code"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as it came out of the house."""

    message: str
    congress: str
    recipient: str
    address: str
    notices: tuple[str, ...]
    subject: str
    body: str


class OutsideChannel:
    """Hands messages over: when `send` comes back, the line is on disk."""

    def __init__(self, file: Path, reach: Reach) -> None:
        self._file = file
        self._reach = reach

    def send(self, message: Message) -> None:
        """Hand it over."""
        heard = Heard(
            message=message.id,
            congress=message.congress,
            recipient=message.recipient,
            address=message.address,
            notices=message.notices,
            subject=message.subject,
            body=message.body,
        )
        line = json.dumps(asdict(heard), ensure_ascii=False).encode() + b"\n"
        self._reach("sending")
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            # One write: what was killed before it said nothing, what was killed after said all.
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._reach("sent")


def heard_in(file: Path) -> tuple[Heard, ...]:
    """Everything that came, in its order."""
    if not file.exists():
        return ()
    return tuple(_heard(line) for line in file.read_text(encoding="utf-8").splitlines())


def _heard(line: str) -> Heard:
    known = json.loads(line)
    return Heard(**{**known, "notices": tuple(known["notices"])})


def repeated(heard: Iterable[Heard]) -> int:
    """How many messages came once more than once."""
    told = [one.message for one in heard]
    return len(told) - len(set(told))
