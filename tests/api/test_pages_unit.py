"""The unit, the government office and leaders through their pages, and who may reach which."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.browsing import Browser, browser
from tests.support.command_line import TITLE, bare_line, line
from tests.support.more_people import more_people

__all__ = ["bare_line", "browser", "line", "more_people"]
UNIT_LISTS = (
    "receive",
    "in-hand",
    "joint",
    "replies",
    "asked",
    "promises",
    "orders",
    "mine",
    "all",
)
OFFICE_LISTS = ("divide", "returns", "extensions", "replies", "mine", "late")


def _step(browser: Browser, person: str, where: str, action: str) -> str:
    """The address of the action as the list offers it."""
    links = browser.get(person, where).links()
    return next(one for one in links if f"/act/{action}" in one)


def test_a_share_goes_through_the_inbox_of_the_unit(browser: Browser) -> None:
    case = browser.handed_over()
    contact = {"on": "2026-01-21", "form": "visit", "rank": "unit_head", "summary": "现场查看"}
    promise = {"commitments__0__text": "建成天桥", "commitments__0__due_on": "2026-09-30"}
    way: list[tuple[str, str, str, dict[str, str]]] = [
        ("zhao-min", "/unit/list/receive", "receive", {}),
        ("zhao-min", "/unit/list/in-hand", "record_contact", contact),
        (
            "zhao-min",
            "/unit/list/in-hand",
            "draft_reply",
            {"result": "B", "text": "已列入", **promise},
        ),
        ("office", "/government/list/replies", "check_reply", {}),
        ("head-transport", "/unit/list/replies", "sign_reply", {"document_number": "1号"}),
        ("zhao-min", "/unit/list/replies", "deliver_reply", {}),
        ("zhao-min", "/unit/list/promises", "keep_commitment", {"evidence": "已建成"}),
    ]
    for person, where, action, typed in way:
        assert _step(browser, person, where, action)
        browser.act(person, case, action, **typed)
    assert TITLE not in browser.get("zhao-min", "/unit/list/all").text.partition("<tbody>")[2]


def test_the_page_says_first_what_meets_the_nearest_clock(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    page = browser.get("zhao-min", "/unit/list/in-hand").text
    assert page.index("/act/record_contact") < page.index("/act/draft_reply")
    assert "/act/request_extension" not in page  # three are offered; the case page has all
    assert "/act/give_opinion" not in page  # a lead unit gives no opinion


def test_a_return_is_told_with_reason_and_unit_and_waits_for_the_office(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "request_return", reason="属校园管理", proposed_unit="education")
    for person, where in (("office", "/government/list/returns"), ("zhao-min", "/unit/list/asked")):
        page = browser.get(person, where)
        assert "属校园管理" in page.text
        assert "教育局" in page.text
    assert TITLE not in browser.get("zhao-min", "/unit/list/in-hand").text.partition("<tbody>")[2]


def test_an_extension_is_told_with_its_reason(browser: Browser) -> None:
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    browser.act("zhao-min", case, "request_extension", reason="待立项批复")
    page = browser.get("office", "/government/list/extensions")
    assert "待立项批复" in page.text
    assert _step(browser, "office", "/government/list/extensions", "endorse_extension")
    # Neither answer is pressed on the office: they stand as the rules tell them.
    for shown in (page, browser.get("office", f"/cases/{case}")):
        offered = [one.rpartition("/act/")[2].partition("?")[0] for one in shown.links()]
        assert offered.index("endorse_extension") < offered.index("refuse_extension")


def test_counts_of_the_unit_are_the_lengths_of_its_lists(browser: Browser) -> None:
    browser.delivered()
    browser.watch.now += timedelta(days=300)
    page = browser.get("zhao-min", "/unit")
    assert "交通局" in page.text
    for name in UNIT_LISTS:
        listed = browser.get("zhao-min", f"/unit/list/{name}")
        assert listed.status == 200
        rows = listed.text.partition("<tbody>")[2].count("<tr>")
        if rows and name not in ("mine", "all"):
            assert f'href="/unit/list/{name}">{rows}<' in page.text, name
    red = browser.get("zhao-min", "/unit/list/promises?light=red")
    assert "超期" in red.text


def _made_key(browser: Browser, case: str) -> None:
    """A key suggestion 重点建议, led by 杜衡."""
    browser.act(
        "chair",
        case,
        "designate_key",
        topic_number="1",
        topic_title="校园周边交通",
        lead_official="du-heng",
        supervising_leader="chair",
        decided_on="2026-01-22",
        decided_by="主任会议",
    )


def test_clocks_of_a_whole_case_count_for_whom_they_wait(browser: Browser) -> None:
    """成效灯 is nobody's share, and yet waits for people of the unit: its head must count it."""
    case = browser.handed_over()
    browser.act("zhao-min", case, "receive")
    _made_key(browser, case)
    browser.watch.now += timedelta(days=60)
    listed = browser.get("zhao-min", "/unit/list/mine?light=red").text
    rows = listed.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "成效灯月度评定" in rows
    head = browser.get("zhao-min", "/unit").text.partition("</table>")[0]
    assert f'href="/unit/list/mine?light=red">{rows.count("<tr>")}<' in head
    states = browser.get("du-heng", "/lead").text.partition("到哪一步</h2>")[2]
    assert "承办·" in states  # two kinds of things, of which each says what it is
    assert "建议·" in states


