"""The hand-over bench by a real mouse, a finger and the keyboard alone; the form says the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import People
from tests.browser.somebody import Somebody
from tests.browser.test_pages import faults
from tests.browser.town import WRITTEN, Town

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BENCH = "/desk/hand-over"
OTHER = "关于校车停靠点的建议"


def _registered(town: Town, **changed: str) -> str:
    """A suggestion that waits for its hand-over: its number."""
    case = town.do("draft", "wang-fang", **{**WRITTEN, **changed})
    town.do("submit", "wang-fang", case)
    town.do("pass_first_review", "reviewer", case)
    return town.do("register", "committee", case)


def _row(page: Page, number: str) -> Locator:
    return page.locator(f'fieldset[data-called="{number}"]')


def _middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _goes(somebody: Somebody, number: str, words: str) -> None:
    """The row says it, and so do the fields that are sent."""
    row = _row(somebody.page, number)
    expect(row.locator("[data-goes]")).to_have_text(words)
    said = [
        row.locator(f"[name^=unit-] >> nth={place}").evaluate(
            "one => one.selectedOptions[0].textContent"
        )
        for place in range(len(words.split("；")))
    ]
    assert said == re.findall(r" (\w+)", words)


def _handed_over(somebody: Somebody, unit: str) -> None:
    """What the dry run promised is done."""
    page = somebody.page
    expect(page.locator("h1")).to_have_text("预检结果")
    somebody.sees("可以交办1件", unit)
    page.locator('button[value="do"]').click()
    expect(page.locator(".told.good")).to_contain_text("已交办1件")


def test_a_case_is_dragged_onto_a_unit_and_onto_a_joint_one(people: People, town: Town) -> None:
    number, left = _registered(town), _registered(town, title=OTHER)
    clerk = people("committee")
    page = clerk.open(BENCH)
    before = _row(page, left).locator("[data-goes]").inner_text()
    grip = _row(page, number).locator("[data-grip]")
    for onto in (
        page.locator("[data-unit=education] > span"),
        page.locator("[data-unit=transport] [data-as=joint]"),
    ):
        page.mouse.move(*_middle(grip))
        page.mouse.down()
        page.mouse.move(*_middle(onto), steps=6)
        expect(page.locator(".ghost")).to_have_text(number)
        page.mouse.up()
    expect(page.locator(".ghost")).to_have_count(0)
    _goes(clerk, number, "主办 教育局；会办 交通局")
    assert _row(page, left).locator("[data-goes]").inner_text() == before
    page.locator('button[value="try"]').click()
    _handed_over(clerk, "主办 教育局；会办 交通局")
    page.goto(f"{town.url}{BENCH}")
    expect(page.locator("fieldset[data-case]")).to_have_count(1)


def test_what_is_dropped_beside_or_given_up_changes_nothing(people: People, town: Town) -> None:
    number = _registered(town)
    clerk = people("committee")
    page = clerk.open(BENCH)
    row = _row(page, number)
    before = row.locator("[data-goes]").inner_text()
    for given_up in (False, True):
        page.mouse.move(*_middle(row.locator("[data-grip]")))
        page.mouse.down()
        onto = page.locator("[data-unit=education]") if given_up else page.locator("h1")
        page.mouse.move(*_middle(onto), steps=6)
        if given_up:
            page.keyboard.press("Escape")
        page.mouse.up()
        assert row.locator("[data-goes]").inner_text() == before
        expect(row.locator("[name^=take-]")).not_to_be_checked()


def test_a_finger_drags_on_a_phone(people: People, town: Town) -> None:
    number = _registered(town)
    clerk = people("committee", width=360)
    page = clerk.open(BENCH)
    grip = _row(page, number).locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *points: tuple[float, float]) -> None:
        there = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": there})

    x, y = _middle(grip)
    touch("touchStart", (x, y))
    touch("touchMove", (x, y + 20))
    onto = page.locator("[data-unit=education] > span")
    expect(onto).to_be_visible()
    touch("touchMove", _middle(onto))
    touch("touchEnd")
    expect(_row(page, number).locator("[data-goes]")).to_contain_text("主办 教育局")
    expect(page.locator("[data-tray]")).not_to_be_visible()


def test_with_the_keyboard_alone_a_unit_is_found_and_the_batch_is_done(
    people: People, town: Town
) -> None:
    first, second = sorted((_registered(town), _registered(town, title=OTHER)))
    clerk = people("committee")
    page = clerk.open(BENCH)
    keys = page.keyboard
    while not page.locator("[name^=take-]:focus").count():
        keys.press("Tab")
    keys.press("j")
    expect(_row(page, second).locator("[name^=take-]")).to_be_focused()
    keys.press("k")
    keys.press("u")
    keys.type("教育")
    keys.press("Enter")
    expect(_row(page, first).locator("[name^=take-]")).to_be_focused()
    keys.press("u")
    keys.type("交通")
    keys.press("ArrowDown")
    keys.press("ArrowRight")
    keys.press("Enter")
    _goes(clerk, first, "主办 教育局；会办 交通局")
    keys.press("r")
    expect(_row(page, first).locator("[data-reset]")).not_to_be_visible()
    keys.press("u")
    keys.type("教育")
    keys.press("Enter")
    keys.press("Control+Enter")
    page.wait_for_url(f"**{BENCH}")
    expect(page.locator("h1")).to_have_text("预检结果")
    clerk.key_to("确认交办")
    keys.press("Enter")
    expect(page.locator(".told.good")).to_contain_text("已交办1件")


def test_the_bench_with_its_tray_is_accessible_and_fits_a_phone(people: People, town: Town) -> None:
    number = _registered(town)
    clerk = people("committee")
    page = clerk.open(BENCH)
    page.locator(".keys summary").click()
    _row(page, number).locator("[data-grip]").click()
    assert not faults(clerk)


def test_letters_are_letters_where_something_is_typed(people: People, town: Town) -> None:
    number = _registered(town)
    page = people("committee").open(BENCH)
    page.locator("#batch").press_sequentially("jkxur")
    expect(page.locator("#batch")).to_have_value("jkxur")
    expect(_row(page, number).locator("[name^=take-]")).not_to_be_checked()


def test_without_scripts_the_form_does_all_of_it(people: People, town: Town) -> None:
    number = _registered(town)
    clerk = people("committee", scripts=False)
    page = clerk.open(BENCH)
    expect(page.locator("[data-tray]")).not_to_be_visible()
    row = _row(page, number)
    expect(row.locator("[data-grip]")).not_to_be_visible()
    if not row.locator("select >> nth=0").is_visible():
        row.locator("summary", has_text="改单位").click()
    row.locator("[name^=take-]").check()
    for place, unit in enumerate(("education", "")):
        row.locator(f"[name^=unit-] >> nth={place}").select_option(unit)
    page.locator('button[value="try"]').click()
    _handed_over(clerk, "主办 教育局")


def test_on_a_phone_the_navigation_is_one_line_that_opens(people: People) -> None:
    for scripts in (True, False):
        clerk = people("committee", width=360, scripts=scripts)
        page = clerk.open("/desk")
        menu = page.locator(".places:visible")
        expect(menu).to_have_count(1)
        box = menu.bounding_box()
        assert box is not None
        assert box["height"] < 60
        menu.locator("summary").click()
        menu.get_by_role("link", name="督办").click()
        page.wait_for_url("**/desk/supervision")
        expect(page.locator(".places:visible summary")).to_contain_text("督办")
