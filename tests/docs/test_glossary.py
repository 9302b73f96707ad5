"""One word a concept: the glossary has every noun of the engine and of the design, once."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.architecture.sources import Source, product_python
from tests.docs.pages import page, table_rows

DESIGN = [
    "Congress",
    "Deputy",
    "Suggestion",
    "KeyTopic",
    "Unit",
    "LeadOfficial",
    "Handover",
    "Assignment",
    "Return",
    "Contact",
    "Reply",
    "Evaluation",
    "Commitment",
    "Supervision",
    "Clock",
    "Deadline",
    "WorkingCalendar",
    "Notice",
    "Outbox",
    "AuditEntry",
    "Profile",
    "Action",
    "Move",
    "Command",
    "Decision",
    "Desk",
]
# Helpers of one file whose names nobody says aloud.
NOT_WORDS = frozenset({"EffectSpec"})


def nouns(sources: Iterable[Source]) -> list[str]:
    """Public classes of the engine; errors have a page of their own."""
    return [
        node.name
        for source in sources
        if source.package == "engine" and source.path != "engine/errors.py"
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def faults(rows: Sequence[Sequence[str]]) -> list[str]:
    """What is wrong with the glossary's rows themselves."""
    twice = [word for word, times in Counter(row[0] for row in rows).items() if times > 1]
    complaints = [f"{word} stands twice" for word in twice]
    for row in rows:
        chinese = row[1] if len(row) > 1 else ""
        if not any("\u4e00" <= sign <= "\u9fff" for sign in chinese):
            complaints.append(f"{row[0]} has no Chinese word")
        if len(row) < len(("English", "中文", "what")) or not row[2]:
            complaints.append(f"{row[0]} is not explained")
    return complaints


def glossary_words() -> set[str]:
    return {row[0] for row in table_rows(page("docs/glossary.md"))}


def test_every_noun_of_the_engine_is_a_word() -> None:
    found = set(nouns(product_python())) - NOT_WORDS
    assert len(found) > 20
    assert sorted(found - glossary_words()) == []


def test_every_word_of_the_design_is_there() -> None:
    assert [word for word in DESIGN if word not in glossary_words()] == []


def test_every_word_has_its_chinese_and_its_meaning_once() -> None:
    assert faults(table_rows(page("docs/glossary.md"))) == []


def test_faults_are_seen() -> None:
    rows = [["Case", "案卷", "a case"], ["Case", "案卷", "again"], ["Desk", "desk", ""]]
    assert faults(rows) == [
        "Case stands twice",
        "Desk has no Chinese word",
        "Desk is not explained",
    ]


def test_a_noun_is_a_public_class_of_the_engine() -> None:
    text = "class Case: ...\nclass _Own: ...\ndef f():\n    class Inner: ...\n"
    engine = Source(path="engine/case.py", text=text)
    errors = Source(path="engine/errors.py", text=text)
    other = Source(path="db/tables.py", text=text)
    assert nouns([engine, errors, other]) == ["Case"]
