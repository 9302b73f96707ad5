"""The front pages: commands exist, links lead somewhere, both languages say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from tests.architecture.sources import packages
from tests.docs.pages import dead_links, page, pages, unnamed

FRONT = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
COMMANDS = ("make demo", "make run", "make test")


def makes(text: str) -> list[str]:
    """Targets of `make` that a page names."""
    return sorted(set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))


def absent(named: Iterable[str], known: set[str]) -> list[str]:
    return [one for one in named if one not in known]


@pytest.mark.parametrize("path", FRONT)
def test_every_make_command_exists(path: str) -> None:
    named = makes(page(path))
    assert named
    assert absent(named, targets()) == []


def test_a_command_that_does_not_exist_is_seen() -> None:
    assert absent(makes("run `make tea` or\nmake test\n"), targets()) == ["tea"]


@pytest.mark.parametrize("path", FRONT[:2])
def test_the_readme_names_the_three_commands_and_every_folder(path: str) -> None:
    text = page(path)
    assert [one for one in COMMANDS if one not in text] == []
    assert unnamed(text, [f"{name}/" for name in (*packages(), "tests", "docs")]) == []


def test_both_readmes_name_the_same_commands_and_pages() -> None:
    english, chinese = page(FRONT[0]), page(FRONT[1])
    assert makes(english) == makes(chinese)
    links = re.compile(r"\]\((docs/[^)]+|CONTRIBUTING\.md|CHANGELOG\.md|LICENSE)\)")
    assert sorted(links.findall(english)) == sorted(links.findall(chinese))


def test_contributing_starts_with_the_one_command() -> None:
    assert page("CONTRIBUTING.md").partition("```sh\n")[2].startswith("make test\n")


@pytest.mark.parametrize("path", pages())
def test_links_lead_to_a_file(path: str) -> None:
    assert dead_links(path, page(path)) == []


def test_a_dead_link_is_seen() -> None:
    text = "[a](nowhere.md) [b](architecture.md#x) [c](https://example.org)\n```\n[d](no)\n```\n"
    assert dead_links("docs/any.md", text) == ["nowhere.md"]


@pytest.mark.parametrize("path", FRONT[:2])
def test_the_readme_leads_to_every_page_of_the_docs(path: str) -> None:
    written = [one for one in pages() if one.startswith("docs/")]
    wanted = [one for one in written if not re.search(r"decisions/\d{4}-", one)]
    assert len(wanted) > 20
    assert [one for one in wanted if f"]({one})" not in page(path)] == []


def test_every_decision_is_listed() -> None:
    written = [one.rpartition("/")[2] for one in pages() if re.search(r"decisions/\d{4}-", one)]
    assert written
    listing = page("docs/decisions/README.md")
    assert [one for one in written if f"({one})" not in listing] == []


def test_the_architecture_page_names_every_folder() -> None:
    text = page("docs/architecture.md")
    assert unnamed(text, [f"{name}/" for name in packages()]) == []
