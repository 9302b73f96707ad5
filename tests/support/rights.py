"""A congress in which every role meets a case in every relation, served as it is in earnest.

Titles, texts, replies, ratings and files carry a mark of their case, so that a body tells which
cases speak in it. Another congress has the same people and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from app.accounts import AccountDesk, new_account
from app.attachments import add_file
from app.gate import GateOfRows
from app.wiring import Services
from db.accounts import Accounts
from db.database import reading, writing
from db.register import RegisterChanges
from db.searched import SearchIndex
from db.store import SqlStore
from db.tables import contacts, evaluations, replies, suggestions
from engine.case import Case
from engine.congress import Appointment, Person
from engine.perform import Desk
from reports.rows import read_rows
from tests.support.databases import Prepared
from tests.support.standing import doors_standing
from tests.support.two_congresses import NOW, open_town
from tests.support.world import CONGRESS, World, local, small_directory
from web.attachments import Upload
from web.gate import Arrival
from workflows import load_files

KEEPER = "keeper"
PEOPLE = (
    *("wang-fang", "li-ming", "chen-jing", "reviewer", "committee", "committee-head"),
    *("chairpersons", "supervision", "office", "leader", "official", "second-official"),
    *("clerk-transport", "head-transport", "clerk-education", "clerk-finance", KEEPER),
)
"""Every role, and where a relation matters somebody in it and somebody who is not."""
DELEGATIONS = {"wang-fang": "城东", "chen-jing": "城东", "li-ming": "城西"}
MARK = re.compile("([标文答评件])([a-z]+-[0-9]+)\\1")
"""Title, text, reply, rating and file of a case."""
HTML = {"Accept": "text/html"}
ARRIVAL = Arrival(address="10.0.0.1", agent="test", at=NOW)
DRAFT: dict[str, object] = {
    "title": "关于修建图书馆的建议",
    "text": "现状和建议各一段。",
    "field": "transport",
    "kind": "recess",
    "origin": "citizens",
}


@dataclass(slots=True, kw_only=True)
class Rights:
    """The application, everybody's keys to it, and every case there is, drafts and all."""

    application: FastAPI
    services: Services
    cases: tuple[Case, ...]
    client: TestClient
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    forged: dict[str, str] = field(default_factory=dict)

    def token(self, person: str) -> str:
        """A token of the person for everything that a token may be for."""
        if person not in self.tokens:
            desk = AccountDesk(self.services, CONGRESS, actor="system", reason="对接系统")
            made = desk.issue_token(person, label="测试", scopes=("read", "act", "admin"), days=365)
            self.tokens[person] = made.token
        return self.tokens[person]

    def cookie(self, person: str) -> str:
        """A session of the person, as an identity provider would have it begun."""
        if person not in self.cookies:
            account = new_account(
                self.services, CONGRESS, person, name=person, password=None, must_change=False
            )
            Accounts(self.services.database).add(account, actor="setup", reason="开通", now=NOW)
            entered = GateOfRows(self.services).come_in(account, ARRIVAL)
            assert entered is not None
            self.cookies[person] = entered.cookie
        return self.cookies[person]

    def csrf(self, person: str) -> str:
        """What a form of the person's session must bring."""
        if person not in self.forged:
            found = GateOfRows(self.services).visitor(self.cookie(person), ARRIVAL)
            assert found is not None
            self.forged[person] = found.csrf
        return self.forged[person]

    def ask(self, person: str, path: str, method: str = "GET", **more: Any) -> Response:  # noqa: ANN401  # as httpx takes it
        """By the door of the address: with a token at the API, with a session at pages.

        Nobody is a stranger, who brings neither. A form is one of the person's own pages.
        """
        headers: dict[str, str] = {} if path.startswith("/api/") else dict(HTML)
        if person and path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.token(person)}"}
        elif person:
            headers |= {"Cookie": f"bihuan={self.cookie(person)}"}
            if method == "POST":
                more["data"] = {"csrf": self.csrf(person), **more.get("data", {})}
        return self.client.request(method, path, headers=headers, **more)

    def named(self, name: str) -> Case:
        """A case by its id."""
        return next(one for one in self.cases if one.id == name)

    @property
    def here(self) -> tuple[Case, ...]:
        """Those of the congress in which everybody is signed in."""
        return tuple(one for one in self.cases if one.congress == CONGRESS)

    def now_of(self, name: str) -> Case:
        """The case as it is kept at this moment."""
        return self.services.desk.look(CONGRESS, name, NOW)[0]


def marks_in(body: str) -> set[tuple[str, str]]:
    """What of which cases speaks in a body."""
    return {(found[1], found[2]) for found in MARK.finditer(body)}


