"""A suggestion written one question at a time, without a script, kept at each step."""

from __future__ import annotations

from tests.support.browsing import Browser, Page, browser
from tests.support.command_line import TITLE, bare_line, line

__all__ = ["bare_line", "browser", "line"]
FIRST = "/write/draft/step/title"
MATTER = "上下学时段人车混行，去年发生两起事故。"
WISH = "增设人行过街设施。\n完善信号灯。"


def _answer(browser: Browser, page: Page, **typed: str) -> Page:
    return browser.send("wang-fang", page, "next", **typed)


def _to_cosigners(browser: Browser) -> Page:
    page = browser.get("wang-fang", FIRST)
    page = _answer(browser, page, f__title=TITLE)
    assert page.path.endswith("/matter")
    page = _answer(browser, page, f__matter=MATTER)
    page = _answer(browser, page, f__wish=WISH)
    # Nothing similar is there, so nobody is asked to look at it.
    assert page.path.endswith("/sorting")
    page = _answer(browser, page, f__field="transport", f__kind="session", f__origin="research")
    return _answer(browser, page, f__secrecy="open", f__keywords="过街")


def test_each_question_leads_to_the_next_and_the_whole_is_handed_in(browser: Browser) -> None:
    page = _to_cosigners(browser)
    assert page.path.endswith("/cosigners")
    page = browser.send("wang-fang", page, "more:cosigners", f__cosigners__0__person="li-ming")
    assert page.form.values["n-cosigners"] == "2"
    assert page.form.values["f-cosigners-0-person"] == "li-ming"
    check = _answer(browser, page)
    assert check.path.endswith("/check")
    for told in (TITLE, MATTER, "完善信号灯。", "交通运输", "李明", "同意公开"):
        assert told in check.text
    done = browser.post("wang-fang", "/write/draft", {**check.form.values, "step": "do"})
    assert "已办理" in done.text
    assert f"{MATTER}\n\n具体建议：\n{WISH}" in done.text
    assert "李明" in done.text
    # What was handed in is no draft any more.
    assert browser.get("wang-fang", FIRST).form.values["f-title"] == ""


def test_it_is_kept_at_each_step_and_is_the_draft_of_the_long_form(browser: Browser) -> None:
    page = browser.get("wang-fang", FIRST)
    page = _answer(browser, page, f__title=TITLE)
    _answer(browser, page, f__matter=MATTER)
    again = browser.get("wang-fang", FIRST)
    assert again.form.values["f-title"] == TITLE
    assert "接着写" in again.text
    whole = browser.get("wang-fang", "/write/draft")
    assert whole.form.values["f-text"] == MATTER
    browser.send("wang-fang", whole, "draft", f__text=f"{MATTER}\n\n具体建议：\n{WISH}")
    assert browser.get("wang-fang", "/write/draft/step/wish").form.values["f-wish"] == WISH
    assert browser.get("li-ming", FIRST).form.values["f-title"] == ""


def test_what_is_missing_is_said_at_its_own_question(browser: Browser) -> None:
    page = _answer(browser, browser.get("wang-fang", FIRST))
    assert page.status == 422
    assert "#f-title" in page.links()
    long = _answer(browser, page, f__title="长" * 101)
    assert long.status == 422
    assert "最多100字" in long.text
    assert long.form.values["f-title"] == "长" * 101
    check = browser.get("wang-fang", "/write/draft/step/check")
    assert check.text.count("还没有填写") == 4
    refused = browser.post("wang-fang", "/write/draft", {**check.form.values, "step": "do"})
    assert refused.status == 422
    assert refused.form.values["f-title"] == "长" * 101


def test_similar_ones_are_a_page_of_their_own_and_no_trap_on_the_way_back(
    browser: Browser,
) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    page = browser.get("wang-fang", FIRST)
    page = _answer(browser, page, f__title="临溪中学周边交通整治")
    page = _answer(browser, page, f__matter=MATTER)
    page = _answer(browser, page, f__wish=WISH)
    assert page.path.endswith("/similar")
    assert TITLE in page.text
    back = next(one for one in _answer(browser, page).links() if one.startswith("/write/"))
    assert browser.get("wang-fang", back).path.endswith("/similar")
    other = browser.get("li-ming", "/write/draft/step/title")
    browser.send("li-ming", other, "next", f__title="关于公园座椅的建议")
    assert browser.get("li-ming", back).path.endswith("/wish")


def test_an_answer_can_be_changed_from_the_check(browser: Browser) -> None:
    _to_cosigners(browser)
    check = browser.get("wang-fang", "/write/draft/step/check")
    assert "/write/draft/step/wish" in check.links()
    page = browser.get("wang-fang", "/write/draft/step/wish")
    check = browser.send("wang-fang", page, "return", f__wish="只增设过街设施。")
    assert check.path.endswith("/check")
    assert "只增设过街设施。" in check.text


def test_a_session_that_ended_loses_nothing_and_nothing_is_forged(browser: Browser) -> None:
    page = browser.get("wang-fang", FIRST)
    sent = {**page.form.values, "f-title": TITLE, "step": "next"}
    ended = browser.post(None, FIRST, sent)
    assert ended.status == 401
    assert TITLE in ended.text
    forged = browser.post("wang-fang", FIRST, {**sent, "csrf": "x"})
    assert forged.status == 403
    assert forged.form.values["f-title"] == TITLE
    assert browser.get("wang-fang", FIRST).form.values["f-title"] == ""
    elsewhere = {"Origin": "https://elsewhere.example"}
    stolen = browser.post("wang-fang", FIRST, {**sent, "csrf": "x"}, headers=elsewhere)
    assert stolen.status == 403
    assert TITLE not in stolen.text


def test_only_who_may_begin_is_asked_and_only_what_there_is(browser: Browser) -> None:
    assert browser.get("zhao-min", FIRST).status == 403
    assert browser.get("zhao-min", "/write/draft").status == 403
    assert browser.get("wang-fang", "/write/nothing").status == 404
    assert browser.get("wang-fang", "/write/edit").status == 404
    assert browser.get("wang-fang", "/write/draft/step/nothing").status == 404
    assert browser.get("wang-fang", "/write/edit/step/title").status == 404
    start = browser.get("wang-fang", "/mine").links()
    assert {"/write/draft", FIRST} <= set(start)
