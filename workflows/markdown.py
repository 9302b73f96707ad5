"""Small pieces of Markdown for the page of a profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.profile import Grant, Profile, Text

RELATIONS = {
    "lead_deputy": "领衔 lead",
    "pending_cosigner": "待确认附议 asked to co-sign",
    "signatory": "提出人 signatory",
    "rater": "待评价 yet to rate",
    "assignment_unit": "该承办单位 of the unit",
    "answering_unit": "主办或分办单位 of the answering units",
    "unreceived_unit": "待签收单位 of the units yet to sign for receipt",
    "lead_unit": "主办单位 of the lead unit",
    "handler": "承办人 handler",
    "commitment_unit": "承诺单位 of the promising unit",
    "topic_lead_official": "本建议 of this case",
}
"""How the relations are called on the page."""


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
        + ("" if one.relation == "any" else f"({RELATIONS.get(one.relation, one.relation)})")
        for one in grants
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and line ends within cells are made harmless."""
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
