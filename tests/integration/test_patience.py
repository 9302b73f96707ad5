"""`serve` waits for the head of a request only so long, and lets everybody else go on meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]
SECONDS = 1.0
SERVE = f"import app.patience as it; it.HEAD_SECONDS = {SECONDS}; from app.cli import app; app()"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: bihuan\r\n"
END = b"\r\n"
WELL = b'{"status":"ok"}'


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def server(line: Line, port: int) -> Iterator[int]:
    """A process that serves, less patient than usual; its port."""
    environment = {**os.environ, "BIHUAN_DATABASE_URL": f"sqlite:///{line.file}"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--no-worker", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_until_open(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def _wait_until_open(port: int) -> None:
    for _ in range(150):
        try:
            _called(port).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(port)


def _called(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def _heard(caller: socket.socket) -> bytes:
    """All that is said until the other side hangs up."""
    said = b""
    while part := caller.recv(4096):
        said += part
    return said


def _status(said: bytes) -> list[bytes]:
    return [one.split(b" ")[1] for one in said.split(b"\r\n") if one.startswith(b"HTTP/1.1 ")]


def test_whoever_does_not_finish_a_head_is_hung_up_on(server: int) -> None:
    began = time.monotonic()
    callers = {said: _called(server) for said in (b"", b"GET /he", HEAD)}
    for said, caller in callers.items():
        caller.sendall(said)
    # Another is served while these keep the line open.
    with closing(_called(server)) as quick:
        quick.sendall(HEAD + b"Connection: close\r\n" + END)
        assert _status(_heard(quick)) == [b"200"]
    for caller in callers.values():
        assert _status(_heard(caller)) == [b"408"]
        caller.close()
    assert SECONDS * 0.9 <= time.monotonic() - began < 10

    # A byte now and then does not make it longer.
    with closing(_called(server)) as dripping:
        began = time.monotonic()
        dripping.settimeout(0.1)
        answer: bytes | None = None
        for one in HEAD * 3:
            dripping.send(bytes([one]))
            try:
                answer = dripping.recv(4096)
            except TimeoutError:
                continue
            break
        assert answer is not None
        assert _status(answer) == [b"408"]
        assert time.monotonic() - began < 10

    # Several requests on a line have the time each, and a half one after them ends it.
    with closing(_called(server)) as talker:
        for _ in range(3):
            talker.sendall(HEAD + END)
            said = b""
            while not said.endswith(WELL):
                said += talker.recv(4096)
            assert _status(said) == [b"200"]
            time.sleep(SECONDS * 0.5)
        talker.sendall(HEAD)
        assert _status(_heard(talker)) == [b"408"]
