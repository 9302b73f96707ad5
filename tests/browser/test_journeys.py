"""The whole loop in a browser: every step is a link that a page offered and a form it gave."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.town import CONTACT, LEAD, PASSWORD, REPLY, WRITTEN, Town
from tests.support import files

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_loop_closes(people: People) -> None:
    wang, li = people("wang-fang"), people("li-ming")
    case = wang.write(**WRITTEN, cosigners=[{"person": "li-ming"}])
    wang.act(case, "submit")
    wang.sees("待附议确认")
    li.act(case, "confirm_signature")
    people("reviewer").act(case, "pass_first_review", note="事实清楚")
    committee = people("committee")
    case = committee.act(case, "register")
    case = committee.act(case, "hand_over", assignments=LEAD)
    clerk = people("zhao-min")
    clerk.act(case, "receive")
    clerk.act(case, "record_contact", **CONTACT)
    clerk.act(case, "draft_reply", **REPLY)
    people("office").act(case, "check_reply")
    people("head-transport").act(case, "sign_reply", document_number="临交建〔2026〕1号")
    clerk.act(case, "deliver_reply")
    wang.open(case)
    wang.sees("待评价", "已增设过街设施", "临交建〔2026〕1号")
    for one in (wang, li):
        one.act(case, "rate", process="satisfied", result="satisfied")
    committee.act(case, "close", note="代表满意")
    wang.open(case)
    wang.sees("已办结", "已经结束,不等任何人".replace(",", "\uff0c"))
    wang.may_not(case, "rate")


def test_dissatisfied_begins_a_second_handling(people: People, town: Town) -> None:
    case = town.answered()
    people("wang-fang").act(
        case, "rate", process="satisfied", result="dissatisfied", comment="没有解决问题"
    )
    people("head").act(case, "order_rehandling", reason="请到现场复核")
    clerk = people("zhao-min")
    clerk.open(case)
    clerk.sees("第2轮")
    clerk.act(case, "receive")
    clerk.sees("办理中")


def test_a_return_is_arbitrated(people: People, town: Town) -> None:
    case = town.handed_over()
    people("zhao-min").act(
        case, "request_return", reason="属校园周边管理", proposed_unit="education"
    )
    people("mayor").act(case, "approve_return", reason="由教育局承办", unit="education")
    people("zhou-jie").act(case, "receive")
    people("zhao-min").may_not(case, "receive")


def test_an_extension_is_endorsed_and_approved(people: People, town: Town) -> None:
    case = town.handed_over()
    clerk = people("zhao-min")
    clerk.act(case, "receive")
    clerk.act(case, "request_extension", reason="需要招标")
    people("office").act(case, "endorse_extension")
    people("committee").act(case, "approve_extension")
    clerk.open(case)
    clerk.sees("批准延期", "办理中")


def test_what_is_overdue_is_reminded_and_ordered(people: People, town: Town) -> None:
    case = town.handed_over()
    people("zhao-min").act(case, "receive")
    town.later("2026-08-20T09:00")
    head = people("head-transport")
    head.open(case)
    head.sees("超期", "督办单", "督办待回复")
    head.act(case, "answer_order", answer="本周内答复。")


def test_without_scripts_a_suggestion_is_written_and_rated(people: People, town: Town) -> None:
    wang = people("wang-fang", scripts=False, width=768)
    case = wang.write(**WRITTEN, cosigners=[{"person": "li-ming"}, {"person": ""}])
    wang.act(case, "submit")
    wang.sees("待附议确认")
    wang.act(town.answered(), "rate", process="satisfied", result="basic")
    wang.sees("待办结")


def test_with_the_keyboard_alone_a_case_is_received(people: People, town: Town) -> None:
    case = town.handed_over()
    clerk = people("zhao-min")
    clerk.open(case)
    clerk.key_to("跳到正文")
    clerk.page.keyboard.press("Enter")
    clerk.key_to("签收")
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/act/receive**")
    clerk.key_to("提交", "确认:签收".replace(":", "\uff1a"), "下一步:核对".replace(":", "\uff1a"))
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator(".told.good")).to_contain_text("签收")


def test_a_file_is_handed_in_and_fetched(people: People, town: Town) -> None:
    case = town.handed_over()
    clerk = people("zhao-min")
    clerk.open(f"{case}/files")
    page = clerk.page
    page.locator("#f-file").set_input_files(
        {"name": "../面商照片.exe", "mimeType": "image/png", "buffer": files.png()}
    )
    page.locator("#f-reason").fill("面商照片")
    page.locator('form[enctype] button[type="submit"]').click()
    with page.expect_download() as arriving:
        page.get_by_role("link", name="面商照片").click()
    assert arriving.value.suggested_filename == "面商照片.exe.png"
    assert arriving.value.path().read_bytes() == files.png()


def test_somebody_signs_in_and_out_by_the_page(people: People, town: Town) -> None:
    somebody = people("")
    page = somebody.open("/cases")
    page.locator("#f-name").fill("wang-fang")
    page.locator("#f-password").fill(PASSWORD)
    page.locator('main button[type="submit"]').first.click()
    page.wait_for_url("**/cases")
    somebody.sees("王芳")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in**")
    page.goto(f"{town.url}/cases")
    assert "/sign-in" in page.url


def test_on_a_phone_a_reply_is_rated_in_two_taps(people: People, town: Town) -> None:
    case = town.answered()
    phone = people("wang-fang", width=360)
    phone.open(case)
    phone.page.locator('a[href*="/act/rate"]').click()
    phone.page.locator('button[value="all:satisfied"]').click()
    expect(phone.page.locator(".told.good")).to_contain_text("评价")
