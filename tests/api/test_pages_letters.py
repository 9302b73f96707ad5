"""A draft reply begins with a letter of the rules, and its way through the hands is seen."""

from __future__ import annotations

from tests.support.browsing import Browser, Page, browser
from tests.support.command_line import TITLE, bare_line, line

__all__ = ["bare_line", "browser", "line"]
CONTACT = {"on": "2026-01-21", "form": "visit", "rank": "unit_head", "summary": "现场查看"}
WRITTEN = "我已经写好的一段。"


def _form(browser: Browser) -> tuple[str, Page]:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    browser.act("zhao-min", case, "record_contact", **CONTACT)
    return case, browser.get("zhao-min", f"/cases/{case}/act/draft_reply")


def test_a_letter_brings_salutation_number_meeting_and_sign_off(browser: Browser) -> None:
    _, page = _form(browser)
    assert "列入计划，有承诺期限" in page.text
    page = browser.send("zhao-min", page, "letter:planned", f__result="B")
    text = page.form.values["f-text"]
    for told in ("5届2次第1号", "王芳代表：", TITLE, "2026年1月21日，我们当面", "联系人：赵敏"):
        assert told in text
    assert text.splitlines()[-2:] == ["交通局", "2026年1月21日"]
    assert page.form.values["f-result"] == "B"


def test_nothing_written_is_lost_and_another_letter_takes_the_place_of_the_first(
    browser: Browser,
) -> None:
    _, page = _form(browser)
    page = browser.send("zhao-min", page, "letter:planned", f__text=WRITTEN)
    assert page.form.values["f-text"].endswith(WRITTEN)
    page = browser.send("zhao-min", page, "letter:solved")
    text = page.form.values["f-text"]
    assert text.endswith(WRITTEN)
    assert text.count("收悉") == 1
    assert "今后怎样管好" in text
    unknown = browser.send("zhao-min", page, "letter:nothing")
    assert unknown.form.values["f-text"] == text


def test_only_the_draft_of_a_reply_begins_with_a_letter(browser: Browser) -> None:
    case, _ = _form(browser)
    page = browser.get("zhao-min", f"/cases/{case}/act/request_extension")
    assert "letter:" not in page.text
    tried = browser.send("zhao-min", page, "letter:planned", f__reason=WRITTEN)
    assert tried.form.values["f-reason"] == WRITTEN
    assert "收悉" not in tried.text


def _hands(page: Page) -> list[str]:
    told = page.text.partition('class="chain"')[2].partition("</ol>")[0]
    return told.split("<li")[1:]


def test_the_way_of_a_reply_through_the_hands_is_seen(browser: Browser) -> None:
    case, page = _form(browser)
    hands = _hands(page)
    assert [one for one in hands if "aria-current" in one] == hands[:1]
    assert "承办单位主要负责人" in hands[2]
    browser.act("zhao-min", case, "draft_reply", result="A", text="过街设施已建成。")
    hands = _hands(browser.get("office", f"/cases/{case}/act/check_reply"))
    assert "赵敏" in hands[0]
    assert "现在等政府办" in hands[1]
    browser.act("office", case, "check_reply")
    hands = _hands(browser.get("zhao-min", f"/cases/{case}"))
    assert "马超群" in hands[1]
    assert "现在等承办单位主要负责人" in hands[2]
    # Before it is delivered nobody outside sees that it is on its way.
    assert _hands(browser.get("wang-fang", f"/cases/{case}")) == []
    browser.act("head-transport", case, "reject_reply", reason="请写明养护责任")
    hands = _hands(browser.get("zhao-min", f"/cases/{case}/act/draft_reply"))
    assert "aria-current" in hands[0]
