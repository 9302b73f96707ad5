"""The inbox in words: the row is the item, and one broken template hides no other notice."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.profile import Profile
from notifications.inbox import read_inbox
from workflows import load_profile

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    id: str
    template: str
    facts: dict[str, str] = field(default_factory=lambda: {"number": "12", "title": "过街设施"})
    case_id: str = "case-1"
    urgent: bool = False
    decided_at: datetime = AT
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    items: tuple[Row, ...]
    next_after: str | None


class Drawer:
    """Two notices of one person, one of them without a template."""

    def page(
        self,
        congress: str,
        person: str,
        *,
        limit: int = 50,
        after: str | None = None,
        unread_only: bool = False,
    ) -> Page:
        assert (congress, person, after, unread_only) == ("linxi", "wang-fang", "n0", True)
        rows = (Row(id="n1", template="registered"), Row(id="n2", template="gone"))
        return Page(items=rows[:limit], next_after="n2")

    def unread(self, congress: str, person: str) -> int:
        return len(congress + person)

    def mark_read(self, congress: str, person: str, notice: str, now: datetime) -> bool:
        return bool(congress and person and notice and now)


def test_a_page_is_worded_by_the_rules_of_each_case() -> None:
    asked: list[str | None] = []

    def rules_behind(cases: AbstractSet[str | None]) -> dict[str | None, Profile]:
        asked.extend(cases)
        return dict.fromkeys(cases, load_profile("zhejiang-county", 1))

    page = read_inbox(
        Drawer(),
        "linxi",
        "wang-fang",
        rules_behind=rules_behind,
        after="n0",
        unread_only=True,
    )
    first, second = page.entries
    assert (first.id, first.case, first.subject) == ("n1", "case-1", "建议已立案：12")
    assert asked == ["case-1"]
    assert (page.next_after, page.unread) == ("n2", len("linxiwang-fang"))
    assert second.subject == "gone"
    assert "zhejiang-county/v1" in second.body


def test_it_can_be_read_in_english() -> None:
    page = read_inbox(
        Drawer(),
        "linxi",
        "wang-fang",
        rules_behind=lambda cases: dict.fromkeys(cases, load_profile("zhejiang-county", 1)),
        language="en",
        limit=1,
        after="n0",
        unread_only=True,
    )
    assert [one.subject for one in page.entries] == ["Registered: 12"]
