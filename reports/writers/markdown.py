"""A paper as Markdown, through the template annual.md.j2.

Text from cases is escaped, so that a title can change neither the layout nor the links.
"""

from __future__ import annotations

import re
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from reports.blocks import Align, Block, Column, Paper, chinese_day, printable

_SPECIAL = re.compile(r"([\\`*_<>\[\]|])")
_RULES = {Align.LEFT: ":---", Align.CENTER: ":---:", Align.RIGHT: "---:"}


def markdown(paper: Paper) -> str:
    """The paper as Markdown text."""
    environment = Environment(  # noqa: S701  # Markdown is escaped by the filter `text`, not as HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(text=_text, kind=_kind, rule=_rule)
    source = files("reports").joinpath("templates/annual.md.j2").read_text(encoding="utf-8")
    text = environment.from_string(source).render(paper=paper, dated=chinese_day(paper.dated))
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines()))
    return tidy.strip() + "\n"


def _text(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(value))


def _kind(block: Block) -> str:
    return type(block).__name__


def _rule(column: Column) -> str:
    return _RULES[column.align]
