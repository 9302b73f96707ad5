"""A person's inbox: their own notices, newest first, page by page, read or not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from db.inbox import Inbox, InboxItem, InboxPage
from tests.support.cases import new_case
from tests.support.congress import CONGRESS, NOW, OTHER, small_store
from tests.support.decisions import command, decision, keep, notice


@pytest.fixture
def inbox(database: Engine) -> Inbox:
    """Five notices for Zhao Min, two of them of one instant, and one for Li Ming."""
    store = small_store(database)
    for number, hours in enumerate((0, 1, 1, 2, 3)):
        by = command(now=NOW + timedelta(hours=hours))
        told = (notice(f"key-{number}"),)
        keep(store, decision(None, new_case(f"case-{number}"), by=by, notices=told))
    keep(store, decision(None, new_case("case-9"), notices=(notice("else", "li-ming"),)))
    return Inbox(database)


def _cases(page: InboxPage) -> list[str | None]:
    return [one.case_id for one in page.items]


def test_newest_first_and_only_ones_own(inbox: Inbox) -> None:
    page = inbox.page(CONGRESS, "zhao-min")
    assert _cases(page)[0] == "case-4"
    assert _cases(page)[-1] == "case-0"
    assert set(_cases(page)[2:4]) == {"case-1", "case-2"}
    assert page.next_after is None
    assert _cases(inbox.page(CONGRESS, "li-ming")) == ["case-9"]
    assert inbox.page(CONGRESS, "wang-fang").items == ()
    assert inbox.page(OTHER, "zhao-min").items == ()


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_together_are_the_whole(inbox: Inbox, limit: int) -> None:
    whole = inbox.page(CONGRESS, "zhao-min").items
    after: str | None = None
    found: list[InboxItem] = []
    while True:
        page = inbox.page(CONGRESS, "zhao-min", limit=limit, after=after)
        found += page.items
        after = page.next_after
        if after is None:
            break
        assert len(page.items) == limit
    assert tuple(found) == whole


def test_a_notice_is_read_once_and_by_its_recipient(inbox: Inbox) -> None:
    first = inbox.page(CONGRESS, "zhao-min").items[0]
    assert inbox.unread(CONGRESS, "zhao-min") == 5
    later = NOW + timedelta(days=1)
    assert not inbox.mark_read(CONGRESS, "li-ming", first.id, later)
    assert inbox.mark_read(CONGRESS, "zhao-min", first.id, later)
    assert not inbox.mark_read(CONGRESS, "zhao-min", first.id, later + timedelta(days=1))
    assert not inbox.mark_read(CONGRESS, "zhao-min", "unknown", later)
    assert inbox.unread(CONGRESS, "zhao-min") == 4
    assert inbox.page(CONGRESS, "zhao-min").items[0].read_at == later
    assert first.id not in [
        one.id for one in inbox.page(CONGRESS, "zhao-min", unread_only=True).items
    ]


def test_an_item_says_what_its_words_need(inbox: Inbox) -> None:
    item = inbox.page(CONGRESS, "zhao-min", limit=1).items[0]
    assert (item.template, item.urgent) == ("handed_over", True)
    assert item.facts == {"number": "5-2-001", "title": "过街设施"}
    assert item.decided_at == NOW + timedelta(hours=3)
