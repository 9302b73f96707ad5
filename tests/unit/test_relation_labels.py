"""Every relation is called something in both languages."""

from __future__ import annotations

from engine.relations import READING_ONLY, RELATION_LABELS, RELATIONS


def test_every_relation_has_a_label_and_no_label_is_left_over() -> None:
    assert set(RELATION_LABELS) == set(RELATIONS) | set(READING_ONLY)
