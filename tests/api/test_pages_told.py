"""What pages tell: lights in lists, what became of an action, refusals by kind, Chinese signs."""

from __future__ import annotations

import re

import pytest

from engine.errors import FormIncomplete
from tests.support.acting import perform
from tests.support.browsing import Browser, browser
from tests.support.command_line import bare_line, line
from web.pages.wording import chinese

__all__ = ["bare_line", "browser", "line"]

LAMP = re.compile(r'class="lamp (\w+)"')


def lights(browser: Browser, path: str = "/cases") -> list[str]:
    """The lights of a list, in its order."""
    return LAMP.findall(browser.get("wang-fang", path).text)


def test_a_list_shows_every_light_with_its_word(browser: Browser) -> None:
    browser.handed_over()
    words = {"green": "正常", "yellow": "临期", "red": "超期"}
    seen: dict[str, None] = {}
    for _ in range(20):
        page = browser.get("wang-fang", "/cases").text
        (light,) = LAMP.findall(page)
        assert f"{words[light]}</span>" in page
        seen[light] = None
        browser.watch.pass_by(days=2)
    assert list(seen) == ["green", "yellow", "red"]


def test_what_is_far_off_is_on_time_and_named(browser: Browser) -> None:
    browser.delivered()
    assert lights(browser) == ["green"]
    mine = browser.get("wang-fang", "/mine").text
    assert "下一步：评价、办结，跟踪承诺" in mine
    assert "评价期限" in mine


def test_who_declines_to_sign_is_told_though_the_case_is_seen_no_longer(browser: Browser) -> None:
    case = browser.drafted(**{"f-cosigners-0-person": "li-ming"})
    browser.act("wang-fang", case, "submit")
    done = browser.act("li-ming", case, "decline_signature")
    assert done.status == 200
    assert done.path == "/done/decline_signature"
    assert "不予附议" in done.text
    assert browser.get("li-ming", f"/cases/{case}").status == 404


def test_the_page_of_what_was_done_knows_only_actions_of_the_rules(browser: Browser) -> None:
    assert browser.get("li-ming", "/done/nothing").status == 404
    assert browser.get(None, "/done/submit", follow=False).status == 303


def test_what_was_done_to_several_units_at_once_is_one_line(browser: Browser) -> None:
    case = browser.handed_over()
    page = browser.get("wang-fang", f"/cases/{case}").text
    trail = page[page.index('class="trail"') :]
    assert trail.count("<li>") == 5
    browser.act("zhao-min", case, "receive")
    page = browser.get("wang-fang", f"/cases/{case}").text
    assert re.search(r"<b>签收</b> <span class=\"quiet\">\S*交通\S*</span>", page)


def test_clocks_that_are_over_are_folded_away(browser: Browser) -> None:
    case = browser.handed_over()
    page = browser.get("wang-fang", f"/cases/{case}").text
    running, over = page[page.index('id="clocks"') :].split('<details class="over">')
    assert "签收期限" in running
    assert "初审期限" not in running
    assert "初审期限" in over


def test_a_refusal_says_of_what_kind_it_is(browser: Browser) -> None:
    assert "<h1>没有找到</h1>" in browser.get("wang-fang", "/nowhere").text
    forged = browser.post("wang-fang", "/inbox", {"csrf": "wrong", "notice": "1"})
    assert forged.status == 403
    assert "<h1>不对您开放</h1>" in forged.text


def test_a_missing_promise_is_told_in_one_language(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    reply = {"result": "B", "text": "列入计划。"}
    with pytest.raises(FormIncomplete) as caught:
        perform(browser, "draft_reply", "zhao-min", case, 1, **reply)
    assert not re.search(r"[\u4e00-\u9fff]", caught.value.message("en"))
    assert "承诺事项及期限" in caught.value.message("zh")


def test_the_start_page_names_an_icon_that_is_there(browser: Browser) -> None:
    page = browser.get(None, "/")
    (icon,) = [
        found["href"] for tag, found in page.tags if tag == "link" and found.get("rel") == "icon"
    ]
    assert browser.get(None, icon).answer.headers["content-type"].startswith("image/svg")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("请评价办理情况:第4号", "请评价办理情况：第4号"),
        ("第4号已立案,编号第4号,将交办", "第4号已立案，编号第4号，将交办"),
        ("已交办的建议(不含撤回)", "已交办的建议（不含撤回）"),
        ("共1,200件", "共1,200件"),
        ("at 10:30, in all (3)", "at 10:30, in all (3)"),
    ],
)
def test_chinese_sentences_have_chinese_signs(kept: str, shown: str) -> None:
    assert chinese(kept) == shown
