"""Any store gives back the case that was decided, field by field, however it came to be so."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from engine import case as records
from engine.case import Case
from engine.clocks import ClockState
from engine.errors import StaleCase, UnknownCase
from engine.store import Store
from tests.support.cases import clock, full_case, new_case
from tests.support.congress import CONGRESS, NOW, key_topic
from tests.support.decisions import decision, entry_for, keep, receipt_for


def load(store: Store, reference: str = "case-1") -> Case:
    with store.read(CONGRESS) as transaction:
        return transaction.case(reference)


def assert_same(found: Case, expected: Case) -> None:
    """Field by field, so that a difference is told by its name."""
    for one in fields(Case):
        assert getattr(found, one.name) == getattr(expected, one.name), one.name


def test_a_bare_case_comes_back(any_store: Store) -> None:
    kept = keep(any_store, decision(None, new_case()))
    assert_same(load(any_store), kept)


def test_a_case_with_everything_comes_back(any_store: Store) -> None:
    kept = keep(any_store, decision(None, full_case()))
    empty = [one.name for one in fields(Case) if not getattr(kept, one.name)]
    assert empty == ["topic", "merged_into"]
    assert_same(load(any_store), kept)


def test_types_come_back_too(any_store: Store) -> None:
    keep(any_store, decision(None, full_case()))
    found = load(any_store)
    assert found.created_at.utcoffset() == timedelta(0)
    assert found.signatories[0].lead is True
    assert found.clocks[0].provisional is False
    assert type(found.clocks[1].state) is ClockState
    assert str(found.indicators[0].quantity) == "2.50"
    assert isinstance(found.keywords, tuple)
    assert isinstance(found.extensions[0].approvals, tuple)


def test_a_case_is_found_by_its_number(any_store: Store) -> None:
    kept = keep(any_store, decision(None, full_case()))
    assert load(any_store, "5-2-001") == kept


def test_what_was_bare_becomes_full(any_store: Store) -> None:
    first = keep(any_store, decision(None, new_case()))
    kept = keep(any_store, decision(first, full_case()))
    assert kept.version == 2
    assert_same(load(any_store), kept)


def test_topic_and_main_case_come_back(any_store: Store) -> None:
    main = keep(any_store, decision(None, new_case("main"), topic=key_topic()))
    merged = new_case("merged", topic=1, merged_into=main.id)
    kept = keep(any_store, decision(None, merged))
    assert_same(load(any_store, "merged"), kept)


@pytest.mark.parametrize("reference", ["case-2", "5-2-999", ""])
def test_an_unknown_case_is_refused(any_store: Store, reference: str) -> None:
    keep(any_store, decision(None, full_case()))
    with pytest.raises(UnknownCase):
        load(any_store, reference)


def test_only_pending_timers_come_back(any_store: Store) -> None:
    first = keep(any_store, decision(None, full_case()))
    waiting = first.timers[0]
    following = replace(waiting, rung="overdue", fire_at=waiting.fire_at + timedelta(days=8))
    fired = replace(waiting, fired_at=NOW)
    second = keep(any_store, decision(first, replace(first, timers=(fired, following))))
    assert load(any_store).timers == (following,)
    cancelled = replace(following, cancelled_at=NOW)
    before = replace(second, timers=(following,))
    keep(any_store, decision(before, replace(before, timers=(cancelled,))))
    assert load(any_store).timers == ()


def test_a_clock_may_end_and_start_anew_in_one_decision(any_store: Store) -> None:
    first = keep(any_store, decision(None, full_case()))
    ended = replace(first.clocks[0], state=ClockState.MET, stopped_at=NOW)
    clocks = (ended, first.clocks[1], clock(3))
    kept = keep(any_store, decision(first, replace(first, clocks=clocks)))
    assert_same(load(any_store), kept)


def test_a_decision_on_an_old_version_is_refused_and_changes_nothing(any_store: Store) -> None:
    first = keep(any_store, decision(None, full_case()))
    second = keep(any_store, decision(first, replace(first, title="新标题")))
    late = decision(first, replace(first, title="迟到的标题"))
    with any_store.begin(CONGRESS) as transaction:
        entry = entry_for(late, transaction.head())
        with pytest.raises(StaleCase) as caught:
            transaction.save(late, entry, receipt_for(late, entry.sequence), "fingerprint")
        transaction.commit()
    assert (caught.value.facts["expected"], caught.value.facts["actual"]) == (1, 2)
    assert_same(load(any_store), second)


def test_the_same_case_twice_in_one_transaction(any_store: Store) -> None:
    first = decision(None, full_case())
    second = decision(first.after, replace(first.after, title="改一次"))
    third = decision(second.after, replace(second.after, title="改两次"))
    kept = keep(any_store, first, second, third)
    assert kept.version == 3
    assert_same(load(any_store), kept)


def test_a_transaction_sees_what_it_saved(any_store: Store) -> None:
    made = decision(None, full_case())
    with any_store.begin(CONGRESS) as transaction:
        entry = entry_for(made, transaction.head())
        transaction.save(made, entry, receipt_for(made, entry.sequence), "fingerprint")
        assert transaction.case("case-1") == made.after


# A walk of random decisions: each changes some fields of some children and adds new ones.


def _words(draw: Random) -> str:
    return "".join(draw.choice("办理建议'\"\\\n\t%:{}答复—🙂e") for _ in range(draw.randint(0, 12)))


CHANGING: dict[str, tuple[str, ...]] = {
    "assignments": ("reason", "opinion", "handler"),
    "returns": ("reason", "decision_reason"),
    "extensions": ("reason",),
    "contacts": ("summary",),
    "replies": ("text", "document_number"),
    "evaluations": ("comment",),
    "commitments": ("progress", "evidence"),
    "supervisions": ("note",),
    "indicators": ("text", "unit"),
}
GROWING = ("contacts", "supervisions", "indicators", "commitments", "extensions")


def _changed(case: Case, draw: Random) -> Case:
    changes: dict[str, Any] = {"title": _words(draw), "keywords": (_words(draw), _words(draw))}
    for attribute in draw.sample(sorted(CHANGING), 3):
        rows = list(getattr(case, attribute))
        at = draw.randrange(len(rows))
        rows[at] = replace(rows[at], **{draw.choice(CHANGING[attribute]): _words(draw)})
        changes[attribute] = tuple(rows)
    attribute = draw.choice(GROWING)
    rows = list(changes.get(attribute, getattr(case, attribute)))
    rows.append(replace(rows[0], number=len(rows) + 1))
    changes[attribute] = tuple(rows)
    moment = NOW + timedelta(microseconds=draw.randrange(10**12))
    signed = records.Signatory(number=2, deputy="li-ming", lead=False, state="confirmed", at=moment)
    changes["signatories"] = (case.signatories[0], signed)
    return replace(case, **changes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_walk_the_case_is_as_decided(any_store: Store, seed: int) -> None:
    draw = Random(seed)
    kept = keep(any_store, decision(None, full_case()))
    for _ in range(12):
        found = load(any_store)
        assert_same(found, kept)
        kept = keep(any_store, decision(found, _changed(found, draw)))
    assert_same(load(any_store), kept)
