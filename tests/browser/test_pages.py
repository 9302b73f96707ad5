"""Every page that anybody is offered: accessible, no wider than a phone, no complaint."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.conftest import People
from tests.browser.crawl import pages_of
from tests.browser.rare_pages import UNUSUAL, rarely_seen
from tests.browser.somebody import Somebody
from tests.browser.town import WRITTEN, Town, town_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Many pages: on a machine that does much else each takes seconds.
    pytest.mark.timeout(300),
]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
PHONE = ViewportSize(width=360, height=800)
DESK = ViewportSize(width=1440, height=900)
CASTS = {
    "deputy": ("wang-fang",),
    "congress": ("committee", "reviewer", "head"),
    "government": ("mayor", "office"),
    "unit": ("zhao-min", "head-transport"),
    "leaders": ("lead", "supervisor", "chair"),
    "administrator": ("admin",),
    "nobody": ("",),
}


def faults(somebody: Somebody) -> list[str]:
    """What axe finds on the page, and whether a phone would have to scroll sideways."""
    page = somebody.page
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [
        f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]
    ]
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > PHONE["width"]:
        told.append(f"{wide} px wide")
    page.set_viewport_size(DESK)
    return told


def lively(town: Town) -> None:
    """A town in which every page has something to show."""
    town.do(
        "draft",
        "wang-fang",
        title="草稿中的建议",
        text="请研究。",
        kind="session",
        field="transport",
        origin="research",
    )
    waiting = town.do("draft", "wang-fang", **WRITTEN)
    town.do("submit", "wang-fang", waiting)
    town.key_topic()
    town.handed_over()
    town.answered()
    town.later("2026-03-02T09:00")


@pytest.mark.parametrize("cast", CASTS)
def test_every_page_is_accessible_and_fits_a_phone(people: People, town: Town, cast: str) -> None:
    lively(town)
    told = {}
    met: set[str] = set()
    for person in CASTS[cast]:
        somebody = people(person)
        for address in pages_of(somebody, "/" if person else "/sign-in", met):
            if wrong := faults(somebody):
                told[f"{person} {address}"] = wrong
    assert met
    assert not told, "\n".join(f"{where}\n  " + "\n  ".join(all_) for where, all_ in told.items())


def test_pages_that_are_rarely_seen_are_accessible_and_fit_a_phone(
    browser: Browser, tmp_path: Path
) -> None:
    told, met = {}, 0
    with town_in(tmp_path, **UNUSUAL) as town:
        town.answered()
        for name, somebody in rarely_seen(browser, town):
            met += 1
            if wrong := faults(somebody):
                told[name] = wrong
    assert met > 15
    assert not told, "\n".join(f"{where}\n  " + "\n  ".join(all_) for where, all_ in told.items())


def test_a_fault_would_be_seen(people: People) -> None:
    somebody = people("")
    somebody.open("/sign-in")
    somebody.page.evaluate(
        "document.body.innerHTML = '<main><img src=\"data:,\"><p style>x</p></main>';"
        "document.querySelector('p').style.width = '900px'"
    )
    told = faults(somebody)
    somebody.errors.clear()
    assert any(one.startswith("image-alt") for one in told)
    assert any(one.endswith("px wide") for one in told)