@contextmanager
def open_rights(database_url: str, folder: Path) -> Iterator[Rights]:
    """Two congresses, drafts, files, cases at every step, and an administrator besides."""
    with open_town(database_url) as town:
        settings = replace(town.services.settings, files=str(folder), portal=True)
        services = replace(town.services, settings=settings)
        if KEEPER not in services.directory(CONGRESS).people:
            _add(services)
        with reading(services.database) as connection:
            cases = tuple(row.case for row in read_rows(connection))
        for one in cases:
            name, content = f"件{one.id}件.txt", BytesIO(f"件{one.id}件\n".encode())
            given = Upload(name=name, reason="说明", content=content)
            add_file(services, one, given, actor=one.signatories[0].deputy)
        with (
            doors_standing(services) as application,
            TestClient(
                application, follow_redirects=False, raise_server_exceptions=False
            ) as client,
        ):
            yield Rights(application=application, services=services, cases=cases, client=client)


def _add(services: Services) -> None:
    _add_people(services)
    _add_cases(services)
    _mark(services)


def _play(database_url: str) -> None:
    with open_town(database_url) as town:
        _add(town.services)


RIGHTS = Prepared(name="rights", fill=_play)
"""A database with all of it, but for the files and the keys of people."""


def _add_people(services: Services) -> None:
    known = small_directory().people
    deputies = [replace(known[one], delegation=name) for one, name in DELEGATIONS.items()]
    keeper = Person(
        code=KEEPER, name="江涛", appointments=(Appointment(role="administrator", unit=None),)
    )
    changes = RegisterChanges(people=(*deputies, keeper))
    services.register.apply(CONGRESS, changes, actor="setup", reason="测试", now=NOW)


def _add_cases(services: Services) -> None:
    """Drafts of 李明, and cases that stand where those of the small year do not."""
    store = SqlStore(services.database, load_files)
    numbers = iter(range(1, 100))
    world = World(
        desk=Desk(store, lambda: f"more-{next(numbers)}"), store=store, now=local("2026-06-10")
    )
    for cosigners in ([], ["wang-fang"]):
        world.case = ""
        world.case = world.do("draft", "li-ming", form=DRAFT | {"cosigners": cosigners}).case
        if cosigners:
            world.do("submit", "li-ming")
    world.raised(by="chen-jing").do("pass_first_review", "reviewer")
    world.raised(by="li-ming").do("return_for_revision", "reviewer", reason="请写明地点")
    _add_handled(world)


def _add_handled(world: World) -> None:
    """Half rated; to be studied; drafted, checked and signed; returning, extended; ordered."""
    world.handed_over("transport", cosigners=("li-ming",)).replied("transport")
    world.do("rate", "wang-fang", process="satisfied", result="satisfied", comment="好")
    world.handed_over("finance").replied("finance")
    world.do("rate", "wang-fang", process="basic", result="dissatisfied", comment="没有时间表")
    for last in ("draft_reply", "check_reply", "sign_reply"):
        world.handed_over("education", "transport")
        _drafted(world, until=last)
    world.handed_over("finance", "transport")
    world.do("request_return", "head-finance", subject=1, reason="不属", proposed_unit="housing")
    world.do("receive", "clerk-transport", subject=2)
    world.do("give_opinion", "clerk-transport", subject=2, opinion="同意。")
    world.handed_over("transport")
    world.do("receive", "clerk-transport", subject=1)
    world.do("request_extension", "head-transport", subject=1, reason="涉及面广", clock="reply")
    world.handed_over("finance")
    world.do("issue_order", "committee-head", subject=1, note="请说明")
    world.handed_over("transport")
    world.do("issue_order", "supervision", subject=1, note="请说明")
    world.do("answer_order", "clerk-transport", subject=1, answer="正在办")


def _drafted(world: World, *, until: str) -> None:
    """A letter of 教育局 as far as the action."""
    met = {"on": "2026-06-10", "form": "phone", "rank": "staff", "summary": "电话"}
    world.do("receive", "clerk-education", subject=1)
    world.do("record_contact", "clerk-education", subject=1, form=met)
    world.do("draft_reply", "clerk-education", subject=1, result="A", text="拟增设。")
    if until != "draft_reply":
        world.do("check_reply", "office", subject=1)
    if until == "sign_reply":
        world.do("sign_reply", "head-education", subject=1, document_number="临教〔2026〕9号")


def _mark(services: Services) -> None:
    here = suggestions.c
    with writing(services.database) as connection:
        connection.execute(
            update(suggestions).values(
                title=here.title + "标" + here.id + "标", text=here.text + "文" + here.id + "文"
            )
        )
        for table, column, sign in (
            (replies, replies.c.text, "答"),
            (contacts, contacts.c.summary, "文"),
            (evaluations, evaluations.c.comment, "评"),
        ):
            marked = column + sign + table.c.case_id + sign
            connection.execute(update(table).values({column.name: marked}))
    # Written past the store: the index does not know it yet.
    for _ in SearchIndex(services.database).rebuild():
        pass