def test_an_empty_list_says_in_one_line_what_would_fill_it(browser: Browser) -> None:
    calm = browser.get("zhao-min", "/unit").text.partition("眼下没有的")[2]
    assert "新交办的会出现在这里" in calm
    browser.handed_over()
    page = browser.get("zhao-min", "/unit").text
    assert "新交办的会出现在这里" not in page.partition("眼下没有的")[2]
    assert 'id="mine"' in page


def test_a_unit_sees_only_what_is_its_own(browser: Browser) -> None:
    browser.handed_over()
    for name in UNIT_LISTS:
        assert TITLE not in browser.get("hu-jie", f"/unit/list/{name}").text
    assert TITLE in browser.get("zhao-min", "/unit").text


def test_the_office_has_all_its_lists(browser: Browser) -> None:
    browser.handed_over()
    assert browser.get("office", "/government").status == 200
    for name in OFFICE_LISTS:
        assert browser.get("office", f"/government/list/{name}").status == 200
    assert browser.get("office", "/government/list/nothing").status == 404


def test_a_leader_sees_topic_lights_and_what_is_late(browser: Browser) -> None:
    case = browser.handed_over()
    _made_key(browser, case)
    browser.watch.now += timedelta(days=200)
    for person in ("du-heng", "chair"):
        page = browser.get(person, "/lead")
        assert page.status == 200
        assert "校园周边交通" in page.text
        assert "未评定" in page.text
        assert TITLE in browser.get(person, "/lead/list/late").text
    assert "校园周边交通" in browser.get("committee", "/desk/topics").text


def test_the_case_tells_its_topic_and_its_outcome_by_party(browser: Browser) -> None:
    case = browser.handed_over()
    _made_key(browser, case)
    browser.act("committee", case, "judge_outcome", light="yellow")
    told = browser.get("du-heng", f"/cases/{case}").text
    assert "校园周边交通" in told.partition('<ol class="loop"')[0]
    judged = told.partition('id="outcome"')[2].partition("</section>")[0]
    assert "年内可解决" in judged
    assert "待评定" in judged
    assert judged.count("尚未评定") == 2  # unit and government have not spoken


PAGES = {
    "/desk": {"committee", "reviewer"},
    "/desk/review": {"committee", "reviewer"},
    "/desk/list/all": {"committee", "reviewer"},
    "/desk/second-round": {"committee", "reviewer"},
    "/desk/hand-over": {"committee", "office"},
    "/desk/topics": {"committee", "reviewer", "chair"},
    "/desk/supervision": {"committee", "reviewer", "chair"},
    "/desk/supervision/list/all": {"committee", "reviewer", "chair"},
    "/government": {"office"},
    "/government/list/returns": {"office"},
    "/unit": {"zhao-min", "head-transport", "hu-jie"},
    "/unit/list/all": {"zhao-min", "head-transport", "hu-jie"},
    "/lead": {"chair", "du-heng"},
    "/lead/list/led": {"chair", "du-heng"},
}
EVERYBODY = (
    *("wang-fang", "reviewer", "committee", "office", "zhao-min", "head-transport", "hu-jie"),
    *("chair", "du-heng"),
)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reaches_the_pages_of_others(browser: Browser, path: str) -> None:
    found = {person: browser.get(person, path).status for person in EVERYBODY}
    assert found == {one: 200 if one in PAGES[path] else 403 for one in EVERYBODY}
    assert browser.get(None, path, follow=False).status == 303


def test_a_post_to_the_bench_is_as_closed_as_the_page(browser: Browser) -> None:
    page = browser.get("zhao-min", "/unit")
    csrf = page.forms[0].values.get("csrf", "")
    assert browser.post("zhao-min", "/desk/hand-over", {"csrf": csrf, "step": "do"}).status == 403


def test_a_leader_instructs_and_signs_and_the_case_tells_it(browser: Browser) -> None:
    case = browser.handed_over()
    _made_key(browser, case)
    assert _step(browser, "du-heng", "/lead/list/led", "instruct")
    browser.act("du-heng", case, "instruct", note="请与学校一并研究，\n月底前报方案。")
    for person in ("zhao-min", "du-heng"):
        page = browser.get(person, f"/cases/{case}").text
        assert "月底前报方案。" in page.partition('class="trail"')[2]
    deputy = browser.get("wang-fang", f"/cases/{case}").text
    assert "月底前报方案。" not in deputy
    assert "批示" in deputy.partition('class="trail"')[2]
    assert "请与学校一并研究" in browser.get("zhao-min", "/inbox").text
    browser.act("zhao-min", case, "receive")
    contact = {"on": "2026-01-21", "form": "visit", "rank": "unit_head", "summary": "现场查看"}
    browser.act("zhao-min", case, "record_contact", **contact)
    browser.act("zhao-min", case, "draft_reply", result="A", text="过街设施已建成。")
    browser.act("office", case, "check_reply")
    browser.act("head-transport", case, "sign_reply", document_number="临交〔2026〕1号")
    browser.act("head-transport", case, "ask_official")
    lead = browser.get("du-heng", "/lead")
    assert any("/act/sign_as_official" in one for one in lead.links())
    checked = browser.get("du-heng", f"/cases/{case}/act/sign_as_official")
    assert "过街设施已建成。" in checked.text
    hands = checked.text.partition('class="chain"')[2].partition("</ol>")[0]
    assert "现在等领办领导" in hands
    assert hands.count("aria-current") == 1
    browser.act("du-heng", case, "sign_as_official")
    told = browser.get("du-heng", f"/cases/{case}").text
    assert "答复待送达" in told
    assert told.count("月底前报方案。") == 1  # with the instruction, and with nothing else
    assert "杜衡" in told.partition('class="chain"')[2].partition("</ol>")[0]
