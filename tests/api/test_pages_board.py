"""The supervision board counts outcome lights by what they say; each number opens its list."""

from __future__ import annotations

import re

from tests.support.browsing import Browser, Page, browser
from tests.support.command_line import TITLE, bare_line, line
from tests.support.more_people import more_people

__all__ = ["bare_line", "browser", "line", "more_people"]

BOARD = "/desk/supervision"
WORDS = ("已解决", "正在推进", "年内可解决", "暂无条件", "待评定", "三方不一致")


def _key(browser: Browser) -> str:
    """A key suggestion that 交通局 handles."""
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    browser.act("reviewer", case, "pass_first_review")
    browser.act("committee", case, "register")
    topic = {
        "topic_number": "1",
        "topic_title": "校园周边交通",
        "lead_official": "du-heng",
        "supervising_leader": "chair",
        "decided_on": "2026-01-21",
        "decided_by": "主任会议",
    }
    browser.act("chair", case, "designate_key", **topic)
    share = {"assignments__0__unit": "transport", "assignments__0__kind": "lead"}
    browser.act("committee", case, "hand_over", **share)
    return case


def _counts(page: Page) -> dict[str, str]:
    """The outcome numbers of the first unit, by the words above them."""
    row = page.text.partition("<tbody>")[2].partition("</tr>")[0]
    return dict(_cells(row))


def _cells(text: str) -> list[tuple[str, str]]:
    cells = re.findall(r'<td class="number outcomes(?: nil)?" data-name="([^"]+)">(.*?)</td>', text)
    return [
        (word, re.sub(r"<span class=\"hidden\">.*?</span>|<[^>]+>", "", it)) for word, it in cells
    ]


def _only(word: str) -> dict[str, str]:
    return {one: "1" if one == word else "0" for one in WORDS}


def _opened(browser: Browser, outcome: str) -> Page:
    link = f"{BOARD}?unit=transport&amp;outcome={outcome}#judged"
    page = browser.get("committee", BOARD)
    assert link in page.text
    return browser.get("committee", link.replace("&amp;", "&"))


def test_each_value_is_counted_apart_and_opens_its_list(browser: Browser) -> None:
    case = _key(browser)
    assert _counts(browser.get("committee", BOARD)) == dict.fromkeys(WORDS, "0")
    browser.act("zhao-min", case, "judge_outcome", light="blue", month="2026-01")
    assert _counts(browser.get("committee", BOARD)) == _only("待评定")
    browser.act("office", case, "judge_outcome", light="red", month="2026-01")
    assert _counts(browser.get("committee", BOARD)) == _only("三方不一致")
    assert TITLE in _opened(browser, "disputed").text.partition('id="judged"')[2]
    for person in ("office", "committee"):
        browser.act(person, case, "judge_outcome", light="blue", month="2026-01")
    assert _counts(browser.get("committee", BOARD)) == _only("正在推进")
    opened = _opened(browser, "blue").text.partition('id="judged"')[2]
    assert TITLE in opened.partition("</section>")[0]
    assert "正在推进" in opened
    none = browser.get("committee", f"{BOARD}?outcome=green").text.partition('id="judged"')[2]
    assert "没有这样的重点建议" in none
    assert 'id="judged"' not in browser.get("committee", f"{BOARD}?outcome=nonsense").text


def test_topics_at_a_glance_have_the_same_columns(browser: Browser) -> None:
    case = _key(browser)
    browser.act("zhao-min", case, "judge_outcome", light="yellow", month="2026-01")
    for person, path in (("committee", "/desk/topics"), ("du-heng", "/lead")):
        text = browser.get(person, path).text
        counts = {word: count for word, count in _cells(text) if word in WORDS}
        assert counts == _only("待评定"), path
