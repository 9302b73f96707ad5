"""Small pieces of Markdown for the page of a profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.profile import Grant, Profile, Text
from engine.relations import RELATION_LABELS


def both(text: Text) -> str:
    """Chinese, then English."""
    return f"{text.zh} {text.en}"


def code(text: str) -> str:
    """As code."""
    return f"`{text}`"


def joined(parts: Iterable[str]) -> str:
    """Parts after one another, a dash for none."""
    return "; ".join(parts) or "—"


def who(profile: Profile, grants: Iterable[Grant]) -> str:
    """Roles with their relation."""
    return joined(
        profile.roles[one.role].zh
        + ("" if one.relation == "any" else f"({both(RELATION_LABELS[one.relation])})")
        for one in grants
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and line ends within cells are made harmless."""
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
