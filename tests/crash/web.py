"""The web process of a test: the real application, and beside it a door at which things are done.

The application itself only reads so far; the door does what its forms will do: `Desk.perform` in
one of the server's threads. On SQLite it ticks as well, as `bihuan serve` does.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI

from app.doctor import ReadinessOf
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import build
from engine.command import Command, Receipt
from engine.errors import BihuanError
from tests.crash.house import House
from web.application import create_application

PATIENCE = 30.0


_known: dict[str, FastAPI] = {}
"""Those of a process that is forked."""


def serve_town(house: House, door: str) -> None:
    """Serve at a Unix socket until killed."""
    uvicorn.run(application_over(house), uds=door, log_level="warning", access_log=False)


def application_over(house: House) -> FastAPI:
    """The application over this house, with the door."""
    if house.url not in _known:
        _known[house.url] = _built(house)
    return _known[house.url]


def _built(house: House) -> FastAPI:
    services = build(Settings(database_url=house.url))
    services.database.dispose()
    services = replace(services, database=house.database, store=house.store, desk=house.desk)
    application = create_application(
        FiguresOfRows(services), ReadinessOf(services), version="crash"
    )
    _add_door(application, house)
    return application


def _add_door(application: FastAPI, house: House) -> None:
    @application.post("/do")
    def do(asked: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        command = Command(**{**asked, "now": datetime.fromisoformat(asked["now"])})
        try:
            receipt = house.desk.perform(command)
        except BihuanError as error:
            return {"refused": error.code}
        return {"receipt": plain_receipt(receipt)}


def plain_receipt(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON."""
    return {name: getattr(receipt, name) for name in Receipt.__slots__}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door of a web process."""

    door: Path

    def perform(self, command: Command) -> Receipt | None:
        """Do it there; None when it is refused, ConnectionError without an answer."""
        asked = {name: getattr(command, name) for name in Command.__slots__}
        asked |= {"now": command.now.isoformat(), "form": dict(command.form)}
        answer = self._ask("POST", "/do", asked)
        receipt = answer.get("receipt")
        return None if receipt is None else Receipt(**receipt)

    def read(self, path: str) -> Any:  # noqa: ANN401  # whatever is answered
        """Read a page."""
        return self._ask("GET", path, None)

    def sees_it_open(self) -> bool:
        """Whether somebody opens."""
        with socket.socket(socket.AF_UNIX) as tried:
            try:
                tried.connect(str(self.door))
            except OSError:
                return False
            return True

    def _ask(self, method: str, path: str, asked: Mapping[str, object] | None) -> Any:  # noqa: ANN401  # whatever is answered
        connection = _Local(str(self.door))
        try:
            body = None if asked is None else json.dumps(asked)
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        if answer.status == http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ConnectionError(said)
        assert answer.status == http.HTTPStatus.OK, said
        return json.loads(said)


class _Local(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        """Go to the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._path)
