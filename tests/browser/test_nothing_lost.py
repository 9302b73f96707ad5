"""Two people at one thing, a double click, a session that ends in mid-form: nothing typed is lost.

In a real browser, over the forms that people fill in longest.
"""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.somebody import Somebody
from tests.browser.town import CONTACT, WRITTEN, Town

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LETTER = "关于过街设施的答复：已列入计划，九月底前建成。"
PERSON = "/admin/people/li-ming"
PATIENCE = 100


def _told(somebody: Somebody, status: int) -> None:
    """The browser says by itself that an answer was no success; that is what is expected here."""
    for _ in range(PATIENCE):
        if any(f"status of {status}" in one for one in somebody.errors):
            break
        # It is told a little after the page is there.
        somebody.page.wait_for_timeout(100)
    assert any(f"status of {status}" in one for one in somebody.errors), somebody.errors
    somebody.errors.clear()


def _case(page: str) -> str:
    return unquote(page.removeprefix("/cases/"))


def _main(somebody: Somebody, step: str) -> None:
    somebody.page.locator(f'button[value="{step}"]:visible').last.click()


def _drafting(town: Town) -> str:
    page = town.handed_over()
    town.do("receive", "zhao-min", _case(page), 1)
    town.do("record_contact", "zhao-min", _case(page), 1, **CONTACT)
    return page


def _ended(town: Town, somebody: Somebody) -> None:
    """The session of the window is over on the server, which the window does not know."""
    cookies = somebody.page.context.cookies()
    cookie = next(one.get("value", "") for one in cookies if one.get("name") == "bihuan")
    found = town.gate._sessions.find(cookie)
    assert found is not None
    town.gate._sessions.end(found[0], town.watch.now)


def _again(town: Town, somebody: Somebody) -> None:
    """Signed in anew, in another window of the same browser."""
    value = town.cookie(somebody.person)
    somebody.page.context.add_cookies([{"name": "bihuan", "value": value, "url": town.url}])


def test_a_reply_on_a_case_that_changed_meanwhile_is_kept_and_what_changed_is_shown(
    people: People, town: Town
) -> None:
    page = _drafting(town)
    clerk = people("zhao-min")
    clerk.open(f"{page}/act/draft_reply")
    clerk.fill(result="A", text=LETTER)
    town.do("report_progress", "zhao-min", _case(page), 1, progress="已完成设计")
    _main(clerk, "check")
    _told(clerk, 409)
    clerk.sees("报告办理进展")
    expect(clerk.page.locator("#f-text")).to_have_value(LETTER)
    clerk.submit()
    clerk.sees("已办理")


def test_a_text_that_two_windows_change_is_not_overwritten_unseen(
    people: People, town: Town
) -> None:
    case = town.do("draft", "wang-fang", **WRITTEN)
    first, second = people("wang-fang"), people("wang-fang")
    for one in (first, second):
        one.open(f"/cases/{case}/act/edit")
    first.fill(title="关于增设过街天桥的建议")
    _main(first, "do")
    first.sees("已办理")
    second.fill(text="第二扇窗里写的正文。")
    _main(second, "do")
    _told(second, 409)
    second.sees("修改文本")
    expect(second.page.locator("#f-text")).to_have_value("第二扇窗里写的正文。")


def test_a_rating_that_came_second_shows_its_comment(people: People, town: Town) -> None:
    page = town.answered()
    first, second = people("wang-fang"), people("wang-fang")
    for one in (first, second):
        one.open(f"{page}/act/rate")
    first.page.locator('[value="all:satisfied"]').click()
    first.sees("已办理")
    second.fill(process="satisfied", result="dissatisfied", comment="现场没有动工")
    _main(second, "check")
    _told(second, 403)
    second.sees("现场没有动工", "没有提交")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_acts_once(people: People, town: Town, *, scripts: bool) -> None:
    page = _drafting(town)
    clerk = people("zhao-min", scripts=scripts)
    clerk.open(f"{page}/act/report_progress")
    clerk.fill(progress="已完成设计")
    clerk.page.locator('button[value="do"]:visible').last.dblclick()
    clerk.sees("已办理")
    clerk.open(f"{page}/act/draft_reply")
    clerk.fill(result="A", text=LETTER)
    _main(clerk, "check")
    clerk.page.locator('button[value="do"]:visible').last.dblclick()
    clerk.sees("已办理")
    done = [one.action for one in town.services.trail.history(_of(town, page))]
    assert done.count("report_progress") == 1
    assert done.count("draft_reply") == 1


def _of(town: Town, page: str) -> str:
    with town.services.store.read("linxi") as transaction:
        return transaction.case(_case(page)).id


def test_a_session_that_ended_in_mid_form_keeps_what_was_typed(people: People, town: Town) -> None:
    page = _drafting(town)
    clerk = people("zhao-min")
    clerk.open(f"{page}/act/draft_reply")
    clerk.fill(result="A", text=LETTER)
    _ended(town, clerk)
    _main(clerk, "check")
    _told(clerk, 401)
    clerk.sees("您填写的内容还在")
    _again(town, clerk)
    clerk.page.get_by_role("button", name="继续").click()
    _told(clerk, 403)
    expect(clerk.page.locator("#f-text")).to_have_value(LETTER)
    clerk.submit()
    clerk.sees("已办理")


