"""One call to the web: no redirects, no proxies, bounded in time and size, to outer addresses.

Says what was answered, or that nobody could be reached. Refuses to know what a call is about.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from notifications.addresses import only_public
from notifications.channels import ChannelDown, without

LONGEST_ANSWER = 65_536
LONGEST_SAID = 200
AGENT = "bihuan"
SUCCESS = range(200, 300)
REDIRECTS = range(300, 400)
FAILURES = (OSError, http.client.HTTPException)
OF_THE_MESSAGE = frozenset({400, 413, 422})
"""What is refused for what it says: sending the same again cannot help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """How a channel calls: how long in all, by which authority, to inner addresses as well.

    `secrets` are blotted out of whatever is said about a call.
    """

    channel: str
    timeout_seconds: float = 10.0
    ca_file: str | None = None
    private: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def said(self) -> str:
        """Status and the beginning of the body on one line."""
        body = " ".join(without(self.body.decode("utf-8", "replace"), self.secrets).split())
        told = f"HTTP {self.status} {body[:LONGEST_SAID]}".strip()
        if self.status in REDIRECTS:
            return f"{told}(不跟随转址 redirects are not followed)"
        return told


def call(
    method: str, url: str, calling: Calling, *, headers: Mapping[str, str], body: bytes | None
) -> Answer:
    """Send a request and read the answer; ChannelDown when there is none in time.

    AddressRefused when the name stands for an address inside the house.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, calling)
    limit = _Limit(calling.timeout_seconds)
    try:
        with only_public(calling.channel, private=calling.private), limit:
            connection.connect()
            limit.hold(connection.sock)
            connection.request(method, path, body, {"User-Agent": AGENT, **headers})
            answer = connection.getresponse()
            read = answer.read(LONGEST_ANSWER)
            return Answer(status=answer.status, body=read, secrets=calling.secrets)
    except FAILURES as error:
        where = f"{parts.hostname}:{connection.port}"
        reason = without(f"{where} {type(error).__name__}: {error}", calling.secrets)
        raise ChannelDown(channel=calling.channel, reason=reason) from error
    finally:
        connection.close()


def _connection(
    scheme: str, host: str, port: int | None, calling: Calling
) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=calling.timeout_seconds)
    return http.client.HTTPSConnection(
        host,
        port,
        timeout=calling.timeout_seconds,
        context=ssl.create_default_context(cafile=calling.ca_file),
    )


class _Limit:
    """Ends a call when its time is over in all.

    The time limit of a socket begins anew with every byte, and a server may send one now and then.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.over = False

    def hold(self, connected: socket.socket | None) -> None:
        """From now on this is what ends."""
        self._socket = connected
        if self.over:
            self._end()

    def error(self) -> TimeoutError:
        """What the caller is told."""
        return TimeoutError(
            f"没有在{self._seconds:g}秒内答复 / no answer within {self._seconds:g} s"
        )

    def _end(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        if self.over and (error is None or isinstance(error, FAILURES)):
            raise self.error() from error
