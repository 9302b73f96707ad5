"""The look: tokens that can be read, a page of all components, both languages, empty places."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from engine.profile import FieldType
from tests.support.browsing import Browser, browser
from tests.support.command_line import bare_line, line
from web.pages.static_files import address_of

__all__ = ["bare_line", "browser", "line"]

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "web" / "static"
TOKENS = dict(
    re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", (STATIC / "tokens.css").read_text(encoding="utf-8"))
)
GROUNDS = ("--paper", "--ground", "--tint")
ON_ALL = ("--ink", "--quiet", "--red", "--link")
ON_OWN = (("--red", "--red-tint"), ("--amber", "--amber-tint"), ("--green", "--green-tint"))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(TOKENS[first]), _luminance(TOKENS[second])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), [*product(ON_ALL, GROUNDS), *ON_OWN])
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert _contrast(text, ground) >= 4.5


def test_the_tokens_are_those_of_the_design_page() -> None:
    told = (ROOT / "docs" / "design-system.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"\| `(--[a-z-]+)` \| (#[0-9a-f]{6}) \|", told)) == TOKENS


def test_only_tokens_give_text_its_colour() -> None:
    look = (STATIC / "look.css").read_text(encoding="utf-8")
    named = re.findall(r"[^-]color: (#[0-9a-f]+)", look)
    assert set(named) <= {"#fff"}


def test_every_part_is_told_of() -> None:
    told = (ROOT / "docs" / "design-system.md").read_text(encoding="utf-8")
    own = {"loop", "clock", "case_table", "pager", "actions", "field", "errors", "empty"}
    for name in own | {"aside", "waiting"}:
        assert f"`{name}.html`" in told
        assert (ROOT / "web" / "templates" / "parts" / f"{name}.html").is_file()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_components_shows_them_all(browser: Browser, language: str) -> None:
    page = browser.get(None, "/design", language=language)
    assert page.status == 200
    classes = " ".join(found.get("class", "") for _, found in page.tags).split()
    for name in ("loop", "steps", "lamp", "asList", "may", "told", "empty", "field", "pager"):
        assert name in classes
    assert {f"f-{one.value}" for one in FieldType} <= set(page.ids())
    words = ("超期", "临期", "正常") if language == "zh" else ("Overdue", "Due soon", "On time")
    assert all(one in page.text for one in words)


def test_a_page_has_its_landmarks_and_no_id_twice(browser: Browser) -> None:
    case = browser.drafted()
    paths = ("/mine", "/cases", f"/cases/{case}", "/write/draft", "/inbox", "/design", "/waiting")
    for path in paths:
        page = browser.get("wang-fang", path)
        tags = [tag for tag, _ in page.tags]
        assert tags.count("h1") == (2 if path == "/design" else 1), path
        assert {"header", "nav", "main", "footer"} <= set(tags)
        assert page.links()[0] == "#main"
        ids = page.ids()
        assert len(ids) == len(set(ids)), path
        labelled = {found.get("for") for tag, found in page.tags if tag == "label"}
        for tag, found in page.tags:
            assert "style" not in found
            assert not any(name.startswith("on") for name in found)
            free = tag in ("select", "textarea") or found.get("type") in ("text", "date", "search")
            if tag in ("select", "textarea", "input") and free:
                assert found["id"] in labelled, (path, found)


def test_the_language_is_switched_in_place(browser: Browser) -> None:
    page = browser.get("wang-fang", "/cases?late=yes")
    (switch,) = [one for one in page.links() if one.startswith("/language/en")]
    there = browser.get("wang-fang", switch)
    assert str(there.answer.url).endswith("/cases?late=yes")
    assert "All suggestions" in there.text
    assert "全部建议" not in there.text


def test_the_switch_leads_nowhere_else(browser: Browser) -> None:
    there = browser.get("wang-fang", "/language/en?next=//elsewhere.example/", follow=False)
    assert there.answer.headers["location"] == "/"


def test_empty_places_say_what_to_do(browser: Browser) -> None:
    told = {
        "/mine": "从一件具体的事写起",
        "/mine/promises": "答复送达后",
        "/cases": "代表提交后",
        "/inbox": "收件箱是空的",
        "/waiting": "现在没有等您办理的事",
        "/cases?q=%E6%B2%A1%E6%9C%89": "换一个说法",
    }
    for path, text in told.items():
        assert text in browser.get("wang-fang", path).text


def test_a_style_is_served_under_the_hash_of_its_content_only(browser: Browser) -> None:
    address = address_of("look.css")
    served = browser.get(None, address)
    assert served.status == 200
    assert "immutable" in served.answer.headers["cache-control"]
    assert browser.get(None, address.replace("look", "tokens")).status == 404
    assert browser.get(None, f"/static/{'0' * 12}/look.css").status == 404
    assert browser.get(None, f"/static/{'0' * 12}/nothing.css").status == 404


def test_who_has_not_signed_in_is_sent_to_sign_in(browser: Browser) -> None:
    for path in ("/mine", "/cases", "/cases/1", "/inbox", "/write/draft", "/similar"):
        sent = browser.get(None, path, follow=False)
        assert sent.status == 303
        assert sent.answer.headers["location"].startswith("/sign-in?next=")


def test_what_is_not_there_is_a_page_for_a_browser(browser: Browser) -> None:
    page = browser.get("wang-fang", "/cases/nothing")
    assert page.status == 404
    assert "没有找到" in page.text
    assert page.answer.headers["content-type"].startswith("text/html")
