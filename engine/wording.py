"""The small language of notices and letters: the names, filters and constructs that may be used.

Data and pure functions on texts. How a template is parsed is not known here: whoever loads the
rules and whoever writes the notices each do that, by this one list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

NAMES = frozenset(
    {"number", "title", "case", "congress", "state", "deputy", "unit", "due_on", "clock"}
    | {"rung", "reason", "result", "recipient"}
)
"""What a notice may speak of."""

LETTER_NAMES = frozenset(
    {"number", "title", "congress", "deputies", "unit", "today"}
    | {"contact", "handler", "phone", "email"}
)
"""What the draft of a reply may speak of."""

LONGEST = 4000
"""Signs of a body; what goes beyond is cut off, for the whole text is in the case."""
LONGEST_SUBJECT = 200
CUT = "…"

CONSTRUCTS = frozenset(
    {"Template", "Output", "TemplateData", "Name", "Const", "Filter"}
    | {"If", "CondExpr", "Compare", "Operand", "Not", "And", "Or"}
)
"""As Jinja calls them. No loop, no attribute, index, call, assignment or arithmetic."""
COMPARISONS = frozenset({"eq", "ne"})
"""Of texts and numbers with each other these two never fail."""


@dataclass(frozen=True, slots=True)
class WordFilter:
    """A filter 过滤器 of templates: what it does to a text, and what it needs besides."""

    apply: Callable[..., str | int]
    needs: tuple[type, ...] = ()

    def takes(self, given: tuple[object, ...]) -> bool:
        """Whether these arguments fit; a number is a length."""
        return len(given) == len(self.needs) and all(
            isinstance(one, kind)
            and not isinstance(one, bool)
            and (not isinstance(one, int) or 0 < one <= LONGEST)
            for one, kind in zip(given, self.needs, strict=True)
        )


def cut(text: object, length: int) -> str:
    """No more than `length` signs; the last one says that there was more."""
    whole = str(text)
    return whole if len(whole) <= length else whole[: length - 1] + CUT


def _default(text: object, other: str) -> str:
    return str(text) or other


def _upper(text: object) -> str:
    return str(text).upper()


def _lower(text: object) -> str:
    return str(text).lower()


def _trim(text: object) -> str:
    return str(text).strip()


def _length(text: object) -> int:
    return len(str(text))


FILTERS: Mapping[str, WordFilter] = {
    "default": WordFilter(_default, (str,)),
    "length": WordFilter(_length),
    "lower": WordFilter(_lower),
    "trim": WordFilter(_trim),
    "truncate": WordFilter(cut, (int,)),
    "upper": WordFilter(_upper),
}
