"""Walks through the pages that somebody is offered, one page of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from tests.browser.somebody import Somebody

KNOWN_AS = re.compile(r"^([0-9a-f]{12,}|\d+|\d{4}-\d\d(-\d\d)?|.*第\d+号)$")
SOMEBODY = re.compile(r"^(/admin/(?:people|accounts)/)(?!new$)[^/]+")
NOT_PAGES = re.compile(
    r"/language/|/static/|/sign-out|/api/|/openapi|\.ics$|\.docx$|\.csv$|/files/\d+$"
)


def kind_of(address: str) -> str:
    """An address without which case, day or number it is about, and how a list is sorted."""
    path = SOMEBODY.sub(r"\1*", urlsplit(address).path)
    return "/".join("*" if KNOWN_AS.match(unquote(one)) else one for one in path.split("/"))


def pages_of(somebody: Somebody, begin: str, met: set[str]) -> Iterator[str]:
    """Open one page of each kind that was not met yet, in the order of the links to them."""
    waiting, seen = [begin], {begin}
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind in met and address != begin:
            continue
        met.add(kind)
        somebody.open(address)
        yield address
        links = somebody.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.href)"
        )
        for link in links:
            if not link.startswith(somebody.town.url):
                continue
            path = link.removeprefix(somebody.town.url).partition("#")[0]
            if path and path not in seen and not NOT_PAGES.search(urlsplit(path).path):
                seen.add(path)
                waiting.append(path)
