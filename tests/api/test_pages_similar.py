"""Similar suggestions: while one is written, beside its review, and on the bench."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from reports.similar import telling_words
from tests.support.browsing import Browser, browser
from tests.support.command_line import TITLE, bare_line, line

__all__ = ["bare_line", "browser", "line"]

BUS = "关于在临溪中学设校车停靠点的建议"
FLOOD = "关于疏浚城北河道的建议"
NEW = "关于整治临溪中学周边过街安全的建议"


def _registered(browser: Browser, title: str) -> str:
    case = browser.drafted(**{"f-title": title, "f-text": f"{title}，请研究。"})
    browser.act("wang-fang", case, "submit")
    browser.act("reviewer", case, "pass_first_review")
    browser.act("committee", case, "register")
    return case


def _titles(page: str) -> list[str]:
    """Which of the known ones are listed, in order."""
    listed = page.rpartition('<ul class="rows">')[2].partition("</ul>")[0]
    known = [one for one in (TITLE, BUS, FLOOD) if one in listed]
    return sorted(known, key=listed.index)


def test_the_likest_come_first_and_what_has_no_word_in_common_not_at_all(browser: Browser) -> None:
    for title in (FLOOD, TITLE, BUS):
        _registered(browser, title)
    piece = browser.get("committee", f"/similar?title={quote(NEW)}")
    assert _titles(piece.text) == [TITLE, BUS]
    assert "<html" not in piece.text
    page = browser.get("committee", f"/similar?title={quote(NEW)}&page=1")
    assert _titles(page.text) == [TITLE, BUS]
    assert NEW in page.text
    assert "没有找到相近的建议" in browser.get("committee", "/similar?title=火车站&page=1").text
    assert not _titles(browser.get("committee", f"/similar?title={quote('关于建议')}").text)


def test_beside_a_review_are_others_and_not_the_one_that_is_reviewed(browser: Browser) -> None:
    _registered(browser, TITLE)
    case = browser.drafted(**{"f-title": NEW})
    browser.act("wang-fang", case, "submit")
    review = browser.get("reviewer", f"/cases/{case}/act/pass_first_review")
    assert 'id="alike"' in review.text
    assert _titles(review.text) == [TITLE]
    aside = review.text.partition('id="alike"')[2]
    assert NEW not in aside
    own = browser.get("wang-fang", f"/cases/{case}/act/withdraw")
    assert 'id="alike"' not in own.text


def test_the_bench_leads_to_them_with_the_units_that_have_them(browser: Browser) -> None:
    browser.handed_over()
    _registered(browser, NEW)
    bench = browser.get("committee", "/desk/hand-over")
    (address,) = [one for one in bench.links() if one.startswith("/similar?")]
    page = browser.get("committee", address)
    assert _titles(page.text) == [TITLE]
    assert "交通局" in page.text.rpartition('<ul class="rows">')[2]


def test_what_somebody_may_not_see_resembles_nothing(browser: Browser) -> None:
    browser.drafted()
    assert _titles(browser.get("wang-fang", f"/similar?title={quote(NEW)}").text) == [TITLE]
    assert not _titles(browser.get("zhao-min", f"/similar?title={quote(NEW)}").text)


@pytest.mark.parametrize("title", ["", "   ", "关于", "的" * 300, "\"'*()：OR AND", "%00"])
def test_any_title_is_answered(browser: Browser, title: str) -> None:
    assert browser.get("wang-fang", f"/similar?title={quote(title)}").status == 200


def test_words_that_every_title_holds_tell_nothing() -> None:
    assert telling_words("关于进一步加强建议工作的建议") == ()
    told = telling_words(
        "关于整治石柱镇货车超载的建议", "货车夜间超载，超载车辆损坏路面。货车、路面。"
    )
    assert {"石柱", "货车", "超载"} & set(told)
    assert "路面" in told
    assert not {"关于", "建议"} & set(told)
