"""Words of a notice: only declared names, filled once, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.profile import NoticeTemplate, Text
from notifications.templates import NAMES, NoticeUnreadable, render, word
from workflows import load_profile
from workflows.checks.codes import NOTICE_PLACEHOLDERS

FACTS = {"recipient": "李明", "deputy": "王芳", "title": "关于过街设施的建议", "number": "12"}


def template(body: str, subject: str = "{title}") -> NoticeTemplate:
    return NoticeTemplate(
        name="asked", subject=Text(zh=subject, en=subject), body=Text(zh=body, en=body)
    )


def test_the_loader_and_the_writer_know_the_same_names() -> None:
    assert NAMES == NOTICE_PLACEHOLDERS


def test_a_shipped_notice_speaks_both_languages() -> None:
    profile = load_profile("zhejiang-county", 1)
    chinese = word(profile, "cosign_asked", FACTS, "zh")
    english = word(profile, "cosign_asked", FACTS, "en")
    assert chinese.subject == "请确认附议:关于过街设施的建议"
    assert chinese.body.startswith("李明,王芳代表邀请您附议")
    assert english.subject == "Please confirm your signature: 关于过街设施的建议"


def test_every_shipped_notice_can_be_worded_without_a_brace_left() -> None:
    profile = load_profile("zhejiang-county", 1)
    facts = dict.fromkeys(NAMES, "某")
    for name in profile.notices:
        for language in ("zh", "en"):
            wording = word(profile, name, facts, language)
            assert "某" in wording.subject
            assert not set("{}") & set(wording.subject + wording.body)


def test_braces_in_a_fact_stay_braces() -> None:
    facts = {"reason": "{number} 见 {recipient.__class__}", "number": "12"}
    assert render(template("理由:{reason}"), facts).body == "理由:{number} 见 {recipient.__class__}"


def test_doubled_braces_are_braces_and_a_missing_fact_is_empty() -> None:
    assert render(template("{{{number}}}:{reason}。"), {"number": "7"}).body == "{7}:。"


def test_a_subject_is_one_line() -> None:
    facts = {"title": "第一行\r\nBcc: all@example.org"}
    assert render(template("."), facts).subject == "第一行 Bcc: all@example.org"


@pytest.mark.parametrize(
    "body",
    ["{password}", "{number.__class__}", "{number[0]}", "{number!r}", "{number:>99}", "{}", "{0}"],
)
def test_what_is_not_declared_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="may not be used"):
        render(template(body), {"number": "12", "password": "hidden"})


def test_an_unknown_template_names_itself_and_the_profile() -> None:
    profile = load_profile("zhejiang-county", 1)
    with pytest.raises(NoticeUnreadable) as caught:
        word(profile, "gone", FACTS, "zh")
    assert caught.value.facts["template"] == "gone"
    assert "zhejiang-county/v1" in caught.value.message("zh")


def test_a_broken_template_is_unreadable() -> None:
    profile = load_profile("zhejiang-county", 1)
    broken = replace(profile, notices={"asked": template("{open")})
    with pytest.raises(NoticeUnreadable):
        word(broken, "asked", FACTS, "zh")


def test_there_are_two_languages() -> None:
    with pytest.raises(ValueError, match="fr"):
        render(template("."), {}, "fr")
