"""What a form lacks: required fields that were left empty, worded for the summary at its top."""

from __future__ import annotations

from collections.abc import Mapping

from engine.profile import Text

WHY: Mapping[str, Text] = {"reason": Text(zh="原因", en="Why")}
"""What is kept in the history is asked on every form of the administrator."""


def lacking(
    sent: Mapping[str, str], required: Mapping[str, Text], *, language: str
) -> dict[str, str]:
    """Each required field that holds nothing, with what to do about it."""
    return {
        name: f"“{label.en}” is missing" if language == "en" else f"请填写“{label.zh}”"
        for name, label in required.items()
        if not sent.get(name, "").strip()
    }
