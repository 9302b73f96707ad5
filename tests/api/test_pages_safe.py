"""Nothing is lost and nothing gets through: stale versions, double clicks, drafts, markup."""

from __future__ import annotations

import pytest

from tests.support.browsing import DRAFT, Browser, Page, browser
from tests.support.command_line import bare_line, line

__all__ = ["bare_line", "browser", "line"]

MARKUP = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
REASON = "一段已经写好的长理由"


def _typed(page: Page, **typed: str) -> dict[str, str]:
    return {**page.form.values, **{f"f-{name}": value for name, value in typed.items()}}


def _draft_page(browser: Browser) -> Page:
    return browser.get("wang-fang", "/write/draft")


def test_somebody_was_faster_and_nothing_typed_is_lost(browser: Browser) -> None:
    case = browser.drafted()
    form = browser.get("wang-fang", f"/cases/{case}/act/edit")
    browser.act("wang-fang", case, "edit", title="另一处改过的标题")
    late = browser.post("wang-fang", form.path, {**_typed(form, keywords=REASON), "step": "do"})
    assert late.status == 409
    assert "修改文本" in late.text
    assert "王芳" in late.text
    assert late.form.values["f-keywords"] == REASON
    assert late.form.values["version"] != form.form.values["version"]
    done = browser.send("wang-fang", late, "do")
    assert "已办理" in done.text


def test_what_can_no_longer_be_done_still_shows_what_was_typed(browser: Browser) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    form = browser.get("reviewer", f"/cases/{case}/act/return_for_revision")
    browser.act("reviewer", case, "pass_first_review")
    browser.act("committee", case, "register")
    late = browser.post("reviewer", form.path, {**_typed(form, reason=REASON), "step": "check"})
    assert late.status == 409
    assert REASON in late.text
    assert "现在不能办理" in late.text


def test_a_double_click_acts_once(browser: Browser) -> None:
    case = browser.drafted()
    page = browser.get("wang-fang", f"/cases/{case}/act/submit")
    first = browser.send("wang-fang", page, "do")
    second = browser.send("wang-fang", page, "do")
    assert first.answer.url == second.answer.url
    assert second.status == 200
    assert second.text.count("<b>提交</b>") == 1


def test_a_double_click_on_a_new_one_makes_one(browser: Browser) -> None:
    page = _draft_page(browser)
    written = {**page.form.values, **DRAFT, "step": "do"}
    paths = {browser.post("wang-fang", "/write/draft", written).path for _ in range(2)}
    assert len(paths) == 1
    again = _draft_page(browser)
    assert "f-title" in again.form.values
    browser.watch.pass_by(seconds=1)
    other = _draft_page(browser)
    another = {**other.form.values, **DRAFT, "step": "do"}
    assert browser.post("wang-fang", "/write/draft", another).path not in paths


def test_a_draft_is_kept_for_its_writer_only_and_goes_when_it_is_handed_in(
    browser: Browser,
) -> None:
    browser.send("wang-fang", _draft_page(browser), "draft", f__text="写到一半")
    back = _draft_page(browser)
    assert "草稿" in back.text
    assert back.form.values["f-text"] == "写到一半"
    assert browser.get("li-ming", "/write/draft").form.values["f-text"] == ""
    browser.drafted()
    assert _draft_page(browser).form.values["f-text"] == ""


def test_a_session_that_ended_keeps_what_was_typed(browser: Browser) -> None:
    written = {**_draft_page(browser).form.values, **DRAFT, "step": "do"}
    ended = browser.post(None, "/write/draft", written)
    assert ended.status == 401
    browser.cookies.clear()  # signed in anew, in another tab
    back = browser.post("wang-fang", "/write/draft", {**ended.form.values, "step": "do"})
    assert back.status == 403
    assert back.form.values["f-title"] == DRAFT["f-title"]
    assert browser.get("wang-fang", "/mine").text.count(DRAFT["f-title"]) == 0
    done = browser.send("wang-fang", back, "do")
    assert "已办理" in done.text


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_form_of_another_site_is_refused(browser: Browser, origin: str) -> None:
    written = {**_draft_page(browser).form.values, **DRAFT, "step": "do"}
    sent = browser.post("wang-fang", "/write/draft", written, headers={"Origin": origin})
    assert sent.status == 403
    assert DRAFT["f-title"] not in sent.text
    assert DRAFT["f-title"] not in browser.get("wang-fang", "/mine").text


def test_markup_stays_text_wherever_it_is_shown(browser: Browser) -> None:
    case = browser.drafted(**{"f-title": MARKUP, "f-text": MARKUP, "f-keywords": MARKUP})
    browser.act("wang-fang", case, "submit")
    pages = [
        browser.get("wang-fang", path)
        for path in ("/mine", "/cases", f"/cases/{case}", "/waiting", "/cases?q=%3Cscript%3E")
    ]
    form = browser.get("reviewer", f"/cases/{case}/act/return_for_revision")
    sent = {**_typed(form, reason=MARKUP), "step": "check"}
    check = browser.post("reviewer", form.path, sent)
    assert check.status == 200
    kept = browser.send("reviewer", check, "draft")
    pages += [form, check, kept, browser.send("reviewer", check, "do")]
    pages += [browser.get("wang-fang", path) for path in ("/inbox", f"/cases/{case}/act/edit")]
    for page in pages:
        assert page.status == 200
        assert "onerror=" not in "".join(name for _, found in page.tags for name in found)
        assert not [found for tag, found in page.tags if tag == "img"]
        assert all("src" in found for tag, found in page.tags if tag == "script")
    assert any("&lt;script&gt;" in page.text for page in pages)


def test_what_is_missing_is_named_beside_its_field(browser: Browser) -> None:
    page = _draft_page(browser)
    wrong = browser.send("wang-fang", page, "do", f__title="只有标题")
    assert wrong.status == 422
    assert {"#f-text", "#f-field", "#f-kind"} <= set(wrong.links())
    assert {"f-text", "f-field", "f-kind", "errors"} <= set(wrong.ids())
    assert wrong.form.values["f-title"] == "只有标题"


def test_rows_are_added_and_sent_without_a_script(browser: Browser) -> None:
    page = _draft_page(browser)
    longer = browser.send("wang-fang", page, "more:cosigners", **DRAFT)
    assert longer.form.values["f-title"] == DRAFT["f-title"]
    second = {"f__cosigners__1__person": "li-ming"}  # the first row stays empty
    done = browser.send("wang-fang", longer, "do", **second)
    assert "李明" in done.text
    assert "待确认" in done.text


def test_the_answers_are_checked_with_what_they_would_do(browser: Browser) -> None:
    case = browser.drafted()
    browser.act("wang-fang", case, "submit")
    browser.act("reviewer", case, "pass_first_review")
    browser.act("committee", case, "register")
    page = browser.get("committee", f"/cases/{case}/act/hand_over")
    share = {"f__assignments__0__unit": "transport", "f__assignments__0__kind": "lead"}
    check = browser.send("committee", page, "check", **share)
    assert check.status == 200, check.text
    for told in ("交通局", "主办", "办理中", "答复期限", "赵敏"):
        assert told in check.text
    assert "已立案待交办" in browser.get("committee", f"/cases/{case}").text
    back = browser.send("committee", check, "edit")
    assert back.form.values["f-assignments-0-unit"] == "transport"
    assert "办理中" in browser.send("committee", check, "do").text
