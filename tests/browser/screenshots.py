"""Makes an image of every page at three widths: `make screenshots`. For people to look at.

Pages of each person as they are offered, forms with errors and with answers to check, and what is
shown when something is in the way. Refuses to judge: that is what the images are for.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import chromium
from tests.browser.crawl import kind_of, pages_of
from tests.browser.rare_pages import UNUSUAL, rarely_seen
from tests.browser.somebody import Somebody
from tests.browser.test_pages import CASTS, lively
from tests.browser.town import Town, town_in

WIDTHS = (360, 768, 1440)
ANSWERS = """
document.querySelectorAll('main form.sheet :is(input, select, textarea)').forEach(one => {
  if (one.type === 'radio') { one.checked = true; return; }
  if (one.type === 'hidden' || one.type === 'search') return;
  if (one.tagName === 'SELECT') { one.selectedIndex = Math.min(1, one.options.length - 1); return; }
  if (one.type === 'date') { one.value = '2026-03-06'; return; }
  if (one.inputMode === 'numeric' || one.type === 'number') { one.value = '3'; return; }
  const offered = one.list && one.list.options[0];
  one.value = offered ? offered.value : '到现场看过，已经商定办法。';
})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """Where the images go. `names`: those that were given already."""

    folder: Path
    names: set[str]

    def keep(self, page: Page, name: str) -> None:
        """One page at every width, under a name of its own."""
        found, number = name, 1
        while found in self.names:
            number += 1
            found = f"{name}-{number}"
        self.names.add(found)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=self.folder / f"{found}-{width}.png", full_page=True)


def main(out: Path) -> None:
    """All pages of all people, named by whose they are and what they are about."""
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as other,
        town_in(Path(folder)) as town,
        town_in(Path(other), **UNUSUAL) as unusual,
        sync_playwright() as playwright,
    ):
        lively(town)
        unusual.answered()
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        album = Album(folder=out, names=set())
        for person in (one for cast in CASTS.values() for one in cast):
            somebody = _window(browser, town, person)
            _offered(somebody, album)
            somebody.page.context.close()
        _in_the_way(browser, town, album)
        for name, met in rarely_seen(browser, unusual):
            album.keep(met.page, f"rare-{name}")
        browser.close()


def _window(browser: Browser, town: Town, person: str) -> Somebody:
    context = browser.new_context(locale="zh-CN")
    if person:
        context.add_cookies([{"name": "bihuan", "value": town.cookie(person), "url": town.url}])
    return Somebody(person=person, town=town, page=context.new_page())


def _offered(somebody: Somebody, album: Album) -> None:
    """What somebody is offered; of a form also its errors and the check of its answers."""
    for address in pages_of(somebody, "/" if somebody.person else "/sign-in", set()):
        name = _name(somebody.person, address)
        album.keep(somebody.page, name)
        if not re.search(r"/(act|write)/", address):
            continue
        here = somebody.page.url
        for filled, kind in ((False, "errors"), (True, "check")):
            button = somebody.page.locator('button[value="check"]:visible')
            if not button.count():
                break
            if filled:
                somebody.page.evaluate(ANSWERS)
            button.last.click()
            album.keep(somebody.page, f"{name}-{kind}")
            somebody.page.goto(here)


def _in_the_way(browser: Browser, town: Town, album: Album) -> None:
    """A faster colleague, and a session that ended."""
    here = town.handed_over()
    case = unquote(here.removeprefix("/cases/"))
    clerk = _window(browser, town, "zhao-min")
    form = f"{town.url}/cases/{quote(case)}/act/request_return?subject=1"
    clerk.page.goto(form)
    clerk.page.evaluate(ANSWERS)
    clerk.page.locator('button[value="draft"]').click()
    album.keep(clerk.page, "form-draft-kept")
    town.do("assign_handler", "head-transport", case, 1, handler="zhao-min")
    clerk.page.locator('button[value="check"]:visible').last.click()
    album.keep(clerk.page, "form-changed-meanwhile")
    clerk.page.context.clear_cookies()
    clerk.page.locator('button[value="check"]:visible').last.click()
    album.keep(clerk.page, "form-session-ended")
    clerk.page.context.close()


def _name(person: str, address: str) -> str:
    about = re.sub(r"[^a-z0-9]+", "-", kind_of(address).replace("*", "one")).strip("-")
    return f"{person or 'nobody'}-{about or 'start'}"


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/screenshots"))
