"""Puts the facts of a notice into the words of its template: Jinja in a sandbox of few words.

The loader of rules has refused whatever is outside the small language of `engine.wording`; it is
refused here once more, so that no template reaches an attribute, a call or a loop whoever stored
it. What a fact says is never read as a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.nodes import Name, Node
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import BihuanError
from engine.profile import LetterTemplate, NoticeTemplate, Profile
from engine.wording import CONSTRUCTS, FILTERS, LETTER_NAMES, LONGEST, LONGEST_SUBJECT, NAMES, cut
from notifications.house_notices import HOUSE_NOTICES

LANGUAGES = ("zh", "en")
COMPILED = 2048
"""Templates kept ready; a profile has some two hundred, and versions share theirs."""


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
    """The notice in `zh` or `en`, from the template of that name in the profile or of the house.

    Who is told in place of somebody on leave is told so.
    """
    known = profile.notices.get(template) or HOUSE_NOTICES.get(template)
    if known is None:
        raise NoticeUnreadable(
            template=template, profile=profile.reference, reason="没有这个模板 / no such template"
        )
    try:
        return _for_delegate(render(known, facts, language), facts, language)
    except ValueError as error:
        raise NoticeUnreadable(
            template=template, profile=profile.reference, reason=str(error)
        ) from error


def _for_delegate(wording: Wording, facts: Mapping[str, str], language: str) -> Wording:
    absent = facts.get("stands_in_for", "")
    if not absent:
        return wording
    called = f"代{absent}" if language == "zh" else f"for {absent}"
    mark = f"【{called}】" if language == "zh" else f"[{called}] "
    return Wording(subject=cut(mark + wording.subject, LONGEST_SUBJECT), body=mark + wording.body)


def render(template: NoticeTemplate, facts: Mapping[str, str], language: str = "zh") -> Wording:
    """Subject on one line, and body. A declared name without a fact is empty.

    ValueError for a language that is not there and for a template that cannot be put into words.
    """
    if language not in LANGUAGES:
        raise ValueError(f"语言应为 zh 或 en / language must be zh or en: {language}")
    subject, body = (
        (template.subject.zh, template.body.zh)
        if language == "zh"
        else (template.subject.en, template.body.en)
    )
    # A line break in a subject would end the header of an e-mail.
    one_line = " ".join(_fill(subject, facts).split())
    return Wording(subject=cut(one_line, LONGEST_SUBJECT), body=_fill(body, facts))


def letter(template: LetterTemplate, facts: Mapping[str, str], language: str = "zh") -> str:
    """What a reply begins with; ValueError as of `render`."""
    source = template.body.en if language == "en" else template.body.zh
    return _fill(source, facts, LETTER_NAMES)


def _fill(source: str, facts: Mapping[str, str], names: frozenset[str] = NAMES) -> str:
    said = {name: str(facts.get(name, "")) for name in names}
    try:
        return _gather(_compiled(source, names).generate(said))
    except (TemplateError, TypeError, SyntaxError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _gather(pieces: Iterable[str]) -> str:
    """The pieces as one text, and no more of them than there is room for."""
    found: list[str] = []
    room = LONGEST
    for piece in pieces:
        found.append(piece)
        room -= len(piece)
        if room < 0:
            break
    return cut("".join(found), LONGEST)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Nothing has an attribute, an item or a call here; compiling refuses other constructs."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        del obj, attr, value
        return False

    def is_safe_callable(self, obj: object) -> bool:
        del obj
        return False

    def getattr(self, obj: object, attribute: str) -> NoReturn:
        del obj
        raise SecurityError(f"属性 attribute {attribute}")

    def getitem(self, obj: object, argument: object) -> NoReturn:
        del obj
        raise SecurityError(f"下标 index {argument}")


def _sandbox() -> _Sandbox:
    # Plain texts, never HTML: whoever shows them on a page escapes them there.
    made = _Sandbox(undefined=StrictUndefined, autoescape=False, cache_size=0)
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: one.apply for name, one in FILTERS.items()}
    return made


_SANDBOX = _sandbox()


@lru_cache(maxsize=COMPILED)
def _compiled(source: str, names: frozenset[str] = NAMES) -> Template:
    """Kept by what it says, which is what a profile's digest, name, language and part come to."""
    tree = _SANDBOX.parse(source)
    for node in tree.find_all(Node):
        kind = type(node).__name__
        if kind not in CONSTRUCTS or (isinstance(node, Name) and node.name not in names):
            told = node.name if isinstance(node, Name) else kind
            raise SecurityError(f"模板里不能用 {told} / {told} may not be used in a notice")
    return _SANDBOX.from_string(tree)
