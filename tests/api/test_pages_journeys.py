"""The loop through the pages, without a script: raised, handed over, answered, rated, closed."""

from __future__ import annotations

from tests.support.browsing import Browser, browser
from tests.support.command_line import TITLE, bare_line, line

__all__ = ["bare_line", "browser", "line"]


def test_the_whole_loop_goes_through_pages(browser: Browser) -> None:
    case = browser.delivered()
    mine = browser.get("wang-fang", "/").text
    assert "等我办理" in mine
    assert "待评价" in mine
    rated = browser.act("wang-fang", case, "rate", process="satisfied", result="satisfied")
    assert "已评价" not in rated.text  # both answers are shown instead
    browser.act("committee", case, "close")
    page = browser.get("wang-fang", f"/cases/{case}").text
    for told in ("已办结", "过街设施已建成。", "建成过街天桥", "为什么是这一天", "现场查看"):
        assert told in page
    promises = browser.get("wang-fang", "/mine/promises").text
    assert "建成过街天桥" in promises
    assert "交通局" in promises


def test_rating_takes_two_taps_from_the_start_page(browser: Browser) -> None:
    case = browser.delivered()
    start = browser.get("wang-fang", "/")
    (rate,) = [one for one in start.links() if one.endswith("/act/rate")]
    assert not [one for one in start.links() if one.endswith("/act/withdraw")]
    page = browser.get("wang-fang", rate)
    assert "过街设施已建成。" in page.text
    done = browser.send("wang-fang", page, "all:satisfied")
    assert "已办理" in done.text
    assert "待办结" in browser.get("wang-fang", f"/cases/{case}").text


def test_one_tap_of_dissatisfaction_asks_for_its_reason(browser: Browser) -> None:
    case = browser.delivered()
    page = browser.get("wang-fang", f"/cases/{case}/act/rate")
    asked = browser.send("wang-fang", page, "all:dissatisfied")
    assert asked.status == 422
    assert "#f-comment" in asked.links()
    assert asked.form.values["f-result"] == "dissatisfied"
    done = browser.send("wang-fang", asked, "do", f__comment="没有说明何时动工")
    assert "已办理" in done.text
    assert "不满意待研究" in browser.get("wang-fang", f"/cases/{case}").text


def test_similar_ones_are_found_by_a_button(browser: Browser) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    page = browser.get("wang-fang", "/write/draft")
    asked = browser.send("wang-fang", page, "similar", f__title="临溪中学周边交通整治")
    assert "已有相近的建议" in asked.text
    assert asked.form.values["f-title"] == "临溪中学周边交通整治"
    piece = browser.get("wang-fang", "/similar?title=%E4%B8%B4%E6%BA%AA%E4%B8%AD%E5%AD%A6")
    assert "<html" not in piece.text
    assert TITLE in piece.text


def test_the_inbox_is_read(browser: Browser) -> None:
    browser.handed_over()
    inbox = browser.get("wang-fang", "/inbox")
    assert "交办" in inbox.text
    sent = {**inbox.form.values}
    after = browser.post("wang-fang", "/inbox", sent)
    assert after.text.count("标为已读<") == inbox.text.count("标为已读<") - 1
    forged = browser.post("wang-fang", "/inbox", {**sent, "csrf": "wrong"})
    assert forged.status == 403


def test_the_list_is_narrowed_sorted_and_searched(browser: Browser) -> None:
    first = browser.handed_over()
    browser.drafted(**{"f-title": "关于增加城东公园座椅的建议"})
    listed = browser.get("committee", "/cases?stage=handle&unit=transport&sort=due")
    assert TITLE in listed.text
    assert "座椅" not in listed.text
    assert "没有符合条件的建议" in browser.get("committee", "/cases?late=yes").text
    found = browser.get("wang-fang", "/cases?q=%E5%BA%A7%E6%A4%85")
    assert "座椅" in found.text
    assert TITLE not in found.text
    assert browser.get("committee", f"/cases/{first}").status == 200
    assert browser.get("committee", "/cases?sort=nonsense&stage=%3Cb%3E&after=").status == 200


def test_a_case_offers_first_what_leads_onward_and_nothing_that_cannot_be(
    browser: Browser,
) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    offered = browser.get("zhao-min", f"/cases/{case}").text
    assert offered.index("/act/record_contact") < offered.index("/act/draft_reply")
    assert offered.index("/act/draft_reply") < offered.index("/act/request_return")
    assert "/act/give_opinion" not in offered  # a lead unit gives no opinion
    contact = {"on": "2026-01-21", "form": "visit", "rank": "unit_head", "summary": "现场查看"}
    browser.act("zhao-min", case, "record_contact", **contact)
    after = browser.get("zhao-min", f"/cases/{case}").text
    # The half-yearly report is due after the reply.
    assert after.index("/act/draft_reply") < after.index("/act/report_progress")
    # What hangs on the answers of its form is offered.
    assert "/act/withdraw" in browser.get("wang-fang", f"/cases/{case}").text


def test_a_suggestion_that_was_refused_has_not_gone_round_the_loop(browser: Browser) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    browser.act("reviewer", case, "pass_first_review")
    browser.act("committee", case, "refuse", ground="private-matter", reason="属于个人事务")
    page = browser.get("wang-fang", f"/cases/{case}").text
    figure = page.partition('<ol class="loop"')[2].partition("</ol>")[0]
    assert figure.count('class="past"') == 1
    assert "再走一轮" not in page
    assert "评价在定稿前" not in page  # nobody will rate it


def test_whoever_co_signs_sees_who_asks_and_reads_the_text(browser: Browser) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "invite_cosigners", cosigners__0__person="李明(li-ming)")
    browser.act("wang-fang", case, "submit")
    page = browser.get("li-ming", f"/cases/{case}/act/confirm_signature").text
    beside = page.partition('aria-labelledby="about"')[2]
    assert "领衔代表" in beside
    assert "王芳" in beside
    assert "<details open>" in beside
    mine = browser.get("li-ming", f"/cases/{case}").text
    assert mine.count("<dt>附议</dt>") == 1
