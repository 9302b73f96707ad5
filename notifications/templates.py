"""Puts the facts of a notice into the words of its template.

Only the declared names are filled in, once: braces inside a fact stay braces, and a template
can reach no attribute, index or format of anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from engine.errors import BihuanError
from engine.profile import NoticeTemplate, Profile

NAMES = frozenset(
    {"number", "title", "case", "congress", "state", "deputy", "unit", "due_on", "clock"}
    | {"rung", "reason", "result", "recipient"}
)
"""What a notice may speak of; the loader of profiles accepts the same."""

LANGUAGES = ("zh", "en")


class NoticeUnreadable(BihuanError):
    """The words of a notice cannot be made; sending it again will not help."""

    code = "notice-unreadable"
    zh = "通知模板“{template}”无法成文:{reason}。请检查规则{profile}的 notices.yaml。"
    en = "Notice “{template}” cannot be worded: {reason}. Check notices.yaml of {profile}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A notice in words."""

    subject: str
    body: str


def word(profile: Profile, template: str, facts: Mapping[str, str], language: str) -> Wording:
    """The notice in `zh` or `en`, from the template of that name in the profile."""
    known = profile.notices.get(template)
    if known is None:
        raise NoticeUnreadable(
            template=template, profile=profile.reference, reason="没有这个模板 / no such template"
        )
    try:
        return render(known, facts, language)
    except ValueError as error:
        raise NoticeUnreadable(
            template=template, profile=profile.reference, reason=str(error)
        ) from error


def render(template: NoticeTemplate, facts: Mapping[str, str], language: str = "zh") -> Wording:
    """Subject on one line, and body. A declared name without a fact is left empty.

    ValueError for a language that is not there and for a placeholder that is not declared.
    """
    if language not in LANGUAGES:
        raise ValueError(f"语言应为 zh 或 en / language must be zh or en: {language}")
    subject, body = (
        (template.subject.zh, template.body.zh)
        if language == "zh"
        else (template.subject.en, template.body.en)
    )
    # A line break in a subject would end the header of an e-mail.
    return Wording(subject=" ".join(_fill(subject, facts).split()), body=_fill(body, facts))


def _fill(pattern: str, facts: Mapping[str, str]) -> str:
    filled = []
    for words, name, layout, conversion in Formatter().parse(pattern):
        filled.append(words)
        if name is None:
            continue
        if name not in NAMES or layout or conversion:
            raise ValueError(f"占位“{{{name}}}”不可用 / placeholder {{{name}}} may not be used")
        filled.append(str(facts.get(name, "")))
    return "".join(filled)
