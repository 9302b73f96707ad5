"""Search on either database: found is what stands in the cases as somebody sees them, no more.

The oracle is slow: it reads every case through the engine's redaction and looks into its texts.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from db.searched import SearchIndex
from db.words import composed, runs_of
from engine.access import Sight, sight_of
from engine.calendar import local_day
from engine.case import Case
from engine.errors import InvalidValue
from engine.redaction import as_seen
from reports.cases import CaseFilter
from tests.support.databases import KINDS
from tests.support.two_congresses import NOW, Town, town
from tests.support.world import PEOPLE
from web.gate import Visitor

__all__ = ["town"]

MOST = 500
PERSONS = tuple(one.code for one in PEOPLE)


def _found(town: Town, visitor: Visitor, text: str) -> set[str]:
    page = town.house.search(visitor, text, limit=MOST)
    assert page.total == len(page.lines)
    return {one.id for one in page.lines}


def _readable(town: Town, visitor: Visitor, case: Case) -> list[str]:
    """Every text of the case that this visitor may read and that search looks into."""
    directory = town.house.directory(visitor)
    profile = town.house.profile(visitor)
    sight: Sight = sight_of(case, visitor.person, profile, directory, local_day(NOW))
    if not sight.visible or case.congress != visitor.congress:
        return []
    seen = as_seen(case, sight, visitor.person, directory)
    texts = [seen.number or "", seen.title]
    if sight.details:
        replies = [one for one in seen.replies if one.state == "delivered"]
        texts += [seen.text, *seen.keywords, *(one.text for one in replies)]
        texts += [one.document_number or "" for one in replies]
        texts += [one.summary for one in seen.contacts]
        texts += [directory.units[one.unit].name for one in seen.assignments]
    if sight.author:
        signed = [one for one in seen.signatories if one.lead or one.state == "confirmed"]
        texts += [directory.people[one.deputy].name for one in signed]
    return [run for text in texts for run in runs_of(composed(text))]


def _words(town: Town) -> list[str]:
    """Words of two signs from every text of every case, whoever may read it."""
    directory = town.house.directory(town.visitor("committee"))
    words: dict[str, None] = {}
    for case in town.cases:
        texts = [case.title, case.text, *(one.text for one in case.replies)]
        texts += [one.summary for one in case.contacts]
        known = [directory.people.get(one.deputy) for one in case.signatories]
        texts += [one.name for one in known if one]
        for text in texts:
            for run in runs_of(composed(text)):
                words |= dict.fromkeys(a + b for a, b in pairwise(run) if (a + b).isalpha())
    return [one for one in words if not one.isascii()]


@pytest.mark.parametrize("person", PERSONS)
def test_found_is_exactly_what_may_be_read(town: Town, person: str) -> None:
    visitor = town.visitor(person)
    readable = {one.id: _readable(town, visitor, one) for one in town.cases}
    # Each asks for every fourth word, half of them on either database, and begins at another one:
    # together they ask for all of them on both.
    kind = KINDS.index(town.services.database.dialect.name)
    words = _words(town)[(PERSONS.index(person) + 4 * kind) % 8 :: 8]
    assert len(words) > 8
    hidden = 0
    for word in words:
        expected = {case for case, runs in readable.items() if any(word in run for run in runs)}
        assert _found(town, visitor, word) == expected, word
        hidden += not expected
    if person == "admin":
        assert hidden, "nothing was kept from anybody"


def test_excerpts_quote_only_what_may_be_read(town: Town) -> None:
    quoted = 0
    for person in PERSONS:
        visitor = town.visitor(person)
        readable = {one.id: _readable(town, visitor, one) for one in town.cases}
        for word in ("建议", "交通", "过街"):
            for hit in town.house.search(visitor, word, limit=MOST).lines:
                told = [one.text for one in hit.excerpt.pieces if one.found] if hit.excerpt else []
                quoted += len(told)
                assert all(any(one in run for run in readable[hit.id]) for one in told)
    assert quoted


def test_what_is_logged_when_it_is_read_is_not_quoted_in_passing(town: Town) -> None:
    secret = {one.id for one in town.cases if one.secrecy != "open"}
    visitor = town.visitor("committee")
    rules = town.house.profile(visitor).access
    lines = town.house.search(visitor, "建议", limit=MOST).lines
    by_id = {one.id: one for one in town.cases}
    seen = [one for one in lines if one.id in secret and rules.is_logged(by_id[one.id].secrecy)]
    assert seen
    assert all(one.excerpt is None for one in seen)


@pytest.mark.parametrize(
    "text",
    [
        *('"', '""', "AND OR NOT", "a*", "(建议", "建议)", "'; DROP TABLE suggestions --", ":*"),
        *("& | ! <->", "建 " * 50, "\\", "𠮷野家", "１００％", "%", "_", "NEAR(建 议)", "col:建议"),
    ],
)
def test_whatever_is_asked_is_answered(town: Town, text: str) -> None:
    page = town.house.search(town.visitor("committee"), text[:100], limit=5)
    assert page.total <= len(town.cases)


@pytest.mark.parametrize("text", ["", "   ", "字" * 101, "建\x00议"])
def test_what_is_no_question_is_refused(town: Town, text: str) -> None:
    with pytest.raises(InvalidValue):
        town.house.search(town.visitor("committee"), text, limit=5)


@pytest.mark.parametrize("after", ["", "x", "WzEsMl0x", "bnVsbA", "WzEsICJhIl0", "é"])
def test_a_cursor_that_is_none_is_refused(town: Town, after: str) -> None:
    with pytest.raises(InvalidValue):
        town.house.search(town.visitor("committee"), "建议", limit=5, after=after)


def test_pages_hold_every_hit_once_the_title_first(town: Town) -> None:
    visitor = town.visitor("committee")
    whole = [one.id for one in town.house.search(visitor, "交通", limit=MOST).lines]
    paged: list[str] = []
    after: str | None = None
    while True:
        page = town.house.search(visitor, "交通", limit=1, after=after)
        paged += [one.id for one in page.lines]
        if page.after is None:
            break
        after = page.after
    assert paged == whole
    assert len(whole) > 1


def test_a_number_finds_its_case_first(town: Town) -> None:
    visitor = town.visitor("committee")
    numbered = next(one for one in town.cases if one.number and one.congress == visitor.congress)
    assert numbered.number is not None
    assert town.house.search(visitor, numbered.number, limit=1).lines[0].id == numbered.id


def test_wide_letters_and_small_ones_are_the_same(town: Town) -> None:
    visitor = town.visitor("committee")
    case = town.ids["bus"]
    assert case in _found(town, visitor, case.upper().translate(WIDE))


WIDE = {at: at + 0xFEE0 for at in range(ord("!"), ord("~") + 1)}


def test_a_filter_narrows_what_is_found(town: Town) -> None:
    visitor = town.visitor("committee")
    every = _found(town, visitor, "建议")
    filters = CaseFilter(unit="transport")
    some = {one.id for one in town.house.search(visitor, "建议", limit=MOST, filters=filters).lines}
    shares = {
        one.id for one in town.cases if any(each.unit == "transport" for each in one.assignments)
    }
    assert some == every & shares
    assert some < every


def test_the_index_is_complete_and_as_made_anew(town: Town) -> None:
    index = SearchIndex(town.services.database)
    assert index.missing() == 0
    for congress in {one.congress for one in town.cases}:
        assert index.outdated(congress, MOST) == ()
