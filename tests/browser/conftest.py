"""One Chromium for all journeys, a town for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import chromium
from tests.browser.somebody import Somebody
from tests.browser.town import Town, town_in

WAIT = 10_000
"""Milliseconds that a page may take on a machine that does much else."""
People = Callable[..., Somebody]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed when the last journey is over: its loop would be in the way of other tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield found
        found.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as made:
        yield made


@pytest.fixture
def people(town: Town, browser: Browser) -> Iterator[People]:
    """Makes windows of people who have signed in; nothing may go wrong in any of them."""
    made: list[Somebody] = []

    def somebody(person: str, *, width: int = 1440, scripts: bool = True) -> Somebody:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="zh-CN"
        )
        context.set_default_timeout(WAIT)
        if person:
            cookie = town.cookie(person)
            context.add_cookies([{"name": "bihuan", "value": cookie, "url": town.url}])
        page = context.new_page()
        one = Somebody(person=person, town=town, page=page)
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        page.on(
            "console",
            lambda said: one.errors.append(said.text) if said.type == "error" else None,
        )
        made.append(one)
        return one

    yield somebody
    for one in made:
        one.page.context.close()
    complaints = {one.person: one.errors for one in made if one.errors}
    assert not complaints, complaints
