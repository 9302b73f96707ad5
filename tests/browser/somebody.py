"""Somebody at a browser: opens pages, follows what they offer, fills in what they ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.town import Town

MOST_STOPS = 60
"""Stops of the tabulator on a page, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person with a window of their own. `errors`: what the browser complained of."""

    person: str
    town: Town
    page: Page
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of the town."""
        answer = self.page.goto(self.town.url + path)
        assert answer is not None, path
        assert answer.ok, (path, answer.status)
        return self.page

    def sees(self, *texts: str) -> None:
        """All of it is on the page."""
        for one in texts:
            expect(self.page.locator("body")).to_contain_text(one)

    def fill(self, **fields: Any) -> None:  # noqa: ANN401  # texts, and rows of lists
        """Fill in fields of an action by name; a list is filled in row by row."""
        for name, value in fields.items():
            if isinstance(value, list):
                for row, parts in enumerate(value):
                    if row:
                        self.page.locator(f'[value="more:{name}"]').click()
                    for part, said in parts.items():
                        self._enter(f"f-{name}-{row}-{part}", said)
            else:
                self._enter(f"f-{name}", value)

    def _enter(self, name: str, value: str) -> None:
        found = self.page.locator(f'[name="{name}"]')
        if self.page.locator(f'input[type="radio"][name="{name}"]').count():
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        elif self.page.locator(f'select[name="{name}"]').count():
            found.select_option(value)
        else:
            found.fill(value)

    def key_to(self, *names: str) -> None:
        """Press the tabulator until something with one of the names has the focus."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            held = self.page.locator(":focus")
            if held.count() and held.inner_text().strip().startswith(names):
                return
        raise AssertionError(names)

    def submit(self) -> None:
        """Press the main button, and confirm where the answers are shown once more."""
        self.page.locator('button[value="do"]:visible, button[value="check"]:visible').last.click()
        again = self.page.locator('button[value="do"]:visible')
        if again.count() and "/act/" in self.page.url:
            again.last.click()

    def write(self, **fields: Any) -> str:  # noqa: ANN401  # as in `fill`
        """Write a new suggestion; the address of its page."""
        self.open("/write/draft")
        self.fill(**fields)
        self.submit()
        expect(self.page.locator(".told.good")).to_be_visible()
        return self.here

    @property
    def here(self) -> str:
        """The address of this page without what was just done."""
        return re.sub(r"\?.*", "", self.page.url.removeprefix(self.town.url))

    def act(self, case: str, action: str, **fields: Any) -> str:  # noqa: ANN401  # as in `fill`
        """Follow an offer on a case's page to its end; the address of the case then."""
        self.open(case)
        self.page.locator(f'a[href*="/act/{action}"]').first.click()
        if fields:
            self.fill(**fields)
        self.submit()
        expect(self.page.locator(".told.good")).to_be_visible()
        return self.here

    def may_not(self, case: str, action: str) -> None:
        """The case's page does not offer it."""
        self.open(case)
        expect(self.page.locator(f'a[href*="/act/{action}"]')).to_have_count(0)
