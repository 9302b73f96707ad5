"""A signed webhook: each notice as JSON under an HMAC, each attempt in a log, to be sent again.

The receiver checks the signature over timestamp and body, refuses what is old and knows a notice
again by its id; docs/api.md says how. Refuses to know where the log is kept and what time it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from engine.outbox import Message
from notifications.calling import OF_THE_MESSAGE, SUCCESS, Answer, Calling, call
from notifications.channels import DeliveryFailed

VERSION = "v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAttempt:
    """One time that a body was sent, or was about to be: then it has neither status nor error."""

    id: str
    congress: str
    message_id: str
    channel: str
    url: str
    at: datetime
    status: int | None = None
    error: str | None = None
    body: str


class WebhookLog(Protocol):
    """Where attempts are kept. Each call is a transaction of its own."""

    def opened(self, attempt: WebhookAttempt) -> None:
        """It is about to be sent."""
        ...

    def closed(self, attempt: str, *, status: int | None, error: str | None) -> None:
        """What became of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where to and under which secret; while it is changed, the previous one signs as well."""

    url: str
    secret: str = field(repr=False)
    previous_secret: str = field(default="", repr=False)
    calling: Calling


class WebhookChannel:
    """Posts each message, signed, and writes down what happened."""

    def __init__(
        self,
        settings: WebhookSettings,
        log: WebhookLog,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._log = log
        self._clock = clock
        self._new_id = new_id

    def send(self, message: Message) -> None:
        self.post(message.congress, message.id, body_of(message))

    def post(self, congress: str, message_id: str, body: str) -> None:
        """Send a body under the id of its notice; DeliveryFailed when it was not taken.

        1. write down that it is going out · 2. send it, signed as of now · 3. write down what was
        answered. A crash after 2 leaves an attempt without an answer.
        """
        settings = self._settings
        attempt = WebhookAttempt(
            id=self._new_id(),
            congress=congress,
            message_id=message_id,
            channel=settings.calling.channel,
            url=shown(settings.url),
            at=self._clock(),
            body=body,
        )
        self._log.opened(attempt)
        try:
            answer = self._call(attempt)
        except DeliveryFailed as error:
            self._log.closed(attempt.id, status=None, error=error.reason)
            raise
        taken = answer.status in SUCCESS
        self._log.closed(attempt.id, status=answer.status, error=None if taken else answer.said)
        if not taken:
            raise DeliveryFailed(
                channel=attempt.channel,
                reason=answer.said,
                permanent=answer.status in OF_THE_MESSAGE,
            )

    def _call(self, attempt: WebhookAttempt) -> Answer:
        body = attempt.body.encode()
        timestamp = str(int(attempt.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Bihuan-Id": attempt.message_id,
            "X-Bihuan-Timestamp": timestamp,
            "X-Bihuan-Signature": ",".join(sign(one, timestamp, body) for one in self._secrets()),
        }
        settings = self._settings
        return call("POST", settings.url, settings.calling, headers=headers, body=body)

    def _secrets(self) -> tuple[str, ...]:
        settings = self._settings
        both = (settings.secret, settings.previous_secret)
        return both if settings.previous_secret else both[:1]


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body at a time: `v1=` and HMAC-SHA256 in hex."""
    signed = timestamp.encode() + b"." + body
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def body_of(message: Message) -> str:
    """A message as JSON."""
    told = {
        "id": message.id,
        "congress": message.congress,
        "case": message.case,
        "template": message.template,
        "facts": dict(message.facts),
        "subject": message.subject,
        "body": message.body,
        "urgent": message.urgent,
        "recipient": message.recipient,
        "decided_at": message.decided_at.isoformat(),
        "attempt": message.attempts + 1,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def shown(url: str) -> str:
    """A URL as it may be shown: values after the question mark are often keys."""
    parts = urlsplit(url)
    query = "?…" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}"
