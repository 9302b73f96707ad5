"""`bihuan serve` itself is killed while pages are read, people act and its worker ticks."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import time as time_of_day
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Protocol

from sqlalchemy import ColumnElement, func, select

from app.clock import now
from db.database import reading
from db.tables import outbox, timers
from engine.calendar import local_day, local_instant
from tests.crash.house import House, house_on
from tests.crash.judging import answered_is_kept, judge
from tests.crash.killing import ROOT, wait_until_alone
from tests.crash.looking import look_over_all
from tests.crash.nursery import KILLED, Nursery
from tests.crash.outside import Heard, heard_in
from tests.crash.tasks import Task
from tests.crash.town import (
    CONGRESSES,
    Doer,
    found_town,
    opened_before,
    opened_in,
    outside_of,
    performing,
)
from tests.support.databases import database_of
from tests.support.web_server import WebServer, web_server

PATIENCE = 30.0
FORKED = 4
"""Times that the program is killed; once more as a process that was started anew."""

PAGES = ("/", "/readyz", "/metrics", *(f"/api/v1/congresses/{one}/funnel" for one in CONGRESSES))

CHANNELS = """\
channels:
  - name: outside
    kind: webhook
    reaches: code
    url: {url}/bihuan
    secret: ${{CRASH_SECRET}}
"""


@dataclass(slots=True, kw_only=True)
class Readers:
    """People who look at pages all the time, whether they are answered or not."""

    port: int
    answered: int = 0
    gone: threading.Event = field(default_factory=threading.Event)

    def read_on(self) -> None:
        """Until they are gone."""
        while not self.gone.is_set():
            for page in PAGES:
                self._read(page)

    def _read(self, page: str) -> None:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asking.request("GET", page)
            asking.getresponse().read()
        except (OSError, http.client.HTTPException):
            self.gone.wait(0.02)
        else:
            # A health page may say that something is overdue; that is an answer too.
            self.answered += 1
        finally:
            asking.close()


@contextmanager
def reading_on(port: int) -> Iterator[Readers]:
    """Two of them, meanwhile."""
    readers = Readers(port=port)
    threads = [threading.Thread(target=readers.read_on) for _ in range(2)]
    for one in threads:
        one.start()
    try:
        yield readers
    finally:
        readers.gone.set()
        for one in threads:
            one.join()


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _wait_for(readers: Readers, answers: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while readers.answered < answers:
        assert time.monotonic() < deadline, "nobody answers"
        time.sleep(0.005)


def _environment(url: str, receiver: WebServer, folder: Path) -> dict[str, str]:
    file = folder / "channels.yaml"
    file.write_text(CHANNELS.format(url=receiver.url), encoding="utf-8")
    return {
        "BIHUAN_DATABASE_URL": url,
        "BIHUAN_CHANNELS_FILE": str(file),
        "BIHUAN_ALLOW_PRIVATE_WEBHOOKS": "1",
        "CRASH_SECRET": "a-secret-of-sixteen",
    }


def test_the_program_is_killed_while_everybody_is_busy(
    nursery: Nursery, kind: str, tmp_path: Path
) -> None:
    random = Random(5)
    with (
        web_server() as receiver,
        database_of(kind, tmp_path) as url,
        house_on(url, outside_of(tmp_path)) as house,
    ):
        doer = _settled(house)
        environment = _environment(url, receiver, tmp_path)
        for number in range(FORKED + 1):
            port = _free_port()
            start = _forked if number < FORKED else _anew
            program = start(nursery, Serving(url=url, port=port, environment=environment))
            with reading_on(port) as readers:
                _wait_for(readers, 1)
                _act(doer, number)
                time.sleep(random.uniform(0.0, 0.4))
                program.kill()
                assert program.wait() == KILLED
        assert _count(house, timers.c.fired_at.is_not(None)) > 0, "its worker never ticked"
        _drain(nursery, url, tmp_path)
        house.database.dispose()
        wait_until_alone(house.database)
        # Which notices came by the webhook is known, not in which order.
        drained = (
            replace(one, notices=tuple(sorted(one.notices)))
            for one in heard_in(outside_of(tmp_path))
        )
        heard = (*_received(house, receiver), *drained)
        judge(house.database, heard, drained=True)
        answered_is_kept(house.database, doer.answers)
        look_over_all(house.store, house.desk, CONGRESSES)


class Program(Protocol):
    """A process that can be killed."""

    def kill(self) -> None:
        """End it from outside."""

    def wait(self) -> int:
        """How it ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How the program is to run."""

    url: str
    port: int
    environment: Mapping[str, str]

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("serve", "--port", str(self.port), "--worker")


def _forked(nursery: Nursery, serving: Serving) -> Program:
    """Without the second that an interpreter takes, and with a quicker worker."""
    task = Task(
        kind="bihuan",
        url=serving.url,
        outside="",
        now=now(),
        arguments=serving.arguments,
        environment=serving.environment,
    )
    return nursery.start(task)


def _anew(_nursery: Nursery, serving: Serving) -> Program:
    """As somebody starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *serving.arguments],
        cwd=ROOT,
        env={**os.environ, **serving.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _settled(house: House) -> Doer:
    """A town that was founded weeks ago and in which much is overdue by now."""
    first_day = local_day(now()) - timedelta(days=40)
    found_town(house.database, first_day)
    doer = Doer(perform=performing(house.desk))
    for step in opened_before():
        doer.do(step, local_instant(first_day, time_of_day(9)))
    return doer


def _act(doer: Doer, number: int) -> None:
    for step in opened_in(number):
        doer.do(step, now())


def _count(house: House, condition: ColumnElement[bool]) -> int:
    with reading(house.database) as connection:
        return int(connection.execute(select(func.count()).where(condition)).scalar_one())


def _received(house: House, receiver: WebServer) -> Iterator[Heard]:
    """What the webhook brought; which notices were in it, the rows say."""
    inside: dict[str, list[str]] = {}
    with reading(house.database) as connection:
        for row in connection.execute(select(outbox.c.notice_id, outbox.c.bundle)):
            inside.setdefault(row.bundle or row.notice_id, []).append(row.notice_id)
    for asked in receiver.asked:
        told = asked.json
        assert asked.headers["x-bihuan-id"] == told["id"]
        yield Heard(
            message=told["id"],
            congress=told["congress"],
            recipient=told["recipient"],
            address=told["recipient"],
            notices=tuple(sorted(inside.get(told["id"], [told["id"]]))),
            subject=told["subject"],
            body=told["body"],
        )


def _drain(nursery: Nursery, url: str, folder: Path) -> None:
    """Working days later everything has left."""
    for days in (1, 9, 16):
        at = local_instant(local_day(now()) + timedelta(days=days), time_of_day(14))
        task = Task(kind="deliver", url=url, outside=str(outside_of(folder)), now=at)
        assert not nursery.start(task).ended()
