"""A web server on this machine that keeps what it is asked and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever was sent
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How to answer. `before`: what to do first. `drip`: seconds between the bytes of the body."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] | None = None
    drip: float = 0.0


@dataclass(slots=True, kw_only=True)
class WebServer:
    """What was asked so far, and what is answered from now on; the last answer is given again."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: list[Told] = field(default_factory=lambda: [Told()])
    answering: Callable[[Asked], Told] | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tells(self, *answers: Told) -> None:
        self.answers[:] = answers

    def take(self, asked: Asked) -> Told:
        self.asked.append(asked)
        if self.answering is not None:
            return self.answering(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A server that runs meanwhile."""
    kept = WebServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
            del format, args

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            told = kept.take(asked)
            if told.before is not None:
                told.before()
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self._write(told)

        def _write(self, told: Told) -> None:
            if not told.drip:
                self.wfile.write(told.body)
                return
            for byte in told.body:
                try:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                except OSError:
                    return
                if kept.stopping.wait(told.drip):
                    return

        do_GET = do_POST = do_PUT = _answer  # noqa: N815  # the server calls them so

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kept
    finally:
        kept.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
