"""A field that other answers make required says so beforehand, on pages and through the API."""

from __future__ import annotations

from app.forms_of_actions import required_when
from engine.conditions import compile_condition
from engine.grammar import FactType
from engine.profile import FieldType, FormField, Text
from tests.support.api import Api, api
from tests.support.browsing import Browser, browser
from tests.support.command_line import bare_line, line
from tests.support.more_people import more_people
from web.house import Choice, FieldForm

__all__ = ["api", "bare_line", "browser", "line", "more_people"]
LABEL = Text(zh="结果", en="Result")
BAD = Choice(value="bad", label=Text(zh="不满意", en="Dissatisfied"))


def test_a_comment_is_told_to_be_required_with_dissatisfied(browser: Browser) -> None:
    case = browser.delivered()
    page = browser.get("wang-fang", f"/cases/{case}/act/rate")
    assert "选“不满意”时必填" in page.text
    assert 'data-when="process=dissatisfied|result=dissatisfied"' in page.text
    assert "可不填" not in page.text
    english = browser.get("wang-fang", f"/cases/{case}/act/rate", language="en")
    assert "required with “Dissatisfied”" in english.text
    refused = browser.send("wang-fang", page, "all:dissatisfied")
    assert refused.status == 422
    assert "#f-comment" in refused.links()
    assert "请填写“具体意见”：选“不满意”时必填" in refused.text
    done = browser.send("wang-fang", refused, "do", f__comment="没有到现场")
    assert "已办理" in done.text


def test_satisfied_is_still_one_tap_after_the_page_is_opened(browser: Browser) -> None:
    case = browser.delivered()
    page = browser.get("wang-fang", f"/cases/{case}/act/rate")
    assert "已办理" in browser.send("wang-fang", page, "all:satisfied").text


def test_a_program_is_told_the_condition_and_the_answers(api: Api) -> None:
    case = api.delivered()
    listed = api.read("wang-fang", f"/suggestions/{case}/actions")["items"]
    (rate,) = [one for one in listed if one["action"] == "rate"]
    told = {one["name"]: one["required_when"] for one in rate["fields"]}
    assert told["process"] is None
    assert [(one["field"], one["value"]) for one in told["comment"]["answers"]] == [
        ("process", "dissatisfied"),
        ("result", "dissatisfied"),
    ]
    assert told["comment"]["answers"][0]["label"]["zh"] == "不满意"
    assert "form_process" in told["comment"]["condition"]


def _told(text: str) -> list[tuple[str, Choice]] | None:
    facts = {"form_it": FactType.TEXT, "form_other": FactType.TEXT, "round": FactType.INT}
    field = FormField(
        name="why", label=LABEL, type=FieldType.TEXT, required_when=compile_condition(text, facts)
    )
    asked = FieldForm(
        name="it", label=LABEL, type=FieldType.CHOICE, required=True, max_length=9, choices=(BAD,)
    )
    found = required_when(field, {"it": asked})
    return None if found is None else list(found.answers)


def test_only_what_is_about_answers_of_the_same_form_is_told_so() -> None:
    assert _told('form_it == "bad"') == [("it", BAD)]
    plain = Choice(value="odd", label=Text(zh="odd", en="odd"))
    assert _told("form_it == 'odd' || form_it == \"bad\"") == [("it", plain), ("it", BAD)]
    for other in ('form_it != "bad"', 'form_it == "bad" && round > 1', 'form_other == "bad"'):
        assert _told(other) == []
    assert _told("round > 1") == []


def test_what_the_case_itself_makes_required_is_settled_when_the_form_is_opened(
    browser: Browser,
) -> None:
    alone = browser.drafted()
    joint = browser.drafted(**{"f-cosigners-0-person": "li-ming", "n-cosigners": "1"})
    browser.act("wang-fang", joint, "submit")
    browser.act("li-ming", joint, "confirm_signature")
    for case, must in ((alone, False), (joint, True)):
        page = browser.get("wang-fang", f"/cases/{case}/act/withdraw").text
        legend = page.partition("附议代表一致同意")[2].partition("</legend>")[0]
        assert ("可不填" not in legend) is must, legend
        assert "视情况必填" not in page
