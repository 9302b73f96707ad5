"""Makes an image of every page at three widths: `make screenshots`. For people to look at."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import chromium
from tests.browser.crawl import kind_of, pages_of
from tests.browser.somebody import Somebody
from tests.browser.test_pages import CASTS, lively
from tests.browser.town import town_in

WIDTHS = (360, 768, 1440)


def main(out: Path) -> None:
    """All pages of all people, named by whose they are and what they are about."""
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        town_in(Path(folder)) as town,
        sync_playwright() as playwright,
    ):
        lively(town)
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for person in (one for cast in CASTS.values() for one in cast):
            context = browser.new_context(locale="zh-CN")
            if person:
                context.add_cookies(
                    [{"name": "bihuan", "value": town.cookie(person), "url": town.url}]
                )
            somebody = Somebody(person=person, town=town, page=context.new_page())
            done: set[str] = set()
            for address in pages_of(somebody, "/" if person else "/sign-in", set()):
                name = re.sub(r"[^a-z0-9-]+", "_", kind_of(address)).strip("_") or "start"
                while name in done:
                    name += "+"
                done.add(name)
                for width in WIDTHS:
                    somebody.page.set_viewport_size({"width": width, "height": 900})
                    somebody.page.screenshot(
                        path=out / f"{person or 'nobody'}-{name}-{width}.png", full_page=True
                    )
            context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/screenshots"))
