"""A deputy on a phone: one question at a time, each page accessible and no wider than the phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.somebody import Somebody
from tests.browser.test_pages import PHONE, faults
from tests.browser.town import TITLE, Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(300),
]
ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("title", {"title": "关于完善临溪中学周边交通组织的建议"}),
    ("matter", {"matter": "上下学时段中学路拥堵。"}),
    ("wish", {"wish": "增设港湾式停靠带。"}),
    ("similar", {}),
    ("sorting", {"field": "transport", "kind": "session", "origin": "citizens"}),
    ("publicity", {"secrecy": "open"}),
    ("cosigners", {"cosigners": [{"person": "li-ming"}]}),
)


def _walk(phone: Somebody, *, look: bool) -> None:
    """From the start page to the check, by the buttons that a thumb finds."""
    phone.open("/mine")
    phone.page.locator("a.button:visible", has_text="起草建议").click()
    for step, fields in ANSWERS:
        phone.page.wait_for_url(f"**/step/{step}")
        if look:
            assert faults(phone) == [], step
            phone.page.set_viewport_size(PHONE)
        phone.fill(**fields)
        phone.page.locator('.buttons button[value="next"]').click()
    phone.page.wait_for_url("**/step/check")
    phone.sees("上下学时段中学路拥堵。", "增设港湾式停靠带。", "李明", "走访联系群众")
    if look:
        assert faults(phone) == []
        phone.page.set_viewport_size(PHONE)
    phone.page.get_by_role("button", name="存入我的建议").click()
    expect(phone.page.locator(".told.good")).to_contain_text("起草建议")


def test_a_suggestion_is_written_one_question_at_a_time(people: People, town: Town) -> None:
    town.handed_over()
    phone = people("wang-fang", width=360)
    _walk(phone, look=True)
    phone.sees("增设港湾式停靠带。")


def test_it_is_so_without_scripts_too(people: People, town: Town) -> None:
    town.handed_over()
    _walk(people("wang-fang", width=360, scripts=False), look=False)


def test_on_a_wide_screen_it_stays_one_page(people: People) -> None:
    wang = people("wang-fang")
    wang.open("/mine")
    wang.page.locator("a.button:visible", has_text="起草建议").click()
    wang.page.wait_for_url("**/write/draft")
    expect(wang.page.locator("#f-text")).to_be_visible()


def test_similar_ones_come_while_the_title_is_typed(people: People, town: Town) -> None:
    town.handed_over()
    phone = people("wang-fang", width=360)
    phone.open("/write/draft/step/title")
    phone.page.locator("#f-title").press_sequentially("临溪中学周边交通整治")
    expect(phone.page.locator("#similar")).to_contain_text(TITLE)
