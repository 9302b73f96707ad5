"""The console as a channel: each message as a few lines, for trying things out."""

from __future__ import annotations

from collections.abc import Callable

from engine.calendar import SHANGHAI
from engine.outbox import Message


class ConsoleChannel:
    """Writes messages with the given function."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def send(self, message: Message) -> None:
        at = message.decided_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        mark = "【急】" if message.urgent else ""
        self._write(f"{at} → {message.recipient} {mark}{message.subject}\n    {message.body}")
