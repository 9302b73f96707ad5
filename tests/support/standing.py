"""One application for many tests: behind its doors each test puts a house of its own.

To build the routes takes longer than most tests ask of them. What the application itself counts,
the requests for `/metrics`, goes on from test to test: a test of that builds its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from app.doors import application_of
from app.wiring import Services
from web.application import create_application
from web.metrics import Metering
from web.office import Offices

OFFICES = ("oversight", "administration", "portal")


class Behind:
    """A port: whatever it is asked, what stands behind it at that moment answers."""

    def __init__(self) -> None:
        self.port: object = None

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        if not callable(getattr(type(self.port), name, None)):
            return getattr(self.port, name)

        def ask(*values: object, **named: object) -> object:
            return getattr(self.port, name)(*values, **named)

        return ask


@dataclass(slots=True, kw_only=True)
class Standing:
    """An application and the ports it was built over."""

    application: FastAPI
    ports: dict[str, Any]
    used: bool = False


_standing: dict[tuple[object, ...], Standing] = {}


@contextmanager
def standing(*, https: bool = False, **ports: object) -> Iterator[Standing]:
    """The application over these ports, which have the names of `create_application`.

    Those of its `offices` are given one by one: `oversight`, `administration`, `portal`. `measures`
    is what `metering` reads.
    """
    key = (https, *sorted(ports))
    found = _standing.get(key)
    if found is None or found.used:
        # A second one at the same time is the test's own.
        found = _built({name: Behind() for name in ports}, ports, https=https)
        _standing.setdefault(key, found)
    _fill(found.ports, ports)
    found.used = True
    try:
        yield found
    finally:
        found.used = False


@contextmanager
def doors_standing(services: Services) -> Iterator[FastAPI]:
    """What serves over these rows in earnest, with every port that it has there.

    But for the token of `/metrics`.
    """
    with ExitStack() as stack:

        def build(figures: object, readiness: object, **given: Any) -> FastAPI:  # noqa: ANN401  # those of `create_application`
            del given["version"]
            offices, metering = given.pop("offices"), given.pop("metering")
            given |= {name: getattr(offices, name) for name in OFFICES}
            given |= {"measures": metering.reader if metering else None}
            ports = {name: one for name, one in given.items() if one is not None}
            found = stack.enter_context(standing(figures=figures, readiness=readiness, **ports))
            return found.application

        yield application_of(services, build)


def _fill(behind: dict[str, Any], ports: dict[str, object]) -> None:
    for name, port in ports.items():
        behind[name].port = port


def _built(behind: dict[str, Any], ports: dict[str, object], *, https: bool) -> Standing:
    # Routes look at their ports while they are built.
    _fill(behind, ports)
    given = {name: one for name, one in behind.items() if name not in OFFICES}
    offices = {name: one for name, one in behind.items() if name in OFFICES}
    if offices:
        given["offices"] = Offices(**offices)
    if "measures" in given:
        given["metering"] = Metering(reader=given.pop("measures"), timer=time.perf_counter)
    application = create_application(version="1", https=https, **given)
    return Standing(application=application, ports=behind)
