"""Deliveries that were given up, page by page, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from db.dead_letters import DeadLetters
from db.outbox import SqlOutbox
from tests.support.cases import new_case
from tests.support.congress import CONGRESS, NOW, small_store
from tests.support.decisions import decision, keep, notice


@pytest.fixture
def letters(database: Engine) -> DeadLetters:
    """Six deliveries of three notices given up, and the fourth notice waiting."""
    store = small_store(database, channels=("console", "email"))
    told = tuple(notice(f"case-1:{number}") for number in range(4))
    keep(store, decision(None, new_case(), notices=told))
    box = SqlOutbox(database)
    items = box.claim(NOW, 100, lease=NOW - NOW, worker="w1", channels=("console", "email"))
    assert len(items) == 8
    alive = max(one.id for one in items)
    for item in items:
        if item.id != alive:
            box.failed(item, NOW, f"550 {item.channel}", permanent=True)
    return DeadLetters(database)


def test_each_says_what_was_for_whom_and_why_not(letters: DeadLetters) -> None:
    items = letters.page(CONGRESS).items
    assert len(items) == 6
    first = items[0]
    assert (first.recipient, first.template, first.case) == ("zhao-min", "handed_over", "case-1")
    assert (first.attempts, first.last_error) == (1, f"550 {first.channel}")
    assert letters.page("elsewhere").items == ()


def test_pages_go_on_where_the_last_one_ended(letters: DeadLetters) -> None:
    whole = [(one.notice, one.channel) for one in letters.page(CONGRESS).items]
    found: list[tuple[str, str]] = []
    after = None
    while True:
        page = letters.page(CONGRESS, limit=4, after=after)
        found += [(one.notice, one.channel) for one in page.items]
        after = page.next_after
        if after is None:
            break
    assert found == whole
    assert len(set(found)) == 6


def test_a_page_can_be_of_a_channel_or_a_person(letters: DeadLetters) -> None:
    assert {one.channel for one in letters.page(CONGRESS, channel="email").items} == {"email"}
    assert len(letters.page(CONGRESS, channel="email").items) == 3
    assert len(letters.page(CONGRESS, recipient="zhao-min").items) == 6
    assert letters.page(CONGRESS, recipient="nobody").items == ()
    assert letters.page(CONGRESS, after="gone/email").items == ()
