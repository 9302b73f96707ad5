"""How long the server waits for the head of a request: uvicorn itself would wait for ever.

How large a head may be is bounded by h11; how slowly a body may come, in `web.bodies`. Refuses to
know what is asked.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 15.0
"""From the first moment of a connection, or the first byte of another request, to a whole head."""
_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class HeadInTime(H11Protocol):
    """A connection on which each request begins in time or which ends.

    Between two requests uvicorn's own keep-alive limit counts, which is shorter.
    """

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody has come: they have said nothing yet."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Part of a head does not make the time longer; a whole one ends the wait."""
        before = self.scope
        super().data_received(data)
        if self.scope is not before:
            self._rest()
        elif self.timeout_keep_alive_task is None and not self._is_answering():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._rest()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        # Before the first request there is no cycle.
        return not getattr(self.cycle, "response_complete", True)

    def _wait(self) -> None:
        if self._limit is None:
            self._limit = self.loop.call_later(HEAD_SECONDS, self._end)

    def _rest(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _end(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_TOO_SLOW)
            self.transport.close()
