"""The congress desk through its pages: today, the workbench, supervision, second round."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.browsing import Browser, Page, browser
from tests.support.command_line import TITLE, bare_line, line
from tests.support.more_people import more_people

__all__ = ["bare_line", "browser", "line", "more_people"]


def _registered(browser: Browser, title: str = TITLE) -> str:
    """A suggestion that waits for its hand-over."""
    case = browser.drafted(**{"f-title": title})
    browser.act("wang-fang", case, "submit")
    browser.act("reviewer", case, "pass_first_review")
    browser.act("committee", case, "register")
    return case


def _bench(browser: Browser, *chosen: tuple[str, str], by: str = "committee") -> Page:
    """The dry run of cases, each ticked and for these units (in words: `transport education`)."""
    page = browser.get(by, "/desk/hand-over")
    form = _untouched(page)
    for case, units in chosen:
        form[f"take-{case}"] = "1"
        given = units.split()
        for place in range(5):
            form[f"unit-{case}-{place}"] = given[place] if place < len(given) else ""
    return browser.post(by, "/desk/hand-over", {**form, "step": "try"})


def _do(browser: Browser, tried: Page, step: str = "do") -> Page:
    return browser.post("committee", "/desk/hand-over", {**tried.form.values, "step": step})


def _untouched(page: Page) -> dict[str, str]:
    """The form as the browser has it: nothing is ticked yet."""
    form = page.form.values
    return {name: one for name, one in form.items() if not name.startswith("take-")}


def test_review_to_registration_by_links_of_the_list_alone(browser: Browser) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    for person, action in (("reviewer", "pass_first_review"), ("committee", "register")):
        listed = browser.get(person, "/desk/review")
        assert TITLE in listed.text
        assert f"/cases/{case}/act/{action}" in listed.links()
        browser.act(person, case, action)
    assert TITLE not in browser.get("committee", "/desk/review").text
    assert TITLE in browser.get("committee", "/desk/hand-over").text


def test_the_bench_proposes_tries_and_hands_over_many(browser: Browser) -> None:
    cases = [_registered(browser), _registered(browser, "关于校车停靠点的建议")]
    page = browser.get("committee", "/desk/hand-over")
    assert page.text.count("拟办理由") + page.text.count("没有规则能拟定单位") == len(cases)
    tried = _bench(browser, (cases[0], "transport education"), (cases[1], "transport"))
    assert "可以交办2件" in tried.text
    assert TITLE in browser.get("committee", "/desk/hand-over").text  # nothing is done yet
    assert "已交办2件" in _do(browser, tried).text
    inbox = browser.get("zhao-min", "/unit/list/receive")
    assert TITLE in inbox.text
    assert "关于校车停靠点的建议" in inbox.text
    assert "没有再办一次" in _do(browser, tried).text
    again = browser.get("zhao-min", "/unit/list/receive").text
    assert again.count("/act/receive") == len(cases)


def test_each_row_gets_its_own_verdict(browser: Browser) -> None:
    good, bad = _registered(browser), _registered(browser, "关于夜市噪声的建议")
    tried = _bench(browser, (good, "transport"), (bad, "transport transport"))
    assert "可以交办1件" in tried.text
    assert "不能交办1件" in tried.text
    assert "同一单位只能出现一次" in tried.text
    assert "已交办1件" in _do(browser, tried).text
    left = browser.get("committee", "/desk/hand-over").text
    assert "关于夜市噪声的建议" in left
    assert TITLE not in left


def test_what_was_chosen_is_kept_on_the_way_back(browser: Browser) -> None:
    case = _registered(browser)
    back = _do(browser, _bench(browser, (case, "education")), "choose")
    assert back.form.values[f"unit-{case}-0"] == "education"


def test_somebody_faster_is_told_and_nothing_is_handed_over_twice(browser: Browser) -> None:
    case = _registered(browser)
    tried = _bench(browser, (case, "transport"))
    faster = _bench(browser, (case, "education"), by="office")
    done = browser.post("office", "/desk/hand-over", {**faster.form.values, "step": "do"})
    assert "已交办1件" in done.text
    assert "没有再办一次" in _do(browser, tried).text
    assert TITLE not in browser.get("zhao-min", "/unit/list/receive").text


def test_a_forged_batch_is_refused(browser: Browser) -> None:
    case = _registered(browser)
    page = browser.get("committee", "/desk/hand-over")
    forged = {**page.form.values, f"take-{case}": "1", "step": "do", "csrf": "x"}
    assert browser.post("committee", "/desk/hand-over", forged).status == 403
    assert TITLE in browser.get("committee", "/desk/hand-over").text


def test_every_number_of_today_is_the_length_of_the_list_it_opens(browser: Browser) -> None:
    browser.delivered()
    _registered(browser, "关于校车停靠点的建议")
    browser.drafted()
    browser.watch.now += timedelta(days=200)
    seen = 0
    for path in ("/desk", "/desk/supervision"):
        page = browser.get("committee", path)
        for link, number in re.findall(r'<a href="([^"]+)">(\d+)<span class="hidden">', page.text):
            address = link.replace("&amp;", "&")
            if "/list/" not in address and "hand-over" not in address:
                continue
            opened = browser.get("committee", address)
            assert opened.status == 200
            if "hand-over" in address:
                assert opened.text.count('class="bench"') == int(number), address
            else:
                assert f"、{number}件" in opened.text, (address, number)
            seen += 1
    assert seen > 10


def test_an_overdue_unit_is_stuck_and_can_be_urged_from_the_board(browser: Browser) -> None:
    case = browser.handed_over()
    browser.watch.now += timedelta(days=200)
    today = browser.get("committee", "/desk")
    assert "谁卡住了" in today.text
    assert "/desk/list/late?unit=transport" in today.links()
    board = browser.get("committee", "/desk/supervision")
    number = next(one for one in board.links() if "/act/urge" in one)
    assert number.endswith("/act/urge?subject=1")
    form = browser.get("committee", number)
    done = browser.post(
        "committee",
        number.partition("?")[0],
        {**form.form.values, "f-note": "请尽快", "step": "do"},
    )
    assert "已办理" in done.text, done.text
    assert "催办" in browser.get("committee", f"/cases/{case}").text


def test_a_dissatisfied_case_waits_for_a_decision_of_the_desk(browser: Browser) -> None:
    case = browser.delivered()
    browser.act(
        "wang-fang", case, "rate", process="satisfied", result="dissatisfied", comment="未见动工"
    )
    listed = browser.get("committee", "/desk/second-round")
    assert TITLE in listed.text
    order = next(one for one in listed.links() if one.endswith("/act/order_rehandling"))
    assert browser.get("committee", order).status == 200
    browser.act("committee", case, "order_rehandling", reason="请实地复核")
    assert TITLE not in browser.get("committee", "/desk/second-round").text
    assert "第2轮" in browser.get("zhao-min", "/unit/list/receive").text


@pytest.mark.parametrize("sort", ["due", "number", "unit", "state", "nonsense"])
def test_a_list_sorts_filters_and_pages(browser: Browser, sort: str) -> None:
    browser.handed_over()
    _registered(browser, "关于校车停靠点的建议")
    page = browser.get("committee", f"/desk/list/all?sort={sort}&page=99&light=blue")
    assert page.status == 200
    assert TITLE in page.text
    only = browser.get("committee", f"/desk/list/all?sort={sort}&unit=transport")
    assert TITLE in only.text
    assert "校车" not in only.text.partition("<tbody>")[2]
    state = browser.get("committee", "/desk/list/all?state=suggestion.registered")
    assert TITLE not in state.text.partition("<tbody>")[2]
    assert "没有符合条件的" in browser.get("committee", "/desk/list/all?light=red").text


def test_an_unknown_list_is_not_there(browser: Browser) -> None:
    assert browser.get("committee", "/desk/list/nothing").status == 404
    assert browser.get("committee", "/desk/supervision/list/nothing").status == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_empty_pages_say_what_to_do(browser: Browser, language: str) -> None:
    for path in (
        *("/desk", "/desk/review", "/desk/hand-over", "/desk/topics", "/desk/supervision"),
        "/desk/second-round",
    ):
        page = browser.get("committee", path, language=language)
        assert page.status == 200
        assert 'class="empty"' in page.text
        assert ("没有" in page.text) is (language == "zh"), path
