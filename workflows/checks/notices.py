"""Notices and letters: each template keeps to the small language of `engine.wording`.

Templates are parsed and looked at, never run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.nodes import Node

from engine.profile import NoticeTemplate, Profile
from engine.wording import COMPARISONS, CONSTRUCTS, FILTERS, LETTER_NAMES, LONGEST, NAMES
from workflows.parts import Place
from workflows.problems import Report

Flaw = tuple[str, str]
"""What is wrong, in Chinese and in English."""

_PARSER = Environment(autoescape=False)  # noqa: S701  # it only parses
_PARSER.filters = {name: one.apply for name, one in FILTERS.items()}
_BRACE: Flaw = (
    "单个花括号:要填内容请写 {{ title }},要印出花括号请写 {{ '{' }}",
    "a single brace: write {{ title }} to fill something in, {{ '{' }} to print a brace",
)
"""`{title}` was perhaps meant for a name; it would be printed as it stands."""
_TOO_DEEP: Flaw = ("模板嵌套太深", "the template is nested too deep")


def check(profile: Profile, report: Report) -> None:
    """Check every wording of every notice."""
    for notice in profile.notices.values():
        _check_notice(notice, Place(report, "notices.yaml", ("notices", notice.name)))
    for name, letter in profile.letters.items():
        place = Place(report, "notices.yaml", ("letters", name))
        for language, source in (("zh", letter.body.zh), ("en", letter.body.en)):
            for zh, en in flaws(source, LETTER_NAMES):
                place.at("body", language).problem(zh, en)


def _check_notice(notice: NoticeTemplate, place: Place) -> None:
    for part, text in (("subject", notice.subject), ("body", notice.body)):
        for language, source in (("zh", text.zh), ("en", text.en)):
            for zh, en in flaws(source):
                place.at(part, language).problem(zh, en)


@lru_cache(maxsize=2048)
def flaws(source: str, names: frozenset[str] = NAMES) -> tuple[Flaw, ...]:
    """What a template may not say; kept, because the versions of a profile share most of theirs."""
    try:
        tree = _PARSER.parse(source)
        found = tuple(dict.fromkeys(_of_nodes(tree, names)))
        if not found:
            _PARSER.compile(tree, defer_init=True)
    except TemplateSyntaxError as error:
        return ((f"模板写法有误:{error.message}", f"template syntax: {error.message}"),)
    except (RecursionError, SyntaxError, MemoryError):
        return (_TOO_DEEP,)
    return found


def _of_nodes(tree: nodes.Template, names: frozenset[str]) -> Iterator[Flaw]:
    for node in tree.find_all(Node):
        kind = type(node).__name__
        if kind not in CONSTRUCTS:
            zh, en = _WORDS.get(kind, ("运算", "a calculation"))
            yield f"模板里不能用{zh}", f"{en} may not be used in a template"
        elif isinstance(node, nodes.TemplateData) and set("{}") & set(node.data):
            yield _BRACE
        elif isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in names:
            yield (
                f"没有“{node.name}”可填,可用的有:{'、'.join(sorted(names))}",
                f"there is no “{node.name}” to fill in; names are {', '.join(sorted(names))}",
            )
        elif isinstance(node, nodes.Filter):
            yield from _of_filter(node)
        elif isinstance(node, nodes.Operand) and node.op not in COMPARISONS:
            yield "模板里只能用 == 和 != 比较", "a template compares by == and != only"


def _of_filter(node: nodes.Filter) -> Iterator[Flaw]:
    known = FILTERS.get(node.name)
    if known is None:
        yield (
            f"没有过滤器“{node.name}”,可用的有:{'、'.join(sorted(FILTERS))}",
            f"there is no filter “{node.name}”; filters are {', '.join(sorted(FILTERS))}",
        )
        return
    given = tuple(one.value if isinstance(one, nodes.Const) else one for one in node.args)
    if not known.takes(given) or node.kwargs or node.dyn_args or node.dyn_kwargs:
        needs = f"default 要一段文字,truncate 要1至{LONGEST}的整数,其余没有"
        takes = f"default takes a text, truncate a number from 1 to {LONGEST}, the others nothing"
        yield f"过滤器“{node.name}”的参数不对:{needs}", f"arguments of “{node.name}”: {takes}"


_WORDS: Mapping[str, Flaw] = {
    "Getattr": ("属性(.)", "an attribute (.)"),
    "Getitem": ("下标([])", "an index ([])"),
    "Call": ("调用(括号)", "a call (brackets)"),
    "For": ("循环(for)", "a loop (for)"),
    "Macro": ("宏(macro)", "a macro"),
    "CallBlock": ("调用块(call)", "a call block"),
    "FilterBlock": ("过滤块(filter)", "a filter block"),
    "Assign": ("赋值(set)", "an assignment (set)"),
    "AssignBlock": ("赋值(set)", "an assignment (set)"),
    "With": ("with", "with"),
    "Include": ("其他模板(include)", "another template (include)"),
    "Import": ("其他模板(import)", "another template (import)"),
    "FromImport": ("其他模板(import)", "another template (import)"),
    "Extends": ("其他模板(extends)", "another template (extends)"),
    "Block": ("块(block)", "a block"),
    "List": ("列表", "a list"),
    "Tuple": ("列表", "a list"),
    "Dict": ("列表", "a list"),
    "Test": ("测试(is)", "a test (is)"),
}
