"""What cannot be taken back is shown once more before it is done; a light word is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.browsing import Browser, Page, browser
from tests.support.command_line import bare_line, line
from tests.support.more_people import more_people

__all__ = ["bare_line", "browser", "line", "more_people"]
CONTACT = {
    "f__on": "2026-01-21",
    "f__form": "visit",
    "f__rank": "unit_head",
    "f__summary": "现场查看",
}
TOPIC = {
    "topic_number": "1",
    "topic_title": "校园周边交通",
    "lead_official": "du-heng",
    "supervising_leader": "chair",
    "decided_on": "2026-01-22",
    "decided_by": "主任会议",
}


def _main(page: Page) -> str:
    """The step of the button by which the form is handed in."""
    return next(
        found["value"]
        for tag, found in page.tags
        if tag == "button" and found.get("value") in ("check", "do")
    )


def test_an_official_record_is_checked_and_nothing_is_done_before(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    page = browser.get("zhao-min", f"/cases/{case}/act/record_contact")
    assert _main(page) == "check"
    check = browser.send("zhao-min", page, "check", **CONTACT)
    assert (check.status, _main(check)) == (200, "do")
    assert "现场查看" in check.text
    assert "不能撤销" in check.text
    assert "面商（1）" not in browser.get("zhao-min", f"/cases/{case}").text
    back = browser.send("zhao-min", check, "edit")
    assert back.form.values["f-summary"] == "现场查看"
    assert "已办理" in browser.send("zhao-min", check, "do").text


def test_an_instruction_is_checked_and_says_who_is_told(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("chair", case, "designate_key", **TOPIC)
    page = browser.get("du-heng", f"/cases/{case}/act/instruct")
    assert _main(page) == "check"
    check = browser.send("du-heng", page, "check", f__note="限期办结")
    assert "赵敏" in check.text
    assert _main(check) == "do"


@pytest.mark.parametrize("action", ["edit", "invite_cosigners"])
def test_what_can_be_changed_again_is_not_checked(browser: Browser, action: str) -> None:
    case = browser.drafted()
    assert _main(browser.get("wang-fang", f"/cases/{case}/act/{action}")) == "do"


def test_a_reminder_is_a_light_word(browser: Browser) -> None:
    case = browser.handed_over()
    browser.watch.now += timedelta(days=200)
    assert _main(browser.get("committee", f"/cases/{case}/act/urge?subject=1")) == "do"


def test_a_rating_is_one_tap_or_checked_where_answers_differ(browser: Browser) -> None:
    case = browser.delivered()
    page = browser.get("wang-fang", f"/cases/{case}/act/rate")
    taps = [one["value"] for tag, one in page.tags if tag == "button" and "value" in one]
    assert "all:satisfied" in taps
    assert _main(page) == "check"
    differing = {"f__process": "satisfied", "f__result": "basic"}
    check = browser.send("wang-fang", page, "check", **differing)
    assert (check.status, _main(check)) == (200, "do")
    assert "已办理" in browser.send("wang-fang", page, "all:satisfied").text


def test_a_tap_for_all_is_no_way_around_the_check_of_other_forms(browser: Browser) -> None:
    case = browser.handed_over()
    page = browser.get("zhao-min", f"/cases/{case}/act/request_return")
    typed = {"f__reason": "不属本单位", "f__proposed_unit": "education"}
    answer = browser.send("zhao-min", page, "all:yes", **typed)
    assert "请核对" in answer.text
