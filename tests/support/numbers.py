"""Figures on pages and the lists behind them: finds each, follows it, counts what is listed.

Reads pages as a person sees them. Refuses to know what a figure counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

WHOLE = re.compile(r"(\d+)\s*(件|项|条|cases)?")
CASE = re.compile(r"/cases/[^/?]+(#.*)?$|/public/[^/]+/suggestions/[^/?]+$")
HEADINGS = {"h1", "h2", "h3"}
ROWS = {"tr", "li", "fieldset"}
"""Lines of tables and lists, and the cases of the workbench."""
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
MOST_PAGES = 60
Get = Callable[[str], str]


@dataclass(slots=True)
class Node:
    """An element of a page."""

    tag: str
    attrs: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def classes(self) -> set[str]:
        """Its classes."""
        return set(self.attrs.get("class", "").split())

    def text(self) -> str:
        """What is seen of it."""
        if "hidden" in self.classes():
            return ""
        parts = [one if isinstance(one, str) else one.text() for one in self.children]
        return " ".join("".join(parts).split())

    def every(self) -> Iterator[Node]:
        """It and what is in it."""
        yield self
        for one in self.children:
            if isinstance(one, Node):
                yield from one.every()

    def above(self) -> Iterator[Node]:
        """What it stands in, the nearest first."""
        at = self.parent
        while at is not None:
            yield at
            at = at.parent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root", {})
        self._at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_endtag(self, tag: str) -> None:
        for one in (self._at, *self._at.above()):
            if one.tag == tag and one.parent is not None:
                self._at = one.parent
                return

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)


def read_page(text: str) -> Node:
    """The page as elements."""
    reader = _Reader()
    reader.feed(text)
    return reader.root


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A whole number that stands alone; `href`: what it opens, empty when it is no link."""

    value: int
    href: str
    where: str
    node: Node = field(repr=False, compare=False)

    @property
    def in_heading(self) -> bool:
        """Whether it says how many lines follow it."""
        return any(one.tag in HEADINGS for one in self.node.above())

    def lines_below(self) -> int:
        """How many lines the part of the page has whose heading it stands in."""
        part = next(one for one in self.node.above() if one.tag in {"section", "main"})
        return _lines_in(part)

    def column(self) -> int:
        """The sum of the figures above it in its table: those of the body in the same place."""
        cell = next(one for one in (self.node, *self.node.above()) if one.tag == "td")
        row = next(one for one in cell.above() if one.tag == "tr")
        place = [one for one in row.children if isinstance(one, Node)].index(cell)
        table = next(one for one in cell.above() if one.tag == "table")
        body = next(one for one in table.every() if one.tag == "tbody")
        cells = [
            [each for each in one.children if isinstance(each, Node)][place]
            for one in body.every()
            if one.tag == "tr"
        ]
        return sum(int(one.text() or 0) for one in cells)


def figures_of(page: Node) -> Iterator[Figure]:
    """Links that show nothing but a number, and numbers in the places of figures."""
    for node in page.every():
        if node.tag == "a" and (found := WHOLE.fullmatch(node.text())):
            yield Figure(
                value=int(found[1]), href=node.attrs["href"], where=_where(node), node=node
            )
        elif _is_place(node) and (found := WHOLE.fullmatch(node.text())):
            yield Figure(value=int(found[1]), href="", where=_where(node), node=node)


def _is_place(node: Node) -> bool:
    """Where figures stand that are no links: cells of numbers, totals of headings."""
    if any(one.tag == "a" for one in node.every()):
        return False
    if node.tag == "td":
        return "number" in node.classes()
    return node.tag == "span" and any(one.tag in HEADINGS for one in node.above())


def _where(node: Node) -> str:
    """Row and column, or the heading."""
    for one in node.above():
        if one.tag == "tr":
            heads = [each.text() for each in one.every() if each.tag == "th"]
            cell = next((each for each in (node, *node.above()) if each.tag == "td"), None)
            return "|".join((*heads[:1], cell.attrs.get("data-name", "") if cell else ""))
        if one.tag in HEADINGS:
            return one.text()
    return ""


def listed_behind(get: Get, at: str, href: str) -> int:
    """How many lines the list holds that the link opens, over all its pages."""
    address, count = urljoin(at, href), 0
    fragment = urlsplit(address).fragment
    for _ in range(MOST_PAGES):
        page = read_page(get(address))
        count += _lines(page, fragment)
        following = [one for one in page.every() if one.attrs.get("rel") == "next"]
        if not following:
            return count
        address = urljoin(address, following[0].attrs["href"])
    message = f"{address} has no end"
    raise AssertionError(message)


def _lines(page: Node, fragment: str) -> int:
    """Lines that lead to a case."""
    whole = next((one for one in page.every() if one.attrs.get("id") == fragment), None)
    return _lines_in(whole or next(one for one in page.every() if one.tag == "main"))


def _lines_in(part: Node) -> int:
    rows = [one for one in part.every() if one.tag in ROWS]
    return sum(any(_is_case(each) for each in one.every()) for one in rows)


def _is_case(node: Node) -> bool:
    return node.tag == "a" and CASE.match(node.attrs.get("href", "")) is not None
