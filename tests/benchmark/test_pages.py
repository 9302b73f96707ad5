"""Every page that the people of the demo are offered first, with its 397 cases at the year's end.

Processor time of a page that was asked for before, against the very statements it sends, sent by
the bare driver in the same run: the least that could get its rows.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from io import StringIO
from pathlib import Path
from time import process_time
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from sqlalchemy import Engine, event

from app.demo.command import run_demo
from app.doors import application_of
from app.gate import GateOfRows
from app.settings import Settings
from app.wiring import Services, in_its_time, unchecked
from tests.support.databases import sqlite_url
from web.gate import Arrival

LIMITS = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))["pages"]
REPEATS = 5
PLUMBING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--", "INSERT", "UPDATE", "DELETE")
NO_PAGES = re.compile(r"/(static|language|sign-out|api|files)/|\.(ics|docx|csv|md|json|xlsx)$")
OF_A_CASE = re.compile(r"/cases/[^/?]+")
SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A page of a role: milliseconds of the processor, those of its bare statements, how many."""

    role: str
    path: str
    page: float
    bare: float
    statements: int


@pytest.mark.benchmark
@pytest.mark.timeout(1800)
def test_every_page_of_the_demo_is_quick(tmp_path: Path) -> None:
    with sqlite_url(tmp_path) as url:
        run_demo(url, seed=2024, out=tmp_path, until=None, console=Console(file=StringIO()))
        with unchecked(Settings(database_url=url)) as services:
            found = sorted(pages_of(in_its_time(services)), key=lambda one: -one.page)
    _tell(found)
    assert len({one.role for one in found}) >= LIMITS["roles"]
    assert {(one.role, one.path): one.page for one in found if one.page > LIMITS["page_ms"]} == {}


def pages_of(services: Services) -> Iterator[Measured]:
    """Of somebody of each role: the pages of the navigation, and one of each kind they link to."""
    asked = _asked_of(services.database)
    gate, now = GateOfRows(services), services.clock()
    application = application_of(services)
    bare = sqlite3.connect(str(services.database.url.database))
    for account in gate.demo_accounts():
        arrival = Arrival(address="testclient", agent="benchmark", at=now)
        cookie = gate.sign_in_as(account.person, arrival).cookie
        client = TestClient(application, headers={"Accept": "text/html"})
        client.cookies.set("bihuan", cookie)
        for path in _paths(client):
            client.get(path)
            page = min(_timed(partial(client.get, path)) for _ in range(REPEATS))
            asked.clear()
            client.get(path)
            questions = [one for one in asked if not one.lstrip().startswith(PLUMBING)]
            least = min(_timed(partial(_send, bare, questions)) for _ in range(REPEATS))
            yield Measured(
                role=account.role, path=path, page=page, bare=least, statements=len(questions)
            )
    bare.close()


def _asked_of(database: Engine) -> list[str]:
    """Every statement with its values, as the driver gets it."""
    asked: list[str] = []
    event.listen(
        database,
        "checkout",
        lambda driver, _record, _proxy: driver.set_trace_callback(asked.append),
    )
    return asked


def _paths(client: TestClient) -> list[str]:
    """Pages that the first page and those it leads to link to, one of each kind."""
    waiting, kinds, found = ["/"], {"/"}, ["/"]
    for _ in range(2):
        links = [one for path in waiting for one in _links(client, path)]
        waiting = []
        for link in links:
            kind = OF_A_CASE.sub("/cases/*", urlsplit(link).path)
            if kind not in kinds:
                kinds.add(kind)
                waiting.append(link)
        found += waiting
    return found


def _links(client: TestClient, path: str) -> list[str]:
    answer = client.get(path)
    links = re.findall(r'<a[^>]* href="(/[^"#]*)', answer.text)
    return [unescape(one) for one in links if not NO_PAGES.search(one) and one[:2] != "//"]


def _timed(ask: Callable[[], object]) -> float:
    began = process_time()
    ask()
    return (process_time() - began) * 1000


def _send(bare: sqlite3.Connection, statements: list[str]) -> None:
    for one in statements:
        bare.execute(one).fetchall()


def _tell(found: list[Measured]) -> None:
    print(f"\n{len(found)} pages, the dearest first: ms of the processor, bare ms, statements")
    for one in found[:SHOWN]:
        print(
            f"{one.page:7.1f} {one.bare:7.1f} {one.statements:4d}  {one.role:22s} {one.path}"
            f"  x{one.page / max(one.bare, 0.1):.0f}"
        )
    half = found[len(found) // 2]
    print(f"median {half.page:.1f} ms, {half.bare:.1f} ms bare")
