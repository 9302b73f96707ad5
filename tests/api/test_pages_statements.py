"""A page asks the database no oftener when there are more cases: each in few statements.

What the driver itself gets is counted, so that no layer above it can hide a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.doors import application_of
from app.settings import Settings
from app.wiring import unchecked
from tests.support.acting import perform
from tests.support.api import CONTACT, DAY_ONE, DRAFT, HAND_OVER
from tests.support.browsing import Browser
from tests.support.command_line import bare_line, line
from tests.support.gates import Watch
from tests.support.more_people import more_people

__all__ = ["bare_line", "line", "more_people"]
MOST = 55
"""More than any page needs: whole cases are read in fifteen, and no page does it thrice."""
PLUMBING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--")
PAGES = {
    "wang-fang": ("/mine", "/mine/promises", "/waiting", "/inbox", "/cases"),
    "committee": (
        *("/desk", "/desk/review", "/desk/hand-over", "/desk/second-round", "/desk/topics"),
        *("/desk/supervision", "/desk/list/all", "/desk/list/mine", "/overview", "/cases?q=过街"),
        *("/waiting", "/inbox"),
    ),
    "office": ("/government", "/government/list/replies", "/desk/hand-over", "/waiting"),
    "zhao-min": ("/unit", "/unit/list/all", "/unit/list/promises", "/waiting", "/inbox"),
    "head-transport": ("/unit", "/unit/list/mine", "/waiting"),
    "du-heng": ("/lead", "/lead/list/led", "/waiting"),
    "chair": ("/lead", "/desk/supervision", "/desk/supervision/list/all", "/waiting"),
}
WRITTEN: dict[str, Any] = {**DRAFT}
PROMISED = [{"text": "建成天桥", "due_on": "2026-09-30"}]


@dataclass(slots=True, kw_only=True)
class House:
    """Somebody at the pages, and what the database was asked meanwhile."""

    browser: Browser
    asked: list[str] = field(default_factory=list)

    def counts(self) -> dict[tuple[str, str], int]:
        """How many statements each page takes."""
        found = {}
        for person, paths in PAGES.items():
            self.browser.cookie(person)
            for path in paths:
                self.asked.clear()
                page = self.browser.get(person, path)
                assert page.status == 200, (person, path, page.text)
                found[person, path] = len([one for one in self.asked if _is_question(one)])
        return found

    def raise_three(self) -> None:
        """One to be handed over, one of which the reply is on its way, one answered."""
        self._registered()
        self._drafted()
        case = self._drafted()
        self._do("check_reply", "office", case, 1)
        self._do("sign_reply", "head-transport", case, 1, document_number="临交〔2026〕1号")
        self._do("deliver_reply", "zhao-min", case, 1)

    def _registered(self) -> str:
        case = self._do("draft", "wang-fang", **WRITTEN)
        self._do("submit", "wang-fang", case)
        self._do("pass_first_review", "reviewer", case)
        return self._do("register", "committee", case)

    def _drafted(self) -> str:
        case = self._registered()
        self._do("hand_over", "committee", case, **HAND_OVER)
        self._do("receive", "zhao-min", case, 1)
        self._do("record_contact", "zhao-min", case, 1, **CONTACT)
        reply = {"result": "A", "text": "过街设施已建成。", "commitments": PROMISED}
        return self._do("draft_reply", "zhao-min", case, 1, **reply)

    def _do(
        self,
        action: str,
        actor: str,
        case: str | None = None,
        subject: int | None = None,
        **form: Any,  # noqa: ANN401  # texts, and rows of lists
    ) -> str:
        return perform(self.browser, action, actor, case, subject, **form).case


def _is_question(statement: str) -> bool:
    return not statement.lstrip().upper().startswith(PLUMBING)


@pytest.fixture
def house(bare_line: Any, line: Any) -> Iterator[House]:  # noqa: ANN401, ARG001  # the small congress
    """Everything that serves, over the small congress."""
    watch = Watch(now=DAY_ONE)
    with unchecked(Settings(database_url=f"sqlite:///{line.file}"), clock=watch) as services:
        asked: list[str] = []
        event.listen(
            services.database,
            "checkout",
            lambda driver, _record, _proxy: driver.set_trace_callback(asked.append),
        )
        with TestClient(application_of(services)) as client:
            browser = Browser(client=client, services=services, watch=watch)
            yield House(browser=browser, asked=asked)


def test_no_page_asks_oftener_when_there_are_more_cases(house: House) -> None:
    house.raise_three()
    house.counts()  # from here on what is kept for a process is kept
    house.raise_three()
    with_six = house.counts()
    house.raise_three()
    with_nine = house.counts()
    assert with_nine == with_six
    assert {key: count for key, count in with_nine.items() if count > MOST} == {}
    assert min(with_nine.values()) > 1  # they are counted at all
