"""Walks through the pages that somebody is offered, each kind of page a few times only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from tests.browser.somebody import Somebody

KNOWN_AS = re.compile(r"^([0-9a-f]{12,}|\d+|\d{4}-\d\d(-\d\d)?|.*第\d+号)$")
NOT_PAGES = re.compile(r"/language/|/static/|/sign-out|/api/|\.ics$|\.docx$|\.csv$|/files/\d+$")
OF_A_KIND = 2
"""Pages that differ only in which case they are about are looked at so often."""


def kind_of(address: str) -> str:
    """An address without which case, which day, which number it is about."""
    parts = urlsplit(address)
    path = "/".join("*" if KNOWN_AS.match(unquote(one)) else one for one in parts.path.split("/"))
    return f"{path}?{'&'.join(sorted(parse_qs(parts.query)))}"


def pages_of(somebody: Somebody, *begin: str) -> Iterator[str]:
    """Open one page after the other, in the order in which links to them were met."""
    waiting, met, seen = list(begin), Counter[str](), set(begin)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        met[kind] += 1
        if met[kind] > OF_A_KIND:
            continue
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
