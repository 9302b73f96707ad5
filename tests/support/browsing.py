"""The pages as a browser without scripts has them: links followed, forms filled in and sent.

Nothing is replaced: rows, gate and house are those that serve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.accounts import new_account
from app.doctor import ReadinessOf
from app.gate import GateOfRows
from app.house import HouseOfRows
from app.own import OwnOfRows
from app.public import FiguresOfRows
from app.settings import Settings
from app.wiring import Services, unchecked
from tests.support.api import DAY_ONE
from tests.support.command_line import TITLE, Line
from tests.support.gates import Watch
from tests.support.standing import standing
from web.gate import Arrival

PAGE = {"Accept": "text/html,application/xhtml+xml"}
DRAFT = {
    "f-title": TITLE,
    "f-text": "上下学时段人车混行。建议增设人行过街设施。",
    "f-field": "transport",
    "f-kind": "session",
    "f-origin": "research",
}


@dataclass(slots=True)
class Form:
    """A form with what a browser would send for it."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._area = ""
        self._select = ""
        self._first = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
        if not self.forms:
            return
        values, name = self.forms[-1].values, found.get("name", "")
        if tag == "input" and (found.get("type") != "radio" or "checked" in found):
            values[name] = found.get("value", "")
        elif tag == "textarea":
            self._area, self._first = name, True
            values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in found or self._select not in values):
            values[self._select] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            # A browser drops the first line end of a text area.
            said = data.removeprefix("\n") if self._first else data
            self.forms[-1].values[self._area] += said
            self._first = False


@dataclass(slots=True, kw_only=True)
class Page:
    """What the browser shows."""

    answer: Response
    tags: list[tuple[str, dict[str, str]]]
    forms: list[Form]

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def form(self) -> Form:
        """The form that changes something, besides signing out."""
        return next(one for one in self.forms if one.method == "post" and one.action != "/sign-out")

    def ids(self) -> list[str]:
        return [found["id"] for _, found in self.tags if "id" in found]

    def links(self) -> list[str]:
        return [found["href"] for tag, found in self.tags if tag == "a" and "href" in found]


@dataclass(slots=True, kw_only=True)
class Browser:
    """One browser in which the test signs in whom it names."""

    client: TestClient
    services: Services
    watch: Watch
    cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, person: str) -> str:
        """A session of the person; a new one when the last has ended meanwhile.

        Without a password, since hashing one takes longer than all the pages of a test.
        """
        arrival = Arrival(address="10.0.0.1", agent="test", at=self.watch.now)
        gate = GateOfRows(self.services)
        kept = self.cookies.get(person, "")
        if not kept or gate.visitor(kept, arrival) is None:
            account = gate._accounts.of_person("linxi", person)
            if account is None:
                account = new_account(
                    self.services, "linxi", person, name=person, password=None, must_change=False
                )
                gate._accounts.add(account, actor="system", reason="新任", now=arrival.at)
            self.cookies[person] = gate._begin(account, arrival, trusted=True).cookie
        return self.cookies[person]

    def _be(self, person: str | None, language: str) -> None:
        """From here on this browser is that person's."""
        self.client.cookies.clear()
        if person is not None:
            self.client.cookies.set("bihuan", self.cookie(person))
        if language:
            self.client.cookies.set("bihuan-language", language)

    def get(
        self, person: str | None, path: str, *, language: str = "", follow: bool = True
    ) -> Page:
        self._be(person, language)
        return _page(self.client.get(path, headers=PAGE, follow_redirects=follow))

    def post(
        self,
        person: str | None,
        path: str,
        values: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        self._be(person, "")
        given = {**PAGE, **(headers or {})}
        return _page(
            self.client.post(path, data=dict(values), headers=given, follow_redirects=follow)
        )

    def send(self, person: str | None, page: Page, step: str, **typed: str) -> Page:
        """Fill in the form that the page shows, and press a button."""
        named = {name.replace("__", "-"): value for name, value in typed.items()}
        return self.post(person, page.path, {**page.form.values, **named, "step": step})

    def act(self, person: str, case: str, action: str, **typed: str) -> Page:
        """An action through its pages, which must succeed, minutes after the one before."""
        self.watch.pass_by(minutes=5)
        page = self.get(person, f"/cases/{case}/act/{action}")
        assert page.status == 200, page.text
        named = {f"f-{name.replace('__', '-')}": value for name, value in typed.items()}
        steps = [
            found["value"]
            for tag, found in page.tags
            if tag == "button" and found.get("value") in ("check", "do")
        ]
        done = self.post(person, page.path, {**page.form.values, **named, "step": steps[0]})
        if steps[0] == "check":
            assert done.status == 200, done.text
            done = self.send(person, done, "do")
        assert "已办理" in done.text, done.text
        return done

    def drafted(self, person: str = "wang-fang", **changed: str) -> str:
        page = self.get(person, "/write/draft")
        made = self.post(
            person, "/write/draft", {**page.form.values, **DRAFT, **changed, "step": "do"}
        )
        assert made.status == 200, made.text
        return made.path.rpartition("/")[2]

    def handed_over(self) -> str:
        """A suggestion of 王芳 that 交通局 has to answer; its address is by number from here on."""
        case = self.drafted()
        self.act("wang-fang", case, "submit")
        self.act("reviewer", case, "pass_first_review")
        self.act("committee", case, "register")
        self.act(
            "committee",
            case,
            "hand_over",
            assignments__0__unit="transport",
            assignments__0__kind="lead",
            assignments__0__reason="职责所在",
        )
        return case

    def delivered(self) -> str:
        """The same with its reply delivered, so that 王芳 has to rate it."""
        case = self.handed_over()
        self.act("zhao-min", case, "receive")
        contact = {"on": "2026-01-21", "form": "visit", "rank": "unit_head", "summary": "现场查看"}
        self.act("zhao-min", case, "record_contact", **contact)
        promise = {"commitments__0__text": "建成过街天桥", "commitments__0__due_on": "2026-09-30"}
        self.act("zhao-min", case, "draft_reply", result="A", text="过街设施已建成。", **promise)
        self.act("office", case, "check_reply")
        self.act("head-transport", case, "sign_reply", document_number="临交〔2026〕1号")
        self.act("zhao-min", case, "deliver_reply")
        return case


def _page(answer: Response) -> Page:
    reader = _Reader()
    reader.feed(answer.text)
    return Page(answer=answer, tags=reader.tags, forms=reader.forms)


@pytest.fixture
def browser(line: Line) -> Iterator[Browser]:
    """Nothing raised yet; it is the second day of the session."""
    watch = Watch(now=DAY_ONE)
    settings = Settings(database_url=f"sqlite:///{line.file}")
    with (
        unchecked(settings, clock=watch) as services,
        standing(
            figures=FiguresOfRows(services),
            readiness=ReadinessOf(services),
            house=HouseOfRows(services),
            gate=GateOfRows(services),
            own=OwnOfRows(services),
        ) as found,
        TestClient(found.application) as client,
    ):
        yield Browser(client=client, services=services, watch=watch)
