"""The port of a channel 渠道: one message out, or an error that says whether to try again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from urllib.parse import quote

from engine.errors import BihuanError
from engine.outbox import Message


class DeliveryFailed(BihuanError):
    """A message did not go out. `permanent`: trying again will not help."""

    code = "delivery-failed"
    zh = "经“{channel}”发送未成:{reason}。"
    en = "Sending by “{channel}” failed: {reason}."

    def __init__(self, *, channel: str, reason: str, permanent: bool) -> None:
        super().__init__(channel=channel, reason=reason, permanent=permanent)
        self.permanent = permanent
        self.reason = reason


class ChannelDown(DeliveryFailed):
    """The channel itself cannot be reached now, whoever the message is for."""

    code = "channel-down"
    zh = "渠道“{channel}”现在不通:{reason}。稍后会自动重发。"
    en = "Channel “{channel}” is down: {reason}. It will be tried again by itself."

    def __init__(self, *, channel: str, reason: str) -> None:
        super().__init__(channel=channel, reason=reason, permanent=False)


class Channel(Protocol):
    """A way out of the house."""

    def send(self, message: Message) -> None:
        """Send it, or raise DeliveryFailed. Returning means: somebody else has it now."""
        ...


BLOT = "…"


def without(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret blotted out, also where it was written for a URL."""
    for secret in sorted(
        {one for plain in secrets for one in (plain, quote(plain, safe=""))}, key=len, reverse=True
    ):
        if secret:
            text = text.replace(secret, BLOT)
    return text