def test_a_batch_goes_on_when_somebody_took_a_part_of_it(people: People, town: Town) -> None:
    numbers = []
    for title in ("关于校车停靠点的建议", "关于增设过街天桥的建议"):
        case = town.do("draft", "wang-fang", **{**WRITTEN, "title": title})
        town.do("submit", "wang-fang", case)
        town.do("pass_first_review", "reviewer", case)
        numbers.append(town.do("register", "committee", case))
    clerk = people("committee")
    clerk.open("/desk/hand-over")
    for box in clerk.page.locator('input[type="checkbox"][name^="take-"]').all():
        box.check()
    clerk.page.locator("[name=batch]").fill("第一批")
    rows = [{"unit": "transport", "kind": "lead"}]
    town.do("hand_over", "office", numbers[0], assignments=rows)
    _main(clerk, "try")
    clerk.sees("可以交办1件")
    clerk.page.locator('button[value="do"]').dblclick()
    clerk.sees("已交办1件")
    history = [one.action for one in town.services.trail.history(_id(town, numbers[1]))]
    assert history.count("hand_over") == 1


def _id(town: Town, number: str) -> str:
    with town.services.store.read("linxi") as transaction:
        return transaction.case(number).id


def test_a_batch_whose_session_ended_is_held(people: People, town: Town) -> None:
    case = town.do("draft", "wang-fang", **WRITTEN)
    town.do("submit", "wang-fang", case)
    town.do("pass_first_review", "reviewer", case)
    town.do("register", "committee", case)
    clerk = people("committee")
    clerk.open("/desk/hand-over")
    clerk.page.locator('input[type="checkbox"][name^="take-"]').check()
    clerk.page.locator("[name=batch]").fill("第七批")
    _ended(town, clerk)
    _main(clerk, "try")
    _told(clerk, 401)
    clerk.sees("第七批")
    _again(town, clerk)
    clerk.page.get_by_role("button", name="继续").click()
    _told(clerk, 403)
    clerk.page.get_by_role("button", name="核对无误").click()
    clerk.sees("预检结果", "可以交办1件")


def test_two_administrators_at_one_person_do_not_overwrite_each_other(people: People) -> None:
    first, second = people("admin"), people("admin")
    for one in (first, second):
        one.open(PERSON)
    first.page.locator("[name=phone]").fill("13800000001")
    first.page.locator("[name=reason]").fill("换号")
    first.page.get_by_role("button", name="保存").dblclick()
    expect(first.page.locator(".told.good")).to_be_visible()
    second.page.locator("[name=delegation]").fill("城西")
    second.page.locator("[name=reason]").fill("调整代表团")
    second.page.get_by_role("button", name="保存").click()
    _told(second, 409)
    expect(second.page.locator("[name=phone]")).to_have_value("13800000001")
    expect(second.page.locator("[name=delegation]")).to_have_value("城西")
    expect(second.page.locator("#errors")).to_be_focused()
    expect(second.page.locator("[name=reason]")).to_have_value("调整代表团")
    second.page.get_by_role("button", name="保存").click()
    expect(second.page.locator(".told.good")).to_be_visible()
    second.sees("城西", "13800000001")


def test_a_form_of_the_administrator_is_held_when_its_session_ended(
    people: People, town: Town
) -> None:
    admin = people("admin")
    admin.open(PERSON)
    admin.page.locator("[name=delegation]").fill("城西")
    admin.page.locator("[name=reason]").fill("调整代表团")
    _ended(town, admin)
    admin.page.get_by_role("button", name="保存").click()
    _told(admin, 401)
    admin.sees("城西", "调整代表团")


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(people: People, town: Town) -> None:
    page = _drafting(town)
    clerk = people("zhao-min")
    clerk.open(f"{page}/act/draft_reply")
    _main(clerk, "check")
    _told(clerk, 422)
    expect(clerk.page.locator("#errors")).to_be_focused()
    clerk.page.keyboard.press("Tab")
    clerk.page.keyboard.press("Enter")
    assert clerk.page.url.endswith("#f-result")
    clerk.open(f"{page}/files")
    clerk.page.get_by_role("button", name="上传").click()
    _told(clerk, 422)
    expect(clerk.page.locator("#errors")).to_be_focused()
    clerk.page.locator("#errors a").first.click()
    expect(clerk.page.locator("#f-file")).to_be_focused()


def test_a_comment_becomes_required_as_soon_as_somebody_is_dissatisfied(
    people: People, town: Town
) -> None:
    page = town.answered()
    wang = people("wang-fang", width=360)
    wang.open(f"{page}/act/rate")
    wang.sees("选“不满意”时必填")
    wang.fill(result="dissatisfied")
    told = wang.page.locator("[data-required-for=comment]")
    expect(told).to_have_text("必填")
    expect(wang.page.locator("#f-comment")).to_have_attribute("aria-required", "true")
    wang.fill(result="satisfied")
    expect(told).to_have_text("选“不满意”时必填")
