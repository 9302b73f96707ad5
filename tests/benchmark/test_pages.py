"""Every page that the people of the demo are offered first, with its 397 cases at the year's end.

Processor time of a page that was asked for before, against the very statements it sends, sent by
the bare driver in the same run: the least that could get its rows. PostgreSQL's own is counted in.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from html import unescape
from io import StringIO
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from app.demo.command import run_demo
from app.doors import application_of
from app.gate import GateOfRows
from app.settings import Settings
from app.wiring import Services, in_its_time, unchecked
from tests.benchmark.recorder import Recorder, Sent, listen
from tests.support.databases import KINDS, database_of, servers
from tests.support.processes import time_of
from web.gate import Arrival

LIMITS = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))["pages"]
REPEATS = 5
ASKS = ("SELECT", "WITH", "(")
WRITES = re.compile(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
NO_PAGES = re.compile(r"/(static|language|sign-out|api|files)/|\.(ics|docx|csv|md|json|xlsx)$")
OF_ONE = re.compile(r"/(cases|people)/[^/?]+")
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
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_the_demo_is_quick(kind: str, tmp_path: Path) -> None:
    with database_of(kind, tmp_path) as url:
        run_demo(url, seed=2024, out=tmp_path, until=None, console=Console(file=StringIO()))
        with unchecked(Settings(database_url=url)) as services, closing(_bare(url)) as bare:
            asked = listen(services.database)
            pages = pages_of(in_its_time(services), asked, bare)
            found = sorted(pages, key=lambda one: -one.page)
    _tell(kind, found)
    assert len({one.role for one in found}) >= LIMITS["roles"]
    assert {(one.role, one.path): one.page for one in found if one.page > LIMITS["page_ms"]} == {}


def pages_of(
    services: Services,
    asked: Recorder,
    bare: Any,  # noqa: ANN401  # a connection of either driver
) -> Iterator[Measured]:
    """Of somebody of each role: the pages of the navigation, and one of each kind they link to."""
    gate, now = GateOfRows(services), services.clock()
    application = application_of(services)
    for account in gate.demo_accounts():
        arrival = Arrival(address="testclient", agent="benchmark", at=now)
        cookie = gate.sign_in_as(account.person, arrival).cookie
        client = TestClient(application, headers={"Accept": "text/html"})
        client.cookies.set("bihuan", cookie)
        for path in _paths(client):
            client.get(path)
            page = _cost(partial(client.get, path))
            asked.take()
            client.get(path)
            questions = [one for one in asked.take() if _is_question(one)]
            least = _cost(partial(_send, bare, questions))
            yield Measured(
                role=account.role, path=path, page=page, bare=least, statements=len(questions)
            )


def _bare(url: str) -> Any:  # noqa: ANN401  # a connection of either driver
    file = url.removeprefix("sqlite:///")
    return psycopg.connect(url, autocommit=True) if file == url else sqlite3.connect(file)


def _is_question(sent: Sent) -> bool:
    return sent.sql.lstrip().startswith(ASKS) and not WRITES.search(sent.sql)


def _paths(client: TestClient) -> list[str]:
    """Pages that the first page and those it leads to link to, one of each kind."""
    waiting, kinds, found = ["/"], {"/"}, ["/"]
    for _ in range(2):
        links = [one for path in waiting for one in _links(client, path)]
        waiting = []
        for link in links:
            kind = OF_ONE.sub(r"/\1/*", urlsplit(link).path)
            if kind not in kinds:
                kinds.add(kind)
                waiting.append(link)
        found += waiting
    return found


def _links(client: TestClient, path: str) -> list[str]:
    answer = client.get(path)
    links = re.findall(r'<a[^>]* href="(/[^"#]*)', answer.text)
    return [unescape(one) for one in links if not NO_PAGES.search(one) and one[:2] != "//"]


def _cost(ask: Callable[[], object]) -> float:
    """Milliseconds: the least of ours, and the mean of the server's, which is told in ticks."""
    server = time_of(servers())
    least = min(_timed(ask) for _ in range(REPEATS))
    return least + (time_of(servers()) - server) * 1000 / REPEATS


def _timed(ask: Callable[[], object]) -> float:
    began = process_time()
    ask()
    return (process_time() - began) * 1000


def _send(bare: Any, questions: Iterable[Sent]) -> None:  # noqa: ANN401  # see _bare
    for one in questions:
        for values in one.rows:
            bare.execute(one.sql, values).fetchall()


def _tell(kind: str, found: list[Measured]) -> None:
    print(
        f"\n{kind}: {len(found)} pages, the dearest first: ms of the processor, bare ms, statements"
    )
    for one in found[:SHOWN]:
        print(
            f"{one.page:7.1f} {one.bare:7.1f} {one.statements:4d}  {one.role:22s} {one.path}"
            f"  x{one.page / max(one.bare, 0.1):.0f}"
        )
    half = found[len(found) // 2]
    print(f"median {half.page:.1f} ms, {half.bare:.1f} ms bare")
