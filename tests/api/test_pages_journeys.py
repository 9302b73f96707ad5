"""The loop through the pages, without a script: raised, handed over, answered, rated, closed."""

from __future__ import annotations

from tests.support.browsing import Browser, browser
from tests.support.command_line import bare_line, line

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


def test_rating_takes_two_taps(browser: Browser) -> None:
    case = browser.delivered()
    page = browser.get("wang-fang", f"/cases/{case}/act/rate")
    done = browser.send("wang-fang", page, "all:satisfied")
    assert "已办理" in done.text
    assert done.path == f"/cases/{case}" or "/cases/" in done.path
