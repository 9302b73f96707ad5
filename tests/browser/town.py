"""The small congress 临溪县 behind a real server: an account for everybody, and its own time."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import uvicorn
from fastapi import FastAPI
from sqlalchemy import update
from typer.testing import CliRunner

from app.accounts import AccountDesk
from app.cli import app
from app.gate import GateOfRows
from app.settings import Settings
from app.ticking import tick_once
from app.wiring import Services, unchecked
from db.database import writing
from db.tables import accounts
from engine.calendar import SHANGHAI
from tests.support.acting import perform
from tests.support.command_line import CONGRESS_FILE
from tests.support.gates import Watch
from tests.support.standing import doors_standing
from web.gate import Arrival

PASSWORD = "mashang-banli-2026"
START = datetime(2026, 1, 21, 10, 0, tzinfo=SHANGHAI)
MORE_PEOPLE = """\
  - code: head
    name: 郑岚
    appointments: [{role: committee_head}]
  - code: chair
    name: 钱程
    appointments: [{role: chairpersons}]
  - code: mayor
    name: 孙伟
    appointments: [{role: government_leader}]
  - code: lead
    name: 许昕
    appointments: [{role: lead_official, portfolio: portfolio-land-industry}]
  - code: supervisor
    name: 蒋文
    appointments: [{role: supervising_committee}]
  - code: admin
    name: 沈青
    appointments: [{role: administrator}]
  - code: zhou-jie
    name: 周洁
    appointments: [{role: unit_clerk, unit: education}]
  - code: head-education
    name: 冯远
    appointments: [{role: unit_head, unit: education}]
"""
PEOPLE = (
    *("wang-fang", "li-ming", "reviewer", "committee", "head", "chair", "office", "mayor"),
    *("zhao-min", "head-transport", "zhou-jie", "head-education", "lead", "supervisor", "admin"),
)


TITLE = "关于增设临溪中学东侧人行过街设施的建议"
WRITTEN: dict[str, Any] = {
    "title": TITLE,
    "text": "上下学时段人车混行。建议增设人行过街设施。",
    "field": "transport",
    "kind": "session",
    "origin": "research",
}
LEAD = [{"unit": "transport", "kind": "lead"}]
KEY_TITLE = "关于打通临溪大道断头路的建议"
TOPIC: dict[str, Any] = {
    "topic_number": 1,
    "topic_title": "提升城区交通能力",
    "lead_official": "lead",
    "supervising_leader": "supervisor",
    "decided_on": "2026-01-21",
    "decided_by": "县人大常委会主任会议",
}
CONTACT: dict[str, Any] = {
    "on": "2026-01-21",
    "form": "meeting",
    "rank": "unit_head",
    "summary": "与王芳代表到现场看了路口。",
}
REPLY: dict[str, Any] = {"result": "A", "text": "已增设过街设施,感谢您的建议。"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A running server; `url` begins every address of it."""

    url: str
    services: Services
    gate: GateOfRows
    watch: Watch

    def cookie(self, person: str) -> str:
        """A session of somebody, for those journeys that are not about signing in."""
        arrival = Arrival(address="127.0.0.1", agent="test", at=self.watch.now)
        return self.gate.sign_in(person, PASSWORD, arrival).cookie

    def do(
        self,
        action: str,
        actor: str,
        case: str | None = None,
        subject: int | None = None,
        **form: Any,  # noqa: ANN401  # texts, and rows of lists
    ) -> str:
        """An action before the journey begins; the case's number, or its id until it has one."""
        receipt = perform(self, action, actor, case, subject, **form)
        return receipt.number or receipt.case

    def handed_over(self) -> str:
        """A suggestion of 王芳 that waits for 交通局 to sign for receipt: its page."""
        case = self.do("draft", "wang-fang", **WRITTEN)
        self.do("submit", "wang-fang", case)
        self.do("pass_first_review", "reviewer", case)
        case = self.do("register", "committee", case)
        self.do("hand_over", "committee", case, assignments=LEAD)
        return f"/cases/{quote(case)}"

    def key_topic(self) -> None:
        """A key suggestion of a topic, led by 许昕, that waits to be handed over."""
        case = self.do("draft", "wang-fang", **{**WRITTEN, "title": KEY_TITLE})
        self.do("submit", "wang-fang", case)
        self.do("pass_first_review", "reviewer", case)
        case = self.do("register", "committee", case)
        self.do("designate_key", "chair", case, **TOPIC)

    def answered(self) -> str:
        """One that waits to be rated: its page."""
        page = self.handed_over()
        case = unquote(page.removeprefix("/cases/"))
        self.do("receive", "zhao-min", case, 1)
        self.do("record_contact", "zhao-min", case, 1, **CONTACT)
        self.do("draft_reply", "zhao-min", case, 1, **REPLY)
        self.do("check_reply", "office", case, 1)
        self.do("sign_reply", "head-transport", case, 1, document_number="临交建〔2026〕1号")
        self.do("deliver_reply", "zhao-min", case, 1)
        return page

    def later(self, to: str) -> None:
        """Time passes, and the worker does what became due on the way."""
        self.watch.now = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI)
        tick_once(self.services, self.watch.now, lambda _: None)


@cache
def _furnished() -> Path:
    """The database every town begins with."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-town-"))
    file = folder / "linxi.yaml"
    file.write_text(CONGRESS_FILE + MORE_PEOPLE, encoding="utf-8")
    url = f"sqlite:///{folder / 'bihuan.db'}"
    made = CliRunner().invoke(
        app,
        ["--database", url, "init", "--congress-file", str(file)],
        env={name: None for name in os.environ if name.startswith("BIHUAN_")},
    )
    assert made.exit_code == 0, made.output
    with unchecked(Settings(database_url=url), clock=Watch(now=START)) as services:
        desk = AccountDesk(services, "linxi", actor="system", reason="开通账号")
        for one in PEOPLE:
            desk.add(one, one, PASSWORD)
        with writing(services.database) as connection:
            connection.execute(update(accounts).values(must_change=False))
    return folder / "bihuan.db"


@contextmanager
def town_in(folder: Path, **more: Any) -> Iterator[Town]:  # noqa: ANN401  # other settings
    """A town of its own, served until the block ends."""
    shutil.copyfile(_furnished(), folder / "bihuan.db")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'bihuan.db'}",
        session_idle_minutes=1_440,
        session_hours=168,
        **more,
    )
    watch = Watch(now=START)
    with (
        unchecked(settings, clock=watch) as services,
        doors_standing(services) as application,
        _served(application) as url,
    ):
        yield Town(url=url, services=services, gate=GateOfRows(services), watch=watch)


@contextmanager
def _served(application: FastAPI) -> Iterator[str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
