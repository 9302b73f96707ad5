"""Words of a notice: the small language, Chinese and English, every way out shut."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from engine.profile import NoticeTemplate, Text
from engine.wording import CUT, LONGEST, LONGEST_SUBJECT, NAMES
from notifications.templates import NoticeUnreadable, render, word
from workflows import load_profile
from workflows.checks.notices import flaws

FACTS = {"recipient": "李明", "deputy": "王芳", "title": "关于过街设施的建议", "number": "12"}

ATTACKS = {
    "attribute": ("{{ title.upper }}", "an attribute"),
    "class": ("{{ title.__class__.__mro__ }}", "an attribute"),
    "attribute of a literal": ("{{ ''.__class__ }}", "an attribute"),
    "format of a literal": ("{{ '{0.__class__}'.format(title) }}", "an attribute"),
    "index": ("{{ title[0] }}", "an index"),
    "class by index": ("{{ title['__class__'] }}", "an index"),
    "slice": ("{{ title[:3] }}", "an index"),
    "call of a fact": ("{{ title() }}", "a call"),
    "call of a global": ("{{ range(10) }}", "a call"),
    "super": ("{{ super() }}", "a call"),
    "global": ("{{ range }}", "no “range”"),
    "self": ("{{ self }}", "no “self”"),
    "loop": ("{% for one in title %}{{ title }}{% endfor %}", "a loop"),
    "loop variable": ("{{ loop }}", "no “loop”"),
    "unknown name": ("{{ password }}", "no “password”"),
    "filter attr": ("{{ title|attr('__class__') }}", "no filter “attr”"),
    "filter map": ("{{ title|map('upper') }}", "no filter “map”"),
    "filter format": ("{{ '%9999999d'|format(1) }}", "no filter “format”"),
    "filter center": ("{{ title|center(999999) }}", "no filter “center”"),
    "filter join": ("{{ title|join(title) }}", "no filter “join”"),
    "filter block": ("{% filter upper %}x{% endfilter %}", "a filter block"),
    "filter without its argument": ("{{ title|truncate }}", "arguments of “truncate”"),
    "filter with too much": ("{{ title|truncate(999999) }}", "arguments of “truncate”"),
    "filter with a keyword": ("{{ title|truncate(length=3) }}", "arguments of “truncate”"),
    "filter with spread arguments": ("{{ title|default(*title) }}", "arguments of “default”"),
    "filter with a name": ("{{ title|default(number) }}", "arguments of “default”"),
    "filter with true": ("{{ title|truncate(true) }}", "arguments of “truncate”"),
    "power": ("{{ 9**9**9 }}", "a calculation"),
    "repetition": ("{{ 'a' * 1000000 }}", "a calculation"),
    "concatenation": ("{{ title ~ title }}", "a calculation"),
    "order": ("{{ title > 3 }}", "by == and != only"),
    "membership": ("{{ title in number }}", "by == and != only"),
    "test": ("{{ title is callable }}", "a test"),
    "assignment": ("{% set title = 'x' %}", "an assignment"),
    "block assignment": ("{% set title %}x{% endset %}", "an assignment"),
    "with": ("{% with a = title %}{% endwith %}", "with"),
    "macro": ("{% macro m() %}x{% endmacro %}", "a macro"),
    "call block": ("{% call title() %}x{% endcall %}", "a call"),
    "include": ("{% include 'x' %}", "another template"),
    "import": ("{% import 'x' as x %}", "another template"),
    "from import": ("{% from 'x' import y %}", "another template"),
    "extends": ("{% extends 'x' %}", "another template"),
    "block": ("{% block x %}{% endblock %}", "a block"),
    "list": ("{{ [title] }}", "a list"),
    "open": ("{{ title", "template syntax"),
    "open block": ("{% if title %}x", "template syntax"),
    "unknown tag": ("{% debug %}", "template syntax"),
    "division by zero": ("{{ 1 // 0 }}", "a calculation"),
    "brackets without end": ("{{ " + "(" * 5000 + "title", "too deep"),
    "negations without end": ("{{ " + "not " * 5000 + "title }}", "too deep"),
    "filters without end": ("{{ title" + "|trim" * 5000 + " }}", "too deep"),
    "old placeholder": ("{title}", "a single brace"),
    "lonely brace": ("{{ title }}}", "a single brace"),
    "raw": ("{% raw %}{{ title }}{% endraw %}", "a single brace"),
}


def template(body: str, subject: str = "{{ title }}") -> NoticeTemplate:
    return NoticeTemplate(
        name="asked", subject=Text(zh=subject, en=subject), body=Text(zh=body, en=body)
    )


def test_a_shipped_notice_speaks_both_languages() -> None:
    profile = load_profile("zhejiang-county", 1)
    chinese = word(profile, "cosign_asked", FACTS, "zh")
    english = word(profile, "cosign_asked", FACTS, "en")
    assert chinese.subject == "请确认附议：关于过街设施的建议"
    assert chinese.body.startswith("李明，王芳代表邀请您附议")
    assert english.subject == "Please confirm your signature: 关于过街设施的建议"


def test_every_shipped_notice_can_be_worded_without_a_brace_left() -> None:
    profile = load_profile("zhejiang-county", 1)
    facts = dict.fromkeys(NAMES, "某")
    assert profile.notices
    for name in profile.notices:
        for language in ("zh", "en"):
            wording = word(profile, name, facts, language)
            assert "某" in wording.subject
            assert not set("{}") & set(wording.subject + wording.body)


@pytest.mark.parametrize("fact", ["{{ number }}", "{% for a in b %}", "{number}", "{# x #}"])
def test_braces_in_a_fact_stay_braces(fact: str) -> None:
    facts = {"reason": f"{fact} 见 {{{{ recipient.__class__ }}}}", "number": "12"}
    assert render(template("理由:{{ reason }}"), facts).body == f"理由:{facts['reason']}"


@pytest.mark.parametrize(
    ("body", "facts", "said"),
    [
        ("{{ '{' }}{{ number }}{{ '}' }}:{{ reason }}。", {"number": "7"}, "{7}:。"),
        ("{{ reason|default('未说明') }}", {}, "未说明"),
        ("{{ reason|default('未说明') }}", {"reason": "超范围"}, "超范围"),
        ("{{ unit|upper }} {{ unit|lower }}", {"unit": "Traffic"}, "TRAFFIC traffic"),
        ("{{ title|truncate(5) }}", {"title": "关于过街设施"}, "关于过街…"),
        ("{{ title|truncate(6) }}", {"title": "关于过街设施"}, "关于过街设施"),
        ("{{ title|length }}", {"title": "关于过街设施"}, "6"),
        ("{{ title|trim }}。", {"title": " 关于 \n"}, "关于。"),
        ("{% if reason %}理由:{{ reason }}{% else %}无理由{% endif %}", {}, "无理由"),
        ("{{ '急' if state == 'late' else '不急' }}", {"state": "late"}, "急"),
        ("{% if unit != '教育局' and not reason or title %}是{% endif %}", {"title": "甲"}, "是"),
        ("{# 说明 #}<b>{{ title }}</b>", {"title": "<甲&乙>"}, "<b><甲&乙></b>"),
    ],
)
def test_what_a_template_may_say(body: str, facts: dict[str, str], said: str) -> None:
    assert flaws(body) == ()
    assert render(template(body), facts).body == said


def test_a_subject_is_one_line_and_not_too_long() -> None:
    facts = {"title": "第一行\r\nBcc: all@example.org"}
    assert render(template("."), facts).subject == "第一行 Bcc: all@example.org"
    long = render(template("."), {"title": "长" * 1000}).subject
    assert (len(long), long[-1]) == (LONGEST_SUBJECT, CUT)


def test_however_long_a_fact_is_a_body_is_bounded() -> None:
    body = render(template("{{ reason }}" * 40), {"reason": "长" * 1_000_000}).body
    assert (len(body), body[-1]) == (LONGEST, CUT)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_loader_refuses_what_is_outside_the_language(name: str) -> None:
    source, cause = ATTACKS[name]
    found = flaws(source)
    assert any(cause in english for _, english in found), found
    assert all("\u4e00" <= chinese[0] <= "\u9fff" for chinese, _ in found)


# What the loader refuses as a mistake does no harm when it is printed all the same.
HARMLESS = {
    "old placeholder": "{title}",
    "lonely brace": f"{FACTS['title']}}}",
    "raw": "{{ title }}",
    "filter with too much": FACTS["title"],
    "filter with a name": FACTS["title"],
    "filter with true": CUT,
    "membership": "False",
}


def worded(source: str) -> str:
    profile = load_profile("zhejiang-county", 1)
    stored = replace(profile, notices={"asked": template(source)})
    return word(stored, "asked", FACTS, "zh").body


@pytest.mark.parametrize("name", HARMLESS)
def test_a_mistake_is_printed_as_it_stands(name: str) -> None:
    assert worded(ATTACKS[name][0]) == HARMLESS[name]


@pytest.mark.parametrize("name", [one for one in ATTACKS if one not in HARMLESS])
def test_the_writer_trusts_no_loader(name: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(NoticeUnreadable) as caught:
        worded(ATTACKS[name][0])
    assert caught.value.facts["template"] == "asked"
    assert "zhejiang-county/v1" in caught.value.message("zh")
    assert time.perf_counter() - begun < 5


def test_an_unknown_template_names_itself_and_the_profile() -> None:
    profile = load_profile("zhejiang-county", 1)
    with pytest.raises(NoticeUnreadable) as caught:
        word(profile, "gone", FACTS, "zh")
    assert caught.value.facts["template"] == "gone"
    assert "zhejiang-county/v1" in caught.value.message("zh")


def test_there_are_two_languages() -> None:
    with pytest.raises(ValueError, match="fr"):
        render(template("."), {}, "fr")
