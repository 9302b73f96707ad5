"""A check may be silenced only on one line, by its name, with the reason beside it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

import pytest

from tests.architecture.sources import ROOT, Source, our_python

SILENCER = re.compile(
    r"#\s*(type:\s*ignore|noqa|ruff:|mypy:|pyright:|pragma:|fmt:|isort:)", re.IGNORECASE
)
# Only these forms, each followed by "  # reason".
REASONED = re.compile(
    r"#\s*(type: ignore\[[a-z-]+(, ?[a-z-]+)*\]|noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*)"
    r"\s+#\s+\S.{7,}"
)
ENTRY = re.compile(r'^\s*"[^"]+",(?P<rest>.*)$')


def unreasoned(sources: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}:{line}: silenced without a code and a reason: {comment}"
        for source in sources
        for line, comment in _comments(source)
        if SILENCER.match(comment) and not REASONED.match(comment)
    ]


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def unreasoned_options(text: str) -> list[str]:
    """Entries of ruff's lists of opt-outs that do not say why on the same line."""
    lists = text.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.pydocstyle]")[0]
    ignored = lists.partition("\nignore = [")[2]
    entries = [match for line in ignored.splitlines() if (match := ENTRY.match(line))]
    return [one.group().strip() for one in entries if not re.match(r"\s*# \S", one["rest"])]


def test_every_silenced_check_has_its_reason() -> None:
    assert unreasoned(our_python()) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# type: ignore",
        "# type: ignore[attr-defined]",
        "# noqa",
        "# noqa: F401",
        "# noqa: F401  # why",
        "# ruff: noqa",
        "# mypy: ignore-errors",
        "# pragma: no cover",
        "# fmt: off",
    ],
)
def test_a_silencer_without_a_reason_is_seen(comment: str) -> None:
    assert len(unreasoned([Source(path="a.py", text=f"x = 1  {comment}\n")])) == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # type: ignore[no-any-return]  # the library's stubs forget this overload",
        "import b  # noqa: F401  # registers the effects",
        's = "# noqa is only text here"',
        "x = 1  # the type is ignored by nobody",
    ],
)
def test_a_reason_is_accepted_and_text_is_not_a_comment(line: str) -> None:
    assert unreasoned([Source(path="a.py", text=line + "\n")]) == []


def test_every_opt_out_of_ruff_says_why() -> None:
    assert unreasoned_options((ROOT / "pyproject.toml").read_text(encoding="utf-8")) == []


def test_an_opt_out_without_a_reason_is_seen() -> None:
    text = '[tool.ruff.lint]\nignore = [\n    "D101", # why\n    "D102",\n]\n'
    assert unreasoned_options(text + "[tool.ruff.lint.pydocstyle]\n") == ['"D102",']
