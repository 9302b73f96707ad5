"""What a sheet would take for a formula stays the text that was typed, wherever it comes out."""

from __future__ import annotations

from html import unescape

import pytest

from tests.support.api import Api, api
from tests.support.browsing import Browser, browser
from tests.support.command_line import bare_line, line

__all__ = ["api", "bare_line", "browser", "line"]
FORMULAS = (
    '=HYPERLINK("http://elsewhere.example","看")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_api_gives_a_formula_back_as_it_was_typed(api: Api, formula: str) -> None:
    case = api.drafted(title=formula, text=formula, keywords=formula)
    seen = api.read("wang-fang", f"/suggestions/{case}")
    assert seen["title"] == formula
    answer = api.get("wang-fang", f"/suggestions/{case}")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_page_shows_a_formula_as_text_and_links_nowhere(browser: Browser, formula: str) -> None:
    case = browser.drafted(**{"f-title": formula, "f-text": formula})
    for path in ("/mine", f"/cases/{case}"):
        page = browser.get("wang-fang", path)
        assert page.status == 200
        assert formula in unescape(page.text)
        assert not [one for one in page.links() if "elsewhere" in one or "cmd" in one]
