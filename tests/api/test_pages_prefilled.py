"""A form that changes something shows it as it is now, and asks for nothing to be typed again."""

from __future__ import annotations

from tests.support.browsing import Browser, browser
from tests.support.command_line import TITLE, bare_line, line
from tests.support.more_people import more_people

__all__ = ["bare_line", "browser", "line", "more_people"]
CONTACT = {"on": "2026-01-21", "form": "visit", "rank": "unit_head", "summary": "现场查看"}
PROMISES = {
    "commitments__0__text": "立项",
    "commitments__0__due_on": "2026-03-31",
    "n__commitments": "2",
    "commitments__1__text": "建成过街天桥",
    "commitments__1__due_on": "2026-09-30",
}


def test_the_text_of_a_suggestion_is_there_to_be_changed(browser: Browser) -> None:
    case = browser.drafted(**{"f-keywords": "过街、校园"})
    page = browser.get("wang-fang", f"/cases/{case}/act/edit")
    held = page.form.values
    assert held["f-title"] == TITLE
    assert held["f-text"] == "上下学时段人车混行。建议增设人行过街设施。"
    assert (held["f-field"], held["f-origin"]) == ("transport", "research")
    assert held["f-keywords"] == "过街、校园"
    assert "已取出您上次保存的草稿" not in page.text
    done = browser.send("wang-fang", page, "do", f__text="改过的正文。")
    assert "已办理" in done.text
    again = browser.get("wang-fang", f"/cases/{case}/act/edit").form.values
    assert (again["f-title"], again["f-text"]) == (TITLE, "改过的正文。")


def test_a_draft_that_was_kept_goes_before_what_is_there(browser: Browser) -> None:
    case = browser.drafted()
    page = browser.get("wang-fang", f"/cases/{case}/act/edit")
    browser.send("wang-fang", page, "draft", f__title="改到一半的标题")
    again = browser.get("wang-fang", f"/cases/{case}/act/edit")
    assert again.form.values["f-title"] == "改到一半的标题"
    assert "已取出您上次保存的草稿" in again.text


def test_a_reply_that_was_sent_back_is_mended_and_not_typed_anew(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    browser.act("zhao-min", case, "record_contact", **CONTACT)
    page = browser.get("zhao-min", f"/cases/{case}/act/draft_reply")
    assert page.form.values["f-text"] == ""
    page = browser.send("zhao-min", page, "more:commitments")
    rows = {f"f-{name}": said for name, said in PROMISES.items() if name != "n__commitments"}
    typed = {"f__result": "B", "f__text": "已列入计划。", **rows}
    checked = browser.send("zhao-min", page, "check", **typed)
    assert checked.status == 200, checked.text
    browser.send("zhao-min", checked, "do")
    assert browser.get("office", f"/cases/{case}/act/check_reply").form.values["f-result"] == "B"
    browser.act("office", case, "reject_reply", reason="请写明动工时间")
    held = browser.get("zhao-min", f"/cases/{case}/act/draft_reply").form.values
    assert (held["f-result"], held["f-text"]) == ("B", "已列入计划。")
    assert held["n-commitments"] == "2"
    assert held["f-commitments-1-text"] == "建成过街天桥"
    assert held["f-commitments-1-due_on"] == "2026-09-30"


def test_the_handler_there_is_stands_in_the_form(browser: Browser) -> None:
    case = browser.handed_over()
    page = browser.get("head-transport", f"/cases/{case}/act/assign_handler")
    assert page.form.values["f-handler"] == ""
    browser.act("head-transport", case, "assign_handler", handler="zhao-min")
    page = browser.get("head-transport", f"/cases/{case}/act/assign_handler")
    assert page.form.values["f-handler"] == "zhao-min"


def test_keywords_that_were_emptied_are_gone_and_a_second_click_says_the_same(
    browser: Browser,
) -> None:
    case = browser.drafted(**{"f-keywords": "过街、校园"})
    page = browser.get("wang-fang", f"/cases/{case}/act/edit")
    done = browser.send("wang-fang", page, "do", f__keywords="")
    assert "已办理" in done.text
    again = browser.send("wang-fang", page, "do", f__keywords="")
    assert (again.status, again.answer.url) == (200, done.answer.url)
    held = browser.get("wang-fang", f"/cases/{case}/act/edit").form.values
    assert (held["f-keywords"], held["f-title"]) == ("", TITLE)


def test_what_a_suggestion_must_have_is_not_emptied_and_the_field_is_told(browser: Browser) -> None:
    case = browser.drafted()
    page = browser.get("wang-fang", f"/cases/{case}/act/edit")
    refused = browser.send("wang-fang", page, "do", f__title=" ")
    assert refused.status == 422
    assert "#f-title" in refused.links()
    assert "不能清空" in refused.text
    held = browser.get("wang-fang", f"/cases/{case}/act/edit").form.values
    assert held["f-title"] == TITLE
